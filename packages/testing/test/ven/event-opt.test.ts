import assert from "node:assert/strict";
import type { Message, OadrCreateOpt } from "@openleadr/protocol";
import type { VenOptions } from "@openleadr/ven";
import { describe, it } from "vitest";
import { anActingBench, time, type ActingBench } from "./acting-ven.ts";
import { aSite } from "./restarting-ven.ts";
import { anEvent, refusing, type EventOptions, type Script } from "./scripted-vtn.ts";

const takes: Script = { oadrCreateOpt: createdOpt };

function createdOpt({ requestId, optId }: OadrCreateOpt): Message {
  return { name: "oadrCreatedOpt", payload: { response: { responseCode: 200, requestId }, optId } };
}

interface OptBench extends ActingBench {
  /** What the device is told, and for whom: lines such as `01:00 start boiler pump`. */
  readonly log: string[];
}

const resources = [
  { resourceId: "boiler", deviceClasses: ["Water_Heater"] },
  { resourceId: "pump", deviceClasses: ["Thermostat"] },
];

/** A device that writes down for whom it is told what. */
function device(now: () => Date): { readonly log: string[]; readonly options: Partial<VenOptions> } {
  const log: string[] = [];
  const write = (line: string): void => void log.push(`${time(now())} ${line}`);
  const options: Partial<VenOptions> = {
    resources,
    onRampUp: (_event, told) => write(`ramp-up ${told.resources.join(" ")}`),
    onEventStart: (_event, told) => write(`start ${told.resources.join(" ")}`),
    onInterval: (_event, { signals }) =>
      write(`interval ${signals.map((signal) => `${signal.value}: ${signal.resources.join(" ")}`).join(", ")}`),
    onEventEnd: (_event, told) =>
      write(`end ${told.reason} ${told.resources.join(" ")}${told.isPart ? " (in part)" : ""}`),
  };
  return { log, options };
}

/** A VEN of a boiler and a pump, both in an event from 01:00 to 02:00. */
async function anOptBench(event: EventOptions = {}, options: Partial<VenOptions> = {}): Promise<OptBench> {
  const { log, options: acting } = device(() => bench.clock.now());
  const bench: ActingBench = await anActingBench({ ...acting, ...options } as Partial<VenOptions>, takes);
  await bench.distribute(event);
  return { ...bench, log };
}

const boilerOut = { eventId: "event-1", optType: "optOut", targets: [{ resourceId: "boiler" }] } as const;
const allOut = { eventId: "event-1", optType: "optOut" } as const;

describe("a device, and the opts for an event", () => {
  it("rule 206: is left alone in an event that all of it has opted out of", async () => {
    await using bench = await anOptBench();

    await bench.ven.createOpt(allOut);
    await bench.until("03:00");

    assert.deepEqual(bench.log, []);
  });

  it("rule 206: ends at once for the resources that opt out, while the others go on", async () => {
    await using bench = await anOptBench();
    await bench.until("01:10");

    await bench.ven.createOpt(boilerOut);
    await bench.until("03:00");

    assert.deepEqual(bench.log, [
      "01:00 start boiler pump",
      "01:00 interval 1: boiler pump",
      "01:10 end optedOut boiler (in part)",
      "01:10 interval 1: pump",
      "02:00 end completed pump",
    ]);
  });

  it("rule 206: begins in the middle for resources that opt in again", async () => {
    await using bench = await anOptBench();
    await bench.ven.createOpt(boilerOut);
    await bench.until("01:10");

    await bench.ven.createOpt({ ...boilerOut, optType: "optIn" });
    await bench.until("03:00");

    assert.deepEqual(bench.log, [
      "01:00 start pump",
      "01:00 interval 1: pump",
      "01:10 start boiler",
      "01:10 interval 1: boiler pump",
      "02:00 end completed boiler pump",
    ]);
  });

  it("rules 206, 209: heeds classes of devices", async () => {
    await using bench = await anOptBench();

    await bench.ven.createOpt({ ...allOut, deviceClasses: ["Thermostat"] });
    await bench.until("01:30");

    assert.deepEqual(bench.log, ["01:00 start boiler", "01:00 interval 1: boiler"]);
  });

  it("rule 206: takes part by opt in an event that the VEN has answered with optOut", async () => {
    await using bench = await anOptBench({}, { onEvent: () => "optOut" });

    await bench.ven.createOpt({ ...boilerOut, optType: "optIn" });
    await bench.until("01:30");

    assert.deepEqual(bench.log, ["01:00 start boiler", "01:00 interval 1: boiler"]);
  });

  it("rule 206: goes by the opts after a change of the event, too", async () => {
    await using bench = await anOptBench();
    await bench.ven.createOpt(boilerOut);

    await bench.distribute({ modificationNumber: 1, duration: "PT30M" });
    await bench.until("02:00");

    assert.deepEqual(bench.log, ["01:00 start pump", "01:00 interval 1: pump", "01:30 end completed pump"]);
  });

  it("rule 206: refuses an answer where opts decide on all of the event", async () => {
    await using bench = await anOptBench();
    await bench.ven.createOpt(allOut);

    await assert.rejects(bench.ven.respond("event-1", "optIn"), { responseCode: 451, message: /rule 206/ });
  });

  it("rule 206: goes by a later answer for the resources that no opt is for", async () => {
    await using bench = await anOptBench();
    await bench.ven.createOpt({ ...boilerOut, optType: "optIn" });
    await bench.until("01:10");

    await bench.ven.respond("event-1", "optOut");
    await bench.until("01:20");

    assert.deepEqual(bench.log.slice(2), ["01:10 end optedOut pump (in part)", "01:10 interval 1: boiler"]);
  });

  it("begins and ends by the opts for all of it where the VEN does not know its resources", async () => {
    await using bench = await anOptBench({}, { resources: undefined });
    await bench.until("01:10");

    await bench.ven.createOpt(boilerOut);
    await bench.ven.createOpt(allOut);
    await bench.until("01:20");

    assert.deepEqual(
      bench.log.map((line) => line.trim()),
      ["01:00 start", "01:00 interval 1:", "01:10 end optedOut"],
    );
  });

  it("goes on as before when the VTN refuses the opt", async () => {
    await using bench = await anOptBench();
    await bench.until("01:10");
    bench.vtn.script = { oadrCreateOpt: refusing("oadrCreateOpt", 451) };

    await assert.rejects(bench.ven.createOpt(allOut), { responseCode: 451 });
    await bench.until("01:20");

    assert.equal(bench.log.length, 2);
  });

  it("opts out by itself, by another opt, of an event that it cannot act on", async () => {
    await using bench = await anOptBench({}, { onInterval: () => Promise.reject(new Error("stuck")) });
    await bench.ven.createOpt({ ...boilerOut, optType: "optIn" });

    await bench.until("01:00:01");

    assert.deepEqual(
      bench.vtn.payloads("oadrCreateOpt").map(({ optType, targets }) => [optType, targets]),
      [
        ["optIn", [{ resourceId: "boiler" }]],
        ["optOut", [{ venId: "ven-1" }]],
      ],
    );
    assert.deepEqual(bench.log, [
      "01:00 start boiler pump",
      "01:00 end optedOut pump (in part)",
      "01:00 end optedOut boiler",
    ]);
  });

  it("leaves an event that it cannot act on, also one that asks for no answer any more", async () => {
    await using bench = await anOptBench({}, { onInterval: () => Promise.reject(new Error("stuck")) });
    await bench.ven.createOpt({ ...allOut, optType: "optIn" });
    await bench.distribute({ modificationNumber: 1, responseRequired: "never" });

    await bench.until("01:00:01");

    assert.deepEqual(bench.log, ["01:00 start boiler pump", "01:00 end optedOut boiler pump"]);
    assert.deepEqual(bench.vtn.payloads("oadrCreateOpt"), []);
  });

  it("prepares only those that take part", async () => {
    await using bench = await anOptBench({ rampUp: "PT10M" });
    await bench.until("00:52");

    await bench.ven.createOpt(boilerOut);
    await bench.until("00:55");
    await bench.ven.createOpt({ ...boilerOut, optType: "optIn" });
    await bench.until("01:00");

    assert.deepEqual(bench.log, [
      "00:50 ramp-up boiler pump",
      "00:52 end optedOut boiler (in part)",
      "00:55 ramp-up boiler",
      "01:00 start boiler pump",
      "01:00 interval 1: boiler pump",
    ]);
  });

  it("ends for resources that a change of the event leaves out, and begins for new ones", async () => {
    await using bench = await anOptBench({ targets: [{ resourceId: "boiler" }] });
    await bench.until("01:10");

    await bench.distribute({ modificationNumber: 1, targets: [{ resourceId: "pump" }] });
    await bench.until("01:20");

    assert.deepEqual(bench.log.slice(2), [
      "01:10:10 end changed boiler (in part)",
      "01:10:10 start pump",
      "01:10:10 interval 1: pump",
    ]);
  });

  it("goes on after a restart by the opts from before", async () => {
    await using site = aSite();
    site.vtn.script = takes;
    const { log, options } = device(() => site.clock.now());
    const first = await site.start(options);
    await first.distribute({});
    await first.ven.createOpt(boilerOut);
    await first.ven.stop();

    const second = await site.start(options);
    await second.until("01:10");

    assert.deepEqual(log, ["01:00 start pump", "01:00 interval 1: pump"]);
  });

  it("forgets opts with their event", async () => {
    await using bench = await anOptBench();
    await bench.ven.createOpt(boilerOut);

    await bench.distribute({ modificationNumber: 1, eventStatus: "cancelled" });

    assert.deepEqual(bench.ven.opts, []);
  });

  it("rule 406: tells a VTN that has forgotten the VEN the opts for events again", async () => {
    await using bench = await anOptBench();
    await bench.ven.createOpt(boilerOut);
    bench.vtn.forget();
    bench.vtn.events = [anEvent()];

    let isForgotten = true;
    bench.vtn.script = {
      ...takes,
      oadrPoll: () => {
        if (!isForgotten) return { name: "oadrResponse", payload: { response: { responseCode: 200, requestId: "" } } };
        isForgotten = false;
        return refusing("oadrPoll", 463)();
      },
    };
    await bench.until("01:10");

    assert.deepEqual(
      bench.vtn.payloads("oadrCreateOpt").map(({ eventId, targets }) => [eventId, targets]),
      [["event-1", [{ resourceId: "boiler" }]]],
    );
    assert.deepEqual(bench.log, ["01:00 start pump", "01:00 interval 1: pump"]);
  });
});
