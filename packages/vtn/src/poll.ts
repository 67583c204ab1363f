import type { Message } from "@openleadr/protocol";
import { acknowledgement } from "./answers.ts";
import type { VenRequest, VtnContext } from "./context.ts";
import type { EventService } from "./event.ts";

/**
 * OadrPoll: hands out what waits for a VEN, one message a poll.
 *
 * @see OpenADR 2.0b, §8.6, rules 500–502
 */
export class PollService {
  readonly #vtn: VtnContext;
  readonly #event: EventService;

  constructor(vtn: VtnContext, event: EventService) {
    this.#vtn = vtn;
    this.#event = event;
  }

  async poll({ venId }: VenRequest): Promise<Message> {
    const next = await this.#vtn.store.takeNext(venId);
    if (next === undefined) return acknowledgement("");
    return next.kind === "events" ? this.#event.distribute(venId, "") : next.message;
  }
}
