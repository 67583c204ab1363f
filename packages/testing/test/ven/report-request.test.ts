import assert from "node:assert/strict";
import { hours, minutes } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { aStartedBench, handOut, meter, sent } from "./reporting-ven.ts";
import { aBench, aRequest, createReport } from "./scripted-vtn.ts";

describe("EiReport of a VEN: requests", () => {
  it("rules 303, 329: answers a request with everything that is pending, then reports", async () => {
    await using bench = await aStartedBench();

    await handOut(bench, createReport(aRequest()));

    const names = bench.vtn.names.filter((name) => name !== "oadrPoll");
    assert.deepEqual(names, ["oadrCreatedReport", "oadrUpdateReport"]);
    assert.deepEqual(bench.vtn.payloads("oadrCreatedReport")[0], {
      response: { responseCode: 200, requestId: "create-1" },
      pendingReports: ["request-1"],
      venId: "ven-1",
    });
    assert.deepEqual(bench.told("reportRequested"), [
      { type: "reportRequested", reportRequestId: "request-1", reportSpecifierId: "usage" },
    ]);
  });

  it("rule 344: takes requests that come with the answer to its offer", async () => {
    const bench = aBench();
    bench.ven.addReport(meter);
    bench.vtn.reportRequests = [aRequest()];

    await bench.ven.start();
    await bench.ven.stop();

    const [registerReport] = bench.vtn.payloads("oadrRegisterReport");
    assert.equal(bench.vtn.payloads("oadrCreatedReport")[0]?.response.requestId, registerReport?.requestId);
    assert.equal(bench.vtn.payloads("oadrUpdateReport").length, 1);
  });

  it("rule 329: leaves what was delivered out of the pending reports", async () => {
    await using bench = await aStartedBench();
    await handOut(bench, createReport(aRequest()));

    await handOut(bench, createReport(aRequest({ reportRequestId: "request-2", back: "PT1M" })));

    assert.deepEqual(bench.vtn.payloads("oadrCreatedReport")[1]?.pendingReports, ["request-2"]);
  });

  for (const [what, code, options] of [
    ["a report it does not offer", 452, { reportSpecifierId: "history" }],
    ["a data point it does not offer", 452, { rIds: ["power", "voltage"] }],
    ["more than it can sample", 454, { granularity: "PT0S", back: "PT0S", rIds: ["slow"], period: "PT1S" }],
    ["a granularity above the report's span", 454, { granularity: "PT2M", back: "PT1M" }],
    ["more intervals than it keeps", 454, { granularity: "PT1S", back: "PT2H" }],
    [
      "a period that is over",
      454,
      { granularity: "PT1M", back: "PT1M", dtstart: "2025-01-01T00:00:00Z", duration: "PT1H" },
    ],
  ] as const) {
    it(`rules 300, 304, 317, 340: refuses a request for ${what} with ${code}`, async () => {
      const slow = { ...meter, rId: "slow", samplingRate: { minPeriod: minutes(1), maxPeriod: hours(1) } };
      await using bench = await aStartedBench([meter, slow]);
      const tooFast = "period" in options ? { granularity: options.period, back: "PT5M" } : {};

      await handOut(bench, createReport(aRequest({ ...options, ...tooFast })));

      const [answer] = bench.vtn.payloads("oadrCreatedReport");
      assert.equal(answer?.response.responseCode, code);
      assert.deepEqual(answer.pendingReports, []);
      assert.deepEqual(sent(bench), []);
    });
  }

  it("serves the good requests beside a bad one", async () => {
    await using bench = await aStartedBench();

    await handOut(bench, createReport(aRequest({ reportRequestId: "bad", rIds: ["x"] }), aRequest()));

    const [answer] = bench.vtn.payloads("oadrCreatedReport");
    assert.deepEqual([answer?.response.responseCode, answer?.pendingReports], [452, ["request-1"]]);
    assert.equal(sent(bench).length, 1);
  });

  it("rule 322: takes a request twice for the same, another of that ID for an error", async () => {
    await using bench = await aStartedBench();
    const request = aRequest({ granularity: "PT1M", back: "PT1M" });
    await handOut(bench, createReport(request));

    await handOut(bench, createReport(request));
    await handOut(bench, createReport(aRequest({ granularity: "PT2M", back: "PT2M" })));

    const codes = bench.vtn.payloads("oadrCreatedReport").map(({ response }) => response.responseCode);
    assert.deepEqual(codes, [200, 200, 452]);
    assert.equal(bench.told("reportRequested").length, 1);
  });

  it("rules 301, 308, 311, 327: sends its metadata, with the request's ID, when asked for them", async () => {
    await using bench = await aStartedBench();

    await handOut(bench, createReport(aRequest({ reportSpecifierId: "METADATA", rIds: ["0"] })));

    assert.deepEqual(bench.vtn.names.slice(1, 3), ["oadrCreatedReport", "oadrRegisterReport"]);
    const [metadata] = bench.vtn.payloads("oadrRegisterReport");
    assert.equal(metadata?.reportRequestId, "request-1");
    assert.equal(metadata.reports[0]?.reportRequestId, "0");
  });

  it("rules 324, 325, 327: sends its metadata again and again when it is asked for that", async () => {
    await using bench = await aStartedBench();
    const request = aRequest({
      reportSpecifierId: "METADATA",
      back: "PT1H",
      dtstart: "2026-01-01T01:00:00Z",
      duration: "PT2H",
    });
    await handOut(bench, createReport(request));
    await bench.clock.advance(hours(5));

    assert.equal(bench.vtn.payloads("oadrRegisterReport").length, 3);
    assert.equal(bench.told("reportEnded").length, 1);
  });

  it("rules 303, 304: refuses data nobody asked for with 452", async () => {
    await using bench = await aStartedBench();
    const report = {
      reportDescriptions: [],
      reportRequestId: "x",
      reportSpecifierId: "y",
      createdDateTime: new Date(0),
    };

    await handOut(bench, { name: "oadrUpdateReport", payload: { requestId: "u", reports: [report] } });

    const [answer] = bench.vtn.payloads("oadrUpdatedReport");
    assert.deepEqual([answer?.response.responseCode, answer?.response.requestId, answer?.venId], [452, "u", "ven-1"]);
  });

  it("tells how far the requests are, in plain data", async () => {
    await using bench = await aStartedBench();
    await handOut(
      bench,
      createReport(aRequest({ granularity: "PT1M", back: "PT5M", dtstart: "2026-01-01T00:01:00Z" })),
    );
    await bench.clock.advanceTo(new Date("2026-01-01T00:03:30Z"));

    const [record, ...others] = bench.ven.reportRequests;

    assert.deepEqual(others, []);
    assert.deepEqual(structuredClone(record), record);
    assert.deepEqual(
      [record?.request.reportRequestId, record?.sampleAt, record?.reportAt, record?.sampled.length, record?.unsent],
      ["request-1", new Date("2026-01-01T00:04:00Z"), new Date("2026-01-01T00:06:00Z"), 2, []],
    );
  });

  it("refuses more requests at a time than it can keep", async () => {
    await using bench = await aStartedBench();
    const requests = Array.from({ length: 1001 }, (_, index) =>
      aRequest({ reportRequestId: `request-${index}`, granularity: "PT1H", back: "PT1H" }),
    );

    await handOut(bench, {
      name: "oadrCreateReport",
      payload: { requestId: "create-1", reportRequests: [aRequest(), ...requests] },
    });

    const [answer] = bench.vtn.payloads("oadrCreatedReport");
    assert.deepEqual([answer?.response.responseCode, answer?.pendingReports.length], [454, 1000]);
  });
});
