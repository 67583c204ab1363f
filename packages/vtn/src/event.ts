import {
  checkRules,
  eventStatus,
  InvalidIdError,
  isSuccess,
  NotAllowedError,
  orderEvents,
  OutOfSequenceError,
  RuleViolationError,
  toJson,
  type EventResponse,
  type Message,
  type OadrCreatedEvent,
  type OadrEvent,
  type OadrRequestEvent,
} from "@openleadr/protocol";
import { acknowledgement, success } from "./answers.ts";
import { audienceOf, isFor } from "./audience.ts";
import type { VenRequest, VtnContext } from "./context.ts";
import { eventAt, isAnswerDue, isCurrent, isOpen, seenBy } from "./event-state.ts";
import { completeEvent, type NewEvent } from "./new-event.ts";
import type { EventAnswer, EventRecord, VenEvent } from "./store.ts";

/** The events of a VTN. */
export interface Events {
  /**
   * Creates an event and gives it to its VENs with their next poll; resolves with it, all defaults filled in.
   *
   * Rejects, before anything is stored, with {@link RuleViolationError} or {@link MalformedMessageError} if it breaks a
   * rule or the schema, and with {@link NotAllowedError} if it is over already or there is one of that ID.
   */
  create(event: NewEvent): Promise<OadrEvent>;
  /**
   * Calls an event off; VENs get it until they have acknowledged that (rule 52). Rejects with {@link InvalidIdError} for
   * an unknown event, and with {@link NotAllowedError} for one that is over or off already.
   */
  cancel(eventId: string): Promise<OadrEvent>;
  /** The event as it is now; undefined for an unknown one. */
  get(eventId: string): Promise<OadrEvent | undefined>;
  /** All events as they are now, in the order in which they were created. */
  list(): Promise<readonly OadrEvent[]>;
  /** The answers to an event so far, the last one of each VEN that is registered. */
  responses(eventId: string): Promise<readonly EventAnswer[]>;
}

/**
 * EiEvent, seen from the VTN.
 *
 * @see OpenADR 2.0b, §8.1, rules 1–66, 100–116
 */
export class EventService implements Events {
  readonly #vtn: VtnContext;

  constructor(vtn: VtnContext) {
    this.#vtn = vtn;
  }

  async create(given: NewEvent): Promise<OadrEvent> {
    const { store, clock, newId } = this.#vtn;
    const now = clock.now();
    const event = completeEvent(given, { now, newId });
    const record = { event, cancelled: false, audience: audienceOf(event) };
    this.#requireFit(record, now);
    const { eventId } = event.eventDescriptor;
    if (eventStatus(event.activePeriod, { now }) === "completed") throw new NotAllowedError(`event ${eventId} is over`);
    if (!(await store.putEvent(record))) throw new NotAllowedError(`there is an event ${eventId} already`);
    this.#vtn.tell({ type: "eventCreated", eventId });
    return eventAt(now, record);
  }

  async cancel(eventId: string): Promise<OadrEvent> {
    const { store, clock } = this.#vtn;
    const now = clock.now();
    const record = await store.event(eventId);
    if (record === undefined) throw new InvalidIdError(`there is no event ${eventId}`);
    const { eventDescriptor, activePeriod } = record.event;
    const status = eventStatus(activePeriod, { now, cancelled: record.cancelled });
    if (status === "completed" || status === "cancelled") throw new NotAllowedError(`event ${eventId} is ${status}`);
    const modificationNumber = eventDescriptor.modificationNumber + 1;
    const changed = { ...eventDescriptor, modificationNumber, modificationDateTime: now, createdDateTime: now };
    const cancelled = { ...record, cancelled: true, event: { ...record.event, eventDescriptor: changed } };
    // Somebody else may have changed it in the meantime.
    if (!(await store.putEvent(cancelled, eventDescriptor.modificationNumber))) return this.cancel(eventId);
    this.#vtn.tell({ type: "eventCancelled", eventId });
    return eventAt(now, cancelled);
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

  /** Answers a VEN that asks for its events. */
  async request(
    { requestId, replyLimit }: OadrRequestEvent,
    { venId }: VenRequest,
  ): Promise<Message<"oadrDistributeEvent">> {
    const now = this.#vtn.clock.now();
    return this.#distribute(await this.#currentFor(venId, now), { venId, now, requestId, replyLimit });
  }

  /**
   * The events of a VEN that has yet to hear of one or to answer it; undefined for any other VEN. Until all answers are
   * there, they come again with a later poll, since messages get lost (rule 52).
   */
  async news(venId: string): Promise<Message<"oadrDistributeEvent"> | undefined> {
    const { store, clock, pollFrequency } = this.#vtn;
    const now = clock.now();
    const current = await this.#currentFor(venId, now);
    if (!current.some(isOpen)) return undefined;
    const message = await this.#distribute(current, { venId, now, requestId: "" });
    const notBefore = new Date(now.getTime() + pollFrequency);
    if (current.some(isAnswerDue)) await store.enqueue(venId, { kind: "events", notBefore });
    return message;
  }

  async #currentFor(venId: string, now: Date): Promise<readonly VenEvent[]> {
    return (await this.#vtn.store.eventsFor(venId)).filter((venEvent) => isCurrent(now, venEvent));
  }

  /** Events as they are now, in the order of rule 15, no more of them than `replyLimit` (rule 27). */
  async #distribute(
    current: readonly VenEvent[],
    { venId, now, requestId, replyLimit }: Distribution,
  ): Promise<Message<"oadrDistributeEvent">> {
    const { store, newId, vtnId } = this.#vtn;
    const seen = current.map((record) => seenBy(venId, eventAt(now, record)));
    const events = orderEvents(withEqualCreation(seen), now).slice(0, replyLimit);
    const versions = new Map(
      events.map(({ eventDescriptor }) => [eventDescriptor.eventId, eventDescriptor.modificationNumber]),
    );
    await store.putSent(venId, versions);
    if (events.length > 0) this.#vtn.tell({ type: "eventsSent", venId, eventIds: [...versions.keys()] });
    const payload = { response: success(requestId), requestId: newId(), vtnId, events };
    return { name: "oadrDistributeEvent", payload };
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
    for (const { venId, eventId, optType, responseCode } of answers)
      this.#vtn.tell({ type: "eventAnswered", venId, eventId, optType, responseCode });
    if (fault !== undefined) throw fault;
    return acknowledgement(response.requestId);
  }

  async #answerOf(eventResponse: EventResponse, venId: string): Promise<EventAnswer | Error> {
    const { eventId, modificationNumber, optType, responseCode, responseDescription } = eventResponse;
    const record = await this.#vtn.store.event(eventId);
    if (record === undefined || !isFor(venId, record.audience)) return new InvalidIdError(`no event ${eventId}`);
    const current = record.event.eventDescriptor.modificationNumber;
    if (modificationNumber !== current) {
      const reason = `expected modificationNumber ${current} of event ${eventId}, got ${modificationNumber}`;
      return new OutOfSequenceError(reason);
    }
    const answeredAt = this.#vtn.clock.now();
    const description = responseDescription === undefined ? {} : { responseDescription };
    return { eventId, venId, modificationNumber, optType, responseCode, ...description, answeredAt };
  }

  /** Throws for an event that could not be sent to the first of its VENs as things are. */
  #requireFit(record: EventRecord, now: Date): void {
    const [venId = ""] = record.audience === "everyone" ? [] : record.audience;
    const events = [seenBy(venId, eventAt(now, record))];
    const { vtnId } = this.#vtn;
    const message = { name: "oadrDistributeEvent", payload: { requestId: "0", vtnId, events } } as const;
    toJson(message);
    const [first, ...rest] = checkRules(message, { sender: "vtn", now });
    if (first !== undefined) throw new RuleViolationError(message.name, [first, ...rest]);
  }
}

interface Distribution {
  readonly venId: string;
  readonly now: Date;
  /** That of the request, which is answered. */
  readonly requestId: string;
  readonly replyLimit?: number | undefined;
}

/** All createdDateTimes of one message are the same: that of the latest change (rule 115). */
function withEqualCreation(events: readonly OadrEvent[]): readonly OadrEvent[] {
  const latest = events.reduce(
    (time, { eventDescriptor }) => Math.max(time, eventDescriptor.createdDateTime.getTime()),
    0,
  );
  const createdDateTime = new Date(latest);
  return events.map((event) => ({ ...event, eventDescriptor: { ...event.eventDescriptor, createdDateTime } }));
}
