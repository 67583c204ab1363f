import assert from "node:assert/strict";
import { minutes, type Message } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { aStartedBench, counting, handOut, meter, sent } from "./reporting-ven.ts";
import { aRequest, createReport, later } from "./scripted-vtn.ts";

function cancel(reportRequestIds: readonly [string, ...string[]], reportToFollow = false): Message {
  return { name: "oadrCancelReport", payload: { requestId: "cancel-1", reportRequestIds, reportToFollow } };
}

describe("EiReport of a VEN: cancellation", () => {
  it("rules 303, 329: ends a report, and tells what is still pending", async () => {
    await using bench = await aStartedBench();
    const times = { granularity: "PT1M", back: "PT1M" };
    await handOut(bench, createReport(aRequest(times), aRequest({ ...times, reportRequestId: "request-2" })));
    bench.vtn.forget();

    await handOut(bench, cancel(["request-1"]));
    await bench.clock.advance(minutes(1));

    assert.deepEqual(bench.vtn.payloads("oadrCanceledReport"), [
      { response: { responseCode: 200, requestId: "cancel-1" }, pendingReports: ["request-2"], venId: "ven-1" },
    ]);
    assert.deepEqual(
      bench.vtn.payloads("oadrUpdateReport").map(({ reports }) => reports[0]?.reportRequestId),
      ["request-2"],
    );
    assert.deepEqual(bench.told("reportEnded"), [{ type: "reportEnded", reportRequestId: "request-1" }]);
  });

  it("rules 329, 345: sends one more report when one is to follow", async () => {
    await using bench = await aStartedBench([{ ...meter, collect: counting() }]);
    await handOut(bench, createReport(aRequest({ granularity: "PT1M", back: "PT1M" })));
    bench.vtn.forget();

    await handOut(bench, cancel(["request-1"], true));
    await bench.clock.advance(minutes(5));

    assert.deepEqual(bench.vtn.payloads("oadrCanceledReport")[0]?.pendingReports, ["request-1"]);
    assert.deepEqual(sent(bench), ["00:00:20: 23:59:20=1"]);
    assert.equal(bench.told("reportEnded").length, 1);
  });

  it("rules 304, 336: refuses to cancel what it does not know with 452, and cancels the rest", async () => {
    await using bench = await aStartedBench();
    await handOut(bench, createReport(aRequest({ granularity: "PT1M", back: "PT1M" })));

    await handOut(bench, cancel(["request-1", "request-7"]));

    const [answer] = bench.vtn.payloads("oadrCanceledReport");
    assert.deepEqual([answer?.response.responseCode, answer?.pendingReports], [452, []]);
  });

  for (const [what, ids, reports] of [
    ["heeds a cancellation of the report that it answers", ["request-1"], 1],
    ["ignores a cancellation of other reports", ["request-2"], 5],
  ] as const satisfies readonly (readonly [string, readonly [string, ...string[]], number])[]) {
    it(`rule 328: ${what} in oadrUpdatedReport`, async () => {
      await using bench = await aStartedBench();
      bench.vtn.script = {
        oadrUpdateReport: ({ requestId }) => ({
          name: "oadrUpdatedReport",
          payload: {
            response: { responseCode: 200, requestId },
            cancelReport: { requestId, reportRequestIds: ids, reportToFollow: false },
          },
        }),
      };

      await handOut(bench, createReport(aRequest({ granularity: "PT1M", back: "PT1M" })));
      await bench.clock.advance(minutes(5));

      assert.equal(sent(bench).length, reports);
    });
  }

  it("rules 328, 345: sends one more report when oadrUpdatedReport asks for that", async () => {
    await using bench = await aStartedBench();
    bench.vtn.script = {
      oadrUpdateReport: ({ requestId }) => ({
        name: "oadrUpdatedReport",
        payload: {
          response: { responseCode: 200, requestId },
          cancelReport: { requestId, reportRequestIds: ["request-1"], reportToFollow: true },
        },
      }),
    };

    await handOut(bench, createReport(aRequest({ granularity: "PT1M", back: "PT1M" })));
    await bench.clock.advance(minutes(5));

    assert.equal(sent(bench).length, 2);
    assert.deepEqual(bench.ven.reportRequests, []);
  });

  it("finishes a report under way when it stops", async () => {
    const answer = later();
    const bench = await aStartedBench();
    bench.vtn.script = {
      oadrUpdateReport: async ({ requestId }) => {
        await answer.promise;
        return { name: "oadrUpdatedReport", payload: { response: { responseCode: 200, requestId } } };
      },
    };
    await handOut(bench, createReport(aRequest()));

    const stopping = bench.ven.stop();
    answer.happen();
    await stopping;

    assert.equal(bench.told("reportSent").length, 1);
  });
});
