import assert from "node:assert/strict";
import { seconds } from "@openleadr/protocol";
import { Ven } from "@openleadr/ven";
import { describe, it } from "vitest";
import { anEvent, openPush } from "./open-push.ts";

describe("a VTN that pushes to our VEN", () => {
  it("rules 38, 51: brings events and changes to the VEN, and its answers to the VTN, without a poll", async () => {
    await using open = await openPush({ pollFrequency: seconds(1) });
    const ven = new Ven({
      vtnUrl: open.url,
      venName: "kitchen",
      push: { listen: { port: 0 } },
      clock: open.clock,
      onEvent: ({ signals }) => (signals[0]?.intervals[0]?.value === 1 ? "optIn" : "optOut"),
    });
    await ven.start();

    await open.vtn.events.create(anEvent());
    const first = await open.vtn.events.response("event-1", "kitchen");
    const { signals } = anEvent();
    const intervals = signals[0]?.intervals.map((interval) => ({ ...interval, value: 2 })) ?? [];
    await open.vtn.events.modify("event-1", { signals: [{ intervals }] });
    const second = await open.vtn.events.response("event-1", "kitchen");

    assert.deepEqual([first.optType, second.optType], ["optIn", "optOut"]);
    await ven.stop();
  });

  it("rule 407: ends the registration of the VEN", async () => {
    await using open = await openPush();
    const push = { listen: { port: 0 } };
    const { url: vtnUrl, clock } = open;
    const ven = new Ven({ vtnUrl, venName: "kitchen", push, clock, onEvent: () => "optIn" });
    await ven.start();

    await open.vtn.vens.cancelPartyRegistration("kitchen");

    assert.equal((await open.told("unregistered")).venId, "kitchen");
    await ven.stop();
  });
});
