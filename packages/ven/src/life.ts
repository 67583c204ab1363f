import type { HttpTransport } from "@openleadr/transport";
import { unlessAborted } from "./async/unless-aborted.ts";
import type { PushEndpoint } from "./push/push-endpoint.ts";
import type { VenState } from "./registration/state.ts";
import { Session, type SessionParts } from "./session.ts";
import type { StoredVen } from "./store/ven-store.ts";
import { tell } from "./tell.ts";

/** What every session of a VEN is made of. */
export interface LifeParts extends Omit<SessionParts, "stored" | "entries" | "vtnHost" | "push"> {
  /** The way to the VTN, if it is ours to close. */
  readonly ownTransport: HttpTransport | undefined;
  readonly push: PushEndpoint | undefined;
  /** Called with each session, before it begins. */
  onBegin(): void;
}

/** The life of a VEN: one session after the other, each from a start to its end, until the VEN stops for good. */
export class Life {
  /** Resolves when the VEN has stopped; never rejects. */
  readonly stopped: Promise<void>;
  readonly #parts: LifeParts;
  #session: Session | undefined;
  #opening: Promise<StoredVen> | undefined;
  #cancelling: Promise<unknown> | undefined;
  #stop: Promise<void> | undefined;
  #haveStopped: () => void = () => {};

  constructor(parts: LifeParts) {
    this.#parts = parts;
    this.stopped = new Promise((resolve) => (this.#haveStopped = resolve));
  }

  /** The session that goes on, or the last one. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** Where the VEN is in its life. */
  get state(): VenState {
    if (this.#stop !== undefined) return { state: "stopped" };
    return this.#session?.state ?? { state: "unregistered" };
  }

  /** Begins a session unless one goes on, and resolves when it is ready. */
  async start(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    await this.#cancelling;
    const session = await this.#begin();
    const abort = (): void => session.abort(signal?.reason);
    if (signal?.aborted === true) abort();
    signal?.addEventListener("abort", abort, { once: true });
    try {
      await session.ready;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
    session.stopping.throwIfAborted();
  }

  /** Ends the life, for good; what is under way is finished unless the signal aborts. */
  async stop(signal: AbortSignal | undefined): Promise<void> {
    this.#stop ??= this.#end();
    const abort = (): void => this.#session?.abort(signal?.reason);
    if (signal?.aborted === true) abort();
    signal?.addEventListener("abort", abort, { once: true });
    try {
      await this.#stop;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Resolves when everything is in the store. Rejects unless a session goes on, and when it or the signal ends before. */
  async stored(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#session === undefined) throw new DOMException("the VEN has not been started", "AbortError");
    this.#session.stopping.throwIfAborted();
    await unlessAborted(this.#session.notebook.saved(), signal);
  }

  /** Ends the registration, and the session with it. */
  async cancelRegistration(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#stop !== undefined) throw stopReason();
    if (this.#session === undefined) return;
    const cancelling = this.#session.cancelRegistration(signal);
    // A start meanwhile begins anew afterwards, whatever becomes of this.
    this.#cancelling = Promise.allSettled([cancelling]);
    await unlessAborted(cancelling, signal);
  }

  /** The session that goes on, or a new one when the last one has ended. */
  async #begin(): Promise<Session> {
    while (this.#stop === undefined && this.#session?.stopping.aborted === true) {
      await this.#session.ended;
      if (this.#session.stopping.aborted) this.#session = undefined;
    }
    const { ownTransport, push } = this.#parts;
    const stored = await this.#openStore();
    const entries = await stored.read();
    await push?.start();
    if (this.#stop !== undefined) {
      await push?.stop();
      await stored.close();
      throw stopReason();
    }
    if (this.#session !== undefined) return this.#session;
    this.#session = new Session({ ...this.#parts, stored, entries, vtnHost: ownTransport?.url.hostname ?? "" });
    this.#parts.onBegin();
    this.#session.begin();
    return this.#session;
  }

  /** Opened with the first start, and kept until the stop. What fails may succeed with the next start. */
  async #openStore(): Promise<StoredVen> {
    const { ownTransport, options } = this.#parts;
    const { store, storeKey, venName } = options;
    const vtn = ownTransport?.url.href ?? "";
    const opening = (this.#opening ??= store.open({ vtn, ven: venName, ...storeKey }));
    try {
      return await opening;
    } catch (error) {
      if (this.#opening === opening) this.#opening = undefined;
      throw error;
    }
  }

  async #end(): Promise<void> {
    const { ownTransport, push, options } = this.#parts;
    this.#session?.stop(stopReason());
    await this.#session?.ended;
    await this.#cancelling;
    try {
      await push?.stop();
      await ownTransport?.close();
      const [opened] = await Promise.allSettled([this.#opening]);
      if (opened.status === "fulfilled") await opened.value?.close();
    } finally {
      tell({ type: "stopped" }, options);
      this.#haveStopped();
    }
  }
}

function stopReason(): Error {
  return new DOMException("the VEN was stopped", "AbortError");
}
