import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { anEvent } from "./events.ts";
import { noon, openVtn } from "./open-vtn.ts";
import { aSchedule } from "./opts.ts";

const inMemory = { listen: false } as const;

/** The same market context, written in two ways. */
const heat = "http://market.example.com/heat";
const heatToo = "HTTP://Market.Example.Com:80/h%65at";

const ofHeat = { ...anEvent(), eventDescriptor: { eventId: "event-1", marketContext: heatToo } };

describe("market contexts", () => {
  it("rule 512: are the same for enrolments however they are written, and stay as given", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.enrolments.set(ven.venId, { marketContexts: [heat] });

    await open.vtn.events.create(ofHeat);

    assert.deepEqual(await ven.eventIds(), ["event-1"]);
    assert.deepEqual(await open.vtn.enrolments.get(ven.venId), { marketContexts: [heat] });
    assert.equal((await open.vtn.events.get("event-1"))?.eventDescriptor.marketContext, heatToo);
  });

  it("rules 18, 512: are the same for events that overlap", async () => {
    await using open = await openVtn({ ...inMemory, overlap: "refuse" });
    await open.vtn.events.create(ofHeat);

    const eventDescriptor = { eventId: "event-2", marketContext: heat };
    await assert.rejects(open.vtn.events.create({ ...ofHeat, eventDescriptor }), { responseCode: 451 });
  });

  it("rules 205, 512: are the same for the availability of a VEN", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();

    await open.call("oadrCreateOpt", aSchedule(ven, { marketContext: heat }));

    const { venId } = ven;
    const { isAvailable } = await open.vtn.opts.availability({ venId, at: noon, marketContext: heatToo });
    assert.equal(isAvailable, false);
  });

  it("rules 203, 512: are the same for a schedule that overrides another", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();

    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "a", marketContext: heat }));
    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "b", marketContext: heatToo }));

    const schedules = await open.vtn.opts.schedules(ven.venId);
    assert.deepEqual(
      schedules.map(({ optId, state }) => [optId, state]),
      [
        ["a", "superseded"],
        ["b", "active"],
      ],
    );
  });
});
