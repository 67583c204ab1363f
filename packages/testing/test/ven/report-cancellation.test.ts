import assert from "node:assert/strict";
import { minutes, type Message } from "@openleadr/protocol";
import { inMemoryTransport, messageClient } from "@openleadr/transport";
import type { AskedSpan } from "@openleadr/ven";
import { describe, it } from "vitest";
import { aStartedBench, counting, dataOf, handOut, meter, minutesOf, reporting, sent } from "./reporting-ven.ts";
import { aSite, crash, WatchedStore } from "./restarting-ven.ts";
import { aRequest, createReport, later, never, refusing } from "./scripted-vtn.ts";

const { collect: _, ...uncollected } = meter;

const taken: Message = {
  name: "oadrUpdatedReport",
  payload: { response: { responseCode: 200, requestId: "" } },
};

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
    assert.deepEqual(bench.told("reportEnded"), [
      { type: "reportEnded", reportRequestId: "request-1", reportSpecifierId: "usage" },
    ]);
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

  for (const [what, collectSpan] of [
    ["a value for each minute", minutesOf],
    ["nothing", () => []],
  ] as const) {
    it(`rule 345: sends one more report, and no other, where one is due as it is cancelled, with ${what}`, async () => {
      const gate = later();
      let calls = 0;
      const asking = async (span: AskedSpan) => {
        if (++calls === 2) await gate.promise;
        return collectSpan(span);
      };
      await using bench = await aStartedBench([{ ...uncollected, collectSpan: asking }]);
      await handOut(
        bench,
        createReport(aRequest({ granularity: "PT1M", back: "PT1M", dtstart: "2026-01-01T00:00:00Z" })),
      );
      await bench.clock.advance(minutes(2));
      bench.vtn.forget();

      await handOut(bench, cancel(["request-1"], true));
      gate.happen();
      await bench.clock.advance(minutes(5));

      assert.deepEqual([sent(bench).length, dataOf(bench).length], [1, 1]);
      assert.deepEqual(bench.ven.reportRequests, []);
    });
  }

  it("rule 345: sends what the VTN does not have yet with the last one, in order", async () => {
    await using bench = await aStartedBench([{ ...meter, collect: counting() }]);
    await handOut(
      bench,
      createReport(aRequest({ granularity: "PT1M", back: "PT1M", dtstart: "2026-01-01T00:00:00Z" })),
    );
    bench.vtn.script = { oadrUpdateReport: refusing("oadrUpdateReport", 469) };
    await bench.clock.advance(minutes(3));
    await handOut(bench, cancel(["request-1"], true));
    bench.vtn.forget();
    bench.vtn.script = {};

    await bench.clock.advance(minutes(10));

    const values = sent(bench).flatMap((line) => line.match(/(?<==)\d+/g) ?? []);
    assert.deepEqual(values, ["1", "2", "3", "4"]);
    assert.deepEqual(bench.ven.reportRequests, []);
  });

  it("rule 345: sends one more report after a crash where the VTN may have heard so", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const first = await reporting(site);
    await handOut(first, createReport(aRequest({ granularity: "PT1M", back: "PT1M" })));
    site.vtn.script = { oadrCanceledReport: never };
    await handOut(first, cancel(["request-1"], true));
    const left = await crash(first, store);
    site.vtn.script = {};

    const second = await reporting(site, [meter], { store: left });
    await site.clock.advance(minutes(5));

    assert.equal(sent(second).length, 1);
    assert.deepEqual(second.ven.reportRequests, []);
  });

  it("rules 327, 345: sends metadata once more when that is to follow", async () => {
    await using bench = await aStartedBench();
    await handOut(bench, createReport(aRequest({ reportSpecifierId: "METADATA", rIds: ["0"], back: "PT1M" })));
    bench.vtn.forget();

    await handOut(bench, cancel(["request-1"], true));
    await bench.clock.advance(minutes(5));

    assert.deepEqual(
      bench.vtn.payloads("oadrRegisterReport").map(({ reportRequestId }) => reportRequestId),
      ["request-1"],
    );
  });

  it("leaves nothing in the store of a report that is cancelled while data are under way", async () => {
    const store = new WatchedStore();
    const answer = later();
    const push = { listen: false, address: "http://ven.example.com" } as const;
    await using bench = await aStartedBench([meter], { store, push });
    const { handler } = bench.ven;
    if (handler === undefined) throw new Error("expected a handler");
    const call = messageClient({ transport: inMemoryTransport(handler), check: () => {} });
    await call("oadrCreateReport", {
      requestId: "c",
      reportRequests: [aRequest({ granularity: "PT1S", back: "PT1M" })],
    });
    bench.vtn.isDown = true;
    await bench.clock.advance(minutes(20));
    bench.vtn.script = { oadrUpdateReport: () => answer.promise.then(() => taken) };
    bench.vtn.isDown = false;
    await bench.clock.advance(minutes(1));
    assert.equal(sent(bench).length, 1);

    await call("oadrCancelReport", { requestId: "d", reportRequestIds: ["request-1"], reportToFollow: false });
    answer.happen();
    await bench.clock.advance(minutes(1));

    const names = await store.names();
    assert.deepEqual(
      names.filter((name) => /^report-(?:request|sampled|unsent)/.test(name)),
      [],
    );
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
