import assert from "node:assert/strict";
import { hours, minutes } from "@openleadr/protocol";
import { it } from "vitest";
import { ownReports } from "./reports.ts";
import type { Week } from "./week.ts";

/** Thursday: what the VTN reports. */
export function thursday(week: Week): void {
  const received = (reportRequestId: string): number =>
    week.updates.filter((update) => update.reportRequestId === reportRequestId).length;
  const atVtn = async (): Promise<readonly string[]> =>
    (await week.vtn.ownReports.requests("kitchen")).map(({ request }) => request.reportSpecifier.reportSpecifierId);
  const atVen = (): readonly string[] => week.ven.vtnReportRequests.map(({ reportSpecifierId }) => reportSpecifierId);

  it("rules 317, 346: has the VTN report since Monday, each value once and in order", async () => {
    await week.until("Thu 00:20");

    const starts = week.updates.flatMap(({ readings }) => readings.map(({ dtstart }) => dtstart.getTime()));

    assert.deepEqual(
      starts,
      Array.from({ length: 24 * 3 }, (_, index) => week.at("Mon 00:00").getTime() + index * hours(1)),
    );
  });

  for (const [title, reportSpecifierId, given] of [
    ["telemetry", "grid", {}],
    ["history", "past", { reportInterval: { dtstart: new Date("2026-06-03T23:30:00Z"), duration: minutes(30) } }],
  ] as const) {
    it(`rules 324, 325: brings one report of the VTN's ${title}, at once`, async () => {
      const { reportRequestId } = await week.ven.requestReport(reportSpecifierId, given);
      await week.pass();

      assert.equal(received(reportRequestId), 1);
      assert.deepEqual([atVen(), await atVtn()], [["grid"], ["grid"]]);
    });
  }

  it("has the VEN end a report of the VTN's", async () => {
    const { reportRequestId } = await week.ven.requestReport("grid", { granularity: minutes(15) });
    await week.pass(hours(1));
    const before = received(reportRequestId);

    await week.ven.cancelReport(reportRequestId);
    await week.pass(hours(1));

    assert.ok(before >= 3);
    assert.equal(received(reportRequestId), before);
    assert.deepEqual([atVen(), await atVtn()], [["grid"], ["grid"]]);
  });

  it("rule 345: has the VEN end a report of the VTN's after one more", async () => {
    const { reportRequestId } = await week.ven.requestReport("grid", { granularity: minutes(15) });
    await week.pass(hours(1));
    const before = received(reportRequestId);

    await week.ven.cancelReport(reportRequestId, { reportToFollow: true });
    await week.pass(hours(1));
    const after = received(reportRequestId);
    await week.pass(hours(1));

    assert.ok(after > before);
    assert.equal(received(reportRequestId), after);
    assert.deepEqual([atVen(), await atVtn()], [["grid"], ["grid"]]);
  });

  it("rules 306, 327: has the VTN offer its reports again, which voids what was requested and is requested anew", async () => {
    const [before] = week.ven.vtnReportRequests;

    await week.ven.requestReport("METADATA");
    await week.pass();

    const [after, ...others] = week.ven.vtnReportRequests;
    assert.deepEqual([after?.reportSpecifierId, others], ["grid", []]);
    assert.notEqual(after?.reportRequestId, before?.reportRequestId);
    assert.deepEqual(await atVtn(), ["grid"]);
  });

  it("rule 306: has the VTN tell of a report that it offers no more, and of one that it does again", async () => {
    const past = ownReports.find(({ reportSpecifierId }) => reportSpecifierId === "past");
    await week.vtn.ownReports.withdraw("past");
    await week.pass();
    const withdrawn = week.ven.vtnReports.map(({ reportSpecifierId }) => reportSpecifierId);

    await week.vtn.ownReports.offer(past ?? assert.fail("expected a report of the past"));
    await week.pass();

    assert.deepEqual(withdrawn, ["grid"]);
    assert.equal(week.ven.vtnReports.length, 2);
    assert.deepEqual([atVen(), await atVtn()], [["grid"], ["grid"]]);
  });

  it("rules 300, 304: refuses with 452 to report what is not on offer", async () => {
    const client = week.client("kitchen", week.ven.registrationId);
    const ask = (reportSpecifierId: string, rId: string) =>
      client.createReport({
        reportRequests: [
          {
            reportRequestId: "request-0",
            reportSpecifier: {
              reportSpecifierId,
              granularity: hours(1),
              reportBackDuration: hours(1),
              specifierPayloads: [{ rId, readingType: "x-notApplicable" }],
            },
          },
        ],
      });

    await assert.rejects(ask("nothing", "load"), { responseCode: 452 });
    await assert.rejects(ask("grid", "nothing"), { responseCode: 452 });
  });
}
