import {
  checkRules,
  NotRegisteredOrAuthorizedError,
  ComplianceError,
  refusalOf,
  RuleViolationError,
  type Message,
  type OperationName,
  type Profile,
} from "@openleadr/protocol";
import { HttpListener, messageHandler, type Handler, type Received } from "@openleadr/transport";
import { acknowledgement } from "./answers.ts";
import type { VenRequest, VtnContext } from "./context.ts";
import { EventService, type Events } from "./event.ts";
import { resolveVtnOptions, type ResolvedVtnOptions, type VtnOptions } from "./options.ts";
import { PollService } from "./poll.ts";
import { RegistrationService } from "./registration.ts";
import { ReportService } from "./report.ts";
import type { VtnStatus } from "./status.ts";
import type { Registration } from "./store.ts";

/**
 * An OpenADR 2.0b VTN: VENs register with it, get its events, and report to it.
 *
 * @see OpenADR 2.0b, §8
 */
export class Vtn implements AsyncDisposable {
  /** Answers messages without sockets: for `inMemoryTransport`, or for a server of one's own. */
  readonly handler: Handler;
  /** The events: create, cancel, look at them and at the answers. */
  readonly events: Events;
  readonly #options: ResolvedVtnOptions;
  readonly #listener: HttpListener | undefined;
  readonly #services: Services;
  #running = false;

  /** Throws `RangeError` for options out of range, and `TypeError` for half a TLS configuration. */
  constructor(options: VtnOptions) {
    const resolved = resolveVtnOptions(options);
    const context: VtnContext = { ...resolved, profiles, tell: (status) => this.#tell(status) };
    this.#options = resolved;
    this.#services = servicesOf(context);
    this.events = this.#services.event;
    this.handler = this.#handler(context);
    const { listen, logger, clock } = resolved;
    this.#listener =
      listen === false ? undefined : new HttpListener({ ...listen, handler: this.handler, logger, clock });
  }

  /** The base URL of the services; undefined unless it listens. */
  get url(): URL | undefined {
    return this.#listener?.url;
  }

  /** Resolves when VENs can reach it. Rejects with {@link TransportError} if the port is taken. */
  async start(): Promise<void> {
    await this.#listener?.start();
    if (this.#running) return;
    this.#running = true;
    this.#tell({ type: "started", url: this.url });
  }

  /** Takes no more requests, answers those under way, and resolves. */
  async stop(): Promise<void> {
    await this.#listener?.stop();
    if (!this.#running) return;
    this.#running = false;
    this.#tell({ type: "stopped" });
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

  #handler(context: VtnContext): Handler {
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
      check(answer, request) {
        const [first, ...rest] = checkRules(answer, { sender: "vtn", answers: request, now: clock.now() });
        if (first !== undefined) throw new RuleViolationError(answer.name, [first, ...rest]);
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
  readonly event: EventService;
  readonly report: ReportService;
  readonly poll: PollService;
}

const profiles: readonly Profile[] = [{ profileName: "2.0b", transports: ["simpleHttp"] }];

function servicesOf(context: VtnContext): Services {
  const event = new EventService(context);
  return {
    event,
    registration: new RegistrationService(context),
    report: new ReportService(context),
    poll: new PollService(context, event),
  };
}

/** Hands a message to its service. What is not served is refused with 459. */
async function serve(received: Received, services: Services, { store }: VtnContext): Promise<Message | undefined> {
  const { message, peer, headers, signal } = received;
  const { registration, event, report, poll } = services;
  const context = { peer, headers, signal, venId: undefined };
  const venRequest = async (venId: string | undefined): Promise<VenRequest> => {
    if (venId === undefined) throw new ComplianceError(`expected a venID in ${message.name}, got none`);
    if ((await store.registration(venId)) === undefined) throw new NotRegisteredOrAuthorizedError("not registered");
    return { ...context, venId };
  };
  const { name, payload } = message as Message<OperationName>;
  switch (name) {
    case "oadrPoll":
      return poll.poll(await venRequest(payload.venId));
    case "oadrQueryRegistration":
      return registration.query(payload);
    case "oadrCreatePartyRegistration":
      return registration.create(payload, context);
    case "oadrCancelPartyRegistration":
      return registration.cancel(payload, await venRequest(payload.venId));
    case "oadrCanceledPartyRegistration":
      return registration.canceled(payload, await venRequest(payload.venId));
    case "oadrRequestEvent":
      return event.request(payload, await venRequest(payload.venId));
    case "oadrCreatedEvent":
      return event.created(payload, await venRequest(payload.venId));
    case "oadrRegisterReport":
      return report.register(payload, await venRequest(payload.venId));
    case "oadrUpdateReport":
      return report.update(payload, await venRequest(payload.venId));
    case "oadrCreatedReport":
      return report.created(payload, await venRequest(payload.venId));
    case "oadrRegisteredReport":
    case "oadrUpdatedReport":
    case "oadrCanceledReport":
      await venRequest(payload.venId);
      return acknowledgement(payload.response.requestId);
    case "oadrResponse":
      return undefined;
    case "oadrCreateReport":
    case "oadrCancelReport":
    case "oadrCreateOpt":
    case "oadrCancelOpt":
    case "oadrRequestReregistration":
    case "oadrDistributeEvent":
      throw new ComplianceError(`${name} is not served by this VTN`);
  }
}
