import assert from "node:assert/strict";
import { hours, milliseconds, minutes, seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { OfferedDataPoint, Reading } from "../src/index.ts";
import { afterNoon } from "./events.ts";
import { noon, openVtn } from "./open-vtn.ts";
import { openOffering } from "./reporting.ts";
import { aHistoryOffer, anOffer, aStatusOffer, reading, someData } from "./reports.ts";

describe("onRegisterDataPoint", () => {
  it("is called with each data point that is offered", async () => {
    const points: OfferedDataPoint[] = [];
    await using open = await openVtn({ onRegisterDataPoint: (point) => void points.push(point) });

    const ven = await openOffering(open, [anOffer(), aStatusOffer()]);

    const { venId } = ven;
    const { dataPoint, ...first } = points[0] ?? {};
    assert.equal(dataPoint?.rId, "oven");
    assert.deepEqual(first, {
      venId,
      reportSpecifierId: "usage",
      reportName: "TELEMETRY_USAGE",
      rId: "oven",
      resourceId: undefined,
      measurement: "powerReal",
      unit: "W",
      scale: "k",
      minSamplingInterval: seconds(10),
      maxSamplingInterval: minutes(60),
    });
    assert.deepEqual(
      points.map(({ reportName, rId }) => [reportName, rId]),
      [
        ["TELEMETRY_USAGE", "oven"],
        ["TELEMETRY_USAGE", "fridge"],
        ["TELEMETRY_STATUS", "oven"],
      ],
    );
    assert.deepEqual(await ven.requests(), []);
  });

  it("rule 317: has data points at different rates asked for in requests of their own", async () => {
    await using open = await openVtn({
      onRegisterDataPoint: ({ rId }) =>
        rId === "none" ? undefined : { samplingInterval: rId === "slow" ? minutes(10) : minutes(1) },
    });
    const ven = await openOffering(open, []);

    const requests = await ven.offer([anOffer("usage", ["a", "slow", "none", "b"])]);

    assert.deepEqual(
      requests.map(({ reportSpecifier: { granularity, reportBackDuration, specifierPayloads } }) => [
        granularity,
        reportBackDuration,
        specifierPayloads.map(({ rId }) => rId),
      ]),
      [
        [minutes(1), minutes(1), ["a", "b"]],
        [minutes(10), minutes(10), ["slow"]],
      ],
    );
  });

  it("has each data point's own handler called with its readings", async () => {
    const calls: [string, readonly Reading[]][] = [];
    await using open = await openVtn({
      onRegisterDataPoint: ({ rId }) => ({
        samplingInterval: minutes(1),
        onReadings: (readings) => void calls.push([rId, readings]),
      }),
    });
    const ven = await openOffering(open, []);
    const [request] = await ven.offer([anOffer()]);

    const payloads = [reading("fridge", 2), reading("oven", 1)] as const;
    await ven.send(someData(request?.reportRequestId ?? "", [{ dtstart: noon, payloads }]));

    assert.deepEqual(
      calls.map(([rId, readings]) => [rId, readings.map(({ value }) => value)]),
      [
        ["oven", [1]],
        ["fridge", [2]],
      ],
    );
  });
});

describe("onRegisterReport", () => {
  it("may select several parts of a report", async () => {
    await using open = await openVtn({
      onRegisterReport: () => [
        { granularity: minutes(1), rIds: ["oven"] },
        { granularity: minutes(5), rIds: ["fridge"] },
      ],
    });
    const ven = await openOffering(open, []);

    const requests = await ven.offer([anOffer()]);

    assert.deepEqual(
      requests.map(({ reportSpecifier }) => reportSpecifier.granularity),
      [minutes(1), minutes(5)],
    );
  });

  it("rule 340: may select all of the past that is kept, though time goes by until it is asked for", async () => {
    await using open = await openVtn({
      onRegisterReport: () => {
        const dtstart = new Date(open.clock.now().getTime() - hours(1));
        open.clock.advance(milliseconds(5));
        return { reportInterval: { dtstart, duration: hours(1) } };
      },
    });
    const ven = await openOffering(open, []);

    const [request] = await ven.offer([aHistoryOffer()]);

    assert.deepEqual(request?.reportSpecifier.reportInterval?.dtstart, afterNoon(hours(-1)));
  });
});

describe("the handler of a request", () => {
  it("is called with the data of that request alone, before onUpdateReport", async () => {
    const calls: string[] = [];
    await using open = await openVtn({ onUpdateReport: () => void calls.push("all") });
    const ven = await openOffering(open);
    const quiet = await ven.pending();
    const heard = await ven.pending({ onReadings: (_, { reportRequestId }) => void calls.push(reportRequestId) });

    const intervals = [{ dtstart: noon, payloads: [reading("oven", 1)] }] as const;
    await ven.send(someData(quiet, intervals), someData(heard, intervals));

    assert.deepEqual(calls, ["all", heard, "all"]);
  });

  it("makes the answer 469, and nothing is kept, when it fails", async () => {
    await using open = await openVtn();
    const ven = await openOffering(open);
    const id = await ven.pending({
      onReadings: () => {
        throw new Error("disk full");
      },
    });

    const { response } = await ven.send(someData(id, [{ dtstart: noon, payloads: [reading("oven", 1)] }]));

    assert.equal(response.responseCode, 469);
    assert.deepEqual(await open.vtn.reports.readings({ venId: ven.venId }), []);
    assert.deepEqual(await ven.states(), ["pending"]);
  });
});
