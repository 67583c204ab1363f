import { minutes, type Clock, type Duration } from "@openleadr/protocol";

/** What goes by the time of day is looked at anew after each minute, lest a clock that was set goes unnoticed. */
export const longestNap = minutes(1);

/** A sleep that can be cut short. */
export class Nap {
  readonly #clock: Clock;
  #isWoken = false;
  #end: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Resolves after `span` or when woken, at once if that was since the last sleep; rejects with the signal's reason when
   * it aborts.
   */
  async sleep(span: Duration, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const alarm = new AbortController();
    const end = (): void => alarm.abort();
    this.#end = end;
    signal.addEventListener("abort", end, { once: true });
    try {
      if (!this.#isWoken) await this.#clock.sleep(span, alarm.signal);
    } catch (error) {
      if (!alarm.signal.aborted) throw error;
    } finally {
      signal.removeEventListener("abort", end);
      this.#end = undefined;
      this.#isWoken = false;
    }
    signal.throwIfAborted();
  }

  wake(): void {
    this.#isWoken = true;
    this.#end?.();
  }
}
