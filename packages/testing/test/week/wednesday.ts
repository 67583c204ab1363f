import assert from "node:assert/strict";
import { hours, minutes } from "@openleadr/protocol";
import type { ReportOrder, ReportState } from "@openleadr/vtn";
import { it } from "vitest";
import type { Week } from "./week.ts";

const status = { reportSpecifierId: "state", granularity: minutes(30), reportBackDuration: minutes(30) };

const past = { reportInterval: { dtstart: new Date("2026-06-02T12:00:00Z"), duration: hours(13) } };

/** Wednesday: what the VEN reports. */
export function wednesday(week: Week): void {
  /** Requests of the VTN, until the VEN offers its reports anew. */
  const states = async (reportSpecifierId: string): Promise<readonly ReportState[]> =>
    (await week.vtn.reports.requests("kitchen")).flatMap((requested) =>
      requested.reportSpecifierId === reportSpecifierId ? [requested.state] : [],
    );
  const request = async (order: ReportOrder | readonly ReportOrder[]): Promise<readonly string[]> => {
    const requests = await week.vtn.reports.request("kitchen", order);
    return requests.map(({ reportRequestId }) => reportRequestId);
  };
  const received = (id: string): number =>
    week.readings.filter(({ reportSpecifierId }) => reportSpecifierId === id).length;

  it("rules 317, 346: has the VEN report since Monday, each value once and in order", async () => {
    await week.until("Wed 01:05");

    const power = week.readings.filter(({ rId }) => rId === "power");
    const starts = power.map(({ dtstart }) => (dtstart.getTime() - week.at("Mon 00:00").getTime()) / minutes(15));

    assert.deepEqual(
      starts,
      Array.from({ length: 4 * 49 }, (_, index) => index),
    );
    assert.ok(power.every(({ dtstart, value }) => value === dtstart.getTime() / minutes(1)));
  });

  for (const [title, reportSpecifierId, given] of [
    ["of telemetry", "usage", {}],
    ["of status", "state", {}],
    ["of history", "history", past],
    ["of Green Button data", "green", past],
    ["of a kind of its own", "weather", {}],
  ] as const) {
    it(`rules 324, 325: brings one report ${title}, at once`, async () => {
      const before = week.readings.length;

      await request({ reportSpecifierId, ...given });
      await week.pass();

      assert.deepEqual((await states(reportSpecifierId)).at(-1), "completed");
      const readings = week.readings.slice(before).filter((reading) => reading.reportSpecifierId === reportSpecifierId);
      assert.equal(readings.length, 1);
    });
  }

  it("rules 325, 341: brings reports for a span of time, and then no more", async () => {
    const reportInterval = { dtstart: week.at("Wed 04:00"), duration: hours(2) };

    await request([
      { ...status, reportInterval },
      { reportSpecifierId: "weather", granularity: hours(1), reportInterval },
    ]);
    await week.until("Wed 07:00");

    const readings = week.readings.filter(({ dtstart }) => dtstart >= reportInterval.dtstart);
    const of = (id: string): number => readings.filter(({ reportSpecifierId }) => reportSpecifierId === id).length;
    assert.deepEqual([of("state"), of("weather")], [4, 2]);
    assert.deepEqual([(await states("state")).at(-1), (await states("weather")).at(-1)], ["completed", "completed"]);
  });

  it("ends a report in a message of its own", async () => {
    const ids = await request(status);
    await week.until("Wed 09:10");
    const before = received("state");

    await week.vtn.reports.cancel("kitchen", ids);
    await week.until("Wed 12:00");

    assert.deepEqual((await states("state")).at(-1), "cancelled");
    assert.equal(received("state"), before);
    assert.ok(before > 4);
  });

  for (const inUpdatedReport of [false, true]) {
    const how = inUpdatedReport ? "with the answer to its data" : "in a message of its own";

    it(`rules 328, 345: ends a report ${how} after one more`, async () => {
      const ids = await request(status);
      await week.pass(hours(2));
      const before = received("state");

      await week.vtn.reports.cancel("kitchen", ids, { reportToFollow: true, inUpdatedReport });
      await week.pass(hours(1));
      const after = received("state");
      await week.pass(hours(1));

      assert.deepEqual((await states("state")).at(-1), "cancelled");
      assert.ok(after > before);
      assert.equal(received("state"), after);
    });
  }

  it("rules 306, 327: has the VEN offer its reports again, which voids what was requested and is requested anew", async () => {
    const [before] = await week.vtn.reports.requests("kitchen");

    await request({ reportSpecifierId: "METADATA" });
    await week.pass();

    const requests = await week.vtn.reports.requests("kitchen");
    assert.deepEqual(
      requests.map(({ reportSpecifierId, state }) => `${reportSpecifierId} ${state}`),
      ["METADATA completed", "usage pending"],
    );
    assert.notEqual(requests[1]?.reportRequestId, before?.reportRequestId);
    assert.equal((await week.vtn.reports.offered("kitchen")).length, 5);
  });

  it("rule 306: has the VEN tell of a report that it did not offer before, and of one that it does no more", async () => {
    week.ven.addReport({ reportName: "x-WIND", reportSpecifierId: "wind", rId: "wind", collect: () => 3 });
    await week.pass();
    const offered = (await week.vtn.reports.offered("kitchen")).map(({ reportSpecifierId }) => reportSpecifierId);

    week.ven.removeReport("wind");
    await week.pass();

    assert.ok(offered.includes("wind"));
    assert.equal((await week.vtn.reports.offered("kitchen")).length, 5);
    assert.deepEqual(await states("usage"), ["pending"]);
  });

  it("rule 304: refuses with 452 data and cancellations that belong to no request", async () => {
    const client = week.client("kitchen", week.ven.registrationId);
    const reports = [aReport("request-0", week.clock.now())];

    await assert.rejects(client.updateReport({ reports }), { responseCode: 452 });
    await assert.rejects(client.cancelReport({ reportRequestIds: ["request-0"], reportToFollow: false }), {
      responseCode: 452,
    });
  });
}

function aReport(reportRequestId: string, createdDateTime: Date) {
  return {
    dtstart: createdDateTime,
    intervals: [
      {
        dtstart: createdDateTime,
        duration: minutes(15),
        uid: "0",
        payloads: [{ kind: "reportPayload", rId: "power", value: 1 }],
      },
    ],
    reportDescriptions: [],
    reportRequestId,
    reportSpecifierId: "usage",
    reportName: "TELEMETRY_USAGE",
    createdDateTime,
  } as const;
}
