import assert from "node:assert/strict";
import { energyReal, hours, minutes, powerReal, seconds } from "@openleadr/protocol";
import { inMemoryTransport } from "@openleadr/transport";
import type { Reading } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { anOffer, openPair, powerPoint } from "./open-pair.ts";

describe("reports between a VEN and a VTN", () => {
  it("case R1: four data points of two reports make two requests and four callbacks", async () => {
    const heard = new Map<string, number>();
    await using pair = await openPair({
      vtn: {
        onRegisterDataPoint: ({ rId }) => ({
          samplingInterval: minutes(1),
          onReadings: ([first]) => void heard.set(rId, first?.value as number),
        }),
      },
    });
    for (const [index, rId] of ["a", "b", "c", "d"].entries()) {
      const reportSpecifierId = index < 2 ? "one" : "two";
      pair.ven.addReport({ reportSpecifierId, rId, resourceId: rId, measurement: powerReal(), collect: () => index });
    }

    await pair.ven.start();
    await pair.clock.advance(seconds(90));

    assert.equal((await pair.vtn.reports.requests("ven-1")).length, 2);
    assert.deepEqual(
      [...heard].toSorted(([a], [b]) => a.localeCompare(b)),
      [
        ["a", 0],
        ["b", 1],
        ["c", 2],
        ["d", 3],
      ],
    );
  });

  it("case R2: data come each period, and two samples at once where the period is twice as long", async () => {
    const updates: (readonly Reading[])[] = [];
    await using pair = await openPair({
      vtn: {
        onRegisterReport: () => ({ granularity: minutes(1), reportBackDuration: minutes(2) }),
        onUpdateReport: ({ readings }) => void updates.push(readings),
      },
    });
    let count = 0;
    pair.ven.addReport({ resourceId: "oven", measurement: powerReal(), collect: () => ++count });

    await pair.ven.start();
    await pair.clock.advance(minutes(5));

    assert.deepEqual(
      updates.map((readings) => readings.map(({ value }) => value)),
      [
        [1, 2],
        [3, 4],
      ],
    );
  });

  it("case R2: data may be asked for at once, for the span of a report", async () => {
    const [spans, values] = [[] as number[], [] as unknown[]];
    await using pair = await openPair({
      vtn: {
        onRegisterReport: () => ({ granularity: minutes(1), reportBackDuration: minutes(3) }),
        onUpdateReport: ({ readings }) => void values.push(...readings.map(({ value }) => value)),
      },
    });
    pair.ven.addReport({
      resourceId: "oven",
      measurement: "POWER_REAL",
      collectSpan({ from, to }) {
        spans.push(to.getTime() - from.getTime());
        return [0, 1, 2].map((minute) => ({ dtstart: new Date(from.getTime() + minutes(minute)), value: minute }));
      },
    });

    await pair.ven.start();
    await pair.clock.advance(seconds(395));

    assert.deepEqual(spans, [minutes(3), minutes(3)]);
    assert.deepEqual(values, [0, 1, 2, 0, 1, 2]);
  });

  it("case R3: metadata are taken from a VEN that writes prefixes and empty elements as it pleases", async () => {
    await using pair = await openPair({});
    await pair.openClient().createPartyRegistration({ venName: "ven-1" });

    const answer = await inMemoryTransport(pair.vtn.handler)("EiReport", foreignMetadata);

    assert.match(answer ?? "", /oadrRegisteredReport/);
    assert.match(answer ?? "", /responseCode>200</);
    const [offered] = await pair.vtn.reports.offered("ven-1");
    assert.deepEqual(
      offered?.dataPoints.map(({ rId, unit }) => [rId, unit]),
      [["meter 7", "kg"]],
    );
  });

  it("case R4: a VEN without reports, and a VTN that wants none, still agree", async () => {
    await using pair = await openPair({});

    await pair.ven.start();
    pair.ven.addReport({ resourceId: "oven", measurement: energyReal(), collect: () => 1 });
    await pair.clock.advance(minutes(5));

    assert.equal((await pair.vtn.reports.offered("ven-1")).length, 1);
    assert.deepEqual(await pair.vtn.reports.requests("ven-1"), []);
    assert.ok(!pair.venStatuses.some(({ type }) => type.endsWith("Failed")));
  });

  it("case R4: history may be offered, and be asked for", async () => {
    await using pair = await openPair({});
    const client = pair.openClient();
    await client.createPartyRegistration({ venName: "ven-1" });
    const { samplingRate: _none, ...energy } = { ...powerPoint, rId: "energy", measurement: energyReal() };
    const history = {
      reportSpecifierId: "history",
      reportName: "METADATA_HISTORY_USAGE",
      duration: hours(24),
    } as const;
    await client.registerReport({ reports: [anOffer(pair, { ...history, reportDescriptions: [energy] })] });
    const lastHour = { dtstart: new Date(pair.clock.now().getTime() - hours(1)), duration: hours(1) };

    await pair.vtn.reports.request("ven-1", { reportSpecifierId: "history", reportInterval: lastHour });

    const names: string[] = [];
    for (let polls = 0; polls < 3; polls++) names.push((await client.poll()).name);
    assert.ok(names.includes("oadrCreateReport"));
  });

  it("case R4: the VTN may offer reports, too", async () => {
    const dataPoints = [
      { rId: "load", measurement: powerReal(), samplingRate: { minPeriod: seconds(10) }, collect: () => 7 },
    ];
    await using pair = await openPair({ vtn: { ownReports: [{ reportSpecifierId: "grid", dataPoints }] } });
    const client = pair.openClient();
    await client.createPartyRegistration({ venName: "ven-1" });

    const offer = await client.poll();

    assert.ok(offer.name === "oadrRegisterReport");
    assert.deepEqual(
      offer.payload.reports.map(({ reportSpecifierId }) => reportSpecifierId),
      ["grid"],
    );
  });

  it("case N: the state of a resource comes as it was sent", async () => {
    const readings: Reading[] = [];
    await using pair = await openPair({
      vtn: {
        onRegisterReport: () => ({ granularity: minutes(1) }),
        onUpdateReport: (update) => void readings.push(...update.readings),
      },
    });
    const state = { online: true, manualOverride: false };
    pair.ven.addReport({ reportName: "TELEMETRY_STATUS", resourceId: "oven", collect: () => state });

    await pair.ven.start();
    await pair.clock.advance(seconds(90));

    assert.deepEqual([readings[0]?.kind, readings[0]?.value], ["status", state]);
  });
});

/** As a stack might write it that numbers its prefixes, and that leaves empty what it does not know. */
const foreignMetadata = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<p1:oadrPayload xmlns:p1="http://openadr.org/oadr-2.0b/2012/07"
    xmlns:p2="http://docs.oasis-open.org/ns/energyinterop/201110" xmlns:p3="http://docs.oasis-open.org/ns/energyinterop/201110/payloads"
    xmlns:p4="urn:ietf:params:xml:ns:icalendar-2.0" xmlns:p5="http://docs.oasis-open.org/ns/emix/2011/06"
    xmlns:p6="http://docs.oasis-open.org/ns/emix/2011/06/siscale">
  <p1:oadrSignedObject>
    <p1:oadrRegisterReport p2:schemaVersion="2.0b">
      <p3:requestID>42</p3:requestID>
      <p1:oadrReport>
        <p4:duration><p4:duration>PT1H</p4:duration></p4:duration>
        <p1:oadrReportDescription>
          <p2:rID>meter 7</p2:rID>
          <p2:reportDataSource><p2:resourceID>scales</p2:resourceID></p2:reportDataSource>
          <p2:reportType>reading</p2:reportType>
          <p1:customUnit>
            <p1:itemDescription></p1:itemDescription>
            <p1:itemUnits>kg</p1:itemUnits>
            <p6:siScaleCode>none</p6:siScaleCode>
          </p1:customUnit>
          <p2:readingType>Direct Read</p2:readingType>
          <p5:marketContext></p5:marketContext>
          <p1:oadrSamplingRate>
            <p1:oadrMinPeriod>PT1M</p1:oadrMinPeriod>
            <p1:oadrMaxPeriod>PT1M</p1:oadrMaxPeriod>
            <p1:oadrOnChange>false</p1:oadrOnChange>
          </p1:oadrSamplingRate>
        </p1:oadrReportDescription>
        <p2:reportRequestID></p2:reportRequestID>
        <p2:reportSpecifierID>weights</p2:reportSpecifierID>
        <p2:reportName>METADATA_TELEMETRY_USAGE</p2:reportName>
        <p2:createdDateTime>2026-01-01T00:00:00Z</p2:createdDateTime>
      </p1:oadrReport>
      <p2:venID>ven-1</p2:venID>
    </p1:oadrRegisterReport>
  </p1:oadrSignedObject>
</p1:oadrPayload>`;
