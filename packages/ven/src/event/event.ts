import type { EventResponse, OadrDistributeEvent, OadrEvent, Opt } from "@openleadr/protocol";
import type { VenContext } from "../context.ts";
import { faultOf } from "./event-fault.ts";
import { errorOf } from "../async/failure.ts";

/** The answer to one version of an event. */
interface Answer {
  readonly responseCode: number;
  readonly responseDescription?: string;
  readonly optType: Opt;
}

interface HeldEvent {
  readonly event: OadrEvent;
  readonly answer: Answer;
}

/**
 * The VEN's events: asks for them, holds them, and answers them.
 *
 * @see OpenADR 2.0b, §8.1, rules 12, 19, 21, 35, 36, 42, 48, 56–62
 */
export class Events {
  readonly #context: VenContext;
  readonly #held = new Map<string, HeldEvent>();

  constructor(context: VenContext) {
    this.#context = context;
  }

  /** The events that were taken and have not been called off, in the order they first came. */
  get held(): OadrEvent[] {
    return [...this.#held.values()].map(({ event }) => event);
  }

  /** Asks the VTN for all events, and receives them. */
  async request(): Promise<void> {
    const { venId } = this.#context.registration();
    const requestId = this.#context.options.newId();
    const outcome = await this.#context.request("oadrRequestEvent", { requestId, venId });
    if (outcome.isTaken && outcome.answer !== undefined) await this.receive(outcome.answer.payload);
  }

  /** Takes what is new, drops what is gone, and answers; whether anything was new or gone. */
  async receive({ requestId, vtnId, events }: OadrDistributeEvent): Promise<boolean> {
    const registration = this.#context.registration();
    if (vtnId !== registration.vtnId) {
      await this.#refuse(requestId, `expected vtnID ${registration.vtnId}, got ${JSON.stringify(vtnId)}`);
      return false;
    }
    const responses: EventResponse[] = [];
    let isNews = false;
    for (const event of events) {
      const { eventId, modificationNumber } = event.eventDescriptor;
      isNews = !this.#isKnown(event) || isNews;
      const answer = await this.#decide(event);
      if (event.responseRequired === "always") responses.push({ ...answer, requestId, eventId, modificationNumber });
    }
    const missing = await this.#dropMissing(events);
    await this.#answer(responses);
    return isNews || missing;
  }

  /** Drops all events, as the VEN no longer belongs to the VTN they came from. */
  async clear(): Promise<void> {
    await this.#dropMissing([]);
  }

  #isKnown({ eventDescriptor }: OadrEvent): boolean {
    const held = this.#held.get(eventDescriptor.eventId)?.event.eventDescriptor;
    if (held === undefined) return eventDescriptor.eventStatus === "cancelled";
    return eventDescriptor.eventStatus !== "cancelled" && eventDescriptor.modificationNumber <= held.modificationNumber;
  }

  /** The decision table of rules 48 and 56 to 60. */
  async #decide(event: OadrEvent): Promise<Answer> {
    const { eventId, modificationNumber, eventStatus } = event.eventDescriptor;
    const held = this.#held.get(eventId);
    const stored = held?.event.eventDescriptor.modificationNumber ?? -1;
    if (modificationNumber < stored) {
      const responseDescription = `expected modificationNumber ${stored} or more, got ${modificationNumber}`;
      return { responseCode: 450, responseDescription, optType: "optOut" };
    }
    if (eventStatus === "cancelled") return held === undefined ? optIn : this.#cancel(held.event, false);
    if (held !== undefined && modificationNumber === stored) {
      // Its status and current value may have changed without making it another version (rule 5).
      this.#held.set(eventId, { event, answer: held.answer });
      return held.answer;
    }
    this.#context.tell({ type: "eventReceived", eventId, modificationNumber, eventStatus });
    return this.#take(event, held);
  }

  async #take(event: OadrEvent, held: HeldEvent | undefined): Promise<Answer> {
    const { eventId } = event.eventDescriptor;
    const { options } = this.#context;
    const now = options.clock.now();
    const fault = faultOf(event, { ...this.#context.registration(), now });
    if (fault !== undefined) {
      options.logger.warn({ eventId, ...fault }, "event refused");
      return { ...fault, optType: "optOut" };
    }
    const isTooLate = held === undefined && isOver(event, now);
    const answer: Answer = isTooLate ? optOut : { responseCode: 200, optType: await this.#ask(event) };
    this.#held.set(eventId, { event, answer });
    options.logger.info({ eventId, optType: answer.optType }, isTooLate ? "event was over already" : "event taken");
    return answer;
  }

  async #ask(event: OadrEvent): Promise<Opt> {
    const { onEvent } = this.#context.options;
    if (onEvent === undefined) return "optOut";
    try {
      const optType = await this.#context.ask((handler) => onEvent(event, handler));
      if (optType !== "optIn" && optType !== "optOut")
        throw new TypeError(`onEvent: expected optIn | optOut, got ${JSON.stringify(optType)}`);
      return optType;
    } catch (error) {
      // A handler that gave up as the VEN stops has not decided; the VTN will send the event again.
      this.#context.stopping.throwIfAborted();
      this.#handlerFailed("onEvent", event, error);
      return "optOut";
    }
  }

  /** The answer confirms the cancellation, or tells that what was begun cannot be cancelled (rule 36). */
  async #cancel(event: OadrEvent, implied: boolean): Promise<Answer> {
    const { onEventCancelled } = this.#context.options;
    const { eventId } = event.eventDescriptor;
    this.#held.delete(eventId);
    this.#context.tell({ type: "eventCancelled", eventId, implied });
    try {
      if (onEventCancelled !== undefined) await this.#context.ask((handler) => onEventCancelled(event, handler));
      return optIn;
    } catch (error) {
      this.#handlerFailed("onEventCancelled", event, error);
      return optOut;
    }
  }

  /** Rule 61: what the VTN no longer sends is called off, unless it was over anyway. */
  async #dropMissing(events: readonly OadrEvent[]): Promise<boolean> {
    const sent = new Set(events.map(({ eventDescriptor }) => eventDescriptor.eventId));
    const missing = this.held.filter(({ eventDescriptor }) => !sent.has(eventDescriptor.eventId));
    for (const event of missing) {
      if (isOver(event, this.#context.options.clock.now())) this.#held.delete(event.eventDescriptor.eventId);
      else await this.#cancel(event, true);
    }
    return missing.length > 0;
  }

  /** One message for all (rule 12), with an empty requestID outside and that of the events inside (rule 42). */
  async #answer(eventResponses: readonly EventResponse[]): Promise<void> {
    if (eventResponses.length === 0) return;
    const { venId } = this.#context.registration();
    const response = { responseCode: 200, requestId: "" };
    const outcome = await this.#context.request("oadrCreatedEvent", { response, eventResponses, venId });
    if (!outcome.isTaken) return;
    for (const { eventId, optType, responseCode } of eventResponses)
      this.#context.tell({ type: "eventAnswered", eventId, optType, responseCode });
  }

  async #refuse(requestId: string, responseDescription: string): Promise<void> {
    const { venId } = this.#context.registration();
    this.#context.options.logger.warn({ reason: responseDescription }, "events refused");
    const response = { responseCode: 452, responseDescription, requestId };
    await this.#context.request("oadrCreatedEvent", { response, venId });
  }

  #handlerFailed(handler: "onEvent" | "onEventCancelled", event: OadrEvent, error: unknown): void {
    const { eventId } = event.eventDescriptor;
    this.#context.options.logger.error({ handler, eventId, error }, "handler failed");
    this.#context.tell({ type: "handlerFailed", handler, error: errorOf(error) });
  }
}

const optIn: Answer = { responseCode: 200, optType: "optIn" };
const optOut: Answer = { responseCode: 200, optType: "optOut" };

/** Whether an event has ended, wherever in the start-after span it began (rule 66); open-ended ones never do. */
function isOver({ activePeriod: { dtstart, duration, startAfter } }: OadrEvent, now: Date): boolean {
  return duration > 0 && dtstart.getTime() + duration + (startAfter ?? 0) <= now.getTime();
}
