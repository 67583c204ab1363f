import assert from "node:assert/strict";
import { minutes, type ReportInterval } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { ReportUpdate } from "../src/index.ts";
import { afterNoon } from "./events.ts";
import { noon, openVtn } from "./open-vtn.ts";
import { bare, openOffering } from "./reporting.ts";
import { anOffer, aStatusOffer, reading, someData } from "./reports.ts";

const minute = minutes(1);

/** What becomes of intervals: the response code, and each reading's minute after noon with its value. */
async function receive(intervals: readonly ReportInterval[]) {
  const updates: ReportUpdate[] = [];
  await using open = await openVtn({ onUpdateReport: (update) => void updates.push(update) });
  const ven = await openOffering(open);
  const id = await ven.pending();
  const { response } = await ven.send(someData(id, intervals));
  const readings = updates[0]?.readings.map(({ dtstart, value }) => [(+dtstart - +noon) / minute, value]);
  return { code: response.responseCode, readings };
}

describe("the times of readings", () => {
  for (const [title, intervals, expected] of [
    [
      "intervals without a start, which follow one another by uid, wherever they stand",
      [
        { duration: minute, uid: "2", payloads: [reading("oven", 3)] },
        { duration: minutes(2), uid: "0", payloads: [reading("oven", 1)] },
        { duration: minute, uid: "1", payloads: [reading("oven", 2)] },
      ],
      [
        [0, 1],
        [2, 2],
        [3, 3],
      ],
    ],
    [
      "intervals without uid, where none has one, which follow one another as they stand",
      [
        { duration: minute, payloads: [reading("oven", 1)] },
        { duration: minute, payloads: [reading("oven", 2)] },
      ],
      [
        [0, 1],
        [1, 2],
      ],
    ],
    ["an only interval, which starts with the report", [{ uid: "0", payloads: [reading("oven", 1)] }], [[0, 1]]],
    [
      "intervals out of order, and puts them into the order of time",
      [
        { dtstart: afterNoon(minute), payloads: [reading("oven", 2)] },
        { dtstart: noon, payloads: [reading("oven", 1)] },
      ],
      [
        [0, 1],
        [1, 2],
      ],
    ],
    [
      "intervals with a start, of which some have a duration",
      [
        { dtstart: noon, payloads: [reading("oven", 1)] },
        { dtstart: afterNoon(minute), duration: minute, payloads: [reading("oven", 2)] },
      ],
      [
        [0, 1],
        [1, 2],
      ],
    ],
  ] as const) {
    it(`rules 314, 315, 316, 342: takes ${title}`, async () => {
      assert.deepEqual(await receive(intervals), { code: 200, readings: expected });
    });
  }

  for (const [title, intervals] of [
    [
      "a start in some intervals",
      [
        { dtstart: noon, duration: minute, uid: "0", payloads: [reading("oven", 1)] },
        { duration: minute, uid: "1", payloads: [reading("oven", 2)] },
      ],
    ],
    [
      "several intervals with neither start nor duration",
      [
        { uid: "0", payloads: [reading("oven", 1)] },
        { uid: "1", payloads: [reading("oven", 2)] },
      ],
    ],
    [
      "a uid twice",
      [
        { duration: minute, uid: "0", payloads: [reading("oven", 1)] },
        { duration: minute, uid: "0", payloads: [reading("oven", 2)] },
      ],
    ],
    [
      "a uid in some intervals",
      [
        { duration: minute, uid: "0", payloads: [reading("oven", 1)] },
        { duration: minute, payloads: [reading("oven", 2)] },
      ],
    ],
  ] as const) {
    it(`rules 314, 315, 316: refuses ${title} with 454`, async () => {
      assert.deepEqual(await receive(intervals), { code: 454, readings: undefined });
    });
  }
});

describe("vtn.reports.readings", () => {
  it("rule 346: has corrected data in place of those before", async () => {
    await using open = await openVtn();
    const ven = await openOffering(open);
    const id = await ven.pending({ granularity: minute });
    const at = (value: number) => someData(id, [{ dtstart: noon, payloads: [reading("oven", value)] }]);

    await ven.send(at(1));
    await ven.send(at(2), at(3));

    const readings = await open.vtn.reports.readings({ venId: ven.venId });
    assert.deepEqual(bare(readings), [{ rId: "oven", value: 3, dtstart: noon }]);
  });

  it("rules 318, 346: keeps the quality, and gives way to better data", async () => {
    await using open = await openVtn();
    const ven = await openOffering(open);
    const id = await ven.pending({ granularity: minute });
    const bad = { ...reading("oven", 0), dataQuality: "Quality Bad - Not Connected" } as const;

    await ven.send(someData(id, [{ dtstart: noon, payloads: [bad] }]));
    const before = await open.vtn.reports.readings({ venId: ven.venId });
    await ven.send(someData(id, [{ dtstart: noon, payloads: [reading("oven", 1)] }]));

    assert.equal(before[0]?.dataQuality, "Quality Bad - Not Connected");
    assert.equal((await open.vtn.reports.readings({ venId: ven.venId }))[0]?.dataQuality, undefined);
  });

  it("finds the readings of a data point and a span", async () => {
    await using open = await openVtn();
    const ven = await openOffering(open);
    const id = await ven.pending({ granularity: minute });
    const intervals = [0, 1, 2].map((index) => ({
      duration: minute,
      uid: String(index),
      payloads: [reading("oven", index), reading("fridge", 10 + index)] as const,
    }));
    await ven.send(someData(id, intervals));

    const query = { venId: ven.venId, reportSpecifierId: "usage", rId: "fridge" };
    const found = await open.vtn.reports.readings({ ...query, from: afterNoon(minute), to: afterNoon(minutes(2)) });

    assert.deepEqual(bare(found), [{ rId: "fridge", value: 11, dtstart: afterNoon(minute), duration: minute }]);
  });

  it("keeps none when it is told so", async () => {
    const updates: ReportUpdate[] = [];
    await using open = await openVtn({ keepReadings: false, onUpdateReport: (update) => void updates.push(update) });
    const ven = await openOffering(open);
    const id = await ven.pending();

    await ven.send(someData(id, [{ dtstart: noon, payloads: [reading("oven", 1)] }]));

    assert.equal(updates.length, 1);
    assert.deepEqual(await open.vtn.reports.readings({ venId: ven.venId }), []);
  });

  it("rule 304: refuses data of a request for metadata with 452", async () => {
    await using open = await openVtn();
    const ven = await openOffering(open, [aStatusOffer()]);
    const id = await ven.pending({ reportSpecifierId: "METADATA", reportBackDuration: minute });

    const { response } = await ven.send(someData(id, [{ dtstart: noon, payloads: [reading("0", 1)] }]));

    assert.equal(response.responseCode, 452);
  });

  it("rule 330: takes a data point whose rID is any text", async () => {
    await using open = await openVtn();
    const ven = await openOffering(open, [anOffer("usage", ["energy/é 1"])]);
    const id = await ven.pending();

    await ven.send(someData(id, [{ dtstart: noon, payloads: [reading("energy/é 1", 1)] }]));

    assert.equal((await open.vtn.reports.readings({ venId: ven.venId, rId: "energy/é 1" })).length, 1);
  });
});
