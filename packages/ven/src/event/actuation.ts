import { milliseconds, type OadrEvent } from "@openleadr/protocol";
import { longestNap, Nap } from "../async/nap.ts";
import type { VenContext } from "../context.ts";
import type { HandlerContext } from "../handler-context.ts";
import type { VenStatus } from "../status.ts";
import { askHandler } from "../ask-handler.ts";
import { handlerFailed } from "./handler-failed.ts";
import { InForceCalls } from "./in-force.ts";
import type { EventHandlerName, IntervalContext } from "./handlers.ts";
import { dateOf, factsOf } from "./plan.ts";
import { eventEntry } from "./event-entry.ts";
import { isRunning, type EventRecord, type Given } from "./record.ts";
import type { EventRecords } from "./records.ts";
import { nextInstant, nextStep, type DeviceStep, type PlannedEvent } from "./step.ts";

type Call = (context: HandlerContext) => void | Promise<void>;

/** A step as the application hears of it. */
interface Telling {
  readonly handler: EventHandlerName;
  readonly call: Call | undefined;
  readonly status: VenStatus;
}

/**
 * Tells the device what to do when it is time: one timer for all events, and for each event one call after the other.
 *
 * @see OpenADR 2.0b, §8.1, rules 30, 31, 32, 47, 65, 114
 */
export class Actuation {
  readonly #context: VenContext;
  readonly #records: EventRecords;
  readonly #onFailure: (event: OadrEvent) => void;
  readonly #inForce: InForceCalls;
  readonly #nap: Nap;
  readonly #working = new Map<string, Promise<void>>();
  #isWatching = false;
  #isSettling = false;

  /** `onFailure` hears of a device that cannot do what an event asks. */
  constructor(context: VenContext, records: EventRecords, onFailure: (event: OadrEvent) => void) {
    this.#context = context;
    this.#records = records;
    this.#onFailure = onFailure;
    this.#inForce = new InForceCalls(context, { records, onFailure, mayBegin: (event) => this.#mayBegin(event) });
    this.#nap = new Nap(context.options.clock);
  }

  /** All events are known, so that what is in force can be told. */
  begin(): void {
    this.#inForce.begin();
  }

  /** Looks anew at what is due, and when: records have changed. */
  wake(): void {
    if (this.#isWatching) this.#nap.wake();
    else if (!this.#context.stopping.aborted) this.#context.run(() => this.#watch());
  }

  /** Tells all that is due now, even as the VEN stops; resolves when the device has heard it. */
  async settle(): Promise<void> {
    this.#isSettling = true;
    this.#begin();
    await Promise.all(this.#working.values());
    await this.#inForce.settle();
    this.#isSettling = false;
  }

  /** Ends when there is nothing more to wait for. */
  async #watch(): Promise<void> {
    this.#isWatching = true;
    try {
      for (let next = this.#begin(); next !== undefined; next = this.#begin()) {
        await this.#nap.sleep(milliseconds(Math.min(next - this.#now(), longestNap)), this.#context.stopping);
      }
    } catch (error) {
      if (!this.#context.stopping.aborted) throw error;
    } finally {
      this.#isWatching = false;
    }
  }

  /** Begins with what is due; the next instant at which something may be, undefined if there is none. */
  #begin(): number | undefined {
    const now = this.#now();
    let next: number | undefined;
    for (const event of this.#records.all()) {
      const { eventId } = event.plan;
      const isDue = nextStep(event, now) !== undefined && this.#mayBegin(event);
      if (isDue && !this.#working.has(eventId)) this.#work(eventId);
      else if (isOver(event, now) && !this.#working.has(eventId)) this.#records.delete(eventId);
      const instant = nextInstant(event, now);
      if (instant !== undefined && (next === undefined || instant < next)) next = instant;
    }
    this.#inForce.look();
    return next;
  }

  #work(eventId: string): void {
    const work = this.#tellAll(eventId);
    this.#working.set(eventId, work);
    this.#context.run(() => work);
  }

  async #tellAll(eventId: string): Promise<void> {
    try {
      for (let event = this.#due(eventId); event !== undefined; event = this.#due(eventId)) {
        const { record, step } = event;
        this.#records.refresh({ ...record, given: step.given, heard: record.given });
        this.#told(record, (await this.#tell(event, step)) ? undefined : record.given);
        await this.#context.notebook.tried();
      }
    } finally {
      this.#working.delete(eventId);
      const event = this.#records.get(eventId);
      if (event !== undefined && isOver(event, this.#now())) this.#records.delete(eventId);
      this.wake();
    }
  }

  #due(eventId: string): (PlannedEvent & { readonly step: DeviceStep }) | undefined {
    if (this.#context.stopping.aborted && !this.#isSettling) return undefined;
    const event = this.#records.get(eventId);
    const step = event && this.#mayBegin(event) ? nextStep(event, this.#now()) : undefined;
    return event !== undefined && step !== undefined ? { ...event, step } : undefined;
  }

  /** What is not in the store yet would be decided anew, and perhaps differently, after a crash. */
  #mayBegin({ record, plan: { eventId } }: PlannedEvent): boolean {
    return isRunning(record) || this.#context.notebook.has(eventEntry, eventId);
  }

  /** A device that has not heard what it is to do, but only what went before, is told again when the VEN goes on. */
  #told({ event }: EventRecord, before: Given | undefined): void {
    const current = this.#records.get(event.eventDescriptor.eventId)?.record;
    if (current === undefined) return;
    const { heard: _heard, ...told } = current;
    this.#records.set({ ...told, given: before ?? told.given });
  }

  /** Whether the device has heard it: not if its handler gave up as the VEN stops. */
  async #tell(planned: PlannedEvent, step: DeviceStep): Promise<boolean> {
    const { event } = planned.record;
    const { handler, call, status } = this.#telling(planned, step);
    this.#context.options.logger.info({ ...status }, "event moves on");
    this.#context.tell(status);
    if (call === undefined) return true;
    try {
      await askHandler(this.#context, call);
    } catch (error) {
      if (this.#context.stopping.aborted && !this.#isSettling) return false;
      handlerFailed(this.#context, { handler, event, error });
      if (step.kind === "start" || step.kind === "interval") this.#onFailure(event);
    }
    return true;
  }

  #telling({ record: { event }, plan }: PlannedEvent, step: DeviceStep): Telling {
    const { onRampUp, onEventStart, onInterval, onRecovery, onEventEnd } = this.#context.options;
    const { eventId } = plan;
    const facts = factsOf({ ...plan, resources: step.resources });
    const { resources } = facts;
    switch (step.kind) {
      case "rampUp": {
        const until = new Date(step.until);
        const call = onRampUp && ((context: HandlerContext) => onRampUp(event, { ...facts, until, ...context }));
        return { handler: "onRampUp", call, status: { type: "eventRampUp", eventId, until } };
      }
      case "start": {
        const call = onEventStart && ((context: HandlerContext) => onEventStart(event, { ...facts, ...context }));
        return { handler: "onEventStart", call, status: { type: "eventStarted", eventId, resources } };
      }
      case "interval": {
        const inForce = intervalOf(step.signals);
        const call =
          onInterval && ((context: HandlerContext) => onInterval(event, { ...facts, ...inForce, ...context }));
        return { handler: "onInterval", call, status: { type: "eventInterval", eventId, ...inForce } };
      }
      case "recovery": {
        const until = new Date(step.until);
        const call = onRecovery && ((context: HandlerContext) => onRecovery(event, { ...facts, until, ...context }));
        return { handler: "onRecovery", call, status: { type: "eventRecovery", eventId, until } };
      }
      case "end": {
        const { reason } = step;
        const isPart = step.isPart === true;
        const call =
          onEventEnd && ((context: HandlerContext) => onEventEnd(event, { ...facts, reason, isPart, ...context }));
        return { handler: "onEventEnd", call, status: { type: "eventEnded", eventId, reason, resources, isPart } };
      }
    }
  }

  #now(): number {
    return this.#context.options.clock.now().getTime();
  }
}

/** Whether an event that was called off has nothing left to tell. */
function isOver(event: PlannedEvent, now: number): boolean {
  const { stopsAt } = event.record;
  return stopsAt !== undefined && stopsAt.getTime() <= now && nextStep(event, now) === undefined;
}

function intervalOf(signals: IntervalContext["signals"]): Pick<IntervalContext, "signals" | "from" | "until"> {
  const from = Math.max(...signals.map((signal) => signal.from.getTime()));
  const until = Math.min(...signals.map((signal) => signal.until?.getTime() ?? Infinity));
  return { signals, from: new Date(from), until: dateOf(until) };
}
