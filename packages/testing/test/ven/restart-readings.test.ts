import assert from "node:assert/strict";
import { hours, minutes, seconds } from "@openleadr/protocol";
import type { HistoryReportOptions, ReportOptions, VenOptions } from "@openleadr/ven";
import { describe, it } from "vitest";
import { instant } from "./acting-ven.ts";
import { aClockToBeSet } from "./clock-to-be-set.ts";
import { counting, dataOf, handOut, meter, sent } from "./reporting-ven.ts";
import { aSite, crash, WatchedStore, type Site } from "./restarting-ven.ts";
import { aBench, aRequest, createReport, later, type Bench } from "./scripted-vtn.ts";

const log = {
  reportName: "HISTORY_USAGE",
  reportSpecifierId: "log",
  rId: "energy",
  measurement: "ENERGY_REAL",
  duration: hours(100),
} as const satisfies HistoryReportOptions;

/** A started VEN that offers a data point, and that data point; the VTN has forgotten what it heard before. */
async function start(
  site: Site,
  { point = log, ...options }: Partial<VenOptions> & { readonly point?: ReportOptions } = {},
) {
  const bench = site.aVen(options);
  const offered = bench.ven.addReport(point);
  await bench.ven.start();
  await site.clock.settle();
  site.vtn.forget();
  return { ...bench, offered };
}

/** All that the VEN has of its history. */
async function history(bench: Bench): Promise<readonly unknown[]> {
  const all = { reportSpecifierId: "log", rIds: ["energy"], dtstart: "2025-12-29T00:00:00Z" } as const;
  await handOut(bench, createReport(aRequest(all)));
  return dataOf(bench).flatMap(({ payloads }) =>
    payloads.map((payload) => payload.kind === "reportPayload" && payload.value),
  );
}

/** A reading each minute, a report each hour. */
const everyHour = { granularity: "PT1M", back: "PT1H", dtstart: "2026-01-01T00:00:00Z" } as const;

describe("the readings of a VEN that has crashed", () => {
  for (const [what, options, wait, expected] of [
    ["are there once they are known to be stored", {}, "stored", [1, 2]],
    ["are there after 15 minutes", {}, minutes(15), [1, 2]],
    ["may be lost before", {}, minutes(14), [0]],
    ["are there after as long as was demanded", { unsentReports: { storeWithin: minutes(2) } }, minutes(2), [1, 2]],
    ["are there at once where that was demanded", { unsentReports: { storeWithin: seconds(0) } }, minutes(0), [1, 2]],
  ] as const) {
    it(what, async () => {
      const store = new WatchedStore();
      await using site = aSite(store);
      const first = await start(site, options);
      first.offered.record(1, { at: instant("2025-12-31T23:00") });
      first.offered.record(2, { at: instant("2025-12-31T23:30"), accuracy: 0.5 });
      if (wait === "stored") await first.offered.stored();
      else await site.clock.advance(wait);
      const left = await crash(first, store);

      const second = await start(site, { store: left });

      assert.deepEqual(await history(second), expected);
    });
  }

  it("are those that came before the start, too", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const first = site.aVen();
    first.ven.addReport(log).record(1, { at: instant("2025-12-31T23:00") });
    await first.ven.start();
    await site.clock.advance(minutes(15));
    const left = await crash(first, store);

    assert.deepEqual(await history(await start(site, { store: left })), [1]);
  });

  it("go on in the report that they are for", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const first = await start(site, { point: { ...meter, collect: counting() } });
    await handOut(first, createReport(aRequest(everyHour)));
    await site.clock.advanceTo(instant("00:50:30"));
    const left = await crash(first, store);

    const second = await start(site, { point: { ...meter, collect: () => 0 }, store: left });
    await site.clock.advanceTo(instant("01:00:30"));

    const [report = ""] = sent(second);
    const values = (report.match(/(?<==)\d+/g) ?? []).map(Number).filter((value) => value > 0);
    assert.ok(values.length >= 35, report);
    assert.deepEqual(
      values,
      Array.from(values, (_, index) => index + 1),
    );
    assert.equal(sent(second).length, 1);
  });

  it("rule 510: are there when the VTN asks again", async () => {
    await using site = aSite();
    const first = await start(site, { point: { ...meter, collect: counting() } });
    await handOut(first, createReport(aRequest({ ...everyHour, back: "PT5M" })));
    await site.clock.advanceTo(instant("00:10:30"));
    await first.ven.stop();

    const second = await start(site, { point: { ...meter, collect: () => 0 } });
    await handOut(second, createReport(aRequest({ ...everyHour, back: "PT5M", reportRequestId: "again" })));
    await site.clock.advanceTo(instant("00:15:30"));

    const again = site.vtn
      .payloads("oadrUpdateReport")
      .flatMap(({ reports }) => reports)
      .find(({ reportRequestId }) => reportRequestId === "again");
    const values = again?.intervals?.map(
      ({ payloads: [payload] }) => payload?.kind === "reportPayload" && payload.value,
    );
    assert.deepEqual(values?.slice(0, 10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("rule 346: are what was recorded last of an instant", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const first = await start(site);
    for (const value of [1, 2, 3]) {
      first.offered.record(value, { at: instant("2025-12-31T23:00") });
      await first.offered.stored();
    }
    const left = await crash(first, store);

    assert.deepEqual(await history(await start(site, { store: left })), [3]);
    assert.equal((await left.names()).filter((name) => name.startsWith("report-readings")).length, 1);
  });

  it("rule 346: are what corrected them, also where they were stored with others", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const first = await start(site);
    first.offered.record(1, { at: instant("2025-12-31T23:00") });
    first.offered.record(5, { at: instant("2025-12-31T23:30") });
    await first.offered.stored();
    first.offered.record(2, { at: instant("2025-12-31T23:00") });
    await first.offered.stored();
    const left = await crash(first, store);

    assert.deepEqual(await history(await start(site, { store: left })), [2, 5]);
  });

  it("are forgotten where they are of something else by now", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const first = await start(site);
    first.offered.record(1, { at: instant("2025-12-31T23:00") });
    await first.offered.stored();
    const left = await crash(first, store);

    const second = await start(site, { point: { ...log, scale: "k" }, store: left });

    assert.deepEqual(await history(second), [0]);
    assert.deepEqual(
      (await left.names()).filter((name) => name.startsWith("report-readings")),
      [],
    );
  });

  it("are those of a report that was taken back and offered again at once, too", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const first = await start(site);
    first.offered.record(1, { at: instant("2025-12-31T23:00") });
    first.ven.removeReport("log");
    const again = first.ven.addReport(log);
    again.record(2, { at: instant("2025-12-31T23:10") });
    first.offered.record(3, { at: instant("2025-12-31T23:20") });
    await again.stored();
    const left = await crash(first, store);

    assert.deepEqual(await history(await start(site, { store: left })), [1, 2]);
  });

  it("go on where the same VEN is started again", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const first = await start(site);
    first.offered.record(1, { at: instant("2025-12-31T23:00") });
    await first.ven.cancelPartyRegistration();
    first.offered.record(2, { at: instant("2025-12-31T23:10") });
    await first.ven.start();
    first.offered.record(3, { at: instant("2025-12-31T23:20") });
    await first.offered.stored();
    const left = await crash(first, store);
    site.vtn.forget();

    assert.deepEqual(await history(await start(site, { store: left })), [1, 2, 3]);
  });
});

describe("what a VEN stores of readings", () => {
  it("is no more than it keeps", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const bench = await start(site, {
      point: { ...log, duration: hours(1) },
      unsentReports: { storeWithin: seconds(0) },
    });
    for (let minute = 0; minute < 250; minute++) {
      bench.offered.record(minute);
      await site.clock.advance(minutes(1));
    }

    assert.equal((await store.names()).filter((name) => name.startsWith("report-readings")).length, 100);
  });

  it("is a write every 15 minutes where they are all there is to write", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const bench = await start(site);
    store.writes.length = 0;

    for (let minute = 0; minute < 24 * 60; minute++) {
      bench.offered.record(minute);
      await site.clock.advance(minutes(1));
    }

    assert.ok(store.writes.length <= 24 * 4, String(store.writes.length));
    assert.ok(store.writes.every(({ length }) => length <= 2));
  });

  for (const [what, set] of [
    ["by a day", hours(24)],
    ["by a little", minutes(3)],
  ] as const) {
    it(`is written in time when the clock is set back ${what}`, async () => {
      const { clock, manual, setBack } = aClockToBeSet();
      const store = new WatchedStore();
      await using bench = aBench({ clock, store });
      const point = bench.ven.addReport(log);
      await bench.ven.start();
      await manual.advance(minutes(1));
      store.writes.length = 0;
      point.record(1);
      await manual.advance(minutes(5));

      setBack(set);
      await manual.advance(minutes(10));

      assert.deepEqual(store.writes.flat(), ["report-readings 1"]);
    });
  }

  it("is told to those who wait for it whatever else is recorded meanwhile", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const { offered } = await start(site);
    let count = 0;
    store.onWrite = () => {
      if (++count < 1000) offered.record(count);
    };
    store.writes.length = 0;
    offered.record(0);

    await offered.stored();

    assert.deepEqual(store.writes, [["report-readings 1"]]);
  });

  it("is told to those who wait for it, unless the VEN does not run", async () => {
    await using site = aSite();
    const bench = site.aVen();
    const point = bench.ven.addReport(log);
    point.record(1);
    await assert.rejects(point.stored(), { name: "AbortError" });
    await bench.ven.start();
    await point.stored();

    await bench.ven.stop();

    await assert.rejects(point.stored(), { name: "AbortError" });
  });

  it("is what was recorded while it runs; later, with the next start", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const options = { unsentReports: { storeWithin: seconds(0) } };
    const { ven, offered } = await start(site, options);
    await ven.cancelPartyRegistration();
    store.writes.length = 0;
    offered.record(1);
    ven.addReport({ ...log, rId: "other" }).record(1);
    await site.clock.settle();
    assert.equal(store.writes.length, 0);

    await ven.start();
    await offered.stored();

    assert.ok(store.writes.flat().includes("report-readings 1"));
  });

  it("is waited for no longer than is wanted", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const { offered } = await start(site);
    const never = later();
    store.gate = never.promise;
    offered.record(1);
    const giveUp = new AbortController();

    const waiting = offered.stored({ signal: giveUp.signal });
    giveUp.abort(new Error("too long"));

    await assert.rejects(waiting, { message: "too long" });
    never.happen();
  });

  it("refuses to store later than at once", async () => {
    await using site = aSite();

    assert.throws(() => site.aVen({ unsentReports: { storeWithin: seconds(-1) } }), {
      name: "RangeError",
      message: /storeWithin/,
    });
  });
});
