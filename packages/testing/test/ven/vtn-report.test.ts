import assert from "node:assert/strict";
import {
  hours,
  minutes,
  powerReal,
  seconds,
  type Message,
  type OadrReport,
  type ReportInterval,
} from "@openleadr/protocol";
import type { VenOptions, VtnReportUpdate } from "@openleadr/ven";
import { describe, it } from "vitest";
import { aStartedBench, handOut } from "./reporting-ven.ts";
import { refusing, type Bench } from "./scripted-vtn.ts";

const createdDateTime = new Date("2026-01-01T00:00:00Z");
const offered: OadrReport = {
  duration: hours(1),
  reportDescriptions: ["load", "price"].map((rId) => ({
    rId,
    reportType: "usage",
    measurement: powerReal(),
    readingType: "Direct Read",
  })),
  reportRequestId: "0",
  reportSpecifierId: "grid",
  reportName: "METADATA_TELEMETRY_USAGE",
  createdDateTime,
};

function registerReport(reportRequestId?: string): Message {
  const payload = {
    requestId: "register-1",
    reports: [offered],
    ...(reportRequestId !== undefined && { reportRequestId }),
  };
  return { name: "oadrRegisterReport", payload };
}

function updateReport(reportRequestId: string, given: Partial<OadrReport> = {}): Message {
  const report: OadrReport = {
    dtstart: createdDateTime,
    intervals: [reading("load", 1)],
    reportDescriptions: [],
    reportRequestId,
    reportSpecifierId: "grid",
    reportName: "TELEMETRY_USAGE",
    createdDateTime,
    ...given,
  };
  return { name: "oadrUpdateReport", payload: { requestId: "update-1", reports: [report] } };
}

function reading(rId: string, value: number): ReportInterval {
  return {
    dtstart: createdDateTime,
    duration: minutes(1),
    uid: "0",
    payloads: [{ kind: "reportPayload", rId, value }],
  };
}

/** A VEN that has been told what the VTN offers. */
async function anOffered(
  options: Partial<VenOptions> = {},
): Promise<{ bench: Bench; updates: VtnReportUpdate[] } & AsyncDisposable> {
  const updates: VtnReportUpdate[] = [];
  const bench = await aStartedBench([], { onReport: (update) => void updates.push(update), ...options });
  await handOut(bench, registerReport());
  return { bench, updates, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

function codes({ vtn }: Bench): number[] {
  return vtn.payloads("oadrUpdatedReport").map(({ response }) => response.responseCode);
}

describe("EiReport of a VEN: the VTN's reports", () => {
  it("rules 303, 321, 338, 344: asks for what it wants with the answer to the VTN's offer", async () => {
    await using open = await anOffered({
      onRegisterReport: ({ reportSpecifierId }) =>
        reportSpecifierId === "grid" ? { granularity: minutes(1), reportBackDuration: minutes(5) } : undefined,
    });
    const { bench } = open;

    const [answer] = bench.vtn.payloads("oadrRegisteredReport");
    assert.equal(answer?.response.requestId, "register-1");
    const [request] = answer.reportRequests;
    assert.deepEqual(request?.reportSpecifier, {
      reportSpecifierId: "grid",
      granularity: minutes(1),
      reportBackDuration: minutes(5),
      reportInterval: { dtstart: new Date("2026-01-01T00:00:10Z"), duration: seconds(0) },
      specifierPayloads: [
        { rId: "load", readingType: "x-notApplicable" },
        { rId: "price", readingType: "x-notApplicable" },
      ],
    });
    assert.deepEqual(
      bench.ven.vtnReportRequests.map(({ reportRequestId, state }) => [reportRequestId, state]),
      [[request.reportRequestId, "active"]],
    );
    assert.equal(bench.told("vtnReportRequested").length, 1);
  });

  it("asks for nothing where no handler wants it", async () => {
    await using open = await anOffered();

    assert.deepEqual(open.bench.vtn.payloads("oadrRegisteredReport")[0]?.reportRequests, []);
    assert.deepEqual(
      open.bench.ven.vtnReports.map(({ reportSpecifierId }) => reportSpecifierId),
      ["grid"],
    );
  });

  for (const [what, onRegisterReport] of [
    ["throws", () => Promise.reject(new Error("no"))],
    ["wants what is not offered", () => ({ rIds: ["x"] })],
  ] as const) {
    it(`asks for nothing, and tells, when the handler ${what}`, async () => {
      await using open = await anOffered({ onRegisterReport });

      assert.deepEqual(open.bench.vtn.payloads("oadrRegisteredReport")[0]?.reportRequests, []);
      assert.equal(open.bench.told("handlerFailed")[0]?.handler, "onRegisterReport");
    });
  }

  it("rule 339: takes two reports under one eiReportID for two", async () => {
    await using open = await anOffered();
    const { bench, updates } = open;
    const { reportRequestId } = await bench.ven.requestReport("grid", { granularity: minutes(1), rIds: ["load"] });

    for (const value of [1, 2])
      await handOut(bench, updateReport(reportRequestId, { reportId: "same", intervals: [reading("load", value)] }));

    assert.deepEqual(
      updates.flatMap(({ readings }) => readings.map((each) => "value" in each && each.value)),
      [1, 2],
    );
    assert.deepEqual(codes(bench), [200, 200]);
  });

  it("rules 304, 335: refuses what goes on after it was cancelled", async () => {
    await using open = await anOffered();
    const { bench, updates } = open;
    const { reportRequestId } = await bench.ven.requestReport("grid", { granularity: minutes(1), rIds: ["load"] });
    await bench.ven.cancelReport(reportRequestId);

    await handOut(bench, updateReport(reportRequestId));

    assert.deepEqual([updates, codes(bench)], [[], [452]]);
  });

  it("asks at any time, and hands on the readings", async () => {
    await using open = await anOffered();
    const { bench, updates } = open;

    const { reportRequestId, state } = await bench.ven.requestReport("grid", {
      granularity: minutes(1),
      rIds: ["load"],
    });
    const second = { ...reading("load", 2), dtstart: new Date("2026-01-01T00:01:00Z") };
    await handOut(bench, updateReport(reportRequestId, { intervals: [reading("load", 1), second] }));

    assert.equal(state, "active");
    assert.deepEqual(
      updates.map(({ readings }) => readings),
      [
        [
          { kind: "number", rId: "load", dtstart: createdDateTime, duration: minutes(1), value: 1 },
          { kind: "number", rId: "load", dtstart: new Date("2026-01-01T00:01:00Z"), duration: minutes(1), value: 2 },
        ],
      ],
    );
    assert.deepEqual(codes(bench), [200]);
    assert.equal(bench.ven.vtnReportRequests.length, 1);
  });

  it("rules 314, 315, 316: tells the times of intervals that follow one another", async () => {
    await using open = await anOffered();
    const { bench, updates } = open;
    const { reportRequestId } = await bench.ven.requestReport("grid", { granularity: minutes(1) });
    const { dtstart: _, ...untimed } = reading("load", 1);

    await handOut(bench, updateReport(reportRequestId, { intervals: [{ ...untimed, uid: "1" }, untimed] }));

    assert.deepEqual(
      updates[0]?.readings.map(({ dtstart }) => dtstart.toISOString()),
      ["2026-01-01T00:00:00.000Z", "2026-01-01T00:01:00.000Z"],
    );
  });

  it("rules 329, 346: is done with a report that is sent once, and takes it again", async () => {
    await using open = await anOffered();
    const { bench, updates } = open;
    const { reportRequestId } = await bench.ven.requestReport("grid");

    await handOut(bench, updateReport(reportRequestId));
    await handOut(bench, updateReport(reportRequestId));

    assert.deepEqual([updates.length, codes(bench)], [2, [200, 200]]);
    assert.deepEqual(bench.ven.vtnReportRequests, []);
    assert.deepEqual(bench.told("vtnReportEnded"), [{ type: "vtnReportEnded", reportRequestId }]);
  });

  for (const [what, code, given] of [
    ["another report", 452, { reportSpecifierId: "other" }],
    ["a data point that was not requested", 452, { intervals: [reading("price", 1)] }],
    ["the name of another report of the standard", 461, { reportName: "HISTORY_USAGE" }],
    ["a name that nobody knows", 453, { reportName: "x-OTHER" }],
    ["times that cannot be told", 454, { intervals: [reading("load", 1), { payloads: reading("load", 2).payloads }] }],
  ] as const satisfies readonly (readonly [string, number, Partial<OadrReport>])[]) {
    it(`rules 300, 304: refuses data of ${what} with ${code}`, async () => {
      await using open = await anOffered();
      const { bench, updates } = open;
      const { reportRequestId } = await bench.ven.requestReport("grid", { granularity: minutes(1), rIds: ["load"] });

      await handOut(bench, updateReport(reportRequestId, given));

      assert.deepEqual([codes(bench), updates], [[code], []]);
    });
  }

  it("does not acknowledge what the handler could not take", async () => {
    let failures = 1;
    await using open = await anOffered({
      onReport: () => (failures-- > 0 ? Promise.reject(new Error("disk full")) : undefined),
    });
    const { bench } = open;
    const { reportRequestId } = await bench.ven.requestReport("grid");

    await handOut(bench, updateReport(reportRequestId));
    await handOut(bench, updateReport(reportRequestId));

    assert.deepEqual(codes(bench), [469, 200]);
    assert.equal(bench.told("handlerFailed")[0]?.handler, "onReport");
  });

  it("rule 306: takes all requests for void when the VTN offers its reports anew, those for metadata apart", async () => {
    await using open = await anOffered();
    const { bench } = open;
    await bench.ven.requestReport("grid", { granularity: minutes(1) });
    const { reportRequestId } = await bench.ven.requestReport("METADATA", { reportBackDuration: hours(1) });

    await handOut(bench, registerReport());

    assert.deepEqual(
      bench.ven.vtnReportRequests.map((request) => request.reportRequestId),
      [reportRequestId],
    );
  });

  it("rules 308, 311, 327: asks for the metadata, once", async () => {
    await using open = await anOffered();
    const { bench } = open;

    const { reportRequestId } = await bench.ven.requestReport("METADATA");
    await handOut(bench, registerReport(reportRequestId));

    const [request] = bench.vtn.payloads("oadrCreateReport")[0]?.reportRequests ?? [];
    assert.deepEqual(request?.reportSpecifier.specifierPayloads, [{ rId: "0", readingType: "x-notApplicable" }]);
    assert.deepEqual(bench.ven.vtnReportRequests, []);
  });

  it("cancels a request, and refuses its data from then on", async () => {
    await using open = await anOffered();
    const { bench, updates } = open;
    const { reportRequestId } = await bench.ven.requestReport("grid", { granularity: minutes(1) });

    await bench.ven.cancelReport(reportRequestId);
    await handOut(bench, updateReport(reportRequestId));

    assert.deepEqual(bench.vtn.payloads("oadrCancelReport")[0]?.reportRequestIds, [reportRequestId]);
    assert.deepEqual([codes(bench), updates], [[452], []]);
    await assert.rejects(bench.ven.cancelReport(reportRequestId), RangeError);
  });

  it("rule 345: takes one more report after a cancellation that asks for it", async () => {
    await using open = await anOffered();
    const { bench, updates } = open;
    const { reportRequestId } = await bench.ven.requestReport("grid", { granularity: minutes(1) });

    await bench.ven.cancelReport(reportRequestId, { reportToFollow: true });
    await handOut(bench, updateReport(reportRequestId));

    assert.equal(updates.length, 1);
    assert.deepEqual(bench.ven.vtnReportRequests, []);
  });

  it("rejects, and forgets the request, when the VTN refuses it", async () => {
    await using open = await anOffered();
    const { bench } = open;
    bench.vtn.script = { oadrCreateReport: refusing("oadrCreateReport", 454) };

    await assert.rejects(bench.ven.requestReport("grid"), { responseCode: 454 });

    assert.deepEqual(bench.ven.vtnReportRequests, []);
    assert.equal(bench.told("vtnReportEnded").length, 1);
  });

  it("rejects for what the VTN does not offer, and unless registered", async () => {
    await using open = await anOffered();
    const { bench } = open;

    await assert.rejects(bench.ven.requestReport("x"), RangeError);
    await assert.rejects(bench.ven.requestReport("grid", { rIds: ["x"] }), RangeError);
    await bench.ven.cancelPartyRegistration();
    await assert.rejects(bench.ven.requestReport("grid"), { responseCode: 463 });
  });

  it("rule 407: forgets the VTN's reports with the registration", async () => {
    await using open = await anOffered();
    const { bench } = open;
    await bench.ven.requestReport("grid", { granularity: minutes(1) });

    await bench.ven.cancelPartyRegistration();

    assert.deepEqual([bench.ven.vtnReports, bench.ven.vtnReportRequests], [[], []]);
  });
});
