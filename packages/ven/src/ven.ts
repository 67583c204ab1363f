import type { X509Certificate } from "node:crypto";
import {
  NotRegisteredOrAuthorizedError,
  type Duration,
  type OadrEvent,
  type OadrReport,
  type Opt,
  type Signer,
  type RevocationListInput,
} from "@openleadr/protocol";
import type { ClientTlsOptions, Handler, ListenerTlsOptions } from "@openleadr/transport";
import type { Change } from "./event/event.ts";
import type { SignalInForce } from "./event/handlers.ts";
import type { ActiveEvent, SignalQuery } from "./event/records.ts";
import type { VenOptions } from "./options.ts";
import type { NewEventOpt, NewOptSchedule, VenOpt } from "./opt/opt-record.ts";
import { offeredDataPoint } from "./report/record.ts";
import { tellReducedTls } from "./reduced-security.ts";
import type { OfferedDataPoint, ReportOptions } from "./report/report-options.ts";
import type { ReportRequestRecord } from "./report/request-record.ts";
import type { Session } from "./session.ts";
import type { VenState } from "./registration/state.ts";
import { unlessAborted } from "./async/unless-aborted.ts";
import type { ReportSelection, VtnReportRequest } from "./vtn-report/vtn-report-options.ts";
import { venPartsOf, type VenParts } from "./ven-parts.ts";
import type { WaitOptions } from "./wait-options.ts";

/**
 * A virtual end node: registers with a VTN, polls it, answers its events and sends it the reports it asks for.
 *
 * `new Ven` only remembers; {@link start} begins and {@link stop} ends. No failure of the VTN, and of no handler, ends a
 * VEN: it tells (`onStatus`) and tries again.
 *
 * @see OpenADR 2.0b, §8, §11.2
 */
export class Ven implements AsyncDisposable {
  /** Resolves when the VEN has stopped; never rejects. */
  readonly stopped: Promise<void>;
  readonly #parts: VenParts;

  /** Throws `RangeError` and `TypeError` for options out of range. */
  constructor(options: VenOptions) {
    this.#parts = venPartsOf(options);
    this.stopped = this.#parts.life.stopped;
  }

  /**
   * Answers what the VTN pushes without a socket of the VEN's own: for `inMemoryTransport`, or for a server that is there
   * already. Undefined for a VEN that polls.
   */
  get handler(): Handler | undefined {
    return this.#parts.push?.handler;
  }

  /** The URL at which a started VEN is pushed to, its oadrTransportAddress; undefined for a VEN that polls. */
  get url(): URL | undefined {
    const address = this.#parts.push?.address ?? "";
    return address === "" ? undefined : new URL(address);
  }

  /** Where the VEN is in its life. */
  get state(): VenState {
    return this.#parts.life.state;
  }

  /** The ID under which the VTN knows the VEN; undefined unless registered. */
  get venId(): string | undefined {
    return this.#registration?.venId;
  }

  /** Undefined unless registered. */
  get registrationId(): string | undefined {
    return this.#registration?.registrationId;
  }

  /** The VTN's ID; undefined unless registered. */
  get vtnId(): string | undefined {
    return this.#registration?.vtnId;
  }

  /** The events that the VEN has taken and that have not been called off, opted into or not. */
  get events(): readonly OadrEvent[] {
    return this.#session?.events.held ?? [];
  }

  /** The VEN's answer to one of its {@link events}; undefined for any other. */
  optTypeOf(eventId: string): Opt | undefined {
    return this.#session?.events.records.get(eventId)?.record.answer.optType;
  }

  /**
   * How far the VTN's clock is ahead of the VEN's, to about a second; undefined as long as nothing is known. Without HTTP
   * it is known only where the VTN makes events at a time yet to come here.
   */
  get clockSkew(): Duration | undefined {
    return this.#parts.clockSkew.skew;
  }

  /**
   * The events that the VEN acts on now, the most important first (rules 3, 15): opted into, within their active period as
   * this VEN begins it, and no tests unless those are acted on.
   */
  activeEvents({ resourceId }: Pick<SignalQuery, "resourceId"> = {}): readonly ActiveEvent[] {
    return this.#session?.events.records.activeAt(this.#parts.options.clock.now().getTime(), resourceId) ?? [];
  }

  /**
   * The signal in force at an instant, as far as is known now, for a resource or any, of a name or any: of several events
   * that of the most important one, priority 1 first and 0 last, then the one with the earlier dtstart, then the one that
   * came first; of several signals the first of the event. Where two events adjoin, the instant belongs to the second.
   *
   * @see OpenADR 2.0b, rules 3, 15, 18
   */
  signalAt(at: Date, query: SignalQuery = {}): SignalInForce | undefined {
    return this.#session?.events.records.signalAt(at.getTime(), query);
  }

  /**
   * Changes the VEN's answer to an event: the device stops at once, or begins in the middle, and the VTN is told in an
   * oadrCreatedEvent, unless the event wants no answer. Resolves when the VTN has heard it, with whether it took it;
   * what it holds against it is told as `requestFailed`. A change of the event leaves the answer as it is, unless
   * `onEventChanged` gives another.
   *
   * Throws `RangeError` for an event that the VEN does not have, or of which it had to refuse the latest version, and
   * {@link NotAllowedError} for one on all of which opts decide (rule 206: use {@link createOpt}); rejects when the VEN
   * stops, or loses its registration, before the VTN has heard it.
   *
   * @see OpenADR 2.0b, rules 16, 17, 42
   */
  async respond(eventId: string, optType: Opt, details: Omit<Change, "optType"> = {}): Promise<boolean> {
    if (this.#session === undefined)
      throw new RangeError(`eventId: expected the ID of an event of the VEN, got ${JSON.stringify(eventId)}`);
    const { events } = this.#session;
    return this.#session.serve(() => events.respond(eventId, { ...details, optType }));
  }

  /**
   * Offers a data point to the VTN, with the next registration; at once if the VEN is registered, which voids what the
   * VTN has requested so far (rule 306), so that it has to ask again.
   *
   * Throws `RangeError` for options out of range, and for an rId that the report already has; and as `encode` does, or
   * with {@link RuleViolationError}, for what the VTN must not be sent.
   */
  addReport(options: ReportOptions): OfferedDataPoint {
    const added = this.#parts.offers.add(options);
    this.#session?.reports.offersChanged(added);
    const { clock } = this.#parts.options;
    return offeredDataPoint(added.reportSpecifierId, added.point, {
      clock,
      stored: ({ signal } = {}) => this.#parts.life.stored(signal),
    });
  }

  /**
   * Offers a report no longer, with all its data points; the VTN is told at once if the VEN is registered, which voids what
   * it has requested so far (rule 306). Throws `RangeError` for one that is not on offer.
   */
  removeReport(reportSpecifierId: string): void {
    if (!this.#parts.offers.withdraw(reportSpecifierId))
      throw new RangeError(`reportSpecifierId: expected one on offer, got ${JSON.stringify(reportSpecifierId)}`);
    this.#session?.reports.offersChanged();
  }

  /**
   * What the VTN has requested of the VEN's data and is still to get, and how far that is. With the registration, or a
   * change of what is offered, all of it is void (rules 306, 406).
   */
  get reportRequests(): readonly ReportRequestRecord[] {
    return this.#session?.reports.records ?? [];
  }

  /** The reports that the VTN offers; none as long as it has not told. */
  get vtnReports(): readonly OadrReport[] {
    return this.#session?.vtnReports.offered ?? [];
  }

  /** What the VEN has requested of the VTN's reports and is still to get. */
  get vtnReportRequests(): readonly VtnReportRequest[] {
    return this.#session?.vtnReports.requests ?? [];
  }

  /**
   * Asks the VTN for one of the reports that it offers, or, with `METADATA`, for what it offers; the data go to
   * `onReport`. Resolves once the VTN has agreed.
   *
   * Rejects with {@link NotRegisteredOrAuthorizedError} unless registered; with `RangeError` for a report or data points
   * that the VTN does not offer; and as a {@link MessageClient} does if the VTN refuses it, or cannot be reached.
   *
   * @see OpenADR 2.0b, §8.3, rules 300, 317, 321, 324, 325, 327, 338
   */
  async requestReport(
    reportSpecifierId: string,
    selection: ReportSelection = {},
    { signal }: WaitOptions = {},
  ): Promise<VtnReportRequest> {
    return this.#serve(({ vtnReports }) => vtnReports.request(reportSpecifierId, selection, signal));
  }

  /**
   * Wants one of the VTN's reports no longer; with `reportToFollow`, after one more. Rejects with `RangeError` for a
   * request that does not go on, and as {@link requestReport} does.
   *
   * @see OpenADR 2.0b, rules 335, 345
   */
  async cancelReport(
    reportRequestId: string,
    { reportToFollow = false, signal }: WaitOptions & { readonly reportToFollow?: boolean } = {},
  ): Promise<void> {
    await this.#serve(({ vtnReports }) => vtnReports.cancel(reportRequestId, reportToFollow, signal));
  }

  /**
   * Registers, and resolves once the VTN has agreed, knows the VEN's reports and has sent its events; from then on the
   * VEN polls, or is pushed to. As long as the VTN is away or says no, the VEN tries again.
   *
   * A VEN whose store has a registration goes on with it, and resolves at once: it acts on the events that it has, and
   * asks the VTN for all events as soon as may be. It registers anew only if the VTN does not know it any more.
   *
   * Rejects with the signal's reason when that aborts, which ends the attempt; with an error when the VEN stops, or has
   * stopped; with {@link TransportError} if it is to be pushed to and cannot listen; with
   * {@link VenStoreError} if its state cannot be read. Safe to call twice.
   */
  async start({ signal }: WaitOptions = {}): Promise<void> {
    await this.#parts.life.start(signal);
  }

  /**
   * Finishes the exchange under way and what the application has asked for, and ends polling and reporting. The registration
   * stays with the VTN. Safe to call twice, and before a start; for good: what is asked of the VEN from then on is rejected
   * with an `AbortError`. A handler must not wait for it, since it waits for the handler.
   *
   * With a signal, what is still under way when that aborts is cut off.
   */
  async stop({ signal }: WaitOptions = {}): Promise<void> {
    await this.#parts.life.stop(signal);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /**
   * Uses other certificates, keys and CAs towards the VTN from the next request on; the registration stays.
   *
   * Throws `TypeError`, and changes nothing, for options that are incomplete, or of no use since the VTN's URL is not
   * `https:` or the VEN was given a `transport`; `RangeError` for a `serverFingerprint` that is none.
   */
  replaceTls(tls: ClientTlsOptions): void {
    const { ownTransport, push, certificates, options } = this.#parts;
    if (ownTransport === undefined) throw new TypeError("tls: expected a VEN with a vtnUrl, got a transport");
    ownTransport.replaceTls(tls);
    push?.vtn.replaceTls(tls);
    certificates.tls = tls;
    if (this.#session?.stopping.aborted === false) tellReducedTls(options, tls);
  }

  /**
   * Uses other certificates, keys and CAs for what the VTN pushes, from the next handshake on; the registration stays.
   *
   * Throws `TypeError`, and changes nothing, for options that are incomplete, or that need a new listener: another
   * `clientCertificate` or `unauthorized`, and TLS where there was none; and for a VEN that does not listen.
   */
  replacePushTls(tls: ListenerTlsOptions): void {
    const { push, certificates } = this.#parts;
    if (push === undefined) throw new TypeError("tls: expected a VEN with push, got one that polls");
    push.replaceTls(tls);
    certificates.pushTls = tls;
  }

  /**
   * Signs with another certificate from the next message on; the registration stays. The VTN has to accept it by then,
   * beside the old one. Throws `TypeError` for a VEN that was made without `signatures.signer`.
   */
  replaceSigner(signer: Signer): void {
    this.#parts.options.signatures.replaceSigner(signer);
  }

  /**
   * Has other CAs vouch for the VTN's signature, from the next message on, and `crl` say whom they have revoked. Throws
   * `TypeError`, and changes nothing, for a VEN that was made without `signatures.authorities`; for no CAs; for lists that are
   * none of these CAs; and without `crl` where there were lists before: an empty list says that there is none any more.
   */
  replaceSignatureAuthorities(authorities: readonly X509Certificate[], crl?: RevocationListInput): void {
    this.#parts.options.signatures.replaceAuthorities(authorities, crl);
  }

  /**
   * Asks the VTN for all events now, and resolves when they have been received and answered; what cannot be had, or is
   * refused, is told as `requestFailed`. Rejects with {@link NotRegisteredOrAuthorizedError} unless registered.
   *
   * @see OpenADR 2.0b, §8.1, oadrRequestEvent
   */
  async requestEvents({ signal }: WaitOptions = {}): Promise<void> {
    await unlessAborted(
      this.#serve(({ events }) => events.request()),
      signal,
    );
  }

  /**
   * Polls now instead of when it is time; a VEN that is pushed to asks for all events. What comes of it is told as
   * `polled` and the like. Throws {@link NotRegisteredOrAuthorizedError} unless registered.
   */
  poll(): void {
    this.#requireSession().wake("poll");
  }

  /**
   * Registers again under the same IDs, as for a VTN that has missed something of it, and resolves when the VTN has
   * agreed; until then it is tried again. A VTN that gives other IDs gets reports and opts anew. Rejects with
   * {@link NotRegisteredOrAuthorizedError} unless registered, and if the VTN no longer knows the VEN, which then registers
   * anew by itself.
   *
   * @see OpenADR 2.0b, §8.4, rule 406
   */
  async registerAgain({ signal }: WaitOptions = {}): Promise<void> {
    await unlessAborted(
      this.#serve((session) => session.registerAgain()),
      signal,
    );
  }

  /**
   * Ends the registration, and polling with it, until the next {@link start}; nothing happens if there is none.
   *
   * Rejects, and the VEN goes on, if the VTN refuses or cannot be reached.
   */
  async cancelPartyRegistration({ signal }: WaitOptions = {}): Promise<void> {
    await this.#parts.life.cancelRegistration(signal);
  }

  /**
   * The opts that the VTN has taken and the VEN has not taken back, oldest first; those that a newer one has replaced, or
   * whose event is gone, are left out. A VEN that has to register anew tells the VTN again what still counts.
   */
  get opts(): readonly VenOpt[] {
    return this.#session?.opts.taken ?? [];
  }

  /**
   * Tells the VTN when the VEN, or a part of it, takes part in events or does not; or whether it takes part in one event,
   * which then no answer to the event changes any more, only another opt (rule 206). Resolves once the VTN has taken it;
   * the device then does as it says: `onEventEnd` for resources that leave, `onEventStart` for those that join. To have a
   * device stop whether or not the VTN can be reached, use {@link respond}.
   *
   * Rejects with {@link NotRegisteredOrAuthorizedError} unless registered; with `RangeError` or
   * {@link RuleViolationError} for what the VTN must not be sent, and {@link NotAllowedError} for an event that asks for no
   * answer; and as a {@link MessageClient} does if the VTN refuses it, or cannot be reached.
   *
   * @see OpenADR 2.0b, §8.5, rules 200–210
   */
  async createOpt(opt: NewOptSchedule | NewEventOpt, { signal }: WaitOptions = {}): Promise<VenOpt> {
    return this.#serve(({ opts }) => opts.create(opt, signal));
  }

  /**
   * Takes back all schedules of an optID. Rejects with {@link NotAllowedError} for the opt of an event, and as
   * {@link createOpt} does.
   *
   * @see OpenADR 2.0b, rules 204, 211
   */
  async cancelOpt(optId: string, { signal }: WaitOptions = {}): Promise<void> {
    await this.#serve(({ opts }) => opts.cancel(optId, signal));
  }

  /** Does what the registered VEN is asked to; a stop waits for it, and nothing is begun after it. */
  async #serve<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = this.#requireSession();
    return session.serve(() => work(session));
  }

  #requireSession(): Session {
    if (this.#session?.isRegistered() === true) return this.#session;
    throw new NotRegisteredOrAuthorizedError("the VEN is not registered");
  }

  get #session(): Session | undefined {
    return this.#parts.life.session;
  }

  get #registration() {
    const { state } = this;
    return state.state === "registered" ? state : undefined;
  }
}
