import assert from "node:assert/strict";
import { hours, minutes, powerReal, seconds, type Duration, type ReportRequest } from "@openleadr/protocol";
import { describe, it } from "vitest";
import {
  MemoryStore,
  Vtn,
  type AskedHistory,
  type AskedValue,
  type MailboxEntry,
  type OwnReading,
  type OwnTelemetryReport,
} from "../src/index.ts";
import { aMetadataRequest, aOneShot, aRequest, at, gridHistory, gridLoad, openOffer } from "./own-reports.ts";
import { expectMessage, noon } from "./open-vtn.ts";

const measurement = powerReal({ scale: "k" });

describe("own reports: data", () => {
  it("rules 313, 314, 315, 316: sends what was asked for, in the VEN's mailbox", async () => {
    await using offer = await openOffer([gridLoad()]);
    await offer.ven.create(aRequest());

    await offer.clock.advance(minutes(2));

    const payload = expectMessage("oadrUpdateReport", await offer.ven.poll());
    assert.equal(payload.venId, offer.ven.venId);
    assert.deepEqual(payload.reports, [
      {
        dtstart: noon,
        intervals: [
          {
            dtstart: noon,
            duration: minutes(1),
            uid: "0",
            payloads: [{ kind: "reportPayload", rId: "load", value: 0 }],
          },
          {
            dtstart: at("12:01:00"),
            duration: minutes(1),
            uid: "1",
            payloads: [{ kind: "reportPayload", rId: "load", value: 1 }],
          },
        ],
        reportDescriptions: [],
        reportRequestId: "request-1",
        reportSpecifierId: "grid",
        reportName: "TELEMETRY_USAGE",
        createdDateTime: at("12:02:00"),
      },
    ]);
  });

  it("rules 317, 324: sends every reportBackDuration, for ever where the duration is 0", async () => {
    await using offer = await openOffer([gridLoad()]);
    await offer.ven.create(aRequest());
    const data: unknown[] = [];

    for (let report = 0; report < 3; report++) {
      await offer.clock.advance(minutes(2));
      data.push(...(await offer.ven.data()));
    }

    assert.deepEqual(data, [
      "request-1: 12:00:00 0, 12:01:00 1",
      "request-1: 12:02:00 2, 12:03:00 3",
      "request-1: 12:04:00 4, 12:05:00 5",
    ]);
    assert.equal((await offer.open.vtn.ownReports.requests()).length, 1);
  });

  it("rules 325, 341: begins at dtstart, and ends after the duration with a last report", async () => {
    await using offer = await openOffer([gridLoad()]);
    await offer.ven.create(aRequest("a", { reportInterval: { dtstart: at("13:00:00"), duration: minutes(3) } }));

    await offer.clock.advance(hours(1));
    assert.deepEqual(await offer.ven.data(), []);
    await offer.clock.advance(minutes(2));
    assert.deepEqual(await offer.ven.data(), ["a: 13:00:00 0, 13:01:00 1"]);
    await offer.clock.advance(hours(1));
    assert.deepEqual(await offer.ven.data(), ["a: 13:02:00 2"]);

    assert.deepEqual(await offer.open.vtn.ownReports.requests(offer.ven.venId), []);
  });

  it("rules 324, 337: sends one report at once, of the interval that has just ended", async () => {
    await using offer = await openOffer([gridLoad()]);

    const { pendingReports } = await offer.ven.create(aOneShot());

    const [report] = await offer.ven.reports();
    assert.deepEqual(report?.intervals?.[0]?.dtstart, at("11:59:00"));
    assert.equal(report.intervals[0].duration, minutes(1));
    assert.deepEqual(pendingReports, ["request-1"]);
    assert.deepEqual(await offer.open.vtn.ownReports.requests(), []);
  });

  it("rules 331, 342: sends the state of resources as points in time, at once where each is sent alone", async () => {
    const state = { online: true, manualOverride: false };
    const status = gridLoad({ reportName: "TELEMETRY_STATUS", dataPoints: [{ rId: "load", collect: () => state }] });
    await using offer = await openOffer([status]);

    await offer.ven.create(aRequest("a", { reportBackDuration: minutes(1) }));

    const [report] = await offer.ven.reports();
    assert.equal(report?.reportName, "TELEMETRY_STATUS");
    assert.deepEqual(report.intervals, [
      { dtstart: noon, uid: "0", payloads: [{ kind: "reportPayload", rId: "load", value: state }] },
    ]);
  });

  it("rule 317: sends changes alone, and at the end of each period that there were none", async () => {
    const point = {
      rId: "load",
      measurement,
      collect: ({ dtstart }: AskedValue) => (dtstart < at("12:03:00") ? 1 : 2),
    };
    await using offer = await openOffer([gridLoad({ dataPoints: [point] })]);
    await offer.ven.create(aRequest("a", { granularity: seconds(0) }));

    await offer.clock.advance(minutes(2));
    assert.deepEqual(await offer.ven.data(), ["a: 12:00:00 1"]);
    await offer.clock.advance(minutes(2));
    assert.deepEqual(await offer.ven.data(), ["a: 12:03:00 2"]);
    await offer.clock.advance(minutes(2));
    assert.deepEqual(await offer.ven.data(), ["a: 12:05:00 =2"]);
  });

  it("rule 325: sends history from its start to its end, or to now where the duration is 0", async () => {
    await using offer = await openOffer([gridHistory({ duration: hours(24) })]);

    await offer.ven.create(aPast("a", at("09:00:00"), minutes(60)), aPast("b", at("11:00:00"), minutes(0)));

    assert.deepEqual(await offer.ven.data(), ["a: 09:00:00 0, 09:30:00 1", "b: 11:00:00 0, 11:30:00 1"]);
  });

  it("rule 300: has a value for every data point asked for, in each interval", async () => {
    const dataPoints = ["load", "loss", "price"].map((rId) => ({ rId, measurement, collect: () => rId.length }));
    await using offer = await openOffer([gridLoad({ dataPoints })]);

    await offer.ven.create(aOneShot("a", { rIds: ["price", "load"] }));

    const [report] = await offer.ven.reports();
    const payloads = report?.intervals?.[0]?.payloads;
    assert.deepEqual(
      payloads?.map((payload) => payload.kind === "reportPayload" && payload.rId),
      ["price", "load"],
    );
  });

  it("rules 300, 318: fills gaps in history, where one of two data points has no value", async () => {
    const [load] = gridHistory().dataPoints;
    assert.ok(load);
    const gone = { ...load, rId: "loss", collect: () => [] };
    await using offer = await openOffer([gridHistory({ duration: hours(24), dataPoints: [load, gone] })]);
    const reportInterval = { dtstart: at("11:00:00"), duration: minutes(30) };

    await offer.ven.create(aOneShot("a", { reportSpecifierId: "history", rIds: ["loss", "load"], reportInterval }));

    assert.deepEqual(await offer.ven.data(), ["a: 11:00:00 !0"]);
  });

  const sudden = new Error("no meter");
  for (const [what, collect] of [
    ["throws", () => Promise.reject(sudden)],
    ["has no value", () => undefined],
    ["has something else", () => "much" as unknown as number],
    ["has no number", () => NaN],
    ["breaks rule 319", () => ({ value: 1, confidence: 101 })],
  ] as const satisfies readonly (readonly [string, OwnTelemetryReport["dataPoints"][number]["collect"]])[]) {
    it(`rule 318: sends a placeholder of bad quality where the handler ${what}`, async () => {
      const point = { rId: "load", measurement, collect };
      await using offer = await openOffer([gridLoad({ dataPoints: [point] })], { listen: false });

      await offer.ven.create(aOneShot());

      assert.deepEqual(await offer.ven.data(), ["request-1: 11:59:00 !0"]);
      assert.equal(offer.open.errors.length, what === "has no value" ? 0 : 1);
    });
  }

  it("keeps confidence, accuracy and quality that the handler gives", async () => {
    const qualified = { value: 5, confidence: 90, accuracy: 0.5, dataQuality: "Quality Good - Non Specific" } as const;
    const point = { rId: "load", measurement, collect: () => qualified };
    await using offer = await openOffer([gridLoad({ dataPoints: [point] })]);

    await offer.ven.create(aOneShot());

    const [report] = await offer.ven.reports();
    assert.deepEqual(report?.intervals?.[0]?.payloads, [{ kind: "reportPayload", rId: "load", ...qualified }]);
  });

  it("asks for the value of the VEN and the interval", async () => {
    const asked: unknown[] = [];
    const collect: OwnTelemetryReport["dataPoints"][number]["collect"] = ({ signal: _, ...rest }) => asked.push(rest);
    await using offer = await openOffer([gridLoad({ dataPoints: [{ rId: "load", measurement, collect }] })]);
    await offer.ven.create(aRequest());

    await offer.clock.advance(minutes(1));

    const { venId } = offer.ven;
    assert.deepEqual(asked, [{ venId, reportSpecifierId: "grid", rId: "load", dtstart: noon, duration: minutes(1) }]);
  });

  it("serves the other requests while a handler never ends, and stops all the same", async () => {
    const never = new Promise<number>(() => {});
    const stuck = { rId: "stuck", measurement, collect: () => never };
    const [load] = gridLoad().dataPoints;
    assert.ok(load);
    const offer = await openOffer([gridLoad({ dataPoints: [load, stuck, { ...stuck, rId: "stuck too" }] })]);
    await offer.ven.create(aOneShot("a", { rIds: ["stuck", "stuck too"] }), aRequest("b"));

    await offer.clock.advance(minutes(2));

    assert.deepEqual(await offer.ven.data(), ["b: 12:00:00 0, 12:01:00 1"]);
    await offer[Symbol.asyncDispose]();
  });

  it("keeps what a VEN that is away has not answered few in number, and loses nothing", async () => {
    await using offer = await openOffer([gridLoad()], { listen: false });
    await offer.ven.create(aRequest());

    await offer.clock.advance(minutes(20));

    const [first, ...others] = await offer.ven.data();
    assert.equal(first, "request-1: 12:00:00 0, 12:01:00 1");
    assert.deepEqual(others, []);
    await offer.clock.advance(minutes(2));
    const [rest = ""] = await offer.ven.data();
    assert.equal(rest.split(",").length, 20);
  });

  it("sends long data in several messages", async () => {
    const [load] = gridHistory().dataPoints;
    assert.ok(load);
    await using offer = await openOffer([gridHistory({ dataPoints: [{ ...load, collect: everySecond }] })]);
    const reportInterval = { dtstart: at("11:30:00"), duration: minutes(25) };

    await offer.ven.create(aOneShot("a", { reportSpecifierId: "history", reportInterval }));

    const reports = await offer.ven.reports();
    assert.deepEqual(
      reports.map(({ intervals }) => intervals?.length),
      [1000, 500],
    );
  });

  it("resumes after a restart from what the store holds", async () => {
    const store = new MemoryStore();
    await using offer = await openOffer([gridLoad()], { store, listen: false });
    await offer.ven.create(aRequest());
    await offer.clock.advance(minutes(1));
    await offer.open.vtn.stop();
    const vtn = new Vtn({
      vtnId: "vtn-1",
      onCreatePartyRegistration: () => true,
      listen: false,
      store,
      clock: offer.clock,
      ownReports: [gridLoad()],
    });
    await vtn.start();

    await offer.clock.advance(minutes(1));

    const { entry } = (await store.nextDue(offer.ven.venId, offer.clock.now())) ?? {};
    const message = entry?.kind === "message" ? entry.message : undefined;
    assert.equal(expectMessage("oadrUpdateReport", message).reports[0]?.intervals?.length, 2);
    await vtn.stop();
  });

  it("sends what came due while it did not run when it starts again", async () => {
    await using offer = await openOffer([gridLoad()], { listen: false });
    await offer.ven.create(aRequest());
    await offer.clock.advance(minutes(1));
    await offer.open.vtn.stop();
    await offer.clock.advance(minutes(4));

    await offer.open.vtn.start();
    await offer.clock.settle();

    assert.deepEqual(await offer.ven.data(), ["request-1: 12:00:00 0, 12:04:00 4"]);
  });

  it("tries again after a while where the store has failed", async () => {
    const store = new FailingStore();
    await using offer = await openOffer([gridLoad()], { store, listen: false });
    await offer.ven.create(aOneShot());
    assert.deepEqual(await offer.ven.data(), []);
    assert.equal(offer.open.errors.length, 1);

    store.fails = false;
    await offer.clock.advance(seconds(10));

    assert.deepEqual(await offer.ven.data(), ["request-1: 11:59:10 59"]);
  });

  it("tells of requests, of reports sent, and of their end", async () => {
    await using offer = await openOffer([gridLoad()]);
    const { venId } = offer.ven;

    await offer.ven.create(aOneShot());

    const reportRequestId = "request-1";
    assert.deepEqual(
      offer.open.statuses.filter(({ type }) => type.startsWith("ownReport")),
      [
        { type: "ownReportRequested", venId, reportRequestId, reportSpecifierId: "grid" },
        { type: "ownReportSent", venId, reportRequestId, intervals: 1 },
        { type: "ownReportEnded", venId, reportRequestId },
      ],
    );
  });

  it("rules 406, 407: ends all requests with the registration", async () => {
    await using offer = await openOffer([gridLoad()]);
    await offer.ven.create(aRequest(), aMetadataRequest("b", { reportBackDuration: hours(1) }));

    await offer.open.register();
    await offer.clock.settle();

    assert.deepEqual(await offer.open.vtn.ownReports.requests(), []);
    await offer.clock.advance(hours(2));
    assert.deepEqual(await offer.ven.data(), []);
  });
});

/** Takes no data, until it does. */
class FailingStore extends MemoryStore {
  fails = true;

  override async enqueue(venId: string, entry: MailboxEntry): Promise<string> {
    if (this.fails) throw new Error("the disk is full");
    return super.enqueue(venId, entry);
  }
}

/** A request for history. */
function aPast(reportRequestId: string, dtstart: Date, duration: Duration): ReportRequest {
  return aOneShot(reportRequestId, { reportSpecifierId: "history", reportInterval: { dtstart, duration } });
}

function everySecond({ dtstart, duration }: AskedHistory): readonly OwnReading[] {
  return Array.from({ length: duration / seconds(1) }, (_, index) => ({
    dtstart: new Date(dtstart.getTime() + index * seconds(1)),
    value: index,
  }));
}
