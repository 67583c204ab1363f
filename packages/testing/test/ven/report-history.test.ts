import assert from "node:assert/strict";
import { hours, minutes } from "@openleadr/protocol";
import type { HistoryReportOptions } from "@openleadr/ven";
import { describe, it } from "vitest";
import { aStartedBench, dataOf, handOut, sent } from "./reporting-ven.ts";
import { aRequest, createReport } from "./scripted-vtn.ts";

const history = {
  reportName: "HISTORY_USAGE",
  reportSpecifierId: "history",
  resourceId: "meter",
  rId: "power",
  measurement: "ENERGY_REAL",
  duration: hours(3),
} as const satisfies HistoryReportOptions;
const lastHour = { reportSpecifierId: "history", dtstart: "2025-12-31T23:00:00Z", duration: "PT1H" };

describe("EiReport of a VEN: history", () => {
  it("rules 317, 324, 325: sends what collectSpan has of the span that is asked for", async () => {
    const asked: unknown[] = [];
    await using bench = await aStartedBench([
      {
        ...history,
        collectSpan({ signal: _, ...span }) {
          asked.push(span);
          const half = new Date(span.from.getTime() + minutes(30));
          return [
            { dtstart: half, duration: minutes(30), value: 2, accuracy: 0.1 },
            { dtstart: span.from, duration: minutes(30), value: 1 },
          ];
        },
      },
    ]);

    await handOut(bench, createReport(aRequest(lastHour)));

    const from = new Date("2025-12-31T23:00:00Z");
    const to = new Date("2026-01-01T00:00:00Z");
    assert.deepEqual(asked, [{ reportSpecifierId: "history", rId: "power", from, to, granularity: undefined }]);
    assert.deepEqual(sent(bench), ["00:00:10: 23:00:00=1 23:30:00=2"]);
    assert.equal(bench.told("reportEnded").length, 1);
  });

  it("rule 325: sends all since the start where the duration is 0", async () => {
    const spans: Date[] = [];
    await using bench = await aStartedBench([{ ...history, collectSpan: ({ to }) => (spans.push(to), []) }]);

    await handOut(bench, createReport(aRequest({ ...lastHour, duration: "PT0S" })));

    assert.deepEqual(spans, [new Date("2026-01-01T00:00:10Z")]);
  });

  it("rule 510: keeps what is recorded, and sends it as often as it is asked for", async () => {
    await using bench = await aStartedBench([]);
    const point = bench.ven.addReport(history);
    for (let minute = 0; minute < 150; minute++) {
      await bench.clock.advance(minutes(1));
      point.record(minute, { duration: minutes(1), at: new Date(bench.clock.now().getTime() - minutes(1)) });
    }
    const since = { reportSpecifierId: "history", dtstart: "2026-01-01T00:00:00Z", duration: "PT2H30M" };

    await handOut(bench, createReport(aRequest(since)));
    await handOut(bench, createReport(aRequest({ ...since, reportRequestId: "again" })));

    const [first, second] = bench.vtn.payloads("oadrUpdateReport").map(({ reports }) => reports[0]?.intervals);
    assert.equal(first?.length, 150);
    assert.deepEqual(second, first);
  });

  it("rule 346: lets a later record of the same start replace the earlier", async () => {
    await using bench = await aStartedBench([]);
    const point = bench.ven.addReport(history);
    const at = new Date("2025-12-31T23:10:00Z");
    point.record(1, { at });
    point.record(2, { at });

    await handOut(bench, createReport(aRequest(lastHour)));

    assert.deepEqual(sent(bench), ["00:00:10: 23:10:00=2"]);
  });

  it("rule 318: sends a placeholder where there is no history", async () => {
    await using bench = await aStartedBench([history]);

    await handOut(bench, createReport(aRequest(lastHour)));

    assert.deepEqual(dataOf(bench)[0]?.payloads, [
      { kind: "reportPayload", rId: "power", value: 0, dataQuality: "Quality Bad - Non Specific" },
    ]);
  });

  it("rule 315: sends a placeholder, and tells, where some readings have a duration and some have none", async () => {
    await using bench = await aStartedBench([
      {
        ...history,
        collectSpan: ({ from }) => [
          { dtstart: from, value: 1 },
          { dtstart: new Date(from.getTime() + 1000), duration: minutes(1), value: 2 },
        ],
      },
    ]);

    await handOut(bench, createReport(aRequest(lastHour)));

    assert.deepEqual(sent(bench), ["00:00:10: 23:00:00=0"]);
    assert.equal(bench.told("handlerFailed")[0]?.reportSpecifierId, "history");
  });

  for (const [what, options, code] of [
    ["without a span", { dtstart: undefined }, 459],
    ["of the future", { dtstart: "2026-01-02T00:00:00Z" }, 454],
    ["again and again", { back: "PT1H" }, 454],
    ["of a granularity", { granularity: "PT1M" }, 454],
    ["beyond what is kept", { dtstart: "2025-12-31T20:00:00Z" }, 454],
  ] as const) {
    it(`rules 324, 325, 340: refuses a request for history ${what} with ${code}`, async () => {
      await using bench = await aStartedBench([history]);
      const { dtstart, ...rest } = { ...lastHour, ...options };

      await handOut(bench, createReport(aRequest({ ...rest, ...(dtstart !== undefined && { dtstart }) })));

      assert.equal(bench.vtn.payloads("oadrCreatedReport")[0]?.response.responseCode, code);
      assert.deepEqual(sent(bench), []);
    });
  }

  it("rule 313: sends Green Button content", async () => {
    const feed = '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x</id><title>usage</title></feed>';
    await using bench = await aStartedBench([
      { reportName: "HISTORY_GREENBUTTON", reportSpecifierId: "history", rId: "power", collectSpan: () => feed },
    ]);

    await handOut(bench, createReport(aRequest(lastHour)));

    const [interval] = dataOf(bench);
    assert.deepEqual([interval?.dtstart, interval?.duration], [new Date("2025-12-31T23:00:00Z"), hours(1)]);
    const [payload] = interval?.payloads ?? [];
    assert.equal(payload?.kind === "gbPayload" && payload.feed.children?.length, 2);
  });

  it("sends nothing, and tells, where Green Button content is none", async () => {
    await using bench = await aStartedBench([
      { reportName: "HISTORY_GREENBUTTON", reportSpecifierId: "history", rId: "power", collectSpan: () => "<feed/>" },
    ]);

    await handOut(bench, createReport(aRequest(lastHour)));

    assert.deepEqual(bench.vtn.payloads("oadrUpdateReport"), []);
    assert.equal(bench.told("handlerFailed")[0]?.handler, "collectSpan");
  });
});
