import {
  checkRules,
  ComplianceError,
  refusalOf,
  RejectedError,
  RuleViolationError,
  type Message,
  type OperationName,
} from "@openleadr/protocol";
import {
  HttpListener,
  messageHandler,
  RefusedRequestError,
  requestListener,
  type Exchange,
  type Handler,
  type Received,
  type RefusedRequest,
  type RequestListenerOptions,
} from "@openleadr/transport";
import type { RequestListener } from "node:http";
import type { VenRequest, VtnContext } from "./context.ts";
import { EventService, type Events } from "./event/event.ts";
import { SentEvents } from "./event/sent-events.ts";
import { OptService, type Opts } from "./opt/opt.ts";
import { handledExchange, requestRefused, unhandledExchange, type VtnExchange } from "./exchange.ts";
import { withTimeLimit } from "./handler-limit.ts";
import { resolveVtnOptions, type RequestContext, type ResolvedVtnOptions, type VtnOptions } from "./options.ts";
import { Letters } from "./delivery/letters.ts";
import { MailboxService, type Mailboxes } from "./delivery/mailboxes.ts";
import { PollService } from "./delivery/poll.ts";
import type { Asked } from "./delivery/push.ts";
import { PushService } from "./delivery/push-service.ts";
import { PushTransports } from "./delivery/push-transports.ts";
import { RegistrationRefusedError } from "./registration/admissions.ts";
import { Identity } from "./registration/identity.ts";
import { Presence } from "./registration/presence.ts";
import { eventsAndMetadata, type Welcome } from "./registration/welcome.ts";
import { VenDirectory, type Vens } from "./registration/vens.ts";
import { RegistrationService } from "./registration/registration.ts";
import { OwnReportService, type OwnReports } from "./own-report/own-report.ts";
import { ReportService } from "./report/report.ts";
import type { Reports } from "./report/reports.ts";
import type { VtnStatus } from "./status.ts";
import { Targeting, type Enrolments } from "./targeting/targeting.ts";

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
  readonly #listener: HttpListener | undefined;
  readonly #services: Services;
  readonly #underWay = new Set<Promise<unknown>>();
  #isRunning = false;
  #lastStep: Promise<void> = Promise.resolve();

  /** Throws `RangeError` for options out of range, and `TypeError` for half a TLS configuration. */
  constructor(options: VtnOptions) {
    const resolved = withTimeLimit(resolveVtnOptions(options));
    const context: VtnContext = { ...resolved, tell: (status) => this.#tell(status) };
    this.#options = resolved;
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
    const { listen } = resolved;
    this.#listener = listen === false ? undefined : new HttpListener({ ...listen, ...this.#served() });
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

  /** Resolves when VENs can reach it; at once if they can already. Rejects with {@link TransportError} if the port is taken. */
  async start(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isRunning) return;
      await this.#services.report.applyRules();
      await this.#listener?.start();
      await this.#services.presence.start();
      this.#isRunning = true;
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
    this.#tap(() => handledExchange(exchange, { deviations: [], error }, { receivedAt: now, answeredAt: now }));
    return error;
  }

  /** What every listener of this VTN has in common. */
  #served(): Served {
    const { logger, clock } = this.#options;
    const onRefused = (refused: RefusedRequest): void => {
      this.#tell(requestRefused(refused.error, refused));
      this.#tap(() => unhandledExchange(refused, clock.now()));
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
      check: (answer, request) => {
        const { sent } = this.#services;
        if (sent.isChecked(answer)) return;
        const context = { sender: "vtn", answers: request, now: clock.now() } as const;
        const [first, ...rest] = checkRules(answer, context);
        if (first !== undefined) throw new RuleViolationError(answer.name, [first, ...rest]);
        sent.markChecked(answer);
      },
      onRefused: (error, exchange, message) => {
        if (!(error instanceof RegistrationRefusedError)) this.#tell(requestRefused(error, exchange, message));
      },
      onReceived:
        onExchange &&
        ((exchange) => {
          const receivedAt = clock.now();
          return (handled) =>
            this.#tap(() => handledExchange(exchange, handled, { receivedAt, answeredAt: clock.now() }));
        }),
    });
  }

  #tap(exchange: () => VtnExchange): void {
    const { onExchange, logger } = this.#options;
    if (onExchange === undefined) return;
    try {
      onExchange(exchange());
    } catch (error) {
      logger.error({ error }, "exchange listener failed");
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

interface Services {
  readonly identity: Identity;
  readonly presence: Presence;
  readonly vens: Vens;
  readonly registration: RegistrationService;
  readonly targeting: Targeting;
  readonly event: EventService;
  readonly sent: SentEvents;
  readonly report: ReportService;
  readonly ownReport: OwnReportService;
  readonly opt: OptService;
  readonly poll: PollService;
  readonly letters: Letters;
  readonly push: PushService | undefined;
}

function servicesOf(context: VtnContext): Services {
  const targeting = new Targeting(context);
  const sent = new SentEvents();
  const event = new EventService(context, targeting, sent);
  const ownReport = new OwnReportService(context);
  const welcome: Welcome = async (registration) => {
    await targeting.admit(registration.venId);
    const reports = ownReport.metadataFor(registration);
    return eventsAndMetadata({ requestId: context.newId(), reports });
  };
  const identity = new Identity(context, welcome);
  const presence = new Presence(context);
  const { distribution } = event;
  const letters = new Letters(context, distribution);
  const services = {
    targeting,
    sent,
    event,
    identity,
    presence,
    vens: new VenDirectory(context, presence),
    registration: new RegistrationService(context, { identity, presence, welcome }),
    report: new ReportService(context),
    ownReport,
    opt: new OptService(context),
    poll: new PollService(context, letters, distribution),
    letters,
  };
  return { ...services, push: pushServiceOf(context, services) };
}

function pushServiceOf(vtn: VtnContext, services: Omit<Services, "push">): PushService | undefined {
  const { push } = vtn;
  if (push === false) return undefined;
  const { letters, event, presence } = services;
  return new PushService({
    vtn,
    push,
    letters,
    presence,
    distribution: event.distribution,
    transports: new PushTransports(push),
    serve: async (answer, asked) => dispatch(answer, asked, services),
  });
}

/** Has a message served, and takes out of the mailbox what it answers; an answer that is refused is one all the same. */
async function serve(received: Received, services: Services): Promise<Message | undefined> {
  const { registration, identity, presence, letters } = services;
  const { message, peer, headers, signal } = received;
  const { name, payload } = message as Message<OperationName>;
  const context: RequestContext = { peer, headers, signal, venId: "venId" in payload ? payload.venId : undefined };
  if (name === "oadrQueryRegistration") return registration.query(payload, context);
  if (name === "oadrCreatePartyRegistration") {
    const created = await registration.create(payload, context);
    await letters.settle(created.payload.venId ?? "", message);
    return created;
  }
  // VENs have been seen that leave it out there, and nothing depends on it.
  if (name === "oadrResponse" && payload.venId === undefined) return undefined;
  const known = await identity.requireVen(message, context);
  presence.seen(known, peer.address);
  const request: VenRequest = { peer, headers, signal, venId: known.venId };
  if (name === "oadrPoll") return services.poll.poll(request, known);
  const outcome = await outcomeOf(dispatch(message, { request, known }, services));
  await letters.settle(known.venId, message);
  if (outcome instanceof RejectedError) throw outcome;
  return outcome;
}

async function outcomeOf(answer: Promise<Message | undefined>): Promise<Message | RejectedError | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RejectedError) return error;
    throw error;
  }
}

/** Hands a message of a VEN to its service. What is not served is refused with 459. */
async function dispatch(
  message: Message,
  { request, known }: Asked,
  { registration, event, report, ownReport, opt }: Omit<Services, "push">,
): Promise<Message | undefined> {
  const { name, payload } = message as Message<OperationName>;
  switch (name) {
    case "oadrCancelPartyRegistration":
      return registration.cancel(payload, request, known);
    case "oadrCanceledPartyRegistration":
      return registration.canceled(payload, request, known);
    case "oadrRequestEvent":
      return event.request(payload, request);
    case "oadrCreatedEvent":
      return event.created(payload, request);
    case "oadrRegisterReport":
      return report.register(payload, request);
    case "oadrRegisteredReport":
      return ownReport.registered(payload, request);
    case "oadrUpdateReport":
      return report.update(payload, request);
    case "oadrCreatedReport":
      return report.created(payload, request);
    case "oadrCreateReport":
      return ownReport.create(payload, request);
    case "oadrCancelReport":
      return ownReport.cancel(payload, request);
    case "oadrUpdatedReport":
      return ownReport.updated(payload, request);
    case "oadrCanceledReport":
      return report.canceled(payload, request);
    case "oadrResponse":
      return undefined;
    case "oadrCreateOpt":
      return opt.create(payload, request);
    case "oadrCancelOpt":
      return opt.cancel(payload, request);
    case "oadrPoll":
    case "oadrQueryRegistration":
    case "oadrCreatePartyRegistration":
    case "oadrRequestReregistration":
    case "oadrDistributeEvent":
      throw new ComplianceError(`${name} is not served by this VTN`);
  }
}
