import type { Logger } from "@openleadr/transport";
import type { EventAnswer } from "../store/event-store.ts";

/** An event was sent to a VEN, for the first time or again. */
export interface EventDelivery {
  readonly eventId: string;
  readonly venId: string;
  readonly modificationNumber: number;
}

/**
 * Who wants to hear of one event. They are called as long as this VTN runs, are not kept in the store, and nobody waits
 * for them: what they throw is logged.
 */
export interface EventListener {
  /** Called every time the event is sent to a VEN. */
  readonly onDelivered?: ((delivery: EventDelivery) => void | Promise<void>) | undefined;
  /** Called with every answer to the event once it is stored, the repeated ones too. */
  readonly onAnswered?: ((answer: EventAnswer) => void | Promise<void>) | undefined;
}

/** The listeners of all events, in memory only. */
export class EventListeners {
  readonly #logger: Logger;
  readonly #listeners = new Map<string, Set<EventListener>>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Adds a listener; what comes back removes it. */
  add(eventId: string, listener: EventListener): () => void {
    const listeners = this.#listeners.get(eventId) ?? new Set();
    this.#listeners.set(eventId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(eventId) === listeners) this.#listeners.delete(eventId);
    };
  }

  /** The next answer of a VEN; rejects with the signal's reason. Stop it when it is no longer wanted. */
  nextAnswer(
    eventId: string,
    venId: string,
    signal: AbortSignal | undefined,
  ): { readonly answer: Promise<EventAnswer>; stop(): void } {
    const stopping = new AbortController();
    const answer = new Promise<EventAnswer>((resolve, reject) => {
      const onAnswered = (answer: EventAnswer): void => {
        if (answer.venId === venId) resolve(answer);
      };
      const remove = this.add(eventId, { onAnswered });
      stopping.signal.addEventListener("abort", remove);
      signal?.addEventListener("abort", () => reject(signal.reason), { signal: stopping.signal });
    });
    // Nobody waits for it where an answer is there already.
    answer.catch(() => {});
    return { answer, stop: () => stopping.abort() };
  }

  delivered(delivery: EventDelivery): void {
    for (const { onDelivered } of this.#of(delivery)) void this.#call(onDelivered, delivery);
  }

  answered(answer: EventAnswer): void {
    for (const { onAnswered } of this.#of(answer)) void this.#call(onAnswered, answer);
  }

  /** A copy: a listener may add and remove others. */
  #of({ eventId }: { readonly eventId: string }): readonly EventListener[] {
    return [...(this.#listeners.get(eventId) ?? [])];
  }

  async #call<T extends EventDelivery | EventAnswer>(
    callback: ((news: T) => void | Promise<void>) | undefined,
    news: T,
  ): Promise<void> {
    try {
      await callback?.(news);
    } catch (error) {
      const { eventId, venId } = news;
      this.#logger.error({ error, eventId, venId }, "event listener failed");
    }
  }
}
