import assert from "node:assert/strict";
import { hours, type Target } from "@openleadr/protocol";
import { it } from "vitest";
import type { Week } from "./week.ts";

/** Friday: opts. */
export function friday(week: Week): void {
  /** Whether the boiler takes part; undefined where nothing was said. */
  const isAvailable = async (at: string, marketContext?: string): Promise<boolean | undefined> => {
    const subject = { venId: "kitchen", resourceId: "boiler", ...(marketContext !== undefined && { marketContext }) };
    return (await week.vtn.opts.availability({ ...subject, at: week.at(at) })).isAvailable;
  };

  it("rules 200, 202, 208: has the VEN say when a part of it does not take part", async () => {
    await week.until("Fri 00:05");
    const before = await isAvailable("Fri 10:30");

    await week.ven.createOpt({
      optType: "optOut",
      optId: "maintenance",
      targets: [{ resourceId: "boiler" }],
      availability: [{ dtstart: week.at("Fri 10:00"), duration: hours(1) }],
    });

    assert.deepEqual(
      [before, await isAvailable("Fri 10:30"), await isAvailable("Fri 11:30")],
      [undefined, false, undefined],
    );
  });

  it("rule 205: has the VEN say so of one programme alone", async () => {
    await week.ven.createOpt({
      optType: "optOut",
      optId: "programme",
      marketContext: "http://ours",
      availability: [{ dtstart: week.at("Fri 20:00"), duration: hours(1) }],
    });

    assert.deepEqual(
      [await isAvailable("Fri 20:30", "http://ours"), await isAvailable("Fri 20:30", "http://theirs")],
      [false, undefined],
    );
  });

  it("rules 204, 211: has the VEN take that back", async () => {
    await week.ven.cancelOpt("maintenance");

    assert.equal(await isAvailable("Fri 10:30"), undefined);
    assert.deepEqual(
      week.ven.opts.map(({ optId }) => optId),
      ["programme"],
    );
  });

  it("rule 206: has a part of the VEN leave an event, and the rest go on", async () => {
    await week.announce("shared", "Fri 02:00");
    await week.until("Fri 02:10");

    await week.ven.createOpt({ optType: "optOut", eventId: "shared", targets: [{ resourceId: "boiler" }] });
    await week.clock.settle();

    const state = async (resourceId: string) =>
      (await week.vtn.events.optState("shared", { venId: "kitchen", resourceId }))?.optType;
    assert.deepEqual([await state("boiler"), await state("pump")], ["optOut", "optIn"]);
    assert.deepEqual(week.doneAbout("shared").slice(2), ["Fri 02:10 optedOut", "Fri 02:10 1"]);
    assert.deepEqual(week.ven.signalAt(week.clock.now())?.resources, ["pump"]);
  });

  it("rule 206: has the VEN change its mind by an opt, whatever it answered", async () => {
    await week.ven.createOpt({ optType: "optOut", eventId: "shared" });
    await week.ven.requestEvents();

    assert.equal((await week.vtn.events.optState("shared", { venId: "kitchen" }))?.optType, "optOut");
    assert.deepEqual(week.ven.activeEvents(), []);
    await assert.rejects(week.ven.respond("shared", "optIn"), { code: "ERR_OADR_REJECTED" });
  });

  it("rules 206, 208: refuses opts for what there is not, and for what an event is not for", async () => {
    await week.announce("boilers", "Fri 06:00", { targets: [{ resourceId: "boiler" }] });
    await week.pass();
    const client = week.client("kitchen", week.ven.registrationId);
    const opt = (eventId: string, modificationNumber: number, target: Target) =>
      client.createOpt({
        optId: "by hand",
        optType: "optOut",
        optReason: "economic",
        createdDateTime: week.clock.now(),
        targets: [{ venId: "kitchen" }, target],
        eventId,
        modificationNumber,
      });

    await assert.rejects(opt("nothing", 0, { resourceId: "boiler" }), { responseCode: 452 });
    await assert.rejects(opt("boilers", 7, { resourceId: "boiler" }), { responseCode: 450 });
    await assert.rejects(opt("boilers", 0, { resourceId: "pump" }), { responseCode: 462 });
    await assert.rejects(client.cancelOpt("nothing"), { responseCode: 452 });
    assert.equal((await week.vtn.opts.forEvent("boilers")).length, 0);
  });
}
