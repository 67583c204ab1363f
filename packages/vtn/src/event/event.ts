import {
  checkRules,
  eventStatus,
  InvalidIdError,
  isSuccess,
  NotAllowedError,
  RuleViolationError,
  toJson,
  type EventResponse,
  type Message,
  type OadrCreatedEvent,
  type OadrEvent,
  type OadrRequestEvent,
} from "@openleadr/protocol";
import { acknowledgement } from "../answers.ts";
import type { VenRequest, VtnContext } from "../context.ts";
import { eventOptState, type EventOptState } from "./event-opt-state.ts";
import { listDeliveries, type ListedDelivery } from "./event-delivery.ts";
import { EventDistribution } from "./event-distribution.ts";
import { eventAt } from "./event-state.ts";
import { EventListeners, type EventListener } from "./event-listeners.ts";
import { findOverlaps } from "./event-overlap.ts";
import { modifyEvent, nextVersion, type EventPatch } from "./event-modification.ts";
import { requireSamePast } from "./event-past.ts";
import { completeEvent, type NewEvent } from "./new-event.ts";
import type { OptSubject } from "../opt/opt-scope.ts";
import { eventMeant } from "./qualified-event.ts";
import type { SentEvents } from "./sent-events.ts";
import { fromOneSignal, isOneSignalEvent, type OneSignalEvent } from "./one-signal-event.ts";
import type { EventAnswer, EventRecord } from "../store/event-store.ts";
import type { Targeting } from "../targeting/targeting.ts";

/** The events of a VTN. */
export interface Events {
  /**
   * Creates an event and gives it to its VENs, with their next poll or by push; resolves with it, all defaults filled in.
   *
   * Rejects, before anything is stored, with {@link RuleViolationError} or {@link MalformedMessageError} if it breaks a
   * rule or the schema, and with {@link NotAllowedError} if it is over already, if there is one of that ID, and if it overlaps
   * another one and may not (`overlap`). An error of `onResolveTargets` rejects it as it is.
   *
   * Its targets say whom it is for, and any of them will do (rule 22): a venID means that VEN; every other target the VENs
   * that are enrolled with it ({@link Enrolments}) and in the event's market context. Beside a venID, though, a
   * resource, a device class, a meter or a delivery point is a part of that VEN and means no others. Without targets, the
   * event is for all VENs enrolled in its market context. A target with which nobody is enrolled, of whatever kind, means
   * nobody, unless `onResolveTargets` says whom. VENs that join later get the event then.
   *
   * No event is for a VEN that is registered as one that only reports (`oadrReportOnly`). Other targets leave it out; of
   * one that is named by its venID, or by `onResolveTargets`, the status `eventsWithheld` tells, and {@link deliveries}. If
   * it registers to take events, it gets those that are not over.
   *
   * A VEN sees itself alone of the VENs among the targets (rule 63), and of the kinds of parts it is enrolled with, its
   * own.
   *
   * The listener hears of every delivery and every answer.
   */
  create(event: NewEvent | OneSignalEvent, listener?: EventListener): Promise<OadrEvent>;
  /**
   * Changes an event, and gives it to its VENs, with their next poll or by push; resolves with it. A VEN that it is no longer for gets
   * its events without it, which calls it off there (rule 61). A patch that changes nothing does nothing.
   *
   * Two at once are made one after the other. Rejects, before anything is stored, with {@link InvalidIdError} for an
   * unknown event; with {@link NotAllowedError} for one that is over or off, and if the past would change (rule 20); with
   * {@link RuleViolationError} or {@link MalformedMessageError} if the event would break another rule or the schema.
   */
  modify(eventId: string, patch: EventPatch): Promise<OadrEvent>;
  /**
   * Calls an event off; VENs get it until they have acknowledged that, in so many tries (rule 52). Rejects with {@link InvalidIdError} for
   * an unknown event, and with {@link NotAllowedError} for one that is over or off already.
   */
  cancel(eventId: string): Promise<OadrEvent>;
  /** The event as it is now; undefined for an unknown one. */
  get(eventId: string): Promise<OadrEvent | undefined>;
  /** All events as they are now, in the order in which they were created. */
  list(): Promise<readonly OadrEvent[]>;
  /** The venIDs of the registered VENs that an event is for by now, none of which only reports; none for an unknown event. */
  audience(eventId: string): Promise<readonly string[]>;
  /**
   * Asks `onResolveTargets` anew, gives the event to those it is for from now on, and takes it from those it is not for
   * any more. Rejects as {@link Events.modify} does, and with the error of `onResolveTargets`.
   */
  resolveTargets(eventId: string): Promise<void>;
  /** The answers to an event so far, the last one of each VEN that is registered. */
  responses(eventId: string): Promise<readonly EventAnswer[]>;
  /**
   * How far an event has got at each of its VENs that are registered; and, as `withheld`, those that it names and that only
   * report. Rejects with {@link InvalidIdError} for an unknown event.
   */
  deliveries(eventId: string): Promise<readonly ListedDelivery[]>;
  /**
   * Sends a VEN its events again, this one in any case, and counts the tries anew. Rejects with {@link InvalidIdError}
   * for an unknown event, and for one that is not for that VEN.
   */
  resend(eventId: string, venId: string): Promise<void>;
  /**
   * Whether a VEN, or a part of it, takes part in an event: as it last said in an opt for the event, or else in its
   * answer (rule 206). Undefined for as long as it has said neither.
   */
  optState(eventId: string, subject: OptSubject): Promise<EventOptState | undefined>;
  /**
   * A VEN's answer to an event as it is now, or as it will be by then: at once if it is there, else the first to come.
   * Waits as long as it takes, or until `signal` aborts, and then rejects with its reason. Rejects with
   * {@link InvalidIdError} for an unknown event, and for one that is not for that VEN.
   */
  response(
    eventId: string,
    venId: string,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<EventAnswer>;
}

/**
 * EiEvent, seen from the VTN.
 *
 * @see OpenADR 2.0b, §8.1, rules 1–66, 100–116
 */
export class EventService implements Events {
  readonly #vtn: VtnContext;
  readonly #targeting: Targeting;
  readonly #listeners: EventListeners;
  /** Sends events to VENs. */
  readonly distribution: EventDistribution;
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(vtn: VtnContext, targeting: Targeting, sent: SentEvents) {
    this.#vtn = vtn;
    this.#targeting = targeting;
    this.#listeners = new EventListeners(vtn.logger);
    this.distribution = new EventDistribution(vtn, this.#listeners, sent);
  }

  async create(given: NewEvent | OneSignalEvent, listener?: EventListener): Promise<OadrEvent> {
    const event = isOneSignalEvent(given) ? fromOneSignal(given) : given;
    return this.#inTurn(() => this.#create(event, listener));
  }

  async #create(given: NewEvent, listener: EventListener | undefined): Promise<OadrEvent> {
    const { store, clock, newId } = this.#vtn;
    const now = clock.now();
    const event = completeEvent(given, { now, newId });
    this.#requireFit(event, now);
    const { eventId } = event.eventDescriptor;
    if (eventStatus(event.activePeriod, { now }) === "completed") throw new NotAllowedError(`event ${eventId} is over`);
    const record = { event, cancelled: false, audience: await this.#targeting.audienceOf(event) };
    const overlapping = await this.#overlaps(record);
    // Before the event is there, so that the listener misses nothing.
    const removeListener = listener === undefined ? undefined : this.#listeners.add(eventId, listener);
    let isKept = false;
    try {
      isKept = await store.putEvent(record);
    } finally {
      if (!isKept) removeListener?.();
    }
    if (!isKept) throw new NotAllowedError(`there is an event ${eventId} already`);
    this.#vtn.tell({ type: "eventCreated", eventId });
    if (overlapping.length > 0) this.#vtn.tell({ type: "eventsOverlap", eventId, overlapping });
    await this.#tellWithheld(eventId);
    return eventAt(now, record);
  }

  async modify(eventId: string, patch: EventPatch): Promise<OadrEvent> {
    return this.#inTurn(() => this.#modify(eventId, patch));
  }

  async #modify(eventId: string, patch: EventPatch): Promise<OadrEvent> {
    const { store, clock } = this.#vtn;
    const now = clock.now();
    const record = await this.#requireOpen(eventId, now);
    const event = modifyEvent(record.event, patch, now);
    if (event === undefined) return eventAt(now, record);
    requireSamePast(record.event, event, now);
    this.#requireFit(event, now);
    const modified = { ...record, event, audience: await this.#targeting.audienceOf(event) };
    const overlapping = await this.#overlaps(modified, record);
    // Somebody else may have changed it in the meantime.
    if (!(await store.putEvent(modified, versionOf(record)))) return this.#modify(eventId, patch);
    this.#vtn.tell({ type: "eventModified", eventId, modificationNumber: versionOf(modified) });
    if (overlapping.length > 0) this.#vtn.tell({ type: "eventsOverlap", eventId, overlapping });
    await this.#tellWithheld(eventId);
    return eventAt(now, modified);
  }

  async cancel(eventId: string): Promise<OadrEvent> {
    const { store, clock } = this.#vtn;
    const now = clock.now();
    const record = await this.#requireOpen(eventId, now);
    const cancelled = { ...record, cancelled: true, event: nextVersion(record.event, now) };
    // Somebody else may have changed it in the meantime.
    if (!(await store.putEvent(cancelled, versionOf(record)))) return this.cancel(eventId);
    this.#vtn.tell({ type: "eventCancelled", eventId });
    return eventAt(now, cancelled);
  }

  async audience(eventId: string): Promise<readonly string[]> {
    return this.#vtn.store.venIdsOf(eventId);
  }

  async resolveTargets(eventId: string): Promise<void> {
    const { store, clock } = this.#vtn;
    const record = await this.#requireOpen(eventId, clock.now());
    const resolved = { ...record, audience: await this.#targeting.audienceOf(record.event) };
    // Somebody else may have changed it in the meantime.
    if (!(await store.putEvent(resolved, versionOf(record)))) return this.resolveTargets(eventId);
    this.#vtn.tell({ type: "targetsResolved", eventId });
    await this.#tellWithheld(eventId);
  }

  async get(eventId: string): Promise<OadrEvent | undefined> {
    const record = await this.#vtn.store.event(eventId);
    return record === undefined ? undefined : eventAt(this.#vtn.clock.now(), record);
  }

  async list(): Promise<readonly OadrEvent[]> {
    const records = await this.#vtn.store.events();
    const now = this.#vtn.clock.now();
    return records.map((record) => eventAt(now, record));
  }

  async responses(eventId: string): Promise<readonly EventAnswer[]> {
    return this.#vtn.store.answers(eventId);
  }

  async deliveries(eventId: string): Promise<readonly ListedDelivery[]> {
    return listDeliveries(eventId, this.#vtn.store);
  }

  async resend(eventId: string, venId: string): Promise<void> {
    const isResent = await this.#vtn.store.resendEvent(venId, eventId);
    if (!isResent) throw await this.#notOf(venId, eventId);
  }

  async optState(eventId: string, subject: OptSubject): Promise<EventOptState | undefined> {
    return eventOptState(eventId, subject, this.#vtn.store);
  }

  async response(
    eventId: string,
    venId: string,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<EventAnswer> {
    signal?.throwIfAborted();
    // From before the look at what is there, so that no answer falls in between.
    const next = this.#listeners.nextAnswer(eventId, venId, signal);
    try {
      return (await this.#currentAnswer(eventId, venId)) ?? (await next.answer);
    } finally {
      next.stop();
    }
  }

  async #currentAnswer(eventId: string, venId: string): Promise<EventAnswer | undefined> {
    const record = await this.#vtn.store.venEvent(eventId, venId);
    if (record === undefined) throw await this.#notOf(venId, eventId);
    const answer = record.delivery?.answer;
    return answer?.modificationNumber === versionOf(record) ? answer : undefined;
  }

  async #notOf(venId: string, eventId: string): Promise<InvalidIdError> {
    const { reportOnly = false } = (await this.#vtn.store.registration(venId)) ?? {};
    return new InvalidIdError(`no event ${eventId} of VEN ${venId}${reportOnly ? ", which only reports" : ""}`);
  }

  /** Tells of each VEN that an event names, and that only reports. The event is kept by now, whether they are known or not. */
  async #tellWithheld(eventId: string): Promise<void> {
    const { store, logger } = this.#vtn;
    try {
      for (const venId of await store.withheldFrom(eventId))
        this.#vtn.tell({ type: "eventsWithheld", venId, eventIds: [eventId] });
    } catch (error) {
      logger.error({ error, eventId }, "VENs that an event is withheld from are not told of");
    }
  }

  /** Answers a VEN that asks for its events. */
  async request(
    { requestId, replyLimit }: OadrRequestEvent,
    { venId }: VenRequest,
  ): Promise<Message<"oadrDistributeEvent">> {
    return this.distribution.answer(venId, { requestId, replyLimit });
  }

  /** Takes a VEN's answers; one that fits no event refuses the message, after the others were kept (rules 25, 48). */
  async created(
    { response, eventResponses = [] }: OadrCreatedEvent,
    request: VenRequest,
  ): Promise<Message<"oadrResponse">> {
    if (!isSuccess(response.responseCode)) return acknowledgement(response.requestId);
    const answers: EventAnswer[] = [];
    let fault: Error | undefined;
    for (const eventResponse of eventResponses) {
      const answer = await this.#answerOf(eventResponse, request.venId);
      if (answer instanceof Error) fault ??= answer;
      else answers.push(answer);
    }
    for (const answer of answers) await this.#vtn.onCreatedEvent?.(answer, request);
    await this.#vtn.store.putAnswers(request.venId, answers);
    for (const answer of answers) this.#answered(answer);
    if (fault !== undefined) throw fault;
    return acknowledgement(response.requestId);
  }

  #answered(answer: EventAnswer): void {
    const { venId, eventId, optType, responseCode } = answer;
    this.#vtn.tell({ type: "eventAnswered", venId, eventId, optType, responseCode });
    this.#listeners.answered(answer);
  }

  async #answerOf(eventResponse: EventResponse, venId: string): Promise<EventAnswer | Error> {
    const { eventId, modificationNumber, optType, responseCode, responseDescription } = eventResponse;
    const record = await eventMeant({ venId, eventId, modificationNumber }, this.#vtn.store);
    if (record instanceof Error) return record;
    const answeredAt = this.#vtn.clock.now();
    const description = responseDescription === undefined ? {} : { responseDescription };
    return { eventId, venId, modificationNumber, optType, responseCode, ...description, answeredAt };
  }

  /** The IDs of the events that an event overlaps, and did not before. Throws if that is not to be (rule 18). */
  async #overlaps(record: EventRecord, before?: EventRecord): Promise<readonly string[]> {
    if (this.#vtn.overlap === "allow") return [];
    const overlapping = await findOverlaps(record, before, this.#vtn.store);
    if (overlapping.length === 0 || this.#vtn.overlap === "warn") return overlapping;
    const { eventId } = record.event.eventDescriptor;
    throw new NotAllowedError(`rule 18: event ${eventId} overlaps ${overlapping.join(", ")}`);
  }

  /** Where an overlap is refused, events are created and changed one at a time, so that none slips through. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#vtn.overlap !== "refuse") return work();
    const turn = this.#lastTurn.then(work);
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }

  /** An event that may change: neither over nor off. */
  async #requireOpen(eventId: string, now: Date): Promise<EventRecord> {
    const record = await this.#vtn.store.event(eventId);
    if (record === undefined) throw new InvalidIdError(`there is no event ${eventId}`);
    const status = eventStatus(record.event.activePeriod, { now, cancelled: record.cancelled });
    if (status === "completed" || status === "cancelled")
      throw new NotAllowedError(`rule 20: event ${eventId} is ${status} and cannot change`);
    return record;
  }

  /** Throws for an event that could not be sent to one of the VENs it names as things are. */
  #requireFit(event: OadrEvent, now: Date): void {
    const venIds = event.targets.flatMap((target) => ("venId" in target ? [target.venId] : []));
    const others = new Set<string>();
    // One that is named twice, if there is one (rule 63).
    const venId = venIds.find((each) => others.size === others.add(each).size) ?? venIds[0] ?? "";
    const targets = event.targets.filter((target) => !("venId" in target) || target.venId === venId);
    const events = [{ ...eventAt(now, { event, cancelled: false }), targets }];
    const { vtnId } = this.#vtn;
    const message = { name: "oadrDistributeEvent", payload: { requestId: "0", vtnId, events } } as const;
    toJson(message);
    const [first, ...rest] = checkRules(message, { sender: "vtn", now });
    if (first !== undefined) throw new RuleViolationError(message.name, [first, ...rest]);
  }
}

function versionOf({ event }: EventRecord): number {
  return event.eventDescriptor.modificationNumber;
}
