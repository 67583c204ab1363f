import {
  DeploymentError,
  InvalidIdError,
  NotAllowedError,
  TargetMismatchError,
  type Message,
  type OadrCancelOpt,
  type OadrCreateOpt,
} from "@openleadr/protocol";
import { success } from "../answers.ts";
import {
  availabilityAt,
  availabilitySpans,
  type Availability,
  type AvailabilitySpan,
  type AvailabilitySubject,
} from "./availability.ts";
import type { VenRequest, VtnContext } from "../context.ts";
import type { EventOpt, OptSchedule } from "./opt-record.ts";
import { readOpt } from "./opt-request.ts";
import { toForget, withStates, type ListedOptSchedule } from "./opt-schedule-state.ts";
import { coveredOf, includesAll } from "./opt-scope.ts";
import { eventMeant } from "../event/qualified-event.ts";

/** What VENs said of when, and in which events, they take part. */
export interface Opts {
  /** Whether a VEN, or a part of it, is available at an instant, by its opt schedules; now unless `at` is given. */
  availability(query: AvailabilityQuery): Promise<Availability>;
  /**
   * The same over a span: `from`, or else now, to `until`, or else for ever, cut where it changes and without gaps.
   * Rejects with `RangeError` unless `from` is before `until`.
   */
  availabilitySpans(query: AvailabilitySpansQuery): Promise<readonly AvailabilitySpan[]>;
  /** The schedules of a VEN, or of all VENs, each VEN's in the order in which they came, with what became of them. */
  schedules(venId?: string): Promise<readonly ListedOptSchedule[]>;
  /** The opts for an event that are in force, those of one VEN or of all; see {@link Events.optState}. */
  forEvent(eventId: string, venId?: string): Promise<readonly EventOpt[]>;
}

/** A question about one instant. */
export interface AvailabilityQuery extends AvailabilitySubject {
  /** @default now */
  readonly at?: Date | undefined;
}

/** A question about a span. */
export interface AvailabilitySpansQuery extends AvailabilitySubject {
  /** @default now */
  readonly from?: Date | undefined;
  /** @default for ever */
  readonly until?: Date | undefined;
}

/** What a VEN takes back with an oadrCancelOpt: all schedules of that optID that it has not taken back before. */
export interface OptCancellation {
  readonly venId: string;
  readonly optId: string;
  readonly schedules: readonly OptSchedule[];
}

/**
 * EiOpt, seen from the VTN.
 *
 * @see OpenADR 2.0b, §8.5, rules 200–211
 */
export class OptService implements Opts {
  readonly #vtn: VtnContext;

  constructor(vtn: VtnContext) {
    this.#vtn = vtn;
  }

  async availability({ at = this.#vtn.clock.now(), ...subject }: AvailabilityQuery): Promise<Availability> {
    if (Number.isNaN(at.getTime())) throw new RangeError("at: expected an instant, got an invalid date");
    return availabilityAt(at, await this.#vtn.store.optSchedules(subject.venId), subject);
  }

  async availabilitySpans(query: AvailabilitySpansQuery): Promise<readonly AvailabilitySpan[]> {
    const { from = this.#vtn.clock.now(), until, ...subject } = query;
    if (!(from.getTime() < (until?.getTime() ?? Infinity)))
      throw new RangeError(`until: expected an instant after ${String(from)}, got ${String(until)}`);
    return availabilitySpans({ from, until }, await this.#vtn.store.optSchedules(subject.venId), subject);
  }

  async schedules(venId?: string): Promise<readonly ListedOptSchedule[]> {
    const { store, clock } = this.#vtn;
    const now = clock.now();
    const byVen = new Map<string, OptSchedule[]>();
    for (const schedule of await store.optSchedules(venId)) {
      const schedules = byVen.get(schedule.venId);
      if (schedules === undefined) byVen.set(schedule.venId, [schedule]);
      else schedules.push(schedule);
    }
    return [...byVen.values()].flatMap((schedules) => withStates(schedules, now));
  }

  async forEvent(eventId: string, venId?: string): Promise<readonly EventOpt[]> {
    return this.#vtn.store.eventOpts(eventId, venId);
  }

  /** Takes a schedule, or the opt state of an event. */
  async create(given: OadrCreateOpt, request: VenRequest): Promise<Message<"oadrCreatedOpt">> {
    const { clock, newId, onCreateOpt } = this.#vtn;
    const opt = readOpt(given, { recordId: newId(), receivedAt: clock.now() });
    if (opt.kind === "event") await this.#requireEvent(opt);
    await onCreateOpt?.(opt, request);
    if (opt.kind === "event") await this.#keepForEvent(opt);
    else await this.#keepSchedule(opt);
    const { venId, optId, optType } = opt;
    this.#vtn.tell({ type: "optCreated", venId, optId, optType, eventId: given.eventId });
    return { name: "oadrCreatedOpt", payload: { response: success(given.requestId), optId } };
  }

  /** Takes back all schedules of an optID (rule 204), superseded ones too; opts for events cannot be (rule 211). */
  async cancel({ requestId, optId }: OadrCancelOpt, request: VenRequest): Promise<Message<"oadrCanceledOpt">> {
    const { store, clock, onCancelOpt } = this.#vtn;
    const { venId } = request;
    const meant = (await store.optSchedules(venId)).filter((schedule) => schedule.optId === optId);
    if (meant.length === 0) throw new InvalidIdError(`there is no opt schedule ${optId}`);
    const schedules = meant.filter(({ cancelledAt }) => cancelledAt === undefined);
    // A VEN that did not get the answer asks again.
    if (schedules.length > 0) {
      await onCancelOpt?.({ venId, optId, schedules }, request);
      await store.cancelOptSchedules(venId, optId, clock.now());
      this.#vtn.tell({ type: "optCancelled", venId, optId });
    }
    return { name: "oadrCanceledOpt", payload: { response: success(requestId), optId } };
  }

  /** Throws for an opt for an event that is not the VEN's, as it is now, or that VENs have no say in (rule 206). */
  async #requireEvent(opt: EventOpt): Promise<void> {
    const record = await eventMeant(opt, this.#vtn.store);
    if (record instanceof Error) throw record;
    const { targets, responseRequired } = record.event;
    if (responseRequired === "never") throw new NotAllowedError(`VENs have no say in event ${opt.eventId}`);
    const parts = targets.filter((target) => !("venId" in target));
    // Targets are ORed (rule 22): for the VEN itself means for all that it has.
    const isForAll = parts.length === 0 || includesAll(targets, [{ venId: opt.venId }]);
    if (!isForAll && !includesAll(parts, opt.targets))
      throw new TargetMismatchError(`event ${opt.eventId} has not all of the targets`);
  }

  async #keepForEvent(opt: EventOpt): Promise<void> {
    const { store } = this.#vtn;
    const known = await store.eventOpts(opt.eventId, opt.venId);
    const covered = coveredOf([...known, opt]);
    if (known.length - covered.size >= maxOpts) throw new DeploymentError("too many opts for one event");
    await store.putOpt(
      opt,
      [...covered].map(({ recordId }) => recordId),
    );
  }

  /** Keeps a schedule beside those it overrides, which may still be cancelled (rules 203, 211). */
  async #keepSchedule(schedule: OptSchedule): Promise<void> {
    const { store, clock } = this.#vtn;
    const known = await store.optSchedules(schedule.venId);
    if (known.length < maxOpts) return store.putOpt(schedule, []);
    const forgotten = toForget([...known, schedule], clock.now());
    if (forgotten === undefined) throw new DeploymentError("too many opt schedules");
    return store.putOpt(schedule, [forgotten.recordId]);
  }
}

/** How many schedules of one VEN are kept, and how many of its opts for one event. */
const maxOpts = 1000;
