import type { OadrEvent } from "@openleadr/protocol";
import type { TakenEventOpt } from "../opt/opt-record.ts";
import { participationOf } from "./participation.ts";
import { factsOf, planOf, signalInForce, stepAt, type EventPlan, type PlanContext } from "./plan.ts";
import type { SignalInForce } from "./handlers.ts";
import type { EventRecord } from "./record.ts";
import { isMeantToAct, type PlannedEvent } from "./step.ts";

/** What of the signals in force is asked for; all of it without. */
export interface SignalQuery {
  readonly resourceId?: string | undefined;
  readonly signalName?: string | undefined;
}

/** An event that is acted on. */
export interface ActiveEvent {
  readonly event: OadrEvent;
  /** When the VEN began: dtstart and the delay drawn within start-after (rule 30). */
  readonly start: Date;
  /** Undefined for an event without an end. */
  readonly end: Date | undefined;
  /** What is in force, of the resource if one was asked about. */
  readonly signals: readonly SignalInForce[];
}

/** Whose signals in force are asked for, and of which events. */
interface InForceQuery extends Pick<SignalQuery, "resourceId"> {
  readonly isIncluded: (event: PlannedEvent) => boolean;
}

/** What a VEN's records depend on. */
export interface EventRecordsParts {
  readonly ven: () => PlanContext;
  /** What the VEN has said of an event with oadrCreateOpt, oldest first. */
  readonly optsFor: (eventId: string) => readonly TakenEventOpt[];
  /** Hears of every change that must not be forgotten. */
  readonly onChange: (eventId: string) => void;
}

/** The records of a VEN's events, each with its plan; every change of a record goes through `set` or `delete`. */
export class EventRecords {
  readonly #ven: () => PlanContext;
  readonly #optsFor: (eventId: string) => readonly TakenEventOpt[];
  readonly #onChange: (eventId: string) => void;
  readonly #planned = new Map<string, PlannedEvent>();
  #ranked: readonly PlannedEvent[] | undefined;

  constructor({ ven, optsFor, onChange }: EventRecordsParts) {
    this.#ven = ven;
    this.#optsFor = optsFor;
    this.#onChange = onChange;
  }

  get(eventId: string): PlannedEvent | undefined {
    return this.#planned.get(eventId);
  }

  /** In the order they first came. */
  all(): readonly PlannedEvent[] {
    return [...this.#planned.values()];
  }

  set(record: EventRecord): void {
    this.refresh(record);
    this.#onChange(record.event.eventDescriptor.eventId);
  }

  /** Sets a record that differs in nothing that must not be forgotten. */
  refresh(record: EventRecord): void {
    const { eventId } = record.event.eventDescriptor;
    const before = this.#planned.get(eventId);
    const isSameTime = before?.record.event === record.event && before.record.startOffset === record.startOffset;
    const ven = this.#ven();
    const whole = isSameTime ? before.whole : planOf(record, ven);
    const answer = record.answer.optType;
    // Opts were for the version that is superseded.
    const opts = record.isSuperseded === true ? [] : this.#optsFor(eventId);
    const participation = participationOf(whole, { answer, opts, ven });
    this.#planned.set(eventId, { record, whole, ...participation });
    this.#ranked = undefined;
  }

  /** Finds out anew who takes part in an event, since the VEN has said so with oadrCreateOpt. */
  optsChanged(eventId: string): void {
    const event = this.#planned.get(eventId);
    if (event !== undefined) this.refresh(event.record);
  }

  delete(eventId: string): void {
    if (!this.#planned.delete(eventId)) return;
    this.#ranked = undefined;
    this.#onChange(eventId);
  }

  /** The plan that a record would have. */
  planOf(record: Pick<EventRecord, "event" | "startOffset">): EventPlan {
    return planOf(record, this.#ven());
  }

  /** The events that the VEN acts on at an instant, the most important first (rules 3, 15). */
  activeAt(at: number, resourceId?: string): readonly ActiveEvent[] {
    return this.#byRank().flatMap((planned) => {
      if (!isActive(planned, at)) return [];
      const { record, plan } = planned;
      const signals = plan.signals.flatMap((signal) => {
        const step = isFor(signal.resources, resourceId) ? stepAt(signal, at) : undefined;
        return step === undefined ? [] : [signalInForce(plan, signal, step)];
      });
      const { start, end } = factsOf(plan);
      return signals.length === 0 ? [] : [{ event: record.event, start, end, signals }];
    });
  }

  /** The signal in force at an instant: of several, that of the most important event, and the first of that. */
  signalAt(at: number, { resourceId, signalName }: SignalQuery): SignalInForce | undefined {
    for (const event of this.#byRank()) {
      if (!isActive(event, at)) continue;
      for (const planned of event.plan.signals) {
        if (signalName !== undefined && planned.signal.signalName !== signalName) continue;
        const step = isFor(planned.resources, resourceId) ? stepAt(planned, at) : undefined;
        if (step !== undefined) return signalInForce(event.plan, planned, step);
      }
    }
    return undefined;
  }

  /**
   * The signals in force at an instant: those of the most important event and, of names that it does not have, of the next
   * ones, in that order.
   */
  inForceAt(at: number, { resourceId, isIncluded }: InForceQuery): readonly SignalInForce[] {
    const names = new Set<string>();
    const found: SignalInForce[] = [];
    for (const event of this.#byRank()) {
      if (!isActive(event, at) || !isIncluded(event)) continue;
      const signals = event.plan.signals.flatMap((planned) => {
        const step = isFor(planned.resources, resourceId) ? stepAt(planned, at) : undefined;
        return step === undefined || names.has(planned.signal.signalName)
          ? []
          : [signalInForce(event.plan, planned, step)];
      });
      for (const { signalName } of signals) names.add(signalName);
      found.push(...signals);
    }
    return found;
  }

  #byRank(): readonly PlannedEvent[] {
    this.#ranked ??= [...this.#planned.values()]
      .filter(isMeantToAct)
      .sort((a, b) => compare(a.plan.urgency, b.plan.urgency) || startOf(a) - startOf(b));
    return this.#ranked;
  }
}

function isActive({ plan, record: { stopsAt } }: PlannedEvent, at: number): boolean {
  return plan.active.from <= at && at < plan.active.until && (stopsAt === undefined || at < stopsAt.getTime());
}

function isFor(resources: readonly string[] | undefined, resourceId: string | undefined): boolean {
  return resourceId === undefined || resources === undefined || resources.includes(resourceId);
}

/** Numbers that may both be infinite. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function startOf({ record }: PlannedEvent): number {
  return record.event.activePeriod.dtstart.getTime();
}
