import {
  checkRules,
  ComplianceError,
  NotRegisteredOrAuthorizedError,
  refusalOf,
  RuleViolationError,
  type Message,
  type OperationName,
  type Profile,
} from "@openleadr/protocol";
import { HttpListener, messageHandler, RefusedRequestError, type Handler, type Received } from "@openleadr/transport";
import type { VenRequest, VtnContext } from "./context.ts";
import { EventService, type Events } from "./event/event.ts";
import { SentEvents } from "./event/sent-events.ts";
import { OptService, type Opts } from "./opt/opt.ts";
import { resolveVtnOptions, type ResolvedVtnOptions, type VtnOptions } from "./options.ts";
import { PollService } from "./delivery/poll.ts";
import { RegistrationService } from "./registration/registration.ts";
import { OwnReportService, type OwnReports } from "./own-report/own-report.ts";
import { ReportService } from "./report/report.ts";
import type { Reports } from "./report/reports.ts";
import type { VtnStatus } from "./status.ts";
import type { Store } from "./store/store.ts";
import type { Registration } from "./store/registration-store.ts";
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
  readonly #options: ResolvedVtnOptions;
  readonly #listener: HttpListener | undefined;
  readonly #services: Services;
  readonly #underWay = new Set<Promise<unknown>>();
  #isRunning = false;
  #lastStep: Promise<void> = Promise.resolve();

  /** Throws `RangeError` for options out of range, and `TypeError` for half a TLS configuration. */
  constructor(options: VtnOptions) {
    const resolved = resolveVtnOptions(options);
    const context: VtnContext = { ...resolved, profiles, tell: (status) => this.#tell(status) };
    this.#options = resolved;
    this.#services = servicesOf(context);
    this.events = this.#services.event;
    this.opts = this.#services.opt;
    this.ownReports = this.#services.ownReport;
    this.enrolments = this.#services.targeting;
    this.reports = this.#services.report;
    const handler = this.#messageHandler(context);
    this.handler = (exchange) => this.#whileRunning(() => handler(exchange));
    const { listen, logger, clock } = resolved;
    this.#listener =
      listen === false ? undefined : new HttpListener({ ...listen, handler: this.handler, logger, clock });
  }

  /** The base URL of the services; undefined unless it listens. */
  get url(): URL | undefined {
    return this.#listener?.url;
  }

  /** Resolves when VENs can reach it; at once if they can already. Rejects with {@link TransportError} if the port is taken. */
  async start(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isRunning) return;
      await this.#services.report.applyRules();
      await this.#listener?.start();
      this.#isRunning = true;
      this.#services.ownReport.start();
      this.#tell({ type: "started", url: this.url });
    });
  }

  /**
   * Takes no more requests, answers those under way, and resolves. When `signal` aborts, connections are cut instead,
   * but handlers are still waited for; so a handler must not wait for this.
   */
  async stop({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#isRunning) return;
      await this.#listener?.stop({ signal });
      this.#isRunning = false;
      await Promise.allSettled(this.#underWay);
      await this.#services.ownReport.stop();
      this.#tell({ type: "stopped" });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** The VENs that are registered. */
  async registrations(): Promise<readonly Registration[]> {
    return this.#options.store.registrations();
  }

  /** Has a VEN register again, with its next poll (rule 401). Throws `RangeError` for a VEN that is not registered. */
  async requestReregistration(venId: string): Promise<void> {
    await this.#services.registration.requestReregistration(venId);
  }

  /** Ends a VEN's registration, with its next poll (rule 407). Throws `RangeError` for a VEN that is not registered. */
  async cancelPartyRegistration(venId: string): Promise<void> {
    await this.#services.registration.cancelPartyRegistration(venId);
  }

  /** Starting and stopping never overlap; who comes second waits. */
  async #inTurn(step: () => Promise<void>): Promise<void> {
    const turn = this.#lastStep.then(step);
    this.#lastStep = turn.catch(() => {});
    return turn;
  }

  async #whileRunning<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#isRunning) throw new RefusedRequestError(503, "the VTN does not run");
    const underWay = work();
    this.#underWay.add(underWay);
    try {
      return await underWay;
    } finally {
      this.#underWay.delete(underWay);
    }
  }

  #messageHandler(context: VtnContext): Handler {
    const { vtnId, logger, clock, tolerant, limits } = context;
    return messageHandler({
      receiver: "vtn",
      decoding: { tolerant, limits },
      logger,
      serve: async (received) => {
        const { message, deviations } = received;
        if (deviations.length > 0) this.#tell({ type: "deviated", message: message.name, deviations });
        return serve(received, this.#services, context);
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
    });
  }

  #tell(status: VtnStatus): void {
    try {
      this.#options.onStatus(status);
    } catch (error) {
      this.#options.logger.error({ error, status: status.type }, "status listener failed");
    }
  }
}

interface Services {
  readonly registration: RegistrationService;
  readonly targeting: Targeting;
  readonly event: EventService;
  readonly sent: SentEvents;
  readonly report: ReportService;
  readonly ownReport: OwnReportService;
  readonly opt: OptService;
  readonly poll: PollService;
}

const profiles: readonly Profile[] = [{ profileName: "2.0b", transports: ["simpleHttp"] }];

function servicesOf(context: VtnContext): Services {
  const targeting = new Targeting(context);
  const sent = new SentEvents();
  const event = new EventService(context, targeting, sent);
  const ownReport = new OwnReportService(context);
  return {
    targeting,
    sent,
    event,
    registration: new RegistrationService(context, ownReport, targeting),
    report: new ReportService(context),
    ownReport,
    opt: new OptService(context),
    poll: new PollService(context, event),
  };
}

/** Hands a message to its service. What is not served is refused with 459. */
async function serve(received: Received, services: Services, { store }: VtnContext): Promise<Message | undefined> {
  const { registration, event, report, ownReport, opt, poll } = services;
  const { peer, headers, signal } = received;
  const { name, payload } = received.message as Message<OperationName>;
  if (name === "oadrQueryRegistration") return registration.query(payload);
  if (name === "oadrCreatePartyRegistration")
    return registration.create(payload, { peer, headers, signal, venId: undefined });
  // VENs have been seen that leave it out there, and nothing depends on it.
  if (name === "oadrResponse" && payload.venId === undefined) return undefined;
  const venId = await requireVenId(name, "venId" in payload ? payload.venId : undefined, store);
  const request: VenRequest = { peer, headers, signal, venId };
  switch (name) {
    case "oadrPoll":
      return poll.poll(request);
    case "oadrCancelPartyRegistration":
      return registration.cancel(payload, request);
    case "oadrCanceledPartyRegistration":
      return registration.canceled(payload, request);
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
    case "oadrRequestReregistration":
    case "oadrDistributeEvent":
      throw new ComplianceError(`${name} is not served by this VTN`);
  }
}

/** The venID of a VEN that is registered. */
async function requireVenId(name: OperationName, venId: string | undefined, store: Store): Promise<string> {
  if (venId === undefined) throw new ComplianceError(`expected a venID in ${name}, got none`);
  if ((await store.registration(venId)) === undefined) throw new NotRegisteredOrAuthorizedError("not registered");
  return venId;
}
