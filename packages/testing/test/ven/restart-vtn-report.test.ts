import assert from "node:assert/strict";
import { hours, minutes, powerReal, type Message, type OadrReport } from "@openleadr/protocol";
import type { VenOptions, VtnReportUpdate } from "@openleadr/ven";
import { describe, it } from "vitest";
import { handOut } from "./reporting-ven.ts";
import { aSite, crash, WatchedStore, type Site } from "./restarting-ven.ts";
import { never, refusing, registered, type Bench } from "./scripted-vtn.ts";

const createdDateTime = new Date("2026-01-01T00:00:00Z");
const grid: OadrReport = {
  duration: hours(1),
  reportDescriptions: [{ rId: "load", reportType: "usage", measurement: powerReal(), readingType: "Direct Read" }],
  reportRequestId: "0",
  reportSpecifierId: "grid",
  reportName: "METADATA_TELEMETRY_USAGE",
  createdDateTime,
};
const offer: Message = { name: "oadrRegisterReport", payload: { requestId: "register-1", reports: [grid] } };

function data(reportRequestId: string): Message {
  const report: OadrReport = {
    dtstart: createdDateTime,
    intervals: [
      {
        dtstart: createdDateTime,
        duration: minutes(1),
        uid: "0",
        payloads: [{ kind: "reportPayload", rId: "load", value: 1 }],
      },
    ],
    reportDescriptions: [],
    reportRequestId,
    reportSpecifierId: "grid",
    reportName: "TELEMETRY_USAGE",
    createdDateTime,
  };
  return { name: "oadrUpdateReport", payload: { requestId: "update-1", reports: [report] } };
}

/** A started VEN, and what its application gets of the VTN's reports. */
async function start(site: Site, options: Partial<VenOptions> = {}) {
  site.vtn.forget();
  const updates: VtnReportUpdate[] = [];
  const bench = site.aVen({ onReport: (update) => void updates.push(update), ...options });
  await bench.ven.start();
  await site.clock.settle();
  return { ...bench, updates };
}

function codes({ vtn }: Bench): readonly number[] {
  return vtn.payloads("oadrUpdatedReport").map(({ response }) => response.responseCode);
}

describe("the VTN's reports for a VEN that is started again", () => {
  it("go on, as they were offered and asked for", async () => {
    await using site = aSite();
    const first = await start(site, { onRegisterReport: () => ({ granularity: minutes(1) }) });
    await handOut(first, offer);
    const { vtnReports, vtnReportRequests } = first.ven;
    await first.ven.stop();

    const second = await start(site);
    assert.deepEqual([second.ven.vtnReports, second.ven.vtnReportRequests], [vtnReports, vtnReportRequests]);
    await handOut(second, data(vtnReportRequests[0]?.reportRequestId ?? ""));

    assert.deepEqual([codes(second), second.updates.length], [[200], 1]);
    assert.equal(site.vtn.payloads("oadrCreateReport").length, 0);
  });

  for (const [what, script] of [
    ["oadrRegisteredReport", { oadrRegisteredReport: never }],
    ["oadrUpdatedReport", { oadrUpdatedReport: never }],
  ] as const) {
    it(`go on after a crash, though the VTN has got no more than ${what}`, async () => {
      const store = new WatchedStore();
      await using site = aSite(store);
      const first = await start(site, { onRegisterReport: () => ({ granularity: minutes(1) }) });
      site.vtn.script = script;
      await handOut(first, offer);
      const reportRequestId = first.ven.vtnReportRequests[0]?.reportRequestId ?? "";
      await handOut(first, data(reportRequestId));
      const left = await crash(first, store);
      site.vtn.script = {};

      const second = await start(site, { store: left });
      await handOut(second, data(reportRequestId));

      assert.equal(codes(second).at(-1), 200);
      assert.equal(second.ven.vtnReportRequests[0]?.state, "active");
    });
  }

  it("are asked for again where the VTN may not have heard it before the crash", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const first = await start(site);
    await handOut(first, offer);
    site.vtn.script = { oadrCreateReport: never };
    const asked = assert.rejects(first.ven.requestReport("grid", { granularity: minutes(1) }));
    await site.clock.settle();
    const [question] = site.vtn.payloads("oadrCreateReport");
    const left = await crash(first, store);
    await asked;
    site.vtn.script = {};

    const second = await start(site, { store: left });
    await site.clock.settle();
    const [again] = site.vtn.payloads("oadrCreateReport");
    await second.ven.stop();
    const third = await start(site, { store: left });

    assert.deepEqual(again?.reportRequests, question?.reportRequests);
    assert.deepEqual(site.vtn.payloads("oadrCreateReport"), []);
    assert.deepEqual(
      third.ven.vtnReportRequests.map(({ reportRequestId, state }) => [reportRequestId, state]),
      [[question?.reportRequests[0]?.reportRequestId, "active"]],
    );
  });

  it("end, and it is told, where the VTN refuses what it may not have heard", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const first = await start(site);
    await handOut(first, offer);
    site.vtn.script = { oadrCreateReport: never };
    const asked = assert.rejects(first.ven.requestReport("grid"));
    await site.clock.settle();
    const left = await crash(first, store);
    await asked;
    site.vtn.script = { oadrCreateReport: refusing("oadrCreateReport", 454) };

    const second = await start(site, { store: left });
    await site.clock.settle();

    assert.deepEqual(second.ven.vtnReportRequests, []);
    assert.equal(second.told("vtnReportEnded")[0]?.error instanceof Error, true);
  });

  it("rule 346: are taken once more where all has come, as the VTN may not have heard so", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const first = await start(site);
    await handOut(first, offer);
    const { reportRequestId } = await first.ven.requestReport("grid");
    site.vtn.script = { oadrUpdatedReport: never };
    await handOut(first, data(reportRequestId));
    const left = await crash(first, store);
    site.vtn.script = {};

    const second = await start(site, { store: left });
    await handOut(second, data(reportRequestId));

    assert.deepEqual([codes(second), second.updates.length], [[200], 1]);
    assert.deepEqual(second.ven.vtnReportRequests, []);
  });

  it("rule 345: are one more, and then none, where they were cancelled so", async () => {
    await using site = aSite();
    const first = await start(site);
    await handOut(first, offer);
    const { reportRequestId } = await first.ven.requestReport("grid", { granularity: minutes(1) });
    await first.ven.cancelReport(reportRequestId, { reportToFollow: true });
    await first.ven.stop();

    const second = await start(site);
    await handOut(second, data(reportRequestId));

    assert.equal(second.updates.length, 1);
    assert.deepEqual(second.ven.vtnReportRequests, []);
  });

  it("rule 407: are gone with the registration", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const first = await start(site);
    await handOut(first, offer);
    await first.ven.requestReport("grid", { granularity: minutes(1) });
    await first.ven.cancelPartyRegistration();
    await first.ven.stop();

    const second = await start(site);

    assert.deepEqual([second.ven.vtnReports, second.ven.vtnReportRequests], [[], []]);
    assert.deepEqual(
      (await store.names()).filter((name) => name.startsWith("vtn-report")),
      [],
    );
  });

  it("rule 406: are gone where the VEN was given another venID", async () => {
    await using site = aSite();
    const first = await start(site);
    await handOut(first, offer);
    await first.ven.requestReport("grid", { granularity: minutes(1) });
    await first.ven.stop();
    site.vtn.script = { oadrCreatePartyRegistration: ({ requestId }) => registered(requestId, "registration-2") };

    const second = await start(site, { venId: "ven-1" });

    assert.deepEqual([second.ven.vtnReports, second.ven.vtnReportRequests], [[], []]);
  });
});

describe("what a VEN writes for the VTN's reports", () => {
  it("is nothing for data that come again and again", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    const bench = await start(site, { onRegisterReport: () => ({ granularity: minutes(1) }) });
    await handOut(bench, offer);
    const reportRequestId = bench.ven.vtnReportRequests[0]?.reportRequestId ?? "";
    store.writes.length = 0;

    for (let times = 0; times < 10; times++) await handOut(bench, data(reportRequestId));

    assert.deepEqual([bench.updates.length, store.writes], [10, []]);
  });
});
