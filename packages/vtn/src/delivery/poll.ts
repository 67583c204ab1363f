import type { Message } from "@openleadr/protocol";
import { acknowledgement } from "../answers.ts";
import type { VenRequest, VtnContext } from "../context.ts";
import type { EventService } from "../event/event.ts";

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
    const { store, clock } = this.#vtn;
    for (;;) {
      const next = await store.takeNext(venId, clock.now());
      if (next === undefined) return acknowledgement("");
      const message = next.kind === "message" ? next.message : await this.#event.news(venId, next);
      if (message !== undefined) return message;
    }
  }
}
