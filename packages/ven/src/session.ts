import { setMaxListeners } from "node:events";
import { isDeepStrictEqual } from "node:util";
import {
  milliseconds,
  NotRegisteredOrAuthorizedError,
  type Duration,
  type OperationName,
  type Payload,
} from "@openleadr/protocol";
import { backOff, RefusedRequestError, type MessageClient, type Transport } from "@openleadr/transport";
import { callsTo } from "./call.ts";
import type { Outcome, VenContext } from "./context.ts";
import type { ClockSkew } from "./event/clock-skew.ts";
import { Events } from "./event/event.ts";
import { errorOf } from "./async/failure.ts";
import type { HandlerContext, ResolvedVenOptions } from "./options.ts";
import { Inbox } from "./incoming/inbox.ts";
import { Poller } from "./poll/poll.ts";
import type { PushedMessages } from "./push/pushed-messages.ts";
import type { Certificates } from "./certificates.ts";
import { PushReceiver } from "./push/push-receiver.ts";
import { cancelPartyRegistration, register, registerAgain } from "./registration/registration.ts";
import { Opts } from "./opt/opt.ts";
import { request } from "./request.ts";
import type { ReportOffers } from "./report/report-offer.ts";
import { Reports } from "./report/report.ts";
import { registrationEntry, type Announced, type KeptRegistration } from "./registration/registration-entry.ts";
import type { Registration, VenState } from "./registration/state.ts";
import type { VenStatus } from "./status.ts";
import { Notebook } from "./store/notebook.ts";
import type { StoredEntry, StoredVen } from "./store/ven-store.ts";
import { tell } from "./tell.ts";
import { Tasks } from "./async/tasks.ts";
import { unlessAborted } from "./async/unless-aborted.ts";
import { VtnReports } from "./vtn-report/vtn-report.ts";

/** What a session is made of. */
export interface SessionParts {
  readonly options: ResolvedVenOptions;
  readonly transport: Transport;
  /** The VTN's host; empty for a transport of one's own. */
  readonly vtnHost: string;
  readonly offers: ReportOffers;
  readonly clockSkew: ClockSkew;
  /** Where the state is kept, and what is there. */
  readonly stored: StoredVen;
  readonly entries: readonly StoredEntry[];
  readonly certificates: Certificates;
  /** What the VTN pushes, and where to; undefined for a VEN that polls. */
  readonly push: { readonly address: string; readonly messages: PushedMessages } | undefined;
}

/**
 * One life of a VEN, from a start to its end: registers, gets going, polls, and begins again whenever the registration
 * is lost.
 *
 * @see OpenADR 2.0b, §8.4, rules 401, 405–407
 */
export class Session implements VenContext {
  readonly options: ResolvedVenOptions;
  readonly events: Events;
  readonly reports: Reports;
  readonly vtnReports: VtnReports;
  readonly opts: Opts;
  /** Resolves when registered and going, or when the session has ended before. */
  readonly ready: Promise<void>;
  /** Resolves when the session has ended. */
  readonly ended: Promise<void>;
  readonly call: MessageClient;
  readonly transportAddress: string | undefined;
  readonly notebook: Notebook;

  readonly #stopping = new AbortController();
  readonly #aborting = new AbortController();
  readonly #tasks: Tasks;
  readonly #pushed: PushedMessages | undefined;
  readonly #exchange: Poller | PushReceiver;
  #state: VenState = { state: "unregistered" };
  #kept: KeptRegistration | undefined;
  readonly #certificates: Certificates;
  #haveEnded: () => void = () => {};
  #becomeReady: () => void = () => {};
  #relapses: Iterator<Duration> | undefined;

  /** Throws `VenStoreError` for entries that cannot be read. */
  constructor(parts: SessionParts) {
    const { options, offers, clockSkew, push, stored, entries, certificates } = parts;
    this.options = options;
    this.notebook = new Notebook(this, stored, entries);
    this.#kept = this.notebook.take(registrationEntry).get("");
    this.call = callsTo({
      ...parts,
      aborting: this.#aborting.signal,
      tell: (status) => this.tell(status),
      // A poll settles it, if the VEN believes that it is registered.
      onUnknown: () => {
        if (this.isRegistered()) this.wake("poll");
      },
    });
    this.#tasks = new Tasks((error) => options.logger.error({ error }, "task failed"));
    this.opts = new Opts(this, {
      get: (id) => this.events.held.find(({ eventDescriptor }) => eventDescriptor.eventId === id),
      onOpt: (id) => this.events.optsChanged(id),
    });
    this.events = new Events(this, { clockSkew, opts: this.opts });
    this.reports = new Reports(this, offers);
    this.vtnReports = new VtnReports(this);
    const { events, reports, vtnReports } = this;
    const inbox = new Inbox(this, { events, reports, vtnReports, registerAgain: () => this.registerAgain() });
    const onHeard = (): void => void (this.#relapses = undefined);
    this.transportAddress = push?.address;
    this.#pushed = push?.messages;
    this.#exchange =
      push === undefined
        ? new Poller(this, { inbox, events, reports, onPolled: onHeard })
        : new PushReceiver(this, { inbox, events, reports, pushed: push.messages, onHeard });
    this.ready = new Promise((resolve) => (this.#becomeReady = resolve));
    this.ended = new Promise((resolve) => (this.#haveEnded = resolve));
    this.#certificates = certificates;
    // Each handler and request under way listens to them.
    setMaxListeners(0, this.#stopping.signal, this.#aborting.signal);
  }

  /** Begins the life, of which handlers and listeners hear at once. */
  begin(): void {
    // `ended` tells of its end.
    void this.#live();
    this.run(() => this.#certificates.watch(this));
  }

  get state(): VenState {
    return this.#state;
  }

  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Finishes what is under way and begins nothing new. */
  stop(reason: Error): void {
    this.#stopping.abort(reason);
  }

  /** Ends everything at once. */
  abort(reason: unknown): void {
    this.#stopping.abort(reason);
    this.#aborting.abort(reason);
  }

  /** Ends the registration and the session. Rejects, and goes on, if the VTN cannot be reached or says no. */
  async cancelRegistration(signal?: AbortSignal): Promise<void> {
    if (this.#state.state === "registered") await this.#cancel(this.#state, signal);
    this.stop(cancelled());
    await this.ended;
    // An answer to a registration may still have been under way.
    if (this.#state.state === "registered") await this.#cancel(this.#state, signal);
    this.opts.clear();
    await this.events.clear();
    await this.notebook.saved();
  }

  registration(): Registration {
    if (this.#state.state !== "registered") throw new NotRegisteredOrAuthorizedError("the VEN is not registered");
    return this.#state;
  }

  get lastVenId(): string | undefined {
    return this.#kept?.registration.venId;
  }

  isRegistered(): boolean {
    return this.#state.state === "registered";
  }

  request<Name extends OperationName>(name: Name, payload: Payload<Name>): Promise<Outcome<Name>> {
    return request(this, name, payload);
  }

  async ask<T>(handler: (context: HandlerContext) => T | Promise<T>, signal: AbortSignal = this.stopping): Promise<T> {
    // A stop waits for the answer of a handler; what is wanted no longer is not waited for.
    const limit = signal === this.stopping ? this.#aborting.signal : signal;
    return unlessAborted(Promise.resolve(handler({ signal })), limit);
  }

  tell(status: VenStatus): void {
    tell(status, this.options);
  }

  run(work: () => Promise<void>): void {
    this.#tasks.run(work);
  }

  /** Does what the application asks for; the end of the life waits for it. Rejects once the life is to end. */
  async serve<T>(work: () => Promise<T>): Promise<T> {
    this.stopping.throwIfAborted();
    return this.#tasks.own(work);
  }

  isEnd(error: unknown): boolean {
    if (error instanceof NotRegisteredOrAuthorizedError || this.#aborting.signal.aborted) return true;
    return this.stopping.aborted && error === this.stopping.reason;
  }

  wake(reason: "poll" | "reports"): void {
    this.#exchange.wake(reason);
  }

  async #live(): Promise<void> {
    try {
      await this.#persist();
    } finally {
      this.#pushed?.close(new RefusedRequestError(503, "the VEN does not run"));
      await this.#tasks.settled();
      this.reports.close();
      await this.#saveTheRest();
      this.#becomeReady();
      this.#haveEnded();
    }
  }

  /** Lives until it is to end. A fault of ours ends what the VEN was at, and it begins anew. */
  async #persist(): Promise<void> {
    const { maxRetryInterval, random, clock, logger } = this.options;
    for (const retryIn of backOff({ max: maxRetryInterval, random })) {
      try {
        await this.#registerForEver();
      } catch (error) {
        if (this.stopping.aborted) return;
        logger.error({ error, retryIn }, "VEN failed");
        this.tell({ type: "failed", error: errorOf(error), retryIn });
      }
      await clock.sleep(retryIn, this.stopping).catch(() => {});
    }
  }

  async #saveTheRest(): Promise<void> {
    try {
      await this.notebook.saved();
    } catch (error) {
      this.options.logger.error({ error }, "state not stored at the end");
    }
  }

  async #registerForEver(): Promise<void> {
    await this.events.resume();
    for (let isResumed = this.#resume(); ; isResumed = false) {
      this.stopping.throwIfAborted();
      this.#pushed?.open();
      if (!isResumed) {
        this.#endReports();
        this.#state = { state: "registering" };
        await this.#registered(await register(this), "begun");
      }
      const pause = await this.#untilUnregistered();
      this.#state = { state: "registering" };
      await this.options.clock.sleep(pause, this.stopping);
    }
  }

  /** The life of one registration; how long to wait until the next. */
  async #untilUnregistered(): Promise<Duration> {
    try {
      if ((await (this.#kept?.stage === "going" ? this.#goOn() : this.#bootstrap())) !== "end") {
        this.#becomeReady();
        await this.#exchange.run();
      }
    } catch (error) {
      if (!(error instanceof NotRegisteredOrAuthorizedError) || this.stopping.aborted) throw error;
      this.#unregister(error.message);
      return this.#pauseAfterLoss();
    }
    this.#unregister("cancelled by the VTN");
    await this.events.clear();
    return this.options.registrationPause;
  }

  /** What rule 405 asks of a VEN that has just registered, before anything else. */
  async #bootstrap(): Promise<"end" | undefined> {
    this.stopping.throwIfAborted();
    await this.reports.register();
    await this.reports.registerDue();
    this.stopping.throwIfAborted();
    if ((await this.#exchange.first()) === "end") return "end";
    this.stopping.throwIfAborted();
    await this.events.request();
    await this.opts.renew();
    this.#keep({ stage: "going" });
    return undefined;
  }

  /** Takes up the registration from before; whether there is one. */
  #resume(): boolean {
    if (this.#kept === undefined || this.#kept.stage === "lost") return false;
    const { registration, announced } = this.#kept;
    if (announced.venId !== this.options.venId) return false;
    this.#state = { state: "registered", ...registration };
    this.options.logger.info(registration, "resumed");
    this.tell({ type: "resumed", ...registration, ...this.#reachedAt() });
    return true;
  }

  /**
   * What is to be done by a VEN that was registered before it was started: nothing that others wait for, as it is going
   * already. Whatever the VTN has changed meanwhile, it tells with its events.
   */
  async #goOn(): Promise<undefined> {
    this.#becomeReady();
    if (!isDeepStrictEqual(this.#kept?.announced, this.#announced())) await this.registerAgain();
    await this.reports.resume();
    await this.reports.registerDue();
    await this.events.request();
    await this.vtnReports.resume();
    return undefined;
  }

  /** Registers again under the same IDs. */
  async registerAgain(): Promise<void> {
    const { registrationId } = this.registration();
    const registration = await registerAgain(this);
    const isNew = registration.registrationId !== registrationId;
    if (isNew) this.#endReports();
    await this.#registered(registration, this.#kept?.stage ?? "begun");
    if (!isNew) return;
    await this.reports.register();
    await this.events.request();
    await this.opts.renew();
  }

  /** Nothing is done with a registration that a crash would lose. */
  async #registered(registration: Registration, stage: KeptRegistration["stage"]): Promise<void> {
    this.#keep({ registration, announced: this.#announced(), stage });
    await this.notebook.saved();
    this.#state = { state: "registered", ...registration };
    this.options.logger.info(registration, "registered");
    this.tell({ type: "registered", ...registration, ...this.#reachedAt() });
  }

  #reachedAt(): { readonly transportAddress?: string } {
    const { transportAddress } = this;
    return transportAddress === undefined ? {} : { transportAddress };
  }

  #announced(): Announced {
    const { venName, venId, reportOnly, pollInterval, signatures } = this.options;
    const { transportAddress } = this;
    return {
      venName,
      ...(venId !== undefined && { venId }),
      ...(transportAddress !== undefined && { transportAddress }),
      ...(reportOnly && { reportOnly }),
      xmlSignature: signatures.signer !== undefined,
      pollIntervalMs: pollInterval,
    };
  }

  #keep(change: Partial<KeptRegistration>): void {
    if (this.#kept !== undefined) this.#kept = { ...this.#kept, ...change };
    else this.#kept = change as KeptRegistration;
    this.notebook.note(registrationEntry, "", () => this.#kept);
  }

  #unregister(reason: string): void {
    this.#keep({ stage: "lost" });
    this.#state = { state: "unregistered" };
    this.#pushed?.close(new NotRegisteredOrAuthorizedError(`the VEN is not registered: ${reason}`));
    this.#endReports();
    this.options.logger.warn({ reason }, "unregistered");
    this.tell({ type: "unregistered", reason });
  }

  /** All reports, in both directions, end with the registration (rules 406, 407). */
  #endReports(): void {
    this.reports.clear();
    this.vtnReports.clear();
  }

  async #cancel(registration: Registration, signal?: AbortSignal): Promise<void> {
    await cancelPartyRegistration(this, registration, signal);
    this.stop(cancelled());
    this.#unregister("cancelled by the VEN");
  }

  /** None at first; a VTN that loses the VEN again, before a poll succeeded, is given time. */
  #pauseAfterLoss(): Duration {
    if (this.#relapses === undefined) {
      const { maxRetryInterval, random } = this.options;
      this.#relapses = backOff({ max: maxRetryInterval, random })[Symbol.iterator]();
      return milliseconds(0);
    }
    return (this.#relapses.next() as IteratorYieldResult<Duration>).value;
  }
}

function cancelled(): Error {
  return new DOMException("the registration was cancelled", "AbortError");
}
