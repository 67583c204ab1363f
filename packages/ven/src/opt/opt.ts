import {
  isSameUri,
  NotAllowedError,
  OutOfSequenceError,
  RejectedError,
  UnexpectedAnswerError,
  type OadrCreateOpt,
  type OadrEvent,
  type Target,
} from "@openleadr/protocol";
import type { VenContext } from "../context.ts";
import type { NewEventOpt, NewOptSchedule, TakenEventOpt, TakenSchedule, VenOpt } from "./opt-record.ts";
import { requireWithin } from "./opt-parts.ts";
import { optsEntry } from "./opts-entry.ts";

/** The events that opts may be for. */
export interface OptEvents {
  /** One that the VEN has, called off or not. */
  get(eventId: string): OadrEvent | undefined;
  /** Called when there is another opt for an event. */
  onOpt(eventId: string): void;
}

/**
 * EiOpt, seen from the VEN: what it says of when it takes part. Nothing counts before the VTN has taken it.
 *
 * @see OpenADR 2.0b, §8.5, rules 200–211
 */
export class Opts {
  readonly #context: VenContext;
  readonly #events: OptEvents;
  /** Events that the VEN is opting out of by itself. */
  readonly #leaving = new Set<string>();
  #taken: readonly VenOpt[];

  constructor(context: VenContext, events: OptEvents) {
    this.#context = context;
    this.#events = events;
    this.#taken = context.notebook.take(optsEntry).get("") ?? [];
  }

  /**
   * What the VTN has taken and the VEN has not taken back, oldest first; without what a newer opt has replaced, and what was
   * said of events that are gone.
   */
  get taken(): readonly VenOpt[] {
    return this.#taken;
  }

  async create(given: NewOptSchedule | NewEventOpt, signal?: AbortSignal): Promise<VenOpt> {
    const opt = given.eventId === undefined ? this.#scheduleOf(given) : this.#eventOptOf(given);
    await this.#send(opt, signal);
    await this.#take(opt);
    return opt;
  }

  /** The opts for an event, oldest first. */
  forEvent(eventId: string): readonly TakenEventOpt[] {
    return this.#taken.filter((opt) => opt.kind === "event" && opt.eventId === eventId) as TakenEventOpt[];
  }

  /** An event is gone, and what was said of it with it. */
  forgetEvent(eventId: string): void {
    if (this.forEvent(eventId).length === 0) return;
    this.#keep(this.#taken.filter((opt) => opt.kind !== "event" || opt.eventId !== eventId));
  }

  /**
   * Takes all of the VEN out of an event in which opts have it take part, as soon as the VTN can be told; at once, and in
   * silence, where the event asks for no answer any more, so that there is none to refine (rule 206).
   */
  async optOutOf(eventId: string): Promise<void> {
    const isIn = this.forEvent(eventId).some(({ optType }) => optType === "optIn");
    const event = this.#events.get(eventId);
    if (!isIn || this.#leaving.has(eventId) || event === undefined) return;
    if (event.responseRequired !== "always") return this.#dropOpts(eventId);
    this.#leaving.add(eventId);
    try {
      const opt = this.#eventOptOf({ eventId, optType: "optOut" });
      const { isTaken } = await this.#context.request("oadrCreateOpt", this.#messageOf(opt));
      if (isTaken) await this.#take(opt);
    } finally {
      this.#leaving.delete(eventId);
    }
  }

  /** Takes all schedules of an optID back. A schedule that another one has replaced is none the VTN minds (rule 211). */
  async cancel(optId: string, signal?: AbortSignal): Promise<void> {
    const isEventOpt = this.#taken.some((opt) => opt.kind === "event" && opt.optId === optId);
    if (isEventOpt) throw new NotAllowedError(`rule 211: opt ${optId} is for an event, which only another opt changes`);
    const requestId = this.#context.options.newId();
    const { venId } = this.#context.registration();
    const answer = await this.#context.call("oadrCancelOpt", { requestId, optId, venId }, signal);
    const { response, optId: answered = optId } = answer?.payload ?? {};
    requireSame("requestID", requestId, response?.requestId);
    requireSame("optID", optId, answered);
    this.#keep(this.#taken.filter((opt) => opt.optId !== optId));
    await this.#context.notebook.saved();
    this.#context.tell({ type: "optCancelled", optId });
  }

  /**
   * Tells a VTN with which the VEN has registered anew, and which has forgotten them (rule 406), again what still counts:
   * schedules that are not over, and what was said of events that are still there, as they are by now. What the VTN refuses
   * counts no longer, unless it has but another version of the event.
   */
  async renew(): Promise<void> {
    const before = this.#taken;
    this.#keep(before.filter((opt) => this.#counts(opt)).map((opt) => this.#upToDate(opt)));
    for (const opt of this.#taken) if (this.#taken.includes(opt)) await this.#renew(opt);
    for (const opt of before) if (opt.kind === "event") this.#events.onOpt(opt.eventId);
  }

  async #renew(opt: VenOpt): Promise<void> {
    const outcome = await this.#context.request("oadrCreateOpt", this.#messageOf(opt));
    if (outcome.isTaken || !(outcome.error instanceof RejectedError)) return;
    // The event has changed, or the VEN had to refuse a newer version: what was decided here still holds (rule 206).
    if (opt.kind === "event" && outcome.error instanceof OutOfSequenceError) return;
    this.#drop(opt);
  }

  /** Rule 206: an opt for an event holds for its changes, too, and goes by the number that the event has. */
  #upToDate(opt: VenOpt): VenOpt {
    if (opt.kind !== "event") return opt;
    const { modificationNumber = opt.modificationNumber } = this.#events.get(opt.eventId)?.eventDescriptor ?? {};
    return modificationNumber === opt.modificationNumber ? opt : { ...opt, modificationNumber };
  }

  /** Whether an opt may still change something. */
  #counts(opt: VenOpt): boolean {
    if (opt.kind === "event") return this.#events.get(opt.eventId) !== undefined;
    const now = this.#context.options.clock.now().getTime();
    return opt.availability.some(({ dtstart, duration }) => duration === 0 || now < dtstart.getTime() + duration);
  }

  /** Forgets them, as the registration has ended for good. */
  clear(): void {
    if (this.#taken.length > 0) this.#keep([]);
  }

  #scheduleOf({ availability, marketContext, ...statement }: NewOptSchedule): TakenSchedule {
    if (availability.length === 0) throw new RangeError("availability: expected at least one span, got none");
    const programme = marketContext === undefined ? {} : { marketContext };
    return { kind: "schedule", ...this.#completed(statement), ...programme, availability };
  }

  #eventOptOf({ eventId, ...statement }: NewEventOpt): TakenEventOpt {
    const event = this.#events.get(eventId);
    if (event === undefined) throw new RangeError(`eventId: expected one of the VEN's events, got "${eventId}"`);
    if (event.responseRequired !== "always")
      throw new NotAllowedError(`rule 206: event ${eventId} asks for no answer, so there is none to refine`);
    const opt = this.#completed(statement);
    requireWithin(event, opt.targets, { ...this.#context.options, venId: this.#context.lastVenId ?? "" });
    const { modificationNumber } = event.eventDescriptor;
    return { kind: "event", ...opt, eventId, modificationNumber };
  }

  #completed({ optId, optType, optReason, targets = [], deviceClasses = [] }: Omit<NewEventOpt, "eventId">) {
    return {
      optId: optId ?? this.#context.options.newId(),
      optType,
      optReason: optReason ?? (optType === "optIn" ? "participating" : "notParticipating"),
      targets,
      deviceClasses,
      createdDateTime: this.#context.options.clock.now(),
    } as const;
  }

  /** Rejects unless the VTN's answer is to this opt. */
  async #send(opt: VenOpt, signal: AbortSignal | undefined): Promise<void> {
    const message = this.#messageOf(opt);
    const answer = await this.#context.call("oadrCreateOpt", message, signal);
    requireSame("requestID", message.requestId, answer?.payload.response.requestId);
    requireSame("optID", opt.optId, answer?.payload.optId);
  }

  #messageOf(opt: VenOpt): OadrCreateOpt {
    const { venId } = this.#context.registration();
    const { optId, optType, optReason, targets, deviceClasses, createdDateTime } = opt;
    const isWhole = targets.length === 0;
    return {
      optId,
      optType,
      optReason,
      venId,
      createdDateTime,
      requestId: this.#context.options.newId(),
      targets: isWhole ? [{ venId }] : targets,
      ...(deviceClasses.length > 0 && {
        deviceClasses: deviceClasses.map((endDeviceAsset) => ({ endDeviceAsset })),
      }),
      ...(opt.kind === "schedule" && {
        vavailability: opt.availability.map(({ dtstart, duration }) => ({ dtstart, duration })),
        ...(opt.marketContext !== undefined && { marketContext: opt.marketContext }),
      }),
      ...(opt.kind === "event" && { eventId: opt.eventId, modificationNumber: opt.modificationNumber }),
    };
  }

  /** A new opt for all of what an older one is about takes its place (rules 203, 206). */
  async #take(opt: VenOpt): Promise<void> {
    const older = this.#taken.filter((each) => !replaces(opt, each) && this.#counts(each));
    this.#keep(this.#counts(opt) ? [...older, opt] : older);
    const eventId = opt.kind === "event" ? opt.eventId : undefined;
    if (eventId !== undefined) this.#events.onOpt(eventId);
    await this.#context.notebook.saved();
    const { optId, optType } = opt;
    this.#context.tell({ type: "optCreated", optId, optType, eventId });
  }

  /** The VEN's answer to the event decides, instead of opts. */
  async #dropOpts(eventId: string): Promise<void> {
    this.forgetEvent(eventId);
    this.#events.onOpt(eventId);
    await this.#context.notebook.saved();
  }

  #drop(opt: VenOpt): void {
    this.#keep(this.#taken.filter((each) => each !== opt));
  }

  #keep(opts: readonly VenOpt[]): void {
    this.#taken = opts;
    this.#context.notebook.note(optsEntry, "", () => (this.#taken.length === 0 ? undefined : this.#taken));
  }
}

/** Whether an opt is about all that an older one is about. */
function replaces(opt: VenOpt, older: VenOpt): boolean {
  if (opt.kind === "event") return older.kind === "event" && older.eventId === opt.eventId && isAbout(opt, older);
  // Schedules of optIn and of optOut stand beside each other.
  return (
    older.kind === "schedule" &&
    older.optType === opt.optType &&
    isSameContext(older.marketContext, opt.marketContext) &&
    isAbout(opt, older)
  );
}

/** Rule 512: market contexts are compared as URIs. */
function isSameContext(one: string | undefined, other: string | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && isSameUri(one, other));
}

function isAbout(opt: VenOpt, older: VenOpt): boolean {
  return covers(opt.targets.map(keyOf), older.targets.map(keyOf)) && covers(opt.deviceClasses, older.deviceClasses);
}

/** An empty list names everything. */
function covers(names: readonly string[], others: readonly string[]): boolean {
  return names.length === 0 || (others.length > 0 && others.every((name) => names.includes(name)));
}

function keyOf(target: Target): string {
  return JSON.stringify(target);
}

/** Rule 207, and what an answer must be to be the answer. */
function requireSame(what: string, expected: string, got: string | undefined): void {
  if (got !== expected) throw new UnexpectedAnswerError(`${what} ${JSON.stringify(expected)}`, JSON.stringify(got));
}
