import assert from "node:assert/strict";
import { hours, minutes } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { OptCancellation } from "../src/index.ts";
import { anEvent } from "./events.ts";
import { openVtn } from "./open-vtn.ts";
import { anEventOpt, aSchedule, cancelOpt } from "./opts.ts";

const inMemory = { listen: false } as const;

describe("EiOpt: cancellation", () => {
  it("rule 204: takes back all schedules of an optID, and no others", async () => {
    const handed: OptCancellation[] = [];
    await using open = await openVtn({ onCancelOpt: (cancellation) => void handed.push(cancellation) });
    const ven = await open.register();
    const { venId } = ven;
    await open.call("oadrCreateOpt", aSchedule(ven, { optType: "optIn", resourceIds: ["a"] }));
    await open.call("oadrCreateOpt", aSchedule(ven, { optType: "optOut", resourceIds: ["b"] }));
    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "opt-2", resourceIds: ["c"] }));
    const [first, second] = await open.vtn.opts.schedules(venId);

    const answer = await open.call("oadrCancelOpt", { requestId: "req-7", optId: "opt-1", venId });

    const response = { responseCode: 200, responseDescription: "OK", requestId: "req-7" };
    assert.deepEqual(answer?.payload, { response, optId: "opt-1" });
    assert.deepEqual(
      (await open.vtn.opts.schedules(venId)).map(({ state }) => state),
      ["cancelled", "cancelled", "active"],
    );
    assert.equal((await open.vtn.opts.availability({ venId, resourceId: "a" })).isAvailable, undefined);
    assert.equal((await open.vtn.opts.availability({ venId, resourceId: "b" })).isAvailable, undefined);
    assert.equal((await open.vtn.opts.availability({ venId, resourceId: "c" })).isAvailable, false);
    assert.deepEqual(
      handed.map(({ optId, schedules }) => [optId, schedules.map(({ recordId }) => recordId)]),
      [["opt-1", [first?.recordId, second?.recordId]]],
    );
    assert.deepEqual(open.statuses.at(-1), { type: "optCancelled", venId, optId: "opt-1" });
  });

  it("rule 203: what a cancelled schedule superseded does not come back", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    const { venId } = ven;
    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "a" }));
    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "b", spans: [[hours(1), hours(1)]] }));

    await cancelOpt(open, ven, "b");

    assert.equal((await open.vtn.opts.availability({ venId })).isAvailable, undefined);
  });

  it("rule 211: cancelling a superseded schedule is no error, and changes nothing else", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    const { venId } = ven;
    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "a" }));
    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "b" }));

    assert.equal(await cancelOpt(open, ven, "a"), 200);

    const { schedule } = await open.vtn.opts.availability({ venId });
    assert.equal(schedule?.optId, "b");
  });

  it("takes a repeated cancellation, and tells of it once", async () => {
    let asked = 0;
    await using open = await openVtn({ ...inMemory, onCancelOpt: () => void (asked += 1) });
    const ven = await open.register();
    await open.call("oadrCreateOpt", aSchedule(ven));
    await cancelOpt(open, ven);
    const [before] = await open.vtn.opts.schedules();
    open.clock.advance(minutes(1));

    assert.equal(await cancelOpt(open, ven), 200);

    assert.equal(asked, 1);
    assert.deepEqual(await open.vtn.opts.schedules(), [before]);
    assert.equal(open.statuses.filter(({ type }) => type === "optCancelled").length, 1);
  });

  for (const optId of ["nonsense", "OPT-1", ""]) {
    it(`rule 211: refuses to cancel the unknown optID ${JSON.stringify(optId)} with 452`, async () => {
      await using open = await openVtn(inMemory);
      const ven = await open.register();
      await open.call("oadrCreateOpt", aSchedule(ven));

      assert.equal(await cancelOpt(open, ven, optId), 452);
    });
  }

  it("rule 208: refuses to cancel the schedule of another VEN with 452", async () => {
    await using open = await openVtn(inMemory);
    const [kitchen, pantry] = [await open.register("kitchen"), await open.register("pantry")];
    await open.call("oadrCreateOpt", aSchedule(kitchen));

    assert.equal(await cancelOpt(open, pantry), 452);

    assert.deepEqual(
      (await open.vtn.opts.schedules()).map(({ state }) => state),
      ["active"],
    );
  });

  it("rule 211: refuses to cancel the opt for an event with 452", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    const { venId } = ven;
    await open.vtn.events.create(anEvent());
    await open.call("oadrCreateOpt", anEventOpt(ven));

    assert.equal(await cancelOpt(open, ven), 452);

    assert.equal((await open.vtn.events.optState("event-1", { venId }))?.kind, "oadrCreateOpt");
  });

  it("rule 204: a schedule of the same optID as an opt for an event can be cancelled, and the opt stays", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await open.call("oadrCreateOpt", anEventOpt(ven));
    await open.call("oadrCreateOpt", aSchedule(ven));

    assert.equal(await cancelOpt(open, ven), 200);

    assert.equal((await open.vtn.opts.forEvent("event-1")).length, 1);
  });
});
