import { detached } from "../xml/text.ts";

/**
 * The nonces seen of late. Those of two spans are kept, as a signature that is older than one span is refused for its age;
 * and those of one more, in case that the clock had jumped ahead and is set back.
 */
export class Nonces {
  readonly #spanMs: number;
  #spanEnd = -Infinity;
  #present = new Set<string>();
  #past = new Set<string>();
  #old = new Set<string>();

  /** `spanMs`: how long a signature may be accepted at the most, from its first to its last moment. */
  constructor(spanMs: number) {
    // The last moment belongs to it.
    this.#spanMs = spanMs + 1;
  }

  /** Remembers a nonce; whether it was not known before. */
  add(nonce: string, now: Date): boolean {
    this.#forget(now.getTime());
    if (this.#present.has(nonce) || this.#past.has(nonce) || this.#old.has(nonce)) return false;
    this.#present.add(detached(nonce));
    return true;
  }

  #forget(nowMs: number): void {
    // The clock was set back: with the end of that span far ahead, nothing would be forgotten for as long.
    if (nowMs < this.#spanEnd - this.#spanMs) this.#spanEnd = nowMs + this.#spanMs;
    if (nowMs < this.#spanEnd) return;
    this.#old = this.#past;
    this.#past = this.#present;
    this.#present = new Set();
    this.#spanEnd = nowMs + this.#spanMs;
  }
}
