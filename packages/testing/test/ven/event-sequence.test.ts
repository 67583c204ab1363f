import assert from "node:assert/strict";
import { minutes, seconds, type Duration, type OadrEvent } from "@openleadr/protocol";
import type { SignalInForce, VenOptions } from "@openleadr/ven";
import fc from "fast-check";
import { describe, it } from "vitest";
import { aBench, anEvent, registered } from "./scripted-vtn.ts";

const seed = 20_260_101;

/** What an event asks for, in minutes. */
interface Ask {
  readonly dtstart: number;
  readonly steps: readonly { readonly length: number; readonly value: number }[];
  readonly isOpen: boolean;
  readonly startAfter: number;
  readonly rampUp: number;
  readonly recovery: number;
  readonly priority: number;
}

const ask: fc.Arbitrary<Ask> = fc.record({
  dtstart: fc.integer({ min: -30, max: 300 }),
  steps: fc.array(fc.record({ length: fc.integer({ min: 1, max: 60 }), value: fc.integer({ min: 0, max: 3 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
  isOpen: fc.boolean(),
  startAfter: fc.constantFrom(0, 0, 10, 30),
  rampUp: fc.integer({ min: -20, max: 20 }),
  recovery: fc.integer({ min: -20, max: 20 }),
  priority: fc.integer({ min: 0, max: 2 }),
});

/** What happens to one of three events, after so many minutes. */
const happening = fc.record({
  wait: fc.integer({ min: 0, max: 90 }),
  eventId: fc.constantFrom("a", "b", "c"),
  what: fc.constantFrom("change", "change", "change", "resend", "cancel", "drop", "optIn", "optOut"),
  ask,
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** Follows what the device is told of one event, and objects to what must not follow. */
class Device {
  state: "idle" | "preparing" | "started" | "acting" = "idle";
  inForce: readonly SignalInForce[] = [];
  last = "";

  rampUp(): void {
    if (this.state === "idle") this.state = "preparing";
  }
  start(): void {
    assert.ok(this.state === "idle" || this.state === "preparing", `start while ${this.state}`);
    this.state = "started";
    this.last = "";
  }
  interval(signals: readonly SignalInForce[]): void {
    assert.ok(this.state === "started" || this.state === "acting", `interval while ${this.state}`);
    assert.notEqual(JSON.stringify(signals), this.last, "the same interval twice");
    this.state = "acting";
    this.last = JSON.stringify(signals);
    this.inForce = signals;
  }
  end(): void {
    assert.notEqual(this.state, "idle", "end while idle");
    this.state = "idle";
    this.inForce = [];
  }
}

describe("any events, and any changes of them, at a VEN", () => {
  it("rules 3, 15, 30, 32: tell the device a legal sequence that agrees with what is in force", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { minLength: 1, maxLength: 10 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        run,
      ),
      { seed, numRuns: 60 },
    );
  });
});

async function run(happenings: readonly Happening[], chance: number): Promise<void> {
  const devices = { a: new Device(), b: new Device(), c: new Device() };
  const starts = new Map<string, number>();
  const level: Level = { signals: undefined };
  await using bench = aBench(following(devices, { starts, chance, level }), {
    oadrCreatePartyRegistration: ({ requestId }) => {
      const { name, payload } = registered(requestId);
      return { name, payload: { ...payload, requestedOadrPollFreq: seconds(60) } };
    },
  });
  await bench.ven.start();
  const sent = new Map<string, OadrEvent>();
  const versions = new Map<string, number>();
  for (const { wait, eventId, what, ask: asked } of happenings) {
    for (let minute = 0; minute < wait; minute++) await pass(minutes(1));
    if (what === "drop" || what === "cancel") sent.delete(eventId);
    if (what === "change") sent.set(eventId, eventOf(eventId, asked, nextVersion(versions, eventId)));
    if (
      (what === "optIn" || what === "optOut") &&
      bench.ven.events.some((event) => event.eventDescriptor.eventId === eventId)
    )
      await bench.ven.respond(eventId, what);
    const cancelled = what === "cancel" ? [cancelledEvent(eventId, nextVersion(versions, eventId))] : [];
    bench.vtn.distribute(...sent.values(), ...cancelled);
    await pass(minutes(1));
  }
  for (let minute = 0; minute < 120; minute++) await pass(minutes(1));
  assert.deepEqual(bench.told("handlerFailed"), []);

  async function pass(span: Duration): Promise<void> {
    await bench.clock.advance(span);
    const now = bench.clock.now();
    const inForce = bench.ven.signalAt(now);
    assert.deepEqual(level.signals, inForce === undefined ? [] : [inForce]);
    const told = Object.values(devices).flatMap((device) => (device.state === "acting" ? device.inForce : []));
    assert.deepEqual(
      bench.ven
        .activeEvents()
        .map(({ signals }) => signals)
        .sort(byEventId),
      told.map((signal) => [signal]).sort(byEventId),
    );
    assert.equal(
      Object.values(devices).some(({ state }) => state === "started"),
      false,
    );
    if (inForce === undefined) return assert.deepEqual(told, []);
    assert.deepEqual(
      inForce,
      told.find(({ eventId }) => eventId === inForce.eventId),
    );
    const urgency = (eventId: string): number => sent.get(eventId)?.eventDescriptor.priority || Infinity;
    const isMostUrgent = told.every(
      ({ eventId }) => !sent.has(eventId) || !sent.has(inForce.eventId) || urgency(eventId) >= urgency(inForce.eventId),
    );
    assert.ok(isMostUrgent, "not the most important event");
    assertAsked(inForce, { event: sent.get(inForce.eventId), start: starts.get(inForce.eventId), now });
  }
}

/** What is in force is what the event says, counted by hand. */
function assertAsked(
  { value, eventId }: SignalInForce,
  {
    event,
    start = NaN,
    now,
  }: { readonly event: OadrEvent | undefined; readonly start: number | undefined; readonly now: Date },
): void {
  if (event === undefined) return;
  let rest = now.getTime() - start;
  const intervals = event.signals[0]?.intervals ?? [];
  const expected = intervals.find(({ duration = 0 }) => {
    if (event.activePeriod.duration === 0 || rest < duration) return true;
    rest -= duration;
    return false;
  });
  assert.equal(value, expected?.value, `${eventId} ${rest}`);
}

/** A device that does as `onInForce` says. */
interface Level {
  signals: readonly SignalInForce[] | undefined;
}

interface Facts {
  readonly starts: Map<string, number>;
  readonly chance: number;
  readonly level: Level;
}

/** Opts out of what begins with 3. */
function following(devices: Readonly<Record<string, Device>>, { starts, chance, level }: Facts): Partial<VenOptions> {
  const of = ({ eventDescriptor }: OadrEvent): Device => {
    const device = devices[eventDescriptor.eventId];
    assert.ok(device);
    return device;
  };
  return {
    random: () => chance,
    onEvent: (event, { start }) => {
      starts.set(event.eventDescriptor.eventId, start.getTime());
      return event.signals[0]?.intervals[0]?.value === 3 ? "optOut" : "optIn";
    },
    onEventChanged: (event, { start, previousOptType }) => {
      starts.set(event.eventDescriptor.eventId, start.getTime());
      return previousOptType;
    },
    onInForce({ signals }) {
      assert.notDeepEqual(signals, level.signals, "the same twice");
      level.signals = signals;
    },
    onRampUp: (event) => of(event).rampUp(),
    onEventStart: (event) => of(event).start(),
    onInterval: (event, { signals }) => of(event).interval(signals),
    onEventEnd: (event) => of(event).end(),
    onRecovery: (event) => assert.notEqual(of(event).state, "preparing"),
  };
}

function eventOf(eventId: string, asked: Ask, modificationNumber: number): OadrEvent {
  const total = asked.steps.reduce((sum, { length }) => sum + length, 0);
  const intervals = asked.steps.map(({ length, value }, index) => ({
    duration: minutes(length),
    uid: String(index),
    value,
  }));
  const event = anEvent({
    eventId,
    modificationNumber,
    priority: asked.priority,
    dtstart: new Date(Date.UTC(2026, 0, 1, 0, asked.dtstart)).toISOString(),
    duration: asked.isOpen ? "PT0S" : `PT${total}M`,
    signal: {
      intervals: asked.isOpen ? [{ duration: minutes(0), uid: "0", value: asked.steps[0]?.value ?? 0 }] : intervals,
    },
  });
  const { startAfter, rampUp, recovery } = asked;
  const spans = { startAfter: minutes(startAfter), rampUp: minutes(rampUp), recovery: minutes(recovery) };
  return { ...event, activePeriod: { ...event.activePeriod, ...spans } };
}

function cancelledEvent(eventId: string, modificationNumber: number): OadrEvent {
  return anEvent({ eventId, modificationNumber, eventStatus: "cancelled" });
}

function nextVersion(versions: Map<string, number>, eventId: string): number {
  const next = (versions.get(eventId) ?? -1) + 1;
  versions.set(eventId, next);
  return next;
}

function byEventId([a]: readonly SignalInForce[], [b]: readonly SignalInForce[]): number {
  return (a?.eventId ?? "").localeCompare(b?.eventId ?? "");
}
