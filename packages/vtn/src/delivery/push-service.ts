import { milliseconds } from "@openleadr/protocol";
import type { Letter } from "../store/mailbox-store.ts";
import type { ClientTlsOptions } from "@openleadr/transport";
import { Push, type PushShared } from "./push.ts";
import { Slots } from "./slots.ts";

/** One VEN that something is sent to, or will be. */
interface Lane {
  readonly push: Push;
  isWoken: boolean;
  /** Ends its sleep. */
  wake(): void;
}

interface Signals {
  /** Nothing new is begun. */
  readonly stopping: AbortSignal;
  /** What is under way ends. */
  readonly cutting: AbortSignal;
}

/**
 * Sends what waits for VENs that are pushed to: to each one letter at a time, in order, and to so many VENs at a time.
 *
 * A VEN takes up memory and connections only while there is something to send to it.
 */
export class PushService {
  readonly #shared: PushShared;
  readonly #slots: Slots;
  readonly #lanes = new Map<string, Lane>();
  readonly #underWay = new Set<Promise<void>>();
  #running: { readonly stopping: AbortController; readonly cutting: AbortController; unwatch(): void } | undefined;

  constructor(shared: PushShared) {
    this.#shared = shared;
    this.#slots = new Slots(shared.push.concurrency);
  }

  /** Begins, with what waits from before too. */
  async start(): Promise<void> {
    const { store } = this.#shared.vtn;
    const unwatch = store.watchMailboxes((venId) => this.#wake(venId));
    this.#running = { stopping: new AbortController(), cutting: new AbortController(), unwatch };
    for (const venId of await store.venIdsToPush()) this.#wake(venId);
  }

  /** Finishes the requests under way, or cuts them when `signal` aborts; what was not sent, waits in the store. */
  async stop(signal: AbortSignal | undefined): Promise<void> {
    if (this.#running === undefined) return;
    const { stopping, cutting, unwatch } = this.#running;
    this.#running = undefined;
    unwatch();
    stopping.abort();
    for (const lane of this.#lanes.values()) lane.wake();
    const cut = (): void => cutting.abort(signal?.reason);
    if (signal?.aborted === true) cut();
    signal?.addEventListener("abort", cut);
    await Promise.allSettled(this.#underWay);
    signal?.removeEventListener("abort", cut);
    await this.#shared.transports.closed();
  }

  /** Uses other certificates from the next request on. Throws `TypeError` for those that are of no use. */
  replaceTls(tls: ClientTlsOptions): void {
    this.#shared.transports.replaceTls(tls);
  }

  #wake(venId: string): void {
    const lane = this.#lanes.get(venId);
    if (lane !== undefined) {
      lane.isWoken = true;
      lane.wake();
      return;
    }
    if (this.#running === undefined) return;
    const { stopping, cutting } = this.#running;
    const work = this.#run(venId, stopping.signal, cutting.signal).finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  async #run(venId: string, stopping: AbortSignal, cutting: AbortSignal): Promise<void> {
    const lane: Lane = { push: new Push(this.#shared), isWoken: true, wake: () => {} };
    this.#lanes.set(venId, lane);
    try {
      while (lane.isWoken && !stopping.aborted) {
        lane.isWoken = false;
        await this.#sendAllOrRest(venId, lane, { stopping, cutting });
      }
    } finally {
      this.#lanes.delete(venId);
      this.#shared.transports.release(venId);
    }
  }

  /** A store that fails is given time to recover. */
  async #sendAllOrRest(venId: string, lane: Lane, signals: Signals): Promise<void> {
    try {
      await this.#sendAll(venId, lane, signals);
    } catch (error) {
      this.#shared.vtn.logger.error({ error, venId }, "push failed");
      await this.#sleep(this.#shared.push.maxBackOff, lane, signals.stopping);
      lane.isWoken = true;
    }
  }

  /** Sends until nothing waits, or nothing more can be sent. */
  async #sendAll(venId: string, lane: Lane, { stopping, cutting }: Signals): Promise<void> {
    const { store, clock } = this.#shared.vtn;
    while (!stopping.aborted) {
      const registration = await store.registration(venId);
      if (registration === undefined || registration.httpPullModel) return;
      const next = nextLetter(await store.letters(venId));
      if (next === undefined) return;
      const wait = (next.dueAt?.getTime() ?? 0) - clock.now().getTime();
      if (wait > 0) await this.#sleep(wait, lane, stopping);
      else
        await this.#slots.use(async () => {
          if (!stopping.aborted) await lane.push.push(next, registration, cutting);
        });
    }
  }

  /** Resolves after a while, or when something new waits, or the VTN stops. */
  async #sleep(wait: number, lane: Lane, stopping: AbortSignal): Promise<void> {
    if (lane.isWoken || stopping.aborted) {
      lane.isWoken = false;
      return;
    }
    const waking = new AbortController();
    lane.wake = () => waking.abort();
    try {
      await this.#shared.vtn.clock.sleep(milliseconds(wait), waking.signal);
    } catch (error) {
      if (!waking.signal.aborted) throw error;
    } finally {
      lane.wake = () => {};
      lane.isWoken = false;
    }
  }
}

/**
 * The letter that is due first. One that could not be delivered holds back those behind it, so that they arrive in order;
 * one that waits for its answer does not.
 */
function nextLetter(letters: readonly Letter[]): Letter | undefined {
  const waiting = letters.filter(({ state }) => state !== "failed");
  const queued = waiting.findIndex(({ state }) => state === "queued");
  const sendable = queued === -1 ? waiting : waiting.slice(0, queued + 1);
  return sendable.toSorted((one, other) => (one.dueAt?.getTime() ?? 0) - (other.dueAt?.getTime() ?? 0))[0];
}
