import { detached } from "../xml/text.ts";

/**
 * The nonces seen of late. Those of two spans are kept, and no longer: a signature that is older than one span is
 * refused for its age.
 */
export class Nonces {
  readonly #spanMs: number;
  #spanEnd = -Infinity;
  #present = new Set<string>();
  #past = new Set<string>();

  /** `spanMs`: how long a signature may be accepted at the most, from its first to its last moment. */
  constructor(spanMs: number) {
    // The last moment belongs to it.
    this.#spanMs = spanMs + 1;
  }

  /** Remembers a nonce; whether it was not known before. */
  add(nonce: string, now: Date): boolean {
    this.#forget(now.getTime());
    if (this.#present.has(nonce) || this.#past.has(nonce)) return false;
    this.#present.add(detached(nonce));
    return true;
  }

  #forget(nowMs: number): void {
    if (nowMs < this.#spanEnd) return;
    this.#past = nowMs < this.#spanEnd + this.#spanMs ? this.#present : new Set();
    this.#present = new Set();
    this.#spanEnd = nowMs + this.#spanMs;
  }
}
