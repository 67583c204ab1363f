import { askHandler } from "../ask-handler.ts";
import type { VenContext } from "../context.ts";
import type { HandlerContext } from "../handler-context.ts";
import { answerOf, optIn, optOut } from "./answer.ts";
import { handlerFailed } from "./handler-failed.ts";
import type { EventAnswer } from "./handlers.ts";
import { factsOf } from "./plan.ts";
import type { Answer, EventRecord } from "./record.ts";
import type { EventRecords } from "./records.ts";

/** An event as it would be taken. */
type Asked = Pick<EventRecord, "event" | "startOffset">;

interface Question {
  readonly handler: "onEvent" | "onEventChanged";
  readonly call: (context: HandlerContext) => EventAnswer | Promise<EventAnswer>;
}

/**
 * What the application is asked about events. A handler that gives up as the VEN stops has not decided, and the question
 * rejects.
 *
 * @see OpenADR 2.0b, rules 12, 36
 */
export class Questions {
  readonly #context: VenContext;
  readonly #records: EventRecords;

  constructor(context: VenContext, records: EventRecords) {
    this.#context = context;
    this.#records = records;
  }

  /** The answer to an event that is new or, beside what is held of it, changed. */
  async ask(asked: Asked, held: EventRecord | undefined): Promise<Answer> {
    const question = this.#question(asked, held);
    if (held?.answer.isOverride === true && question?.handler !== "onEventChanged") return held.answer;
    if (question === undefined) return optOut;
    const { handler, call } = question;
    try {
      return answerOf(await askHandler(this.#context, call));
    } catch (error) {
      // The VTN will send the event again.
      this.#context.stopping.throwIfAborted();
      handlerFailed(this.#context, { handler, event: asked.event, error });
      return optOut;
    }
  }

  /** Rule 36: the cancellation is confirmed, unless the application says that what was begun cannot be called off. */
  async askCancelled({ event }: EventRecord): Promise<Answer> {
    const { onEventCancelled } = this.#context.options;
    const plan = this.#records.get(event.eventDescriptor.eventId)?.whole;
    if (onEventCancelled === undefined || plan === undefined) return optIn;
    try {
      const facts = factsOf(plan);
      const given = await askHandler(this.#context, (context) => onEventCancelled(event, { ...facts, ...context }));
      return given === undefined ? optIn : answerOf(given);
    } catch (error) {
      // It is asked again when the VEN goes on.
      if (this.#context.isRegistered()) this.#context.stopping.throwIfAborted();
      handlerFailed(this.#context, { handler: "onEventCancelled", event, error });
      return optIn;
    }
  }

  /** Who is asked about an event, new or changed. */
  #question(asked: Asked, held: EventRecord | undefined): Question | undefined {
    const { onEvent, onEventChanged } = this.#context.options;
    const { event } = asked;
    const facts = factsOf(this.#records.planOf(asked));
    if (held !== undefined && onEventChanged !== undefined) {
      const before = { previous: held.event, previousOptType: held.answer.optType };
      return {
        handler: "onEventChanged",
        call: (context) => onEventChanged(event, { ...facts, ...before, ...context }),
      };
    }
    return onEvent && { handler: "onEvent", call: (context) => onEvent(event, { ...facts, ...context }) };
  }
}
