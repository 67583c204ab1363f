import type { X509Certificate } from "node:crypto";
import { refusalOf, type RevocationListInput, type Signer } from "@openleadr/protocol";
import {
  HttpListener,
  messageHandler,
  RefusedRequestError,
  requestListener,
  type ClientTlsOptions,
  type Exchange,
  type Handler,
  type ListenerTlsOptions,
  type RefusedHandshake,
  type RefusedRequest,
  type RequestListenerOptions,
} from "@openleadr/transport";
import { handledExchange, tapExchange, unhandledExchange } from "@openleadr/transport/internal";
import type { RequestListener } from "node:http";
import type { VtnContext } from "./context.ts";
import type { Events } from "./event/event.ts";
import type { Opts } from "./opt/opt.ts";
import { requestRefused } from "./request-refused.ts";
import { withTimeLimit } from "./handler-limit.ts";
import { resolveVtnOptions, type ResolvedVtnOptions, type VtnOptions } from "./options.ts";
import { MailboxService, type Mailboxes } from "./delivery/mailboxes.ts";
import { requirePushTls } from "./delivery/push-options.ts";
import { RegistrationRefusedError } from "./registration/admissions.ts";
import type { Vens } from "./registration/vens.ts";
import type { OwnReports } from "./own-report/own-report.ts";
import type { Reports } from "./report/reports.ts";
import { tellReducedPushTls, tellReducedSecurity } from "./security/reduced-security.ts";
import type { SecurityEvent } from "./security/security-event.ts";
import { serve, servicesOf, type Services } from "./services.ts";
import type { VtnStatus } from "./status.ts";
import type { Enrolments } from "./targeting/targeting.ts";

/**
 * An OpenADR 2.0b VTN: VENs register with it, get its events, and report to it.
 *
 * @see OpenADR 2.0b, §8
 */
export class Vtn implements AsyncDisposable {
  /**
   * Answers messages without sockets, between start and stop: for `inMemoryTransport`, or for a server of one's own.
   * Refuses them with 503 before and after.
   */
  readonly handler: Handler;
  /** The events: create, modify, cancel, look at them and at the answers. */
  readonly events: Events;
  /** What VENs said of when they take part: ask for availability, look at their schedules. */
  readonly opts: Opts;
  /** The reports that the VTN itself offers to VENs: offer and withdraw them, look at who has asked. */
  readonly ownReports: OwnReports;
  /** What VENs belong to and consist of, by which events find them. */
  readonly enrolments: Enrolments;
  /** The reports of VENs: what they offer, ask for it, look at it and at the readings. */
  readonly reports: Reports;
  /** The VENs: who is registered and there, who waits, whom to let in. */
  readonly vens: Vens;
  /** What waits for VENs, and what could not be delivered to them. */
  readonly mailboxes: Mailboxes;
  readonly #options: ResolvedVtnOptions;
  readonly #context: VtnContext;
  readonly #listener: HttpListener | undefined;
  readonly #services: Services;
  readonly #underWay = new Set<Promise<unknown>>();
  #pushTls: ClientTlsOptions | undefined;
  #isRunning = false;
  #lastStep: Promise<void> = Promise.resolve();

  /** Throws `RangeError` for options out of range, and `TypeError` for half a TLS configuration. */
  constructor(options: VtnOptions) {
    const resolved = withTimeLimit(resolveVtnOptions(options));
    const context: VtnContext = {
      ...resolved,
      tell: (status) => this.#tell(status),
      tellSecurity: (event) => this.#tellSecurity(event),
    };
    this.#options = resolved;
    this.#context = context;
    this.#services = servicesOf(context);
    this.vens = this.#services.vens;
    this.events = this.#services.event;
    this.opts = this.#services.opt;
    this.ownReports = this.#services.ownReport;
    this.enrolments = this.#services.targeting;
    this.reports = this.#services.report;
    this.mailboxes = new MailboxService(context);
    const handler = this.#messageHandler(context);
    this.handler = (exchange) => this.#whileRunning(exchange, handler);
    const { listen, push } = resolved;
    this.#pushTls = push === false ? undefined : push.tls;
    const onHandshakeRefused = (refused: RefusedHandshake): void => this.#services.watch.handshakeRefused(refused);
    this.#listener =
      listen === false ? undefined : new HttpListener({ ...listen, ...this.#served(), onHandshakeRefused });
  }

  /** The base URL of the services; undefined unless it listens. */
  get url(): URL | undefined {
    return this.#listener?.url;
  }

  /**
   * A listener for `node:http`, Express or Fastify, to serve VENs beside routes of one's own, between start and stop. It
   * belongs ahead of body parsers; `path` is `"/"` where a framework has taken the path away.
   */
  requestListener(options: Omit<RequestListenerOptions, keyof Served> = {}): RequestListener {
    return requestListener({ ...options, ...this.#served() });
  }

  /**
   * Uses other certificates, keys, CAs and revocation lists for its listener, without a restart: from the next connection
   * on, while those that are open end with the requests under way on them.
   *
   * Throws `TypeError`, and changes nothing, for options that are incomplete or do not belong together, for a VTN that does
   * not listen or listens without TLS, and for another `clientCertificate` or `unauthorized`.
   */
  replaceTls(tls: ListenerTlsOptions): void {
    if (this.#listener === undefined) throw new TypeError("tls: expected a VTN that listens, got one that does not");
    this.#listener.replaceTls(tls);
    this.#services.certificates.replaceOwn("listen", tls);
  }

  /**
   * Uses other certificates, keys, CAs and revocation lists to push, without a restart: from the next request on, while those
   * under way end as they began.
   *
   * Throws `TypeError`, and changes nothing, for options that are incomplete or do not belong together, and for a VTN that
   * does not push or has no `push.tls`.
   */
  replacePushTls(tls: ClientTlsOptions): void {
    if (this.#options.push === false)
      throw new TypeError("push.tls: expected a VTN that pushes, got one that does not");
    if (this.#pushTls === undefined)
      throw new TypeError("push.tls: expected a VTN that pushes with TLS, got one that pushes without");
    requirePushTls(tls);
    this.#services.push?.replaceTls(tls);
    this.#services.certificates.replaceOwn("push", tls);
    this.#pushTls = tls;
    tellReducedPushTls(this.#context, tls);
  }

  /**
   * Signs with another key and its certificate from the next message on, without a restart. VENs have to accept that
   * certificate by then, beside the old one.
   *
   * Throws `TypeError`, and changes nothing, for a VTN that was made without `signatures.signer`.
   */
  replaceSigner(signer: Signer): void {
    this.#services.signatures.replaceSigner(signer);
    this.#services.certificates.replaceSigner(signer);
  }

  /**
   * Has other CAs vouch for the certificates that VENs sign with when they register, from the next message on, and `crl` say
   * whom they have revoked. VENs that are registered are bound to their certificates, and go on unless they are revoked.
   *
   * Throws `TypeError`, and changes nothing, for a VTN that was made without `signatures`; for lists that are none of these
   * CAs; and without `crl` where there were lists before: an empty list says that there is none any more.
   */
  replaceSignatureAuthorities(authorities: readonly X509Certificate[], crl?: RevocationListInput): void {
    const { signatures, certificates } = this.#services;
    signatures.replaceAuthorities(authorities, crl);
    certificates.replaceSignatureAuthorities(authorities, signatures.revocationLists);
  }

  /** Resolves when VENs can reach it; at once if they can already. Rejects with {@link TransportError} if the port is taken. */
  async start(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isRunning) return;
      await this.#services.report.applyRules();
      await this.#listener?.start();
      await this.#services.presence.start();
      this.#isRunning = true;
      this.#services.certificates.start();
      tellReducedSecurity(this.#context, this.#pushTls);
      this.#services.ownReport.start();
      this.#tell({ type: "started", url: this.url });
      await this.#services.push?.start();
    });
  }

  /**
   * Pushes nothing more, takes no more requests, finishes those under way, and resolves; what waits for VENs stays in the
   * store, and `start` goes on with it. When `signal` aborts, connections are cut instead, but handlers are still waited
   * for; so a handler must not wait for this.
   */
  async stop({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#isRunning) return;
      // What is pushed is answered meanwhile, and that answer may be a request.
      await this.#services.push?.stop(signal);
      await this.#listener?.stop({ signal });
      this.#isRunning = false;
      await Promise.allSettled(this.#underWay);
      await this.#services.ownReport.stop();
      await this.#services.presence.stop();
      await this.#services.certificates.stop();
      this.#tell({ type: "stopped" });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Starting and stopping never overlap; who comes second waits. */
  async #inTurn(step: () => Promise<void>): Promise<void> {
    const turn = this.#lastStep.then(step);
    this.#lastStep = turn.catch(() => {});
    return turn;
  }

  async #whileRunning(exchange: Exchange, handler: Handler): Promise<string | undefined> {
    if (!this.#isRunning) throw this.#refusedWhileStopped(exchange);
    const underWay = handler(exchange);
    this.#underWay.add(underWay);
    try {
      return await underWay;
    } finally {
      this.#underWay.delete(underWay);
    }
  }

  #refusedWhileStopped(exchange: Exchange): RefusedRequestError {
    const error = new RefusedRequestError(503, "the VTN does not run");
    this.#tell(requestRefused(error, exchange));
    const now = this.#options.clock.now();
    const times = { receivedAt: now, answeredAt: now };
    tapExchange(this.#options, () => handledExchange("ven", { exchange, handled: { deviations: [], error } }, times));
    return error;
  }

  /** What every listener of this VTN has in common. */
  #served(): Served {
    const { logger, clock } = this.#options;
    const onRefused = (refused: RefusedRequest): void => {
      this.#tell(requestRefused(refused.error, refused));
      this.#services.watch.refused(refused);
      tapExchange(this.#options, () => unhandledExchange("ven", refused, clock.now()));
    };
    return { handler: this.handler, logger, clock, onRefused };
  }

  #messageHandler(context: VtnContext): Handler {
    const { vtnId, profiles, logger, clock, tolerant, limits, onExchange } = context;
    return messageHandler({
      receiver: "vtn",
      decoding: { tolerant, limits },
      logger,
      serve: async (received) => {
        const { message, deviations } = received;
        if (deviations.length > 0) this.#tell({ type: "deviated", message: message.name, deviations });
        return serve(received, this.#services);
      },
      refuse: (message, response) => refusalOf(message, response, { party: "vtn", vtnId, profiles }),
      write: context.signatures?.signer && this.#services.signatures.write,
      check: (answer, request) => {
        this.#services.sent.check(answer, { sender: "vtn", answers: request, now: clock.now() });
      },
      onRefused: (error, exchange, message) => {
        if (!(error instanceof RegistrationRefusedError)) this.#tell(requestRefused(error, exchange, message));
      },
      onReceived:
        onExchange &&
        ((exchange) => {
          const receivedAt = clock.now();
          return (handled) =>
            tapExchange(context, () =>
              handledExchange("ven", { exchange, handled }, { receivedAt, answeredAt: clock.now() }),
            );
        }),
    });
  }

  #tellSecurity(event: SecurityEvent): void {
    try {
      this.#options.onSecurityEvent?.(event);
    } catch (error) {
      this.#options.logger.error({ error, event: event.type }, "security listener failed");
    }
  }

  #tell(status: VtnStatus): void {
    try {
      this.#options.onStatus(status);
    } catch (error) {
      this.#options.logger.error({ error, status: status.type }, "status listener failed");
    }
  }
}

/** What a VTN gives to each of its listeners. */
type Served = Required<Pick<RequestListenerOptions, "handler" | "logger" | "clock" | "onRefused">>;
