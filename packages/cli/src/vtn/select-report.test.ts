import assert from "node:assert/strict";
import { hours, minutes, seconds } from "@openleadr/protocol";
import type { OfferedReport } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { selectReport } from "./select-report.ts";

const now = new Date("2026-01-31T12:00:00Z");

function aReport(
  reportName: OfferedReport["reportName"] & string,
  periods: readonly (readonly [number, number])[],
): OfferedReport {
  return {
    duration: hours(1),
    dataPoints: periods.map(([min, max], index) => ({
      rId: String(index),
      reportType: "usage",
      readingType: "Direct Read",
      dataSources: [],
      deviceClasses: [],
      samplingRate: { minPeriod: seconds(min), maxPeriod: seconds(max), onChange: false },
    })),
    reportSpecifierId: "usage",
    reportName,
    createdDateTime: now,
  };
}

describe("the choice of reports", () => {
  for (const [periods, wanted] of [
    [[], 5],
    [[[1, 3600]], 5],
    [[[60, 3600]], 60],
    [
      [
        [1, 3600],
        [10, 3600],
      ],
      10,
    ],
    [[[0, 2]], 2],
    [[[0, 0]], 1],
  ] as const) {
    it(`asks for data every ${wanted} s where ${JSON.stringify(periods)} is offered`, () => {
      const selection = selectReport(aReport("TELEMETRY_USAGE", periods), now);

      assert.deepEqual(selection, { granularity: seconds(wanted) });
    });
  }

  it("asks for history once, nearly as far back as it is kept", () => {
    const selection = selectReport(aReport("HISTORY_USAGE", [[60, 3600]]), now);

    assert.deepEqual(selection, {
      reportInterval: { dtstart: new Date("2026-01-31T11:01:00Z"), duration: minutes(59) },
    });
  });
});
