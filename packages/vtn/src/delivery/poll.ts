import { ComplianceError, operations, type AnswerName, type Message } from "@openleadr/protocol";
import { nothingWaits } from "../answers.ts";
import type { VenRequest, VtnContext } from "../context.ts";
import type { EventDistribution } from "../event/event-distribution.ts";
import type { Letter } from "../store/mailbox-store.ts";
import type { Registration } from "../store/registration-store.ts";
import type { Letters } from "./letters.ts";

/** A message that may answer oadrPoll. */
export type PolledMessage = Message<AnswerName<"oadrPoll">>;

/**
 * OadrPoll: hands out what waits for a VEN, one message a poll, and again what was not answered.
 *
 * A VEN may answer a message before its next poll, after it, or after several (the three patterns of Annex C): what is out
 * never holds back what waits.
 *
 * @see OpenADR 2.0b, §8.6, Annex C, rules 500–502
 */
export class PollService {
  readonly #vtn: VtnContext;
  readonly #letters: Letters;
  readonly #distribution: EventDistribution;

  constructor(vtn: VtnContext, letters: Letters, distribution: EventDistribution) {
    this.#vtn = vtn;
    this.#letters = letters;
    this.#distribution = distribution;
  }

  async poll(request: VenRequest, { httpPullModel }: Pick<Registration, "httpPullModel">): Promise<Message> {
    const { store, clock, onPoll } = this.#vtn;
    if (!httpPullModel) throw new ComplianceError("rule 51: a VEN that is pushed to does not poll");
    for (;;) {
      const letter = await store.nextDue(request.venId, clock.now());
      if (letter === undefined) return onPoll === undefined ? nothingWaits : this.#askApplication(request);
      const message = await this.#handOut(letter);
      if (message !== undefined) return message;
    }
  }

  /** What a letter becomes; undefined if it becomes nothing, or another poll has just got it. */
  async #handOut(letter: Letter): Promise<Message | undefined> {
    if (this.#letters.isSentInVain(letter)) {
      await this.#letters.giveUpUnanswered(letter);
      return undefined;
    }
    const sent = await this.#vtn.store.putLetter(this.#letters.sent(letter, letter.tries + 1));
    if (sent === undefined) return undefined;
    return sent.entry.kind === "message" ? sent.entry.message : this.#news(sent);
  }

  async #news(sent: Letter): Promise<Message | undefined> {
    const { store } = this.#vtn;
    if (sent.entry.kind !== "events") return undefined;
    const news = await this.#distribution.news(sent.venId, sent.entry, "pull");
    if (news?.isAnswerDue !== true) await store.removeLetter(sent);
    // When it comes again, there must be a reason then.
    else if (sent.entry.withdrawn || sent.entry.again) await store.putLetter({ ...sent, entry: { kind: "events" } });
    return news?.message;
  }

  async #askApplication(request: VenRequest): Promise<Message> {
    const message = await this.#vtn.onPoll?.(request.venId, request);
    const answers: readonly string[] = operations.oadrPoll.answers;
    if (message !== undefined && !answers.includes(message.name))
      throw new TypeError(`onPoll: expected ${answers.join(" | ")}, got ${message.name}`);
    return message ?? nothingWaits;
  }
}
