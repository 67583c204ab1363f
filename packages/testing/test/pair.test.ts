import assert from "node:assert/strict";
import { hours, minutes, powerReal, seconds, type Clock, type Duration } from "@openleadr/protocol";
import { inMemoryTransport, messageClient } from "@openleadr/transport";
import { Ven, type VenOptions, type VenStatus, type VtnReading } from "@openleadr/ven";
import { Vtn, type Reading, type VtnOptions } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { ManualClock } from "../src/index.ts";

interface Pair extends AsyncDisposable {
  readonly ven: Ven;
  readonly vtn: Vtn;
  readonly statuses: VenStatus[];
  /** Lets time pass until something is so. */
  until(isSo: () => boolean): Promise<void>;
}

type PairOptions = { readonly ven?: Partial<VenOptions>; readonly vtn?: Partial<VtnOptions> };

/** A VTN that takes every VEN, polled each second, and a VEN at it; neither has been started. */
const transports: Readonly<Record<string, (options?: PairOptions) => Promise<Pair>>> = {
  async "in memory"(options = {}) {
    const clock = new ManualClock();
    const vtn = aVtn({ listen: false, clock, ...options.vtn });
    await vtn.start();
    const transport = inMemoryTransport(vtn.handler);
    return aPair(vtn, { transport, clock, ...options.ven }, (span) => clock.advance(span));
  },
  async "over HTTP"(options = {}) {
    const vtn = aVtn({ listen: { port: 0 }, ...options.vtn });
    await vtn.start();
    return aPair(vtn, { vtnUrl: vtn.url, ...options.ven }, () => new Promise((resolve) => setTimeout(resolve, 20)));
  },
};

function aVtn(options: Partial<VtnOptions>): Vtn {
  return new Vtn({
    vtnId: "vtn",
    pollFrequency: seconds(1),
    onCreatePartyRegistration: () => true,
    onRegisterReport: () => ({ granularity: seconds(1) }),
    ...options,
  });
}

function aPair(vtn: Vtn, options: object, pass: (span: Duration) => Promise<void>): Pair {
  const statuses: VenStatus[] = [];
  const onStatus = (status: VenStatus): void => void statuses.push(status);
  const ven = new Ven({ venName: "a VEN", onEvent: () => "optIn", onStatus, ...options } as unknown as VenOptions);
  return {
    ven,
    vtn,
    statuses,
    async until(isSo) {
      for (let tries = 0; !isSo(); tries++) {
        if (tries > 500) throw new Error(`not so, after ${JSON.stringify(statuses.at(-1))}`);
        await pass(seconds(1));
      }
    },
    async [Symbol.asyncDispose]() {
      await ven.stop();
      await vtn.stop();
    },
  };
}

function anHour(clock?: Clock) {
  const dtstart = new Date((clock?.now() ?? new Date()).getTime() + 600_000);
  return { activePeriod: { dtstart }, signals: [{ intervals: [{ duration: hours(1), value: 1 }] }] };
}

/** Asks the VTN for its report in the VEN's name, and behind its back. */
async function requestGrid({ ven, vtn }: Pair): Promise<void> {
  const call = messageClient({ transport: inMemoryTransport(vtn.handler), check: () => {} });
  const reportSpecifier = {
    reportSpecifierId: "grid",
    granularity: seconds(1),
    reportBackDuration: seconds(1),
    specifierPayloads: [{ rId: "load", readingType: "x-notApplicable" }],
  } as const;
  const reportRequests = [{ reportRequestId: "request-1", reportSpecifier }] as const;
  await call("oadrCreateReport", { requestId: "req-7", reportRequests, venId: ven.venId ?? "" });
}

for (const [how, openPair] of Object.entries(transports)) {
  describe(`a VEN and a VTN ${how}`, () => {
    it("agree on a registration", async () => {
      await using pair = await openPair();

      await pair.ven.start();

      const [registration] = await pair.vtn.vens.list();
      assert.equal(registration?.venId, pair.ven.venId);
      assert.equal(registration?.registrationId, pair.ven.registrationId);
    });

    it("rules 16, 37, 501: bring an event to the VEN, and its answer to the VTN", async () => {
      const answers: string[] = [];
      await using pair = await openPair({
        vtn: { onCreatedEvent: ({ eventId, optType }) => void answers.push(`${eventId} ${optType}`) },
      });
      await pair.ven.start();

      const { eventDescriptor } = await pair.vtn.events.create(
        anHour(how === "in memory" ? new ManualClock() : undefined),
      );
      await pair.until(() => answers.length > 0);

      assert.deepEqual(answers, [`${eventDescriptor.eventId} optIn`]);
      assert.equal(pair.ven.events.length, 1);
    });

    it("call an event off", async () => {
      const cancelled: string[] = [];
      await using pair = await openPair({
        ven: { onEventCancelled: ({ eventDescriptor }) => void cancelled.push(eventDescriptor.eventId) },
      });
      const { eventDescriptor } = await pair.vtn.events.create(
        anHour(how === "in memory" ? new ManualClock() : undefined),
      );
      await pair.ven.start();

      await pair.vtn.events.cancel(eventDescriptor.eventId);
      await pair.until(() => cancelled.length > 0);

      assert.deepEqual(cancelled, [eventDescriptor.eventId]);
      assert.deepEqual(pair.ven.events, []);
    });

    it("have no events between them where the VEN only reports", async () => {
      const readings: Reading[] = [];
      await using pair = await openPair({
        ven: { reportOnly: true, onEvent: undefined },
        vtn: { onUpdateReport: (update) => void readings.push(...update.readings) },
      });
      pair.ven.addReport({ resourceId: "meter", measurement: powerReal(), collect: () => 1.5 });
      const { eventDescriptor } = await pair.vtn.events.create(
        anHour(how === "in memory" ? new ManualClock() : undefined),
      );

      await pair.ven.start();
      await pair.until(() => readings.length >= 3);

      assert.deepEqual(
        pair.statuses.filter(({ type }) => type.startsWith("event")),
        [],
      );
      assert.deepEqual(await pair.vtn.events.audience(eventDescriptor.eventId), []);
    });

    it("bring the VEN's readings to the VTN", async () => {
      const readings: Reading[] = [];
      await using pair = await openPair({
        vtn: { onUpdateReport: (update) => void readings.push(...update.readings) },
      });
      pair.ven.addReport({ resourceId: "meter", rId: "power", measurement: powerReal(), collect: () => 1.5 });

      await pair.ven.start();
      await pair.until(() => readings.length >= 2);

      assert.deepEqual([readings[0]?.rId, readings[0]?.value, readings[0]?.duration], ["power", 1.5, seconds(1)]);
    });

    it("rules 301, 304: tell the VEN what the VTN offers, and end a report that the VEN does not know of", async () => {
      const told: string[] = [];
      const load = { rId: "load", measurement: powerReal(), samplingRate: { minPeriod: seconds(1) }, collect: () => 1 };
      await using pair = await openPair({
        vtn: {
          ownReports: [{ reportSpecifierId: "grid", dataPoints: [load] }],
          onStatus: ({ type }) => void told.push(type),
        },
      });
      await pair.ven.start();

      await requestGrid(pair);
      await pair.until(() => told.includes("ownReportEnded"));

      assert.deepEqual(told.filter((type) => type.startsWith("ownReport")).slice(0, 2), [
        "ownReportRequested",
        "ownReportSent",
      ]);
      assert.deepEqual(await pair.vtn.ownReports.requests(), []);
    });

    it("rules 344, 345: bring the VTN's readings to the VEN, until it wants no more", async () => {
      const readings: VtnReading[] = [];
      const load = { rId: "load", measurement: powerReal(), samplingRate: { minPeriod: seconds(1) }, collect: () => 7 };
      await using pair = await openPair({
        vtn: { ownReports: [{ reportSpecifierId: "grid", dataPoints: [load] }] },
        ven: {
          onRegisterReport: () => ({ granularity: seconds(1) }),
          onReport: (update) => void readings.push(...update.readings),
        },
      });
      await pair.ven.start();
      await pair.until(() => readings.length >= 2);

      const [request] = pair.ven.vtnReportRequests;
      await pair.ven.cancelReport(request?.reportRequestId ?? "");

      assert.deepEqual([readings[0]?.rId, readings[0]?.value, readings[0]?.duration], ["load", 7, seconds(1)]);
      assert.deepEqual([await pair.vtn.ownReports.requests(), pair.ven.vtnReportRequests], [[], []]);
      await pair.ven.requestReport("grid");
      await pair.until(() => pair.ven.vtnReportRequests.length === 0);
    });

    it("end the registration at the VEN's wish", async () => {
      await using pair = await openPair();
      await pair.ven.start();

      await pair.ven.cancelPartyRegistration();

      assert.deepEqual(await pair.vtn.vens.list(), []);
      assert.deepEqual(pair.ven.state, { state: "unregistered" });
    });

    it("end the registration at the VTN's wish, and begin anew after a pause", async () => {
      await using pair = await openPair({ ven: { registrationPause: seconds(1) } });
      await pair.ven.start();

      await pair.vtn.vens.cancelPartyRegistration(pair.ven.venId ?? "");
      await pair.until(() => pair.statuses.some(({ type }) => type === "unregistered"));
      await pair.until(() => pair.ven.state.state === "registered");

      assert.equal((await pair.vtn.vens.list()).length, 1);
    });

    it("renew the registration at the VTN's wish", async () => {
      await using pair = await openPair();
      await pair.ven.start();
      const { registrationId } = pair.ven;

      await pair.vtn.vens.requestReregistration(pair.ven.venId ?? "");
      await pair.until(() => pair.statuses.filter(({ type }) => type === "registered").length === 2);

      assert.equal(pair.ven.registrationId, registrationId);
    });
  });
}

describe("a VEN and a VTN over a long time", () => {
  it("do not lose an event or a reading in a day", async () => {
    const clock = new ManualClock();
    let readings = 0;
    const vtn = aVtn({
      listen: false,
      clock,
      pollFrequency: minutes(1),
      onRegisterReport: () => ({ granularity: minutes(5), reportBackDuration: minutes(30) }),
      onUpdateReport: (update) => void (readings += update.readings.length),
    });
    await vtn.start();
    const failures: VenStatus[] = [];
    await using ven = new Ven({
      transport: inMemoryTransport(vtn.handler),
      clock,
      venName: "a VEN",
      onEvent: () => "optIn",
      onStatus: (status) => void (status.type.endsWith("Failed") && failures.push(status)),
    });
    ven.addReport({ resourceId: "meter", measurement: powerReal(), collect: () => 1 });
    await ven.start();

    for (let hour = 0; hour < 24; hour++) {
      await vtn.events.create(anHour(clock));
      await clock.advance(hours(1));
    }

    assert.equal(readings, 288);
    assert.deepEqual(failures, []);
    for (const { eventDescriptor } of await vtn.events.list()) {
      assert.equal((await vtn.events.responses(eventDescriptor.eventId))[0]?.optType, "optIn");
    }
  });
});
