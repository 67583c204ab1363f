import { NotRegisteredOrAuthorizedError, type Message } from "@openleadr/protocol";
import { RefusedRequestError } from "@openleadr/transport";
import type { Incoming } from "../incoming/inbox.ts";

/** A message that the VTN pushed, and waits for the answer to. */
export interface PushedMessage {
  readonly message: Incoming;
  /** Answers it, once: with a message, or with nothing. */
  answer(message: Message | undefined): void;
  /** Refuses it, unless it has been answered. */
  refuse(error: unknown): void;
}

/** What the VTN has pushed and the VEN has yet to deal with, one after the other. */
export class PushedMessages {
  readonly #waiting: PushedMessage[] = [];
  #closed: Error | undefined = new NotRegisteredOrAuthorizedError("the VEN is not registered");
  #onArrival: () => void = () => {};

  /** From now on messages are taken: those that come before the VEN is ready for them wait. */
  open(): void {
    this.#closed = undefined;
  }

  /** From now on messages are refused, and so are those that wait. */
  close(reason: Error): void {
    this.#closed = reason;
    for (const pushed of this.#waiting.splice(0)) pushed.refuse(reason);
  }

  /** Calls `listener` whenever there is something new, instead of whom it called before. */
  onArrival(listener: () => void): void {
    this.#onArrival = listener;
  }

  /** Resolves with the VEN's answer. Rejects while it heeds no VTN, not being registered (rule 405), or stops. */
  async push(message: Incoming): Promise<Message | undefined> {
    if (this.#closed !== undefined) throw this.#closed;
    if (this.#waiting.length >= mostWaiting) throw new RefusedRequestError(503, "too many messages wait already");
    const answer = new Promise<Message | undefined>((resolve, reject) => {
      this.#waiting.push({ message, answer: resolve, refuse: reject });
    });
    this.#onArrival();
    return answer;
  }

  next(): PushedMessage | undefined {
    return this.#waiting.shift();
  }
}

/** A VTN sends one at a time; whoever sends more than this is none, or has gone wild. */
const mostWaiting = 100;
