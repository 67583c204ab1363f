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
  type SignalInterval,
  type EventSignal,
} from "@openleadr/protocol";
import { acknowledgement, success } from "./answers.ts";
import type { VenRequest, VtnContext } from "./context.ts";
import { completeEvent, type NewEvent } from "./new-event.ts";
import type { Delivery, EventAnswer, EventRecord } from "./store.ts";

/** The events of a VTN. */
export interface Events {
  /**
   * Creates an event and gives it to its VENs with their next poll; resolves with it, all defaults filled in.
   *
   * Rejects with {@link RuleViolationError} or {@link MalformedMessageError}, before anything is stored, if it breaks a
   * rule or the schema, and with {@link NotAllowedError} if there is an event of that ID.
   */
  create(event: NewEvent): Promise<OadrEvent>;
  /**
   * Calls an event off; VENs get it until they have acknowledged that (rule 52). Rejects with {@link InvalidIdError} for
   * an unknown event, and with {@link NotAllowedError} for one that is over.
   */
  cancel(eventId: string): Promise<OadrEvent>;
  /** The event as it is now. */
  get(eventId: string): Promise<OadrEvent | undefined>;
  /** All events as they are now, in the order in which they were created. */
  list(): Promise<readonly OadrEvent[]>;
  /** The answers to an event so far, the last one of each VEN. */
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
    const event = completeEvent(given, { now: clock.now(), newId });
    const { eventId } = event.eventDescriptor;
    if ((await store.event(eventId)) !== undefined) throw new NotAllowedError(`there is an event ${eventId} already`);
    this.#requireFit(event);
    await store.putEvent({ event, cancelled: false, audience: audienceOf(event) });
    this.#vtn.tell({ type: "eventCreated", eventId });
    return this.#now({ event, cancelled: false });
  }

  async cancel(eventId: string): Promise<OadrEvent> {
    const { store, clock } = this.#vtn;
    const record = await store.event(eventId);
    if (record === undefined) throw new InvalidIdError(`there is no event ${eventId}`);
    const now = clock.now();
    const status = eventStatus(record.event.activePeriod, { now, cancelled: record.cancelled });
    if (status === "completed" || status === "cancelled") throw new NotAllowedError(`event ${eventId} is ${status}`);
    const { eventDescriptor } = record.event;
    const modificationNumber = eventDescriptor.modificationNumber + 1;
    const changed = { ...eventDescriptor, modificationNumber, modificationDateTime: now, createdDateTime: now };
    const cancelled = { ...record, cancelled: true, event: { ...record.event, eventDescriptor: changed } };
    await store.putEvent(cancelled);
    this.#vtn.tell({ type: "eventCancelled", eventId });
    return this.#now(cancelled);
  }

  async get(eventId: string): Promise<OadrEvent | undefined> {
    const record = await this.#vtn.store.event(eventId);
    return record === undefined ? undefined : this.#now(record);
  }

  async list(): Promise<readonly OadrEvent[]> {
    return (await this.#vtn.store.events()).map((record) => this.#now(record));
  }

  async responses(eventId: string): Promise<readonly EventAnswer[]> {
    const deliveries = await this.#vtn.store.deliveries(eventId);
    return deliveries.flatMap(({ answer }) => (answer === undefined ? [] : [answer]));
  }

  async request(
    { requestId, replyLimit }: OadrRequestEvent,
    { venId }: VenRequest,
  ): Promise<Message<"oadrDistributeEvent">> {
    return this.distribute(venId, requestId, replyLimit);
  }

  /** All events of a VEN, as they are now, in the order of rule 15. */
  async distribute(venId: string, requestId: string, replyLimit?: number): Promise<Message<"oadrDistributeEvent">> {
    const { store, clock, newId, vtnId } = this.#vtn;
    const now = clock.now();
    const current: EventRecord[] = [];
    for (const record of await store.eventsFor(venId)) {
      const delivery = await store.delivery(record.event.eventDescriptor.eventId, venId);
      if (isCurrent(record, delivery, now)) current.push(record);
    }
    // All createdDateTimes of one message are the same (rule 115): that of the latest change.
    const latest = Math.max(...current.map(({ event }) => event.eventDescriptor.createdDateTime.getTime()));
    const seen = current.map((record) => seenBy(venId, this.#now(record), new Date(latest)));
    const events = orderEvents(seen, now).slice(0, replyLimit);
    const versions = events.map(
      ({ eventDescriptor: { eventId, modificationNumber } }) => [eventId, modificationNumber] as const,
    );
    await store.putSent(venId, new Map(versions));
    if (events.length > 0)
      this.#vtn.tell({ type: "eventsSent", venId, eventIds: versions.map(([eventId]) => eventId) });
    return {
      name: "oadrDistributeEvent",
      payload: { response: success(requestId), requestId: newId(), vtnId, events },
    };
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
    await this.#vtn.store.putAnswers(answers);
    for (const answer of answers) {
      const { venId, eventId, optType, responseCode } = answer;
      this.#vtn.tell({ type: "eventAnswered", venId, eventId, optType, responseCode });
      await this.#vtn.onCreatedEvent?.(answer, request);
    }
    if (fault !== undefined) throw fault;
    return acknowledgement(response.requestId);
  }

  async #answerOf(eventResponse: EventResponse, venId: string): Promise<EventAnswer | Error> {
    const { eventId, modificationNumber, optType, responseCode, responseDescription } = eventResponse;
    const record = await this.#vtn.store.event(eventId);
    const isForIt = record !== undefined && (record.audience === "everyone" || record.audience.includes(venId));
    if (!isForIt) return new InvalidIdError(`no event ${eventId}`);
    const current = record.event.eventDescriptor.modificationNumber;
    // A refusal of an older version than the VEN has may carry that version's number (rule 58).
    if (modificationNumber !== current && isSuccess(responseCode)) {
      return new OutOfSequenceError(
        `expected modificationNumber ${current} of event ${eventId}, got ${modificationNumber}`,
      );
    }
    const answeredAt = this.#vtn.clock.now();
    const description = responseDescription === undefined ? {} : { responseDescription };
    return { eventId, venId, modificationNumber, optType, responseCode, ...description, answeredAt };
  }

  /** Status and current values, which nobody stores. */
  #now({ event, cancelled }: Pick<EventRecord, "event" | "cancelled">): OadrEvent {
    const now = this.#vtn.clock.now();
    const status = eventStatus(event.activePeriod, { now, cancelled });
    const signals = event.signals.map((signal) =>
      withCurrentValue(signal, event, status === "active" ? now : undefined),
    );
    return { ...event, eventDescriptor: { ...event.eventDescriptor, eventStatus: status }, signals };
  }

  #requireFit(event: OadrEvent): void {
    const { vtnId, clock } = this.#vtn;
    const message = { name: "oadrDistributeEvent", payload: { requestId: "0", vtnId, events: [event] } } as const;
    toJson(message);
    const [first, ...rest] = checkRules(message, { sender: "vtn", now: clock.now() });
    if (first !== undefined) throw new RuleViolationError("oadrEvent", [first, ...rest]);
  }
}

/** An event is for the VENs that it names, or else for all of them; what else it targets is within these. */
function audienceOf({ targets }: OadrEvent): readonly string[] | "everyone" {
  const venIds = targets.flatMap((target) => ("venId" in target ? [target.venId] : []));
  return venIds.length === 0 ? "everyone" : venIds;
}

/** Whether a VEN is to be told of an event: until it is over, or until a cancellation is acknowledged (50, 52, 66). */
function isCurrent({ event, cancelled }: EventRecord, delivery: Delivery | undefined, now: Date): boolean {
  const { activePeriod, eventDescriptor, responseRequired } = event;
  const { dtstart, duration, startAfter = 0 } = activePeriod;
  const isOver = duration > 0 && now.getTime() >= dtstart.getTime() + duration + startAfter;
  if (isOver) return false;
  if (!cancelled) return true;
  const newest = eventDescriptor.modificationNumber;
  const known = responseRequired === "always" ? delivery?.answer?.modificationNumber : delivery?.sent;
  // A VEN that never saw the event need not hear that it is off.
  return delivery !== undefined && known !== newest;
}

/** An event as one VEN is to see it: of the VENs, it finds itself alone among the targets (rule 63). */
function seenBy(venId: string, event: OadrEvent, createdDateTime: Date): OadrEvent {
  const targets = event.targets.filter((target) => !("venId" in target) || target.venId === venId);
  return { ...event, eventDescriptor: { ...event.eventDescriptor, createdDateTime }, targets };
}

/** The value in force; of SIMPLE also when none is, as 0 (rules 14, 29). */
function withCurrentValue(signal: EventSignal, { activePeriod }: OadrEvent, now: Date | undefined): EventSignal {
  const { currentValue: _, ...rest } = signal;
  if (now === undefined) return signal.signalName.toUpperCase() === "SIMPLE" ? { ...rest, currentValue: 0 } : rest;
  const elapsed = now.getTime() - activePeriod.dtstart.getTime();
  const interval = intervalAt(signal.intervals, elapsed);
  return interval === undefined ? rest : { ...rest, currentValue: interval.value };
}

function intervalAt(intervals: readonly SignalInterval[], elapsed: number): SignalInterval | undefined {
  let end = 0;
  return intervals.find(({ duration = 0 }) => {
    end += duration;
    return elapsed < end || duration === 0;
  });
}
