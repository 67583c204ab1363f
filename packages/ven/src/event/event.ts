import {
  milliseconds,
  NotAllowedError,
  NotRegisteredOrAuthorizedError,
  type OadrDistributeEvent,
  type OadrEvent,
  type Opt,
} from "@openleadr/protocol";
import { turns } from "../async/turns.ts";
import type { VenContext } from "../context.ts";
import type { Opts } from "../opt/opt.ts";
import { Actuation } from "./actuation.ts";
import { answerOf, optIn, optOut } from "./answer.ts";
import type { ClockSkew } from "./clock-skew.ts";
import { draw, isOver, refreshed, startOffsetOf } from "./decision.ts";
import { faultOf, oldDate, type EventFault } from "./event-fault.ts";
import { cancellationEntry, eventEntry, refusalEntry } from "./event-entry.ts";
import { isRunning, type Answer, type EventRecord } from "./record.ts";
import { EventRecords } from "./records.ts";
import { Questions } from "./questions.ts";
import { Replies, type Reply } from "./replies.ts";
import { Verdicts } from "./verdicts.ts";

/** How a VEN's answer to an event is to change. */
export interface Change {
  readonly optType: Opt;
  readonly responseCode?: number | undefined;
  readonly responseDescription?: string | undefined;
}

/** What events depend on. */
export interface EventParts {
  readonly clockSkew: ClockSkew;
  readonly opts: Opts;
}

/**
 * The VEN's events: asks for them, holds them, answers them, and has the device act on them.
 *
 * @see OpenADR 2.0b, §8.1, rules 12, 16, 17, 19, 21, 30, 35, 36, 42, 48, 56–62, 65
 */
export class Events {
  readonly records: EventRecords;
  readonly #context: VenContext;
  readonly #clockSkew: ClockSkew;
  readonly #opts: Opts;
  readonly #questions: Questions;
  readonly #replies: Replies;
  readonly #actuation: Actuation;
  readonly #takeTurn = turns();
  readonly #refusals: Verdicts;
  readonly #cancellations: Verdicts;

  constructor(context: VenContext, { clockSkew, opts }: EventParts) {
    const { options, notebook } = context;
    this.#context = context;
    this.#clockSkew = clockSkew;
    this.#opts = opts;
    this.records = new EventRecords({
      ven: () => ({ ...options, venId: context.lastVenId ?? "" }),
      optsFor: (eventId) => opts.forEvent(eventId),
      onChange: (eventId) => {
        notebook.note(eventEntry, eventId, () => this.records.get(eventId)?.record);
        if (this.records.get(eventId) === undefined) opts.forgetEvent(eventId);
      },
    });
    for (const record of notebook.take(eventEntry).values()) this.records.refresh(record);
    this.#refusals = new Verdicts(notebook, refusalEntry);
    this.#cancellations = new Verdicts(notebook, cancellationEntry);
    this.#questions = new Questions(context, this.records);
    this.#replies = new Replies(context, this.records);
    this.#actuation = new Actuation(context, this.records, (event) => this.#deviceFailed(event));
    notebook.setAddedListener(() => this.#actuation.wake());
  }

  /** The events that were taken and have not been called off, in the order they first came. */
  get held(): OadrEvent[] {
    return this.#held().map(({ event }) => event);
  }

  /** Goes on with the events that are known from before; a VEN that only reports by now has none any more. */
  async resume(): Promise<void> {
    if (this.#context.options.reportOnly) return this.clear();
    this.#actuation.begin();
    this.#actuation.wake();
  }

  /** Has the device do as the VEN's opts for an event say by now (rule 206). */
  optsChanged(eventId: string): void {
    this.records.optsChanged(eventId);
    this.#actuation.wake();
  }

  /**
   * Asks the VTN for all events, and receives them. A VTN that has none may say oadrResponse: it brings no events, and calls
   * none off, as rule 61 has only an oadrDistributeEvent do that. A VEN that only reports asks for none.
   */
  async request(): Promise<void> {
    if (this.#context.options.reportOnly) return;
    const { venId } = this.#context.registration();
    const requestId = this.#context.options.newId();
    const outcome = await this.#context.request("oadrRequestEvent", { requestId, venId });
    if (outcome.isTaken && outcome.answer?.name === "oadrDistributeEvent") await this.receive(outcome.answer.payload);
  }

  /**
   * Takes what is new, drops what is gone, and answers; whether anything was new or gone. Rejects, and leaves the rest, once
   * the registration under which the message came has ended.
   */
  async receive(message: OadrDistributeEvent): Promise<boolean> {
    const { registrationId } = this.#context.registration();
    try {
      return await this.#takeTurn(async () => {
        this.#requireStill(registrationId);
        return this.#receive(message);
      });
    } catch (error) {
      // With other IDs, the VEN asks for all events anew.
      if (this.#context.isRegistered() && !this.#isStill(registrationId)) return false;
      throw error;
    }
  }

  /**
   * Changes the answer to an event, at once, and tells the VTN, unless the event wants no answer; whether the VTN took
   * it. Throws `RangeError` for an event that is not held, or of which the VEN had to refuse the latest version; and
   * `NotAllowedError` where opts decide on all of it, which no answer changes (rule 206).
   */
  async respond(eventId: string, change: Change): Promise<boolean> {
    const record = this.#record(eventId);
    if (record === undefined)
      throw new RangeError(`eventId: expected the ID of an event of the VEN, got ${JSON.stringify(eventId)}`);
    if (record.isSuperseded === true)
      throw new RangeError(`eventId: expected an event that was not refused, got ${JSON.stringify(eventId)}`);
    if (this.records.get(eventId)?.isDecidedByOpts === true)
      throw new NotAllowedError(`rule 206: opts decide on event ${eventId}, which only another opt changes`);
    return this.#change(record, { ...answerOf(change), isOverride: true });
  }

  /** Drops all events, as the VEN no longer belongs to the VTN they came from. */
  async clear(): Promise<void> {
    for (const record of this.#held()) await this.#cancel(record, "implied");
    const stopsAt = this.#context.options.clock.now();
    for (const { record } of this.records.all()) this.records.set({ ...record, stopsAt });
    this.#keepVerdicts(new Set());
    await this.#actuation.settle();
  }

  async #receive({ requestId, vtnId, events }: OadrDistributeEvent): Promise<boolean> {
    const registration = this.#context.registration();
    if (vtnId !== registration.vtnId) {
      await this.#refuseAll(requestId, `expected vtnID ${registration.vtnId}, got ${JSON.stringify(vtnId)}`);
      return false;
    }
    const replies: Reply[] = [];
    let isNews = false;
    for (const event of events) {
      const { eventId, modificationNumber, createdDateTime } = event.eventDescriptor;
      this.#clockSkew.createdAt(createdDateTime);
      isNews = !this.#isKnown(event) || isNews;
      const answer = await this.#decide(event, requestId);
      this.#requireStill(registration.registrationId);
      if (event.responseRequired === "always") replies.push({ eventId, modificationNumber, requestId, answer });
    }
    const missing = await this.#dropMissing(events);
    await this.#context.notebook.saved();
    this.#actuation.begin();
    await this.#replies.send(replies);
    return isNews || missing;
  }

  #isKnown({ eventDescriptor: { eventId, eventStatus, modificationNumber } }: OadrEvent): boolean {
    if (modificationNumber < this.#latest(eventId)) return true;
    const held = this.#record(eventId)?.event.eventDescriptor;
    if (eventStatus === "cancelled") return held === undefined;
    return [held, this.#refusals.get(eventId)].some((known) => known?.modificationNumber === modificationNumber);
  }

  /** The number of the newest version seen: held, refused, or a cancellation; -1 if there was none. */
  #latest(eventId: string): number {
    const seen = [
      this.#record(eventId)?.event.eventDescriptor,
      this.#refusals.get(eventId),
      this.#cancellations.get(eventId),
    ];
    return Math.max(...seen.map((known) => known?.modificationNumber ?? -1));
  }

  /** The decision table of rules 48 and 56 to 60. */
  async #decide(event: OadrEvent, requestId: string): Promise<Answer> {
    const { eventId, modificationNumber, eventStatus } = event.eventDescriptor;
    const held = this.#record(eventId);
    const latest = this.#latest(eventId);
    if (modificationNumber < latest) {
      const responseDescription = `expected modificationNumber ${latest} or more, got ${modificationNumber}`;
      return { responseCode: 450, responseDescription, optType: "optOut" };
    }
    if (eventStatus === "cancelled") return this.#cancelled(event, held);
    if (held?.event.eventDescriptor.modificationNumber === modificationNumber) {
      this.records.refresh({ ...held, event: refreshed(held.event, event), requestId });
      return held.answer;
    }
    const refused = this.#refusals.answerTo(eventId, modificationNumber);
    if (refused !== undefined) return refused;
    this.#context.tell({ type: "eventReceived", eventId, modificationNumber, eventStatus });
    return this.#take(event, requestId);
  }

  async #take(event: OadrEvent, requestId: string): Promise<Answer> {
    const { eventId } = event.eventDescriptor;
    const { options } = this.#context;
    const registration = this.#context.registration();
    const now = options.clock.now();
    const held = this.#record(eventId);
    const fault =
      faultOf(event, { ...options, ...registration, now }) ??
      (held === undefined ? oldDate(event, this.#clockSkew.vtnTime.earliest) : undefined);
    if (fault !== undefined) return this.#refuse(event, fault);
    const startOffset = startOffsetOf(event, held, options.random);
    const isTooLate = held === undefined && isOver(event, now);
    const decided = isTooLate ? optOut : await this.#questions.ask({ event, startOffset }, held);
    // While the application was asked, the registration may have ended, the device gone on, and a person decided.
    this.#requireStill(registration.registrationId);
    const current = this.records.get(eventId)?.record;
    const isOverruled = current?.answer.isOverride === true && current.answer !== held?.answer;
    const answer = isOverruled ? current.answer : decided;
    const { given = {}, heard } = current ?? {};
    this.records.set({ event, requestId, answer, startOffset, given, ...(heard !== undefined && { heard }) });
    this.#refusals.forget(eventId);
    this.#cancellations.forget(eventId);
    this.#actuation.wake();
    options.logger.info({ eventId, optType: answer.optType }, isTooLate ? "event was over already" : "event taken");
    return answer;
  }

  /** The version before, if any, is kept, but no longer acted on: the VTN is told that the VEN opts out. */
  #refuse({ eventDescriptor: { eventId, modificationNumber } }: OadrEvent, fault: EventFault): Answer {
    this.#context.options.logger.warn({ eventId, ...fault }, "event refused");
    const answer: Answer = { ...fault, optType: "optOut" };
    this.#refusals.set(eventId, { modificationNumber, answer });
    const held = this.#record(eventId);
    if (held !== undefined) this.records.set({ ...held, answer, isSuperseded: true });
    this.#actuation.wake();
    return answer;
  }

  /** One that is not held may have been called off before, and the answer lost on its way (rules 12, 36, 60). */
  async #cancelled({ eventDescriptor }: OadrEvent, held: EventRecord | undefined): Promise<Answer> {
    const { eventId, modificationNumber } = eventDescriptor;
    if (held === undefined) return this.#cancellations.answerTo(eventId, modificationNumber) ?? optIn;
    return this.#cancel(held, modificationNumber);
  }

  /** Calls an event off, by a version of that number or as the VTN sends it no longer; what is answered. */
  async #cancel(record: EventRecord, by: number | "implied"): Promise<Answer> {
    const registrationId = this.#context.isRegistered() ? this.#context.registration().registrationId : undefined;
    const { eventId } = record.event.eventDescriptor;
    this.#refusals.forget(eventId);
    this.#context.tell({ type: "eventCancelled", eventId, implied: by === "implied" });
    // After a crash in the middle, it is asked again.
    const release = this.#context.notebook.hold(eventEntry, eventId);
    const asked = this.#questions.askCancelled(record);
    this.#stopActing(eventId, startAfterOf(record));
    const answer = await asked;
    if (by !== "implied" && this.#isStill(registrationId))
      this.#cancellations.set(eventId, { modificationNumber: by, answer });
    release();
    return answer;
  }

  /** Forgets an event, once its device has been told to end if it has begun (rules 59, 65). */
  #stopActing(eventId: string, within: EventRecord["startOffset"]): void {
    const { clock, random } = this.#context.options;
    const record = this.#record(eventId);
    if (record === undefined) return;
    const stopsAt = new Date(clock.now().getTime() + draw(within, random));
    this.#end(record, stopsAt);
  }

  #end(record: EventRecord, stopsAt: Date): void {
    if (isRunning(record)) this.records.set({ ...record, stopsAt });
    else this.records.delete(record.event.eventDescriptor.eventId);
    this.#actuation.wake();
  }

  /** Rule 61: what the VTN no longer sends is called off, unless it was over anyway. */
  async #dropMissing(events: readonly OadrEvent[]): Promise<boolean> {
    const sent = new Set(events.map(({ eventDescriptor }) => eventDescriptor.eventId));
    this.#keepVerdicts(sent);
    const missing = this.#held().filter(({ event }) => !sent.has(event.eventDescriptor.eventId));
    for (const record of missing) {
      if (isOver(record.event, this.#clockSkew.vtnTime.latest)) this.#complete(record);
      else await this.#cancel(record, "implied");
    }
    return missing.length > 0;
  }

  /** Forgets an event that is over for the VTN, once its own end has come, which may be by a clock that is behind. */
  #complete(record: EventRecord): void {
    const end = this.records.planOf(record).active.until;
    this.#end(record, new Date(Math.max(end, this.#context.options.clock.now().getTime())));
  }

  async #change(record: EventRecord, answer: Answer): Promise<boolean> {
    const { requestId, event } = record;
    const { eventId, modificationNumber } = event.eventDescriptor;
    this.records.set({ ...record, answer });
    this.#actuation.wake();
    this.#context.options.logger.info({ eventId, optType: answer.optType }, "answer changed");
    await this.#context.notebook.saved();
    if (event.responseRequired === "never") return true;
    return this.#replies.send([{ eventId, modificationNumber, requestId, answer }]);
  }

  /** A device that cannot do what an event asks opts out of it, also where opts had it take part. */
  #deviceFailed({ eventDescriptor: { eventId } }: OadrEvent): void {
    const record = this.#record(eventId);
    if (record === undefined) return;
    this.#context.run(async () => {
      try {
        if (record.answer.optType === "optIn") await this.#change(record, optOut);
        await this.#opts.optOutOf(eventId);
      } catch (error) {
        // The next registration brings the event, and with it the answer.
        if (!this.#context.isEnd(error)) throw error;
      }
    });
  }

  async #refuseAll(requestId: string, responseDescription: string): Promise<void> {
    const { venId } = this.#context.registration();
    const refused = { message: "oadrDistributeEvent", responseCode: 452, reason: responseDescription } as const;
    this.#context.options.logger.warn(refused, "message refused");
    this.#context.tell({ type: "messageRefused", ...refused });
    const response = { responseCode: 452, responseDescription, requestId };
    await this.#context.request("oadrCreatedEvent", { response, venId });
  }

  #requireStill(registrationId: string): void {
    if (!this.#isStill(registrationId))
      throw new NotRegisteredOrAuthorizedError(`registration ${registrationId} has ended`);
  }

  #isStill(registrationId: string | undefined): boolean {
    return this.#context.isRegistered() && this.#context.registration().registrationId === registrationId;
  }

  #keepVerdicts(sent: ReadonlySet<string>): void {
    this.#refusals.keepOnly(sent);
    this.#cancellations.keepOnly(sent);
  }

  /** An event that has not been called off. */
  #record(eventId: string): EventRecord | undefined {
    const record = this.records.get(eventId)?.record;
    return record?.stopsAt === undefined ? record : undefined;
  }

  #held(): EventRecord[] {
    return this.records.all().flatMap(({ record }) => (record.stopsAt === undefined ? [record] : []));
  }
}

/** Only what has begun ends at random; what is being prepared for is dropped at once. */
function startAfterOf({ event, given }: EventRecord): EventRecord["startOffset"] {
  return given.start === true ? (event.activePeriod.startAfter ?? milliseconds(0)) : milliseconds(0);
}
