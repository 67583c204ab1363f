import { orderEvents, type Message, type OadrEvent } from "@openleadr/protocol";
import { success } from "../answers.ts";
import type { VtnContext } from "../context.ts";
import type { VenEvent } from "../store/event-store.ts";
import type { EventWord } from "../store/mailbox-store.ts";
import type { EventListeners } from "./event-listeners.ts";
import { eventAt, isAnswerDue, isCurrent, isOpen } from "./event-state.ts";
import type { SentEvents } from "./sent-events.ts";

/** Modification numbers by eventID. */
export type EventVersions = ReadonlyMap<string, number>;

/** What a VEN is sent of its events. */
export interface EventNews {
  readonly message: Message<"oadrDistributeEvent">;
  readonly versions: EventVersions;
  /** Whether the VEN is to answer one of them. */
  readonly isAnswerDue: boolean;
}

/** How events travel: in the answer to a request of the VEN, or in a request of ours. */
export type EventTravel = "pull" | "push";

/**
 * Sends VENs their events, all of them each time (rule 50).
 *
 * @see OpenADR 2.0b, §8.1, rules 12, 15, 27, 40, 50, 52, 115
 */
export class EventDistribution {
  readonly #vtn: VtnContext;
  readonly #listeners: EventListeners;
  readonly #sent: SentEvents;

  constructor(vtn: VtnContext, listeners: EventListeners, sent: SentEvents) {
    this.#vtn = vtn;
    this.#listeners = listeners;
    this.#sent = sent;
  }

  /** What a VEN gets that asks for its events. */
  async answer(
    venId: string,
    { requestId, replyLimit }: { readonly requestId: string; readonly replyLimit?: number | undefined },
  ): Promise<Message<"oadrDistributeEvent">> {
    const now = this.#vtn.clock.now();
    const current = await this.#currentFor(venId, now);
    const events = (await this.#eventsFor(venId, current, now)).slice(0, replyLimit);
    await this.#send(venId, { events, now, travel: "pull" });
    return this.#messageOf(events, requestId);
  }

  /**
   * What a VEN is to be sent that has yet to hear of an event, to answer it, or to lose it; undefined for any other VEN.
   * Events that were sent in vain as often as is defined are given up first (rule 52).
   */
  async news(venId: string, word: EventWord, travel: EventTravel): Promise<EventNews | undefined> {
    const now = this.#vtn.clock.now();
    const known = await this.#currentFor(venId, now);
    const isForced = word.withdrawn === true || word.again === true;
    const current = word.again === true ? known : await this.#giveUpUnanswered(venId, known, now);
    if (!isForced && !current.some(isOpen)) return undefined;
    const events = await this.#eventsFor(venId, current, now);
    const versions = await this.#send(venId, { events, now, travel });
    // A push tells no request that it answers (rule 40).
    const message = this.#messageOf(events, travel === "pull" ? "" : undefined);
    return { message, versions, isAnswerDue: current.some(isAnswerDue) };
  }

  /** Whether a VEN has yet to hear of one of its events, or to answer it. */
  async hasNews(venId: string): Promise<boolean> {
    return (await this.#currentFor(venId, this.#vtn.clock.now())).some(isOpen);
  }

  /** Events that were pushed have arrived. */
  async arrived(venId: string, versions: EventVersions): Promise<void> {
    await this.#vtn.store.putOutcome(venId, versions, { arrived: true });
    this.#tellSent(venId, versions);
  }

  /**
   * Events that were pushed have not arrived; `isFinal` if they will not be pushed again. Resolves with the IDs of those
   * that the VEN has yet to hear of or to answer.
   */
  async undelivered(
    venId: string,
    versions: EventVersions,
    { error, isFinal }: { readonly error: string; readonly isFinal: boolean },
  ): Promise<readonly string[]> {
    const { store, clock } = this.#vtn;
    const now = clock.now();
    const open = versionsOf((await this.#currentFor(venId, now)).filter(isOpen).map(({ event }) => event));
    const missed = new Map([...versions].filter(([eventId, version]) => open.get(eventId) === version));
    await store.putOutcome(venId, missed, { error, ...(isFinal && { failedAt: now }) });
    return [...missed.keys()];
  }

  async #currentFor(venId: string, now: Date): Promise<readonly VenEvent[]> {
    return (await this.#vtn.store.eventsFor(venId, now)).filter((venEvent) => isCurrent(now, venEvent));
  }

  async #giveUpUnanswered(venId: string, current: readonly VenEvent[], now: Date): Promise<readonly VenEvent[]> {
    const { store, delivery } = this.#vtn;
    const given = current.filter((venEvent) => isSentInVain(venEvent, delivery.maxTries));
    if (given.length === 0) return current;
    const error = `not answered in ${delivery.maxTries} tries`;
    const versions = versionsOf(given.map(({ event }) => event));
    await store.putOutcome(venId, versions, { error, failedAt: now });
    const eventIds = [...versions.keys()];
    const message = "oadrDistributeEvent";
    this.#vtn.tell({ type: "deliveryFailed", venId, letterId: undefined, message, eventIds, error });
    return this.#currentFor(venId, now);
  }

  /** Keeps that events are sent, before they are, so that none is sent of which nobody knows. */
  async #send(
    venId: string,
    { events, now, travel }: { events: readonly OadrEvent[]; now: Date; travel: EventTravel },
  ): Promise<EventVersions> {
    const versions = versionsOf(events);
    await this.#vtn.store.putSent(venId, versions, { at: now, arrived: travel === "pull" });
    if (travel === "pull") this.#tellSent(venId, versions);
    return versions;
  }

  #tellSent(venId: string, versions: EventVersions): void {
    if (versions.size > 0) this.#vtn.tell({ type: "eventsSent", venId, eventIds: [...versions.keys()] });
    for (const [eventId, modificationNumber] of versions)
      this.#listeners.delivered({ eventId, venId, modificationNumber });
  }

  /** Events as they are now, as the VEN is to see them, in the order of rule 15. */
  async #eventsFor(venId: string, current: readonly VenEvent[], now: Date): Promise<readonly OadrEvent[]> {
    const enrolment = current.length === 0 ? undefined : await this.#vtn.store.enrolment(venId);
    const seen = current.map((record) => this.#sent.seenBy(venId, eventAt(now, record), enrolment));
    return orderEvents(withEqualCreation(seen), now);
  }

  #messageOf(events: readonly OadrEvent[], answered: string | undefined): Message<"oadrDistributeEvent"> {
    const { newId, vtnId } = this.#vtn;
    const response = answered === undefined ? {} : { response: success(answered) };
    return { name: "oadrDistributeEvent", payload: { ...response, requestId: newId(), vtnId, events } };
  }
}

function isSentInVain(venEvent: VenEvent, maxTries: number): boolean {
  const { event, delivery } = venEvent;
  if (delivery?.sent !== event.eventDescriptor.modificationNumber || !delivery.arrived) return false;
  return isAnswerDue(venEvent) && delivery.tries >= maxTries;
}

function versionsOf(events: readonly OadrEvent[]): EventVersions {
  return new Map(events.map(({ eventDescriptor: { eventId, modificationNumber } }) => [eventId, modificationNumber]));
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
