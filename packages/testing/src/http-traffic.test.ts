import assert from "node:assert/strict";
import { minutes, seconds, TransportError } from "@openleadr/protocol";
import { HttpListener, httpTransport } from "@openleadr/transport";
import { Ven } from "@openleadr/ven";
import { Vtn } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { HttpTraffic, ManualClock } from "./index.ts";

/** A listener whose handler takes its time, and the way there. */
async function openSlowly(clock: ManualClock, handling = seconds(0)) {
  const listener = new HttpListener({
    port: 0,
    handler: async () => {
      await clock.sleep(handling);
      return "<answer/>";
    },
  });
  await listener.start();
  const transport = httpTransport({ url: listener.url ?? "" });
  return {
    listener,
    transport,
    async [Symbol.asyncDispose](): Promise<void> {
      await transport.close();
      await listener.stop();
    },
  };
}

describe("HttpTraffic", () => {
  it("has time wait for what goes over sockets", async () => {
    using traffic = new HttpTraffic();
    const clock = new ManualClock("2026-03-29T00:00:00Z", { isBusy: () => traffic.isUnderWay });
    const listen = { port: 0 };
    await using vtn = new Vtn({ vtnId: "vtn", listen, clock, onCreatePartyRegistration: () => true });
    await vtn.start();
    const polls: string[] = [];
    const onStatus = ({ type }: { readonly type: string }): void => {
      if (type === "polled") polls.push(clock.now().toISOString().slice(14, 19));
    };
    await using ven = new Ven({ vtnUrl: vtn.url ?? "", venName: "ven", clock, onStatus });
    await ven.start();
    polls.length = 0;

    await clock.advance(minutes(1));

    assert.deepEqual(polls, ["00:00", "00:10", "00:20", "00:30", "00:40", "00:50", "01:00"]);
    assert.equal(ven.clockSkew, 500);
  });

  it("lets time go on for a server that waits for it", async () => {
    using traffic = new HttpTraffic();
    const clock = new ManualClock("2026-03-29T00:00:00Z", { isBusy: () => traffic.isUnderWay });
    await using slow = await openSlowly(clock, minutes(5));

    const answer = slow.transport("OadrPoll", "<poll/>");
    await clock.advance(minutes(5));

    assert.equal(await answer, "<answer/>");
    assert.equal(traffic.isUnderWay, false);
  });

  it("is over with a request that failed", async () => {
    using traffic = new HttpTraffic();
    await using gone = await openSlowly(new ManualClock());
    await gone.listener.stop();

    const failing = gone.transport("OadrPoll", "<poll/>");
    const before = traffic.isUnderWay;

    await assert.rejects(failing, TransportError);
    assert.deepEqual([before, traffic.isUnderWay], [true, false]);
  });

  it("sees nothing after it has been disposed of", async () => {
    const traffic = new HttpTraffic();
    await using open = await openSlowly(new ManualClock());

    traffic[Symbol.dispose]();
    const answer = open.transport("OadrPoll", "<poll/>");

    assert.equal(traffic.isUnderWay, false);
    await answer;
  });
});
