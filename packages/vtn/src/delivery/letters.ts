import {
  isOperationName,
  isSuccess,
  operations,
  requestIdOf,
  type EiResponse,
  type Message,
  type MessageName,
} from "@openleadr/protocol";
import type { VtnContext } from "../context.ts";
import type { EventDistribution } from "../event/event-distribution.ts";
import type { Letter } from "../store/mailbox-store.ts";
import { answerSpan } from "./delivery-options.ts";

/** What happens to letters once they are out, whether VENs pull or are pushed to. */
export class Letters {
  readonly #vtn: VtnContext;
  readonly #distribution: EventDistribution;

  constructor(vtn: VtnContext, distribution: EventDistribution) {
    this.#vtn = vtn;
    this.#distribution = distribution;
  }

  /** A letter that is out for the `tries`-th time, and waits for its answer until it is due again. */
  sent(letter: Letter, tries: number): Letter {
    const { clock, delivery } = this.#vtn;
    const now = clock.now();
    const { error: _, ...rest } = letter;
    const dueAt = new Date(now.getTime() + answerSpan(tries, delivery));
    return { ...rest, state: "sent", tries, triedAt: now, dueAt };
  }

  /** Whether a message was sent as often as it may be, and was not answered; word of events counts per event. */
  isSentInVain({ entry, state, tries }: Letter): boolean {
    return entry.kind === "message" && state === "sent" && tries >= this.#vtn.delivery.maxTries;
  }

  async giveUpUnanswered(letter: Letter): Promise<void> {
    await this.giveUp(letter, { error: `not answered in ${letter.tries} tries` });
  }

  /** Makes a dead letter. */
  async giveUp(
    letter: Letter,
    { error, eventIds = [] }: { readonly error: string; readonly eventIds?: readonly string[] },
  ): Promise<void> {
    const { dueAt: _, ...rest } = letter;
    if ((await this.#vtn.store.putLetter({ ...rest, state: "failed", error })) === undefined) return;
    const { venId, letterId } = letter;
    this.#vtn.tell({ type: "deliveryFailed", venId, letterId, message: nameOf(letter), eventIds, error });
  }

  /** Takes a letter out that its VEN has acknowledged. */
  async acknowledge(letter: Letter): Promise<void> {
    if (!(await this.#vtn.store.removeLetter(letter))) return;
    const { venId, letterId } = letter;
    this.#vtn.tell({ type: "delivered", venId, letterId, message: nameOf(letter) });
  }

  /** Takes out what a message of a VEN answers, once that message has been dealt with. */
  async settle(venId: string, message: Message): Promise<void> {
    if (message.name === "oadrCreatedEvent") return this.settleEvents(venId);
    if (message.name === "oadrCreatePartyRegistration") return this.#settleReregistration(venId);
    if (!("response" in message.payload) || message.payload.response === undefined) return;
    const { response } = message.payload;
    const letter = letterAnswered(await this.#vtn.store.letters(venId), message.name, response);
    if (letter === undefined) return;
    if (message.name !== "oadrResponse" || isSuccess(response.responseCode)) return this.acknowledge(letter);
    const { responseCode, responseDescription = "no reason given" } = response;
    return this.giveUp(letter, { error: `refused with ${responseCode}: ${responseDescription}` });
  }

  /** Takes out the word of events that is out, unless an answer is missing. */
  async settleEvents(venId: string): Promise<void> {
    const { store } = this.#vtn;
    const word = (await store.letters(venId)).find(({ entry, state }) => entry.kind === "events" && state === "sent");
    if (word !== undefined && !(await this.#distribution.hasNews(venId))) await store.removeLetter(word);
  }

  /** A VEN that registers again has done what it was asked for (rule 401). */
  async #settleReregistration(venId: string): Promise<void> {
    for (const letter of await this.#vtn.store.letters(venId))
      if (nameOf(letter) === "oadrRequestReregistration") await this.acknowledge(letter);
  }
}

/** The name of the message that a letter becomes. */
export function nameOf({ entry }: Letter): MessageName {
  return entry.kind === "events" ? "oadrDistributeEvent" : entry.message.name;
}

/**
 * The letter that a message answers: the one of its requestID; or else, where one of the two has none, the first that is
 * out and to which it is a possible answer.
 */
function letterAnswered(letters: readonly Letter[], name: MessageName, response: EiResponse): Letter | undefined {
  const { requestId, responseCode } = response;
  const isRefusal = name === "oadrResponse" && !isSuccess(responseCode);
  const fitting = letters.filter((letter) => isRefusal || isAnswerTo(letter, name));
  const sameId = fitting.find((letter) => requestId !== "" && requestIdOfLetter(letter) === requestId);
  return (
    sameId ??
    fitting.find(
      (letter) =>
        letter.state === "sent" && isAnswerTo(letter, name) && (requestId === "" || requestIdOfLetter(letter) === ""),
    )
  );
}

function isAnswerTo({ entry }: Letter, name: MessageName): boolean {
  if (entry.kind === "events" || !isOperationName(entry.message.name)) return false;
  const answers: readonly string[] = operations[entry.message.name].answers;
  return answers.includes(name);
}

function requestIdOfLetter({ entry }: Letter): string | undefined {
  return entry.kind === "events" ? undefined : requestIdOf(entry.message);
}
