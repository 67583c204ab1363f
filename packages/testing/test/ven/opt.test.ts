import assert from "node:assert/strict";
import { hours, seconds, type Message, type OadrCreateOpt, type Payload } from "@openleadr/protocol";
import type { NewOptSchedule, VenOptions } from "@openleadr/ven";
import { describe, it } from "vitest";
import { aBench, anEvent, refusing, type Bench, type Script } from "./scripted-vtn.ts";

const noon = new Date("2026-01-01T12:00:00Z");
const siesta: NewOptSchedule = { optType: "optOut", availability: [{ dtstart: noon, duration: hours(2) }] };

/** A VTN that takes what it is told of opts. */
const takes: Script = {
  oadrCreateOpt: ({ requestId, optId }) => createdOpt(requestId, optId),
  oadrCancelOpt: ({ requestId, optId }) => canceledOpt(requestId, optId),
};

/** A VEN that is registered and has the event `event-1`. */
async function aRegisteredBench(script: Script = {}, options: Partial<VenOptions> = {}): Promise<Bench> {
  const bench = aBench({ onEvent: () => "optIn", ...options }, { ...takes, ...script });
  bench.vtn.events = [anEvent({ targets: [{ resourceId: "boiler" }, { resourceId: "pump" }] })];
  await bench.ven.start();
  bench.vtn.forget();
  return bench;
}

describe("opt schedules of a VEN", () => {
  it("rules 200, 202, 204, 208: are told with venID, optID and plain spans, for all of the VEN", async () => {
    await using bench = await aRegisteredBench();

    const { optId } = await bench.ven.createOpt({ ...siesta, marketContext: "http://market" });

    const [sent] = bench.vtn.payloads("oadrCreateOpt");
    assert.deepEqual(
      pick(sent, ["optId", "venId", "optType", "optReason", "marketContext", "vavailability", "targets"]),
      {
        optId,
        venId: "ven-1",
        optType: "optOut",
        optReason: "notParticipating",
        marketContext: "http://market",
        vavailability: [{ dtstart: noon, duration: hours(2) }],
        targets: [{ venId: "ven-1" }],
      },
    );
  });

  it("rules 202, 209: may be for some resources, and some classes of devices", async () => {
    await using bench = await aRegisteredBench();

    await bench.ven.createOpt({ ...siesta, targets: [{ resourceId: "boiler" }], deviceClasses: ["Water_Heater"] });

    const [sent] = bench.vtn.payloads("oadrCreateOpt");
    assert.deepEqual(sent?.targets, [{ resourceId: "boiler" }]);
    assert.deepEqual(sent.deviceClasses, [{ endDeviceAsset: "Water_Heater" }]);
  });

  it("rule 210: may have no end", async () => {
    await using bench = await aRegisteredBench();

    await bench.ven.createOpt({ optType: "optIn", availability: [{ dtstart: noon, duration: seconds(0) }] });

    assert.deepEqual(bench.vtn.payloads("oadrCreateOpt")[0]?.vavailability, [{ dtstart: noon, duration: 0 }]);
  });

  it("count once the VTN has taken them", async () => {
    await using bench = await aRegisteredBench();

    const opt = await bench.ven.createOpt(siesta);

    assert.deepEqual(bench.ven.opts, [opt]);
    assert.deepEqual(bench.told("optCreated"), [
      { type: "optCreated", optId: opt.optId, optType: "optOut", eventId: undefined },
    ]);
  });

  it("do not count when the VTN refuses them", async () => {
    await using bench = await aRegisteredBench({ oadrCreateOpt: refusing("oadrCreateOpt", 451) });

    await assert.rejects(bench.ven.createOpt(siesta), { code: "ERR_OADR_REJECTED", responseCode: 451 });

    assert.deepEqual(bench.ven.opts, []);
  });

  for (const [what, script] of [
    ["another requestID", { oadrCreateOpt: ({ optId }: OadrCreateOpt) => createdOpt("another", optId) }],
    ["another optID", { oadrCreateOpt: ({ requestId }: OadrCreateOpt) => createdOpt(requestId, "another") }],
  ] as const) {
    it(`rule 207: do not count when the answer has ${what}`, async () => {
      await using bench = await aRegisteredBench(script);

      await assert.rejects(bench.ven.createOpt(siesta), { code: "ERR_OADR_UNEXPECTED_ANSWER", message: /"another"/ });

      assert.deepEqual(bench.ven.opts, []);
    });
  }

  it("rule 203: take the place of older ones of the same kind for the same resources", async () => {
    await using bench = await aRegisteredBench();
    await bench.ven.createOpt({ ...siesta, optId: "boiler", targets: [{ resourceId: "boiler" }] });
    await bench.ven.createOpt({ ...siesta, optId: "in", optType: "optIn" });
    await bench.ven.createOpt({ ...siesta, optId: "pump", targets: [{ resourceId: "pump" }] });
    assert.deepEqual(optIds(bench), ["boiler", "in", "pump"]);

    await bench.ven.createOpt({ ...siesta, optId: "boiler again", targets: [{ resourceId: "boiler" }] });
    assert.deepEqual(optIds(bench), ["in", "pump", "boiler again"]);

    await bench.ven.createOpt({ ...siesta, optId: "all" });
    assert.deepEqual(optIds(bench), ["in", "all"]);
  });

  it("rule 204: are taken back by their optID, all that have it", async () => {
    await using bench = await aRegisteredBench();
    await bench.ven.createOpt({ ...siesta, optId: "week", targets: [{ resourceId: "boiler" }] });
    await bench.ven.createOpt({ ...siesta, optId: "week", targets: [{ resourceId: "pump" }] });
    await bench.ven.createOpt({ ...siesta, optId: "other", optType: "optIn" });

    await bench.ven.cancelOpt("week");

    assert.deepEqual(optIds(bench), ["other"]);
    assert.deepEqual(pick(bench.vtn.payloads("oadrCancelOpt")[0], ["optId", "venId"]), {
      optId: "week",
      venId: "ven-1",
    });
    assert.deepEqual(bench.told("optCancelled"), [{ type: "optCancelled", optId: "week" }]);
  });

  it("stay when the VTN refuses to forget them", async () => {
    await using bench = await aRegisteredBench({ oadrCancelOpt: refusing("oadrCancelOpt", 452) });
    await bench.ven.createOpt({ ...siesta, optId: "week" });

    await assert.rejects(bench.ven.cancelOpt("week"), { responseCode: 452 });

    assert.deepEqual(optIds(bench), ["week"]);
  });

  it("are told again to a VTN that has forgotten the VEN", async () => {
    await using bench = await aRegisteredBench();
    await bench.ven.createOpt({ ...siesta, optId: "week" });
    bench.vtn.forget();

    bench.vtn.script = { ...takes, oadrPoll: once(refusing("oadrPoll", 463), bench) };
    await bench.clock.advance(seconds(10));
    await bench.clock.advance(hours(1));

    assert.deepEqual(
      bench.vtn.payloads("oadrCreateOpt").map(({ optId }) => optId),
      ["week"],
    );
    assert.deepEqual(optIds(bench), ["week"]);
  });

  for (const [what, opt, error] of [
    ["without a span", { optType: "optOut", availability: [] }, { name: "RangeError", message: /^availability/ }],
    ["for a class of devices that there is not", { ...siesta, deviceClasses: ["Toaster"] }, { code: "ERR_OADR_RULE" }],
  ] as const) {
    it(`are refused ${what}, before the VTN hears of them`, async () => {
      await using bench = await aRegisteredBench();

      await assert.rejects(bench.ven.createOpt(opt), error);

      assert.deepEqual(bench.vtn.names, []);
    });
  }

  it("need a registration", async () => {
    await using bench = aBench();

    await assert.rejects(bench.ven.createOpt(siesta), { code: "ERR_OADR_REJECTED", responseCode: 463 });
    await assert.rejects(bench.ven.cancelOpt("week"), { responseCode: 463 });
  });
});

const inNorth: Partial<VenOptions> = { memberOf: { groupIds: ["north"] } };
const ofNorth: Partial<VenOptions> = {
  resources: [{ resourceId: "boiler" }, { resourceId: "pump", groupIds: ["north"] }],
};

describe("opts of a VEN for an event", () => {
  it("rule 206: name the event as the VEN has it, without schedule and programme", async () => {
    await using bench = await aRegisteredBench();

    await bench.ven.createOpt({ eventId: "event-1", optType: "optOut", targets: [{ resourceId: "pump" }] });

    const [sent] = bench.vtn.payloads("oadrCreateOpt");
    assert.deepEqual(pick(sent, ["eventId", "modificationNumber", "targets", "vavailability", "marketContext"]), {
      eventId: "event-1",
      modificationNumber: 0,
      targets: [{ resourceId: "pump" }],
      vavailability: undefined,
      marketContext: undefined,
    });
  });

  it("rule 206: are refused for parts that the event does not name", async () => {
    await using bench = await aRegisteredBench();

    const opt = bench.ven.createOpt({ eventId: "event-1", optType: "optOut", targets: [{ resourceId: "oven" }] });

    await assert.rejects(opt, { name: "RangeError", message: /oven/ });
    assert.deepEqual(bench.vtn.names, []);
  });

  for (const [what, targets, part, options] of [
    ["any resource of a VEN that is itself meant", [{ venId: "ven-1" }, { resourceId: "boiler" }], "oven", {}],
    ["any resource of a VEN of which a group is meant", [{ groupId: "north" }], "oven", inNorth],
    ["a resource of a group that is meant", [{ groupId: "north" }], "pump", ofNorth],
    ["a resource that may be of a group, which the VTN knows", [{ groupId: "north" }], "oven", {}],
  ] as const) {
    it(`rules 22, 206: are taken for ${what}`, async () => {
      await using bench = aBench({ onEvent: () => "optIn", ...options }, takes);
      bench.vtn.events = [anEvent({ targets })];
      await bench.ven.start();

      await bench.ven.createOpt({ eventId: "event-1", optType: "optOut", targets: [{ resourceId: part }] });

      assert.deepEqual(bench.vtn.payloads("oadrCreateOpt")[0]?.targets, [{ resourceId: part }]);
    });
  }

  it("rules 22, 206: are refused for a resource that is of no group that is meant", async () => {
    await using bench = aBench({ onEvent: () => "optIn", ...ofNorth }, takes);
    bench.vtn.events = [anEvent({ targets: [{ groupId: "north" }] })];
    await bench.ven.start();

    const opt = bench.ven.createOpt({ eventId: "event-1", optType: "optOut", targets: [{ resourceId: "boiler" }] });

    await assert.rejects(opt, { name: "RangeError", message: /boiler/ });
  });

  it("rule 206: are refused for an event that asks for no answer", async () => {
    await using bench = aBench({}, takes);
    bench.vtn.events = [anEvent({ responseRequired: "never" })];
    await bench.ven.start();

    const opt = bench.ven.createOpt({ eventId: "event-1", optType: "optOut" });

    await assert.rejects(opt, { responseCode: 451, message: /rule 206/ });
  });

  it("are refused for an event that the VEN does not have", async () => {
    await using bench = await aRegisteredBench();

    const opt = bench.ven.createOpt({ eventId: "another", optType: "optOut" });

    await assert.rejects(opt, { name: "RangeError", message: /^eventId: expected .* got "another"$/ });
  });

  it("rule 211: are not taken back, but changed by another", async () => {
    await using bench = await aRegisteredBench();
    await bench.ven.createOpt({ eventId: "event-1", optType: "optOut", optId: "out" });

    await assert.rejects(bench.ven.cancelOpt("out"), { responseCode: 451, message: /rule 211/ });
    await bench.ven.createOpt({ eventId: "event-1", optType: "optIn", optId: "in" });

    assert.deepEqual(optIds(bench), ["in"]);
    assert.deepEqual(bench.vtn.payloads("oadrCancelOpt"), []);
  });
});

function optIds({ ven }: Bench): string[] {
  return ven.opts.map(({ optId }) => optId);
}

/** An answer that is given once; then the VTN is as before. */
function once(answer: () => Message | undefined, { vtn }: Bench): () => Message | undefined {
  return () => {
    vtn.script = takes;
    return answer();
  };
}

function createdOpt(requestId: string, optId: string): Message<"oadrCreatedOpt"> {
  return { name: "oadrCreatedOpt", payload: { response: { responseCode: 200, requestId }, optId } };
}

function canceledOpt(requestId: string, optId: string): Message<"oadrCanceledOpt"> {
  return { name: "oadrCanceledOpt", payload: { response: { responseCode: 200, requestId }, optId } };
}

function pick(payload: Payload<"oadrCreateOpt" | "oadrCancelOpt"> | undefined, names: readonly string[]): object {
  const fields: Record<string, unknown> = { ...payload };
  return Object.fromEntries(names.map((name) => [name, fields[name]]));
}
