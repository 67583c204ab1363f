import assert from "node:assert/strict";
import { hours, minutes, powerReal, pulseCount, seconds, type Duration, type OadrReport } from "@openleadr/protocol";
import { inMemoryTransport, messageClient } from "@openleadr/transport";
import type { Reading } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { anOffer, openPair, powerPoint, type OpenPair } from "./open-pair.ts";

const days = (count: number): Duration => hours(24 * count);
const slow = { samplingRate: { minPeriod: seconds(1), maxPeriod: days(4) }, duration: days(8) };

/** The values that came, by data point. */
async function values({ vtn }: OpenPair, rId: string): Promise<readonly unknown[]> {
  return (await vtn.reports.readings({ venId: "ven-1", rId })).map(({ value }) => value);
}

describe("what OpenLEADR gets wrong about reports", () => {
  it("defect B-6: requests of one message keep to their own data points, one of them once", async () => {
    await using pair = await openPair({});
    for (const rId of ["a", "b", "c"])
      pair.ven.addReport({
        rId,
        reportSpecifierId: "usage",
        resourceId: rId,
        measurement: powerReal(),
        collect: () => 1,
      });
    await pair.ven.start();

    await pair.vtn.reports.request("ven-1", [
      { reportSpecifierId: "usage", rIds: ["a"] },
      { reportSpecifierId: "usage", rIds: ["b"], granularity: minutes(1) },
    ]);
    await pair.clock.advance(seconds(200));

    const counts = [await values(pair, "a"), await values(pair, "b"), await values(pair, "c")].map(
      ({ length }) => length,
    );
    assert.deepEqual(counts, [1, 3, 0]);
  });

  it("defect B-7: a report ends when oadrUpdatedReport says so", async () => {
    await using pair = await openPair({});
    pair.ven.addReport({
      rId: "a",
      reportSpecifierId: "usage",
      resourceId: "a",
      measurement: powerReal(),
      collect: () => 1,
    });
    await pair.ven.start();
    const order = { reportSpecifierId: "usage", granularity: minutes(1) };
    const [made] = await pair.vtn.reports.request("ven-1", order);
    await pair.clock.advance(seconds(90));

    await pair.vtn.reports.cancel("ven-1", [made?.reportRequestId ?? ""], { inUpdatedReport: true });
    await pair.clock.advance(minutes(5));

    assert.equal((await pair.vtn.reports.requests("ven-1"))[0]?.state, "cancelled");
    assert.equal((await values(pair, "a")).length, 2);
  });

  for (const [title, granularity] of [
    ["45 s", seconds(45)],
    ["90 s", seconds(90)],
    ["7 min", minutes(7)],
    ["5 h", hours(5)],
    ["3 days", days(3)],
  ] as const) {
    it(`defect B-9: samples every ${title} are ${title} apart`, async () => {
      await using pair = await openPair({
        vtn: { pollFrequency: granularity, onRegisterReport: () => ({ granularity }) },
      });
      pair.ven.addReport({ ...slow, rId: "a", resourceId: "a", measurement: powerReal(), collect: () => 1 });
      await pair.ven.start();

      for (let sample = 0; sample < 4; sample++) await pair.clock.advance(granularity);

      const times = (await pair.vtn.reports.readings({ venId: "ven-1" })).map(({ dtstart }) => dtstart.getTime());
      assert.ok(times.length >= 3);
      assert.deepEqual(
        times.slice(1).map((time, index) => time - (times[index] ?? 0)),
        times.slice(1).map(() => granularity),
      );
    });
  }

  it("defect B-10: a data point that fails now and then holds up no report", async () => {
    let calls = 0;
    await using pair = await openPair({ vtn: { onRegisterReport: () => ({ granularity: minutes(1) }) } });
    const collect = (): number => {
      if (++calls % 2 === 0) throw new Error("no meter");
      return calls;
    };
    pair.ven.addReport({ rId: "a", resourceId: "a", measurement: powerReal(), collect });
    pair.ven.addReport({ rId: "b", resourceId: "b", measurement: powerReal(), collect: () => 7 });

    await pair.ven.start();
    await pair.clock.advance(seconds(275));

    assert.deepEqual((await values(pair, "b")).length, 4);
    const qualities = (await pair.vtn.reports.readings({ venId: "ven-1", rId: "a" })).map(
      ({ dataQuality }) => dataQuality,
    );
    assert.equal(qualities.filter((quality) => quality?.startsWith("Quality Bad")).length, 2);
  });

  it("defect B-11: data may have no intervals, intervals without a start, and several payloads in one", async () => {
    const readings: Reading[] = [];
    const { send, reportRequestId, pair } = await openReporting((more) => void readings.push(...more));
    await using _pair = pair;
    const dtstart = pair.clock.now();
    const report = {
      reportRequestId,
      reportSpecifierId: "usage",
      reportName: "TELEMETRY_USAGE",
      createdDateTime: dtstart,
      reportDescriptions: [],
    } as const;

    const code = await send(report);
    await send({
      ...report,
      dtstart,
      duration: minutes(2),
      intervals: [
        { uid: "0", duration: minutes(1), payloads: [payload("power", 1), payload("pulses", 2)] },
        { uid: "1", duration: minutes(1), payloads: [payload("power", 3)] },
      ],
    });

    assert.equal(code, 200);
    assert.deepEqual(
      readings.map(({ rId, value, dtstart: at }) => [rId, value, at.getTime() - dtstart.getTime()]),
      [
        ["power", 1, 0],
        ["pulses", 2, 0],
        ["power", 3, minutes(1)],
      ],
    );
  });

  it("defect B-12: a data point may have no measurement, and a measurement no scale", async () => {
    const offered: unknown[] = [];
    await using pair = await openPair({
      vtn: { onRegisterDataPoint: ({ measurement, unit, scale }) => void offered.push([measurement, unit, scale]) },
    });
    const state = { online: true, manualOverride: false };
    pair.ven.addReport({ reportName: "TELEMETRY_STATUS", resourceId: "oven", collect: () => state });
    pair.ven.addReport({ resourceId: "meter", measurement: pulseCount(0.001), collect: () => 1 });

    await pair.ven.start();

    assert.deepEqual(offered, [
      [undefined, undefined, undefined],
      ["pulseCount", "count", undefined],
    ]);
  });

  it("defect B-25: a VEN that registers again reports as often as before", async () => {
    await using pair = await openPair({ vtn: { onRegisterReport: () => ({ granularity: minutes(1) }) } });
    let samples = 0;
    pair.ven.addReport({ rId: "a", resourceId: "a", measurement: powerReal(), collect: () => ++samples });
    await pair.ven.start();

    for (let times = 0; times < 3; times++) {
      await pair.vtn.vens.requestReregistration("ven-1");
      await pair.clock.advance(minutes(1));
    }
    const before = samples;
    await pair.clock.advance(minutes(10));

    assert.equal(samples - before, 10);
  });

  for (const [title, offsets] of [
    ["more", [0, 10, 20, 30, 40]],
    ["fewer", [0]],
  ] as const) {
    it(`defect B-10: a source that has ${title} values than were asked for holds up no report`, async () => {
      await using pair = await openPair({
        vtn: { onRegisterReport: () => ({ granularity: minutes(1), reportBackDuration: minutes(2) }) },
      });
      pair.ven.addReport({
        resourceId: "a",
        measurement: powerReal(),
        collectSpan: ({ from }) =>
          offsets.map((offset) => ({ dtstart: new Date(from.getTime() + seconds(offset)), value: 1 })),
      });

      await pair.ven.start();
      await pair.clock.advance(seconds(615));

      assert.equal(pair.venStatuses.filter(({ type }) => type === "reportSent").length, 5);
    });
  }

  it("defect B-28: a scale is that of one data point, attributes of power are sent, and pulses can be", async () => {
    await using pair = await openPair({});
    const powerAttributes = { hertz: 60, voltage: 120 };
    const options = { reportSpecifierId: "usage", collect: () => 1 } as const;
    pair.ven.addReport({ ...options, rId: "a", measurement: "POWER_REAL", scale: "k", powerAttributes });
    pair.ven.addReport({ ...options, rId: "b", measurement: "POWER_REAL" });
    pair.ven.addReport({ ...options, rId: "c", measurement: "PULSE_COUNT" });

    await pair.ven.start();

    const [report] = await pair.vtn.reports.offered("ven-1");
    assert.deepEqual(
      report?.dataPoints.map(({ measurement }) => measurement),
      [powerReal({ scale: "k", hertz: 60, voltage: 120 }), powerReal(), pulseCount(0.001)],
    );
  });
});

const payload = (rId: string, value: number) => ({ kind: "reportPayload", rId, value }) as const;

/** A VEN whose two data points the VTN has asked for, and which sends data as it likes. */
async function openReporting(onReadings: (readings: readonly Reading[]) => void): Promise<{
  readonly pair: OpenPair;
  readonly reportRequestId: string;
  send(report: OadrReport): Promise<number | undefined>;
}> {
  const pair = await openPair({});
  const client = pair.openClient();
  await client.createPartyRegistration({ venName: "ven-1" });
  const pulses = { ...powerPoint, rId: "pulses", measurement: pulseCount(0.001) };
  await client.registerReport({ reports: [anOffer(pair, { reportDescriptions: [powerPoint, pulses] })] });
  const order = { reportSpecifierId: "usage", granularity: minutes(1), onReadings };
  const [made] = await pair.vtn.reports.request("ven-1", order);
  // Without a check: others do not keep all rules.
  const call = messageClient({ transport: inMemoryTransport(pair.vtn.handler), check: () => {} });
  const send = async (report: OadrReport): Promise<number | undefined> => {
    const answer = await call("oadrUpdateReport", { requestId: "req-7", venId: "ven-1", reports: [report] });
    return answer?.payload.response.responseCode;
  };
  return { pair, reportRequestId: made?.reportRequestId ?? "", send };
}
