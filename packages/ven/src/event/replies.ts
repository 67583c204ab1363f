import type { EventResponse } from "@openleadr/protocol";
import { turns } from "../async/turns.ts";
import type { VenContext } from "../context.ts";
import type { Answer } from "./record.ts";
import type { EventRecords } from "./records.ts";

/** An answer that is to be sent. */
export interface Reply {
  readonly eventId: string;
  readonly modificationNumber: number;
  /** That of the oadrDistributeEvent that brought the event. */
  readonly requestId: string;
  readonly answer: Answer;
}

/** Sends a VEN's answers, in order, so that the VTN ends up with the last one. */
export class Replies {
  readonly #context: VenContext;
  readonly #records: EventRecords;
  readonly #takeTurn = turns();

  constructor(context: VenContext, records: EventRecords) {
    this.#context = context;
    this.#records = records;
  }

  /**
   * Sends one message for all (rule 12), with an empty requestID outside and that of the events inside (rule 42), until
   * the VTN takes or refuses it; whether it took it.
   */
  async send(replies: readonly Reply[]): Promise<boolean> {
    if (replies.length === 0) return true;
    return this.#takeTurn(async () => {
      const { venId } = this.#context.registration();
      const eventResponses = replies.map((reply) => this.#responseOf(reply));
      const response = { responseCode: 200, requestId: "" };
      const outcome = await this.#context.request("oadrCreatedEvent", { response, eventResponses, venId });
      if (!outcome.isTaken) return false;
      for (const { eventId, optType, responseCode } of eventResponses)
        this.#context.tell({ type: "eventAnswered", eventId, optType, responseCode });
      return true;
    });
  }

  /** As it is by now: somebody may have changed the answer while others were sent. */
  #responseOf({ eventId, modificationNumber, requestId, answer }: Reply): EventResponse {
    const current = this.#records.get(eventId)?.record;
    const isThisVersion =
      current?.event.eventDescriptor.modificationNumber === modificationNumber && current.stopsAt === undefined;
    const { responseCode, responseDescription, optType } = isThisVersion ? current.answer : answer;
    return {
      responseCode,
      ...(responseDescription !== undefined && { responseDescription }),
      requestId,
      eventId,
      modificationNumber,
      optType,
    };
  }
}
