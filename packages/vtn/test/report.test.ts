import assert from "node:assert/strict";
import { duration, hours, minutes, seconds, type OadrReport } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { ReportSelection, ReportUpdate, VtnOptions } from "../src/index.ts";
import { offeredReport } from "../src/report/offered-report.ts";
import { afterNoon } from "./events.ts";
import { aRegistration, expectMessage, noon, openVtn, type OpenVtn, type TestVen } from "./open-vtn.ts";
import { bare, requested, update } from "./reporting.ts";
import { anOffer, aStatusOffer, reading, someData } from "./reports.ts";

const selection: ReportSelection = { granularity: minutes(1), reportBackDuration: minutes(5) };
const oven = [{ dtstart: noon, payloads: [reading("oven", 1)] }];

describe("EiReport: metadata", () => {
  it("rule 344: asks for what the handler selects, in the answer", async () => {
    const { answer, venId } = await offer([anOffer()], { onRegisterReport: () => selection });

    assert.deepEqual(answer, {
      response: { responseCode: 200, responseDescription: "OK", requestId: "req-7" },
      reportRequests: [
        {
          reportRequestId: answer.reportRequests[0]?.reportRequestId,
          reportSpecifier: {
            reportSpecifierId: "usage",
            granularity: minutes(1),
            reportBackDuration: minutes(5),
            reportInterval: { dtstart: noon, duration: seconds(0) },
            specifierPayloads: [
              { rId: "oven", readingType: "x-notApplicable" },
              { rId: "fridge", readingType: "x-notApplicable" },
            ],
          },
        },
      ],
      venId,
    });
  });

  it("rule 324: asks for one report at once without an interval", async () => {
    const { request } = await offer([anOffer()], { onRegisterReport: () => ({ granularity: seconds(0) }) });

    assert.equal(request?.reportSpecifier.reportBackDuration, 0);
    assert.equal(request.reportSpecifier.reportInterval, undefined);
  });

  it("rules 300, 325: asks for some data points, and for a span of time", async () => {
    const some = { granularity: minutes(1), rIds: ["fridge"], reportInterval: { dtstart: noon, duration: hours(1) } };
    const { request } = await offer([anOffer()], { onRegisterReport: () => some });

    assert.deepEqual(
      request?.reportSpecifier.specifierPayloads.map(({ rId }) => rId),
      ["fridge"],
    );
    assert.deepEqual(request.reportSpecifier.reportInterval, some.reportInterval);
    assert.equal(request.reportSpecifier.reportBackDuration, minutes(1));
  });

  it("asks for the reports that the handler selects, and no others", async () => {
    const { answer } = await offer([anOffer("a"), anOffer("b"), anOffer("c")], {
      onRegisterReport: ({ reportSpecifierId }) => (reportSpecifierId === "b" ? selection : undefined),
    });

    assert.deepEqual(
      answer.reportRequests.map(({ reportSpecifier }) => reportSpecifier.reportSpecifierId),
      ["b"],
    );
  });

  it("asks for nothing without a handler", async () => {
    const { answer } = await offer([anOffer()]);

    assert.deepEqual(answer.reportRequests, []);
  });

  it("rule 301: takes an offer of nothing", async () => {
    const { answer } = await offer([]);

    assert.equal(answer.response.responseCode, 200);
  });

  it("tells what was offered and asked for", async () => {
    await using open = await openVtn({ listen: false, onRegisterReport: () => selection });
    const { venId } = await open.register();

    await open.call("oadrRegisterReport", { requestId: "req-7", reports: [anOffer()], venId });

    assert.deepEqual(open.statuses.at(-1), { type: "reportsRegistered", venId, reports: 1, requested: 1 });
  });

  it("rule 300: refuses with 469 when the handler selects what is not offered", async () => {
    await using open = await openVtn({ onRegisterReport: () => ({ ...selection, rIds: ["cellar"] }) });
    const { venId } = await open.register();

    const call = open.call("oadrRegisterReport", { requestId: "req-7", reports: [anOffer()], venId });

    await assert.rejects(call, { responseCode: 469 });
    assert.match(String(open.errors[0]?.error), /RuleViolationError: .*rule 300: .*offers, got "cellar"/);
  });

  it("rule 306: an offer puts an end to all requests before it", async () => {
    await using open = await openVtn({ onRegisterReport: () => selection });
    const { ven, request } = await requested(open);

    await open.call("oadrRegisterReport", { requestId: "req-8", reports: [anOffer()], venId: ven.venId });

    assert.equal(await send(open, ven, [someData(request.reportRequestId, oven)]), 452);
  });

  it("rule 406: so does a new registration", async () => {
    await using open = await openVtn({ onRegisterReport: () => selection });
    const { ven, request } = await requested(open);

    await open.call("oadrCreatePartyRegistration", aRegistration({ venName: "kitchen" }));

    assert.equal(await send(open, ven, [someData(request.reportRequestId, oven)]), 452);
  });
});

describe("EiReport: requests", () => {
  it("takes the VEN's answer to a request, and tells it", async () => {
    await using open = await openVtn({ onRegisterReport: () => selection });
    const { ven, request } = await requested(open);
    const { venId } = ven;

    const response = { responseCode: 200, requestId: "req-7" };
    const pendingReports = [request.reportRequestId];
    const answer = await open.call("oadrCreatedReport", { response, pendingReports, venId });

    assert.deepEqual(answer?.payload.response, { responseCode: 200, responseDescription: "OK", requestId: "req-7" });
    assert.deepEqual(open.statuses.at(-1), { type: "reportCreated", venId, responseCode: 200, refused: [] });
  });

  it("acknowledges the VEN's answer to the VTN's own metadata", async () => {
    await using open = await openVtn();
    const { venId } = await open.register();

    const response = { responseCode: 200, requestId: "req-7" };
    const answer = await open.call("oadrRegisteredReport", { response, reportRequests: [], venId });

    assert.equal(answer?.name, "oadrResponse");
  });

  it("rule 304: refuses with 452 when the VEN asks for a report, of which the VTN has none", async () => {
    await using open = await openVtn({ onRegisterReport: () => selection });
    const { ven, request } = await requested(open);

    const response = { responseCode: 200, requestId: "req-7" };
    const payload = { response, reportRequests: [request], venId: ven.venId };

    await assert.rejects(open.call("oadrRegisteredReport", payload), { responseCode: 452 });
  });
});

describe("EiReport: data", () => {
  it("hands on readings, with all that is said of them", async () => {
    const payload = {
      ...reading("oven", 2.5),
      confidence: 90,
      accuracy: 0.1,
      dataQuality: "Quality Good - Non Specific",
    } as const;
    const { update, ven, request, data } = await receive([{ dtstart: noon, payloads: [payload] }]);

    assert.deepEqual(update, {
      venId: ven.venId,
      reportRequestId: request.reportRequestId,
      reportSpecifierId: "usage",
      reportName: "TELEMETRY_USAGE",
      createdDateTime: noon,
      readings: [
        {
          rId: "oven",
          value: 2.5,
          confidence: 90,
          accuracy: 0.1,
          dataQuality: "Quality Good - Non Specific",
          dtstart: noon,
          kind: "number",
          reportSpecifierId: "usage",
          dataPoint: offeredReport(anOffer()).dataPoints[0],
        },
      ],
      report: data,
    });
  });

  it("rules 314, 315: intervals without a start follow one another from the report's", async () => {
    const { update } = await receive([
      { duration: minutes(1), uid: "0", payloads: [reading("oven", 1), reading("fridge", 2)] },
      { duration: minutes(2), uid: "1", payloads: [reading("oven", 3)] },
      { duration: minutes(1), uid: "2", payloads: [reading("oven", 4)] },
    ]);

    assert.deepEqual(bare(update?.readings), [
      { rId: "oven", value: 1, dtstart: noon, duration: minutes(1) },
      { rId: "fridge", value: 2, dtstart: noon, duration: minutes(1) },
      { rId: "oven", value: 3, dtstart: afterNoon(minutes(1)), duration: minutes(2) },
      { rId: "oven", value: 4, dtstart: afterNoon(minutes(3)), duration: minutes(1) },
    ]);
  });

  it("rule 314: takes an interval's own start", async () => {
    const { update } = await receive([
      { dtstart: noon, payloads: [reading("oven", 1)] },
      { dtstart: afterNoon(minutes(7)), payloads: [reading("oven", 2)] },
    ]);

    assert.deepEqual(
      update?.readings.map(({ dtstart }) => dtstart),
      [noon, afterNoon(minutes(7))],
    );
  });

  it("hands on the state of a resource", async () => {
    const updates: ReportUpdate[] = [];
    const onUpdateReport = (update: ReportUpdate): void => void updates.push(update);
    await using open = await openVtn({ onRegisterReport: () => selection, onUpdateReport });
    const { ven, request } = await requested(open, [aStatusOffer()]);
    const value = { online: true, manualOverride: false };

    const intervals = [{ dtstart: noon, payloads: [{ kind: "reportPayload", rId: "oven", value } as const] }];
    const names = { reportSpecifierId: "status", reportName: "TELEMETRY_STATUS" } as const;
    await send(open, ven, [someData(request.reportRequestId, intervals, names)]);

    assert.equal(updates[0]?.readings[0]?.kind, "status");
    assert.deepEqual(bare(updates[0]?.readings), [{ rId: "oven", value, dtstart: noon }]);
  });

  it("acknowledges data, and tells of them", async () => {
    await using open = await openVtn({ onRegisterReport: () => selection });
    const { ven, request } = await requested(open);
    const { venId } = ven;

    const reports = [someData(request.reportRequestId, oven)];
    const answer = await open.call("oadrUpdateReport", { requestId: "req-7", reports, venId });

    const response = { responseCode: 200, responseDescription: "OK", requestId: "req-7" };
    assert.deepEqual(answer?.payload, { response, venId });
    assert.deepEqual(open.statuses.at(-1), { type: "reportReceived", venId, reportSpecifierId: "usage", readings: 1 });
  });

  it("rule 346: takes the same data twice", async () => {
    await using open = await openVtn({ onRegisterReport: () => selection });
    const { ven, request } = await requested(open);
    const reports = [someData(request.reportRequestId, oven)];

    assert.equal(await send(open, ven, reports), 200);
    assert.equal(await send(open, ven, reports), 200);
  });

  it("rule 339: takes different data under one eiReportID", async () => {
    const values: unknown[] = [];
    const onUpdateReport = ({ readings }: ReportUpdate): void => void values.push(readings[0]?.value);
    await using open = await openVtn({ onRegisterReport: () => selection, onUpdateReport });
    const { ven, request } = await requested(open);

    for (const value of [1, 2]) {
      const intervals = [{ dtstart: noon, payloads: [reading("oven", value)] }];
      await send(open, ven, [someData(request.reportRequestId, intervals, { reportId: "report-1" })]);
    }

    assert.deepEqual(values, [1, 2]);
  });

  const faraway = duration("P284000Y");
  const tooLate = [
    { duration: faraway, uid: "0", payloads: [reading("oven", 1)] },
    { duration: faraway, uid: "1", payloads: [reading("oven", 2)] },
  ];
  for (const [title, code, bad] of [
    ["a reportRequestID that is none", 452, someData("nonsense", oven)],
    ["another report than was asked for", 452, { reportSpecifierId: "nonsense" }],
    ["a data point that nobody asked for", 452, { rId: "cellar" }],
    ["an interval after the end of time", 454, { intervals: tooLate }],
  ] as const) {
    it(`rules 300, 304: refuses ${title} with ${code}, and hands nothing on`, async () => {
      const updates: ReportUpdate[] = [];
      const onUpdateReport = (update: ReportUpdate): void => void updates.push(update);
      await using open = await openVtn({ onRegisterReport: () => selection, onUpdateReport });
      const { ven, request } = await requested(open);
      const good = someData(request.reportRequestId, oven);
      const readings = "rId" in bad ? { intervals: [{ dtstart: noon, payloads: [reading(bad.rId, 1)] }] } : bad;

      assert.equal(await send(open, ven, [good, { ...good, ...readings }]), code);

      assert.deepEqual(updates, []);
    });
  }

  it("answers 469 when the handler fails on one of several, and hands all on again", async () => {
    const handed: unknown[] = [];
    const onUpdateReport = ({ readings }: ReportUpdate): void => {
      handed.push(readings[0]?.value);
      if (handed.length === 2) throw new Error("disk full");
    };
    await using open = await openVtn({ onRegisterReport: () => selection, onUpdateReport });
    const { ven, request } = await requested(open);
    const reports = [1, 2, 3].map((value) =>
      someData(request.reportRequestId, [{ dtstart: noon, payloads: [reading("oven", value)] }]),
    );

    assert.equal(await send(open, ven, reports), 469);
    assert.equal(await send(open, ven, reports), 200);

    assert.deepEqual(handed, [1, 2, 1, 2, 3]);
  });
});

/** What comes of an offer. */
async function offer(reports: readonly OadrReport[], options: Partial<VtnOptions> = {}) {
  await using open = await openVtn({ listen: false, ...options });
  const { venId } = await open.register();
  const message = await open.call("oadrRegisterReport", { requestId: "req-7", reports, venId });
  const answer = expectMessage("oadrRegisteredReport", message);
  return { answer, request: answer.reportRequests[0], venId };
}

/** What is handed on of the intervals of one report. */
async function receive(intervals: NonNullable<OadrReport["intervals"]>) {
  const updates: ReportUpdate[] = [];
  await using open = await openVtn({
    listen: false,
    onRegisterReport: () => selection,
    onUpdateReport: (update) => void updates.push(update),
  });
  const { ven, request } = await requested(open);
  const data = someData(request.reportRequestId, intervals);
  assert.equal(await send(open, ven, [data]), 200);
  return { update: updates[0], ven, request, data };
}

/** Sends data; the response code. */
async function send(open: OpenVtn, ven: TestVen, reports: readonly OadrReport[]): Promise<number> {
  const { response } = await update(open, ven, reports);
  assert.equal(response.requestId, "req-7");
  return response.responseCode;
}
