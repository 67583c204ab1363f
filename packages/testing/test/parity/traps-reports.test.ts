import assert from "node:assert/strict";
import { minutes, powerReal, seconds, customUnit } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { anOffer, openPair, powerPoint } from "./open-pair.ts";

describe("what users of OpenLEADR rely on: reports and what goes over the wire", () => {
  it("parity 3, defect B-13: each data point that is offered gets a rate and a callback of its own", async () => {
    const readings: Record<string, number[]> = { oven: [], fridge: [] };
    await using pair = await openPair({
      vtn: {
        onRegisterDataPoint: ({ resourceId = "", measurement, unit, scale, minSamplingInterval }) => {
          if (measurement !== "powerReal" || unit !== "W" || scale !== "k" || minSamplingInterval === undefined) return;
          return {
            samplingInterval: resourceId === "oven" ? seconds(10) : minutes(1),
            onReadings: (given) => void readings[resourceId]?.push(...given.map(({ value }) => value as number)),
          };
        },
      },
    });
    pair.ven.addReport({ resourceId: "oven", measurement: powerReal({ scale: "k" }), collect: () => 1 });
    pair.ven.addReport({ resourceId: "fridge", measurement: powerReal({ scale: "k" }), collect: () => 2 });

    await pair.ven.start();
    await pair.clock.advance(seconds(135));

    assert.deepEqual([readings["oven"]?.length, readings["fridge"]], [13, [2, 2]]);
    assert.ok(readings["oven"]?.every((value) => value === 1));
  });

  it("parity 11: reports, readings and report types may have names that begin with x-", async () => {
    await using pair = await openPair({});
    const client = pair.openClient();
    await client.createPartyRegistration({ venName: "ven-1" });

    const weather = {
      ...powerPoint,
      reportType: "x-wind",
      readingType: "x-gust",
      measurement: customUnit("Wind", "m/s"),
    } as const;
    await client.registerReport({
      reports: [anOffer(pair, { reportName: "x-WEATHER", reportDescriptions: [weather] })],
    });

    const [report] = await pair.vtn.reports.offered("ven-1");
    const [point] = report?.dataPoints ?? [];
    assert.deepEqual([report?.reportName, point?.reportType, point?.readingType], ["x-WEATHER", "x-wind", "x-gust"]);
  });

  it("parity 11: a VEN reports under names that begin with x-", async () => {
    await using pair = await openPair({ vtn: { onRegisterReport: () => ({ granularity: minutes(1) }) } });
    const measurement = customUnit("Wind", "m/s");
    pair.ven.addReport({ reportName: "x-WEATHER", reportType: "x-wind", rId: "wind", measurement, collect: () => 7 });

    await pair.ven.start();
    await pair.clock.advance(seconds(75));

    const [reading] = await pair.vtn.reports.readings({ venId: "ven-1", rId: "wind" });
    assert.deepEqual([reading?.value, reading?.dataPoint?.unit], [7, "m/s"]);
  });

  it("parity 14: both sides see the raw documents, both ways", async () => {
    const atTheVtn: (string | undefined)[] = [];
    await using pair = await openPair({
      vtn: { onExchange: ({ request, answer }) => void atTheVtn.push(request?.toString(), answer) },
    });

    await pair.ven.start();

    assert.ok(pair.sent.length > 3);
    assert.deepEqual(
      atTheVtn.filter((_document, index) => index % 2 === 0),
      pair.sent,
    );
    assert.match(atTheVtn[1] ?? "", /oadrCreatedPartyRegistration/);
  });
});
