import assert from "node:assert/strict";
import { hours, minutes } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { AvailabilitySpansQuery } from "../src/index.ts";
import { afterNoon } from "./events.ts";
import { noon, openVtn, type OpenVtn, type TestVen } from "./open-vtn.ts";
import { aSchedule, cancelOpt } from "./opts.ts";

const inMemory = { listen: false } as const;

describe("EiOpt: availability over a span", () => {
  it("is one span for ever where nothing was said", async () => {
    await using open = await openVtn(inMemory);
    const { venId } = await open.register();

    assert.deepEqual(await open.vtn.opts.availabilitySpans({ venId }), [
      { from: noon, until: undefined, isAvailable: undefined, schedule: undefined },
    ]);
  });

  it("tells from when to when, and which schedule says so", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.call("oadrCreateOpt", aSchedule(ven, { optId: "a", spans: [[hours(1), hours(1)]] }));

    const spans = await open.vtn.opts.availabilitySpans({ venId: ven.venId, from: noon, until: afterNoon(hours(3)) });

    assert.deepEqual(
      spans.map(({ from, until, isAvailable, schedule }) => [from, until, isAvailable, schedule?.optId]),
      [
        [noon, afterNoon(hours(1)), undefined, undefined],
        [afterNoon(hours(1)), afterNoon(hours(2)), false, "a"],
        [afterNoon(hours(2)), afterNoon(hours(3)), undefined, undefined],
      ],
    );
  });

  it("joins spans of one schedule that touch, overlap, or come out of order", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    const spans = [
      [hours(3), hours(1)],
      [hours(1), hours(1)],
      [hours(2), hours(1)],
      [minutes(90), minutes(5)],
    ] as const;

    await open.call("oadrCreateOpt", aSchedule(ven, { spans }));

    assert.deepEqual(await spansOf(open, ven), ["0 undefined", "60 false", "240 undefined"]);
  });

  it("cuts off what lies before and after", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.call("oadrCreateOpt", aSchedule(ven, { spans: [[hours(-2), hours(9)]] }));

    assert.deepEqual(await spansOf(open, ven, { until: afterNoon(hours(1)) }), ["0 false"]);
    assert.deepEqual(await spansOf(open, ven, { from: afterNoon(hours(7)) }), ["420 undefined"]);
  });

  it("rule 201: changes sides as optIn and optOut schedules overlap, by the precedence asked for", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.call("oadrCreateOpt", aSchedule(ven, { optType: "optOut", spans: [[hours(1), hours(2)]] }));

    await open.call("oadrCreateOpt", aSchedule(ven, { optType: "optIn", spans: [[hours(2), hours(2)]] }));

    const newest = ["0 undefined", "60 false", "120 true", "240 undefined"];
    assert.deepEqual(await spansOf(open, ven), newest);
    assert.deepEqual(await spansOf(open, ven, { precedence: "optIn" }), newest);
    assert.deepEqual(await spansOf(open, ven, { precedence: "optOut" }), [
      "0 undefined",
      "60 false",
      "180 true",
      "240 undefined",
    ]);
  });

  it("rule 205: counts the schedules of the market context asked for", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.call("oadrCreateOpt", aSchedule(ven, { marketContext: "oadr://heat" }));

    assert.deepEqual(await spansOf(open, ven, { marketContext: "oadr://heat" }), ["0 false", "60 undefined"]);
    assert.deepEqual(await spansOf(open, ven), ["0 undefined"]);
  });

  it("rule 210: ends never where a span is open-ended", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    const spans = [
      [hours(1), hours(0)],
      [hours(2), hours(1)],
    ] as const;
    await open.call("oadrCreateOpt", aSchedule(ven, { spans }));

    const [, last, ...more] = await open.vtn.opts.availabilitySpans({ venId: ven.venId });

    assert.deepEqual([last?.from, last?.until, last?.isAvailable], [afterNoon(hours(1)), undefined, false]);
    assert.deepEqual(more, []);
  });

  it("rule 204: leaves out what was cancelled", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.call("oadrCreateOpt", aSchedule(ven));

    await cancelOpt(open, ven);

    assert.deepEqual(await spansOf(open, ven), ["0 undefined"]);
  });

  it("counts thousands of spans in one go", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    const spans = Array.from({ length: 5000 }, (_, index) => [minutes(index * 2), minutes(1)] as const);
    await open.call("oadrCreateOpt", aSchedule(ven, { spans }));

    assert.equal((await spansOf(open, ven)).length, 10_000);
  });

  for (const [title, query] of [
    ["a span that is empty", { from: noon, until: noon }],
    ["a span that ends before it begins", { from: noon, until: afterNoon(minutes(-1)) }],
    ["no date as start", { from: new Date(NaN) }],
    ["no date as end", { until: new Date(NaN) }],
  ] as const) {
    it(`refuses ${title}`, async () => {
      await using open = await openVtn(inMemory);

      await assert.rejects(open.vtn.opts.availabilitySpans({ venId: "ven-1", ...query }), { name: "RangeError" });
    });
  }

  it("refuses no date as instant", async () => {
    await using open = await openVtn(inMemory);

    const answer = open.vtn.opts.availability({ venId: "ven-1", at: new Date(NaN) });

    await assert.rejects(answer, { name: "RangeError", message: /^at: / });
  });
});

/** Each span as the minutes from noon when it begins, and whether the VEN is available. */
async function spansOf(
  { vtn }: OpenVtn,
  { venId }: TestVen,
  query: Omit<AvailabilitySpansQuery, "venId"> = {},
): Promise<readonly string[]> {
  const spans = await vtn.opts.availabilitySpans({ venId, ...query });
  return spans.map(({ from, isAvailable }) => `${(from.getTime() - noon.getTime()) / 60_000} ${isAvailable}`);
}
