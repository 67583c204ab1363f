import {
  ComplianceError,
  NotRegisteredOrAuthorizedError,
  RejectedError,
  type Message,
  type OperationName,
} from "@openleadr/protocol";
import type { Received } from "@openleadr/transport";
import type { VenRequest, VtnContext } from "./context.ts";
import { Letters } from "./delivery/letters.ts";
import { PollService } from "./delivery/poll.ts";
import type { Asked } from "./delivery/push.ts";
import { PushService } from "./delivery/push-service.ts";
import { PushTransports } from "./delivery/push-transports.ts";
import { EventService } from "./event/event.ts";
import { SentEvents } from "./event/sent-events.ts";
import { OptService } from "./opt/opt.ts";
import type { RequestContext } from "./options.ts";
import { OwnReportService } from "./own-report/own-report.ts";
import { Admissions } from "./registration/admissions.ts";
import type { Farewell } from "./registration/farewell.ts";
import { Identity } from "./registration/identity.ts";
import { Presence } from "./registration/presence.ts";
import { RegistrationService } from "./registration/registration.ts";
import { VenDirectory, type Vens } from "./registration/vens.ts";
import { eventsAndMetadata, type Welcome } from "./registration/welcome.ts";
import { ReportService } from "./report/report.ts";
import { Gate, isApplication } from "./security/gate.ts";
import { SecurityWatch } from "./security/security-watch.ts";
import { Signatures } from "./security/signatures.ts";
import { WatchedCertificates } from "./security/watched-certificates.ts";
import { Targeting } from "./targeting/targeting.ts";

/** The services of a VTN, and what guards them. */
export interface Services {
  readonly gate: Gate;
  readonly signatures: Signatures;
  readonly watch: SecurityWatch;
  readonly certificates: WatchedCertificates;
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

/** Makes the services. */
export function servicesOf(context: VtnContext): Services {
  const targeting = new Targeting(context);
  const sent = new SentEvents();
  const event = new EventService(context, targeting, sent);
  const ownReport = new OwnReportService(context);
  const welcome: Welcome = async (registration) => {
    await targeting.admit(registration.venId);
    const reports = ownReport.metadataFor(registration);
    return eventsAndMetadata({ requestId: context.newId(), reports });
  };
  const signatures = new Signatures(context);
  const admissions = new Admissions(context, signatures);
  const identity = new Identity(context, { admissions, signatures, welcome });
  const watch = new SecurityWatch(context);
  const certificates = new WatchedCertificates(context, signatures.revocationLists);
  const presence = new Presence(context);
  const farewell: Farewell = async (venId) => {
    await context.store.unregister(venId);
    presence.forget(venId);
    certificates.forget(venId);
    context.tell({ type: "unregistered", venId });
  };
  const { distribution } = event;
  const letters = new Letters(context, distribution);
  const services = {
    targeting,
    sent,
    event,
    certificates,
    identity,
    gate: new Gate(context, { admissions, identity, signatures, watch, certificates }),
    signatures,
    watch,
    presence,
    vens: new VenDirectory(context, { admissions, presence, farewell }),
    registration: new RegistrationService(context, { admissions, identity, presence, welcome, farewell }),
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
  const { letters, event, identity, certificates, presence, sent, signatures, watch } = services;
  return new PushService({
    vtn,
    push,
    letters,
    presence,
    sent,
    signatures,
    watch,
    distribution: event.distribution,
    transports: new PushTransports(vtn, push, { identity, certificates }),
    serve: async (answer, asked) => dispatch(answer, asked, services),
  });
}

/** Has a message served, and takes out of the mailbox what it answers; an answer that is refused is one all the same. */
export async function serve(received: Received, services: Services): Promise<Message | undefined> {
  const { registration, gate, presence, letters } = services;
  const { message, peer, headers, signal } = received;
  const { name, payload } = message as Message<OperationName>;
  const context: RequestContext = { peer, headers, signal, venId: "venId" in payload ? payload.venId : undefined };
  if (name === "oadrQueryRegistration") {
    await gate.requireQuery(received);
    return registration.query(payload, context);
  }
  if (isApplication(received)) {
    const created = await gate.admit(received, (signer) =>
      registration.create(received.message.payload, { ...context, signer }),
    );
    await letters.settle(created.payload.venId ?? "", message);
    return created;
  }
  // VENs have been seen that leave it out there, and nothing depends on it.
  if (name === "oadrResponse" && payload.venId === undefined && (await gate.isOfNobody(received))) return undefined;
  const known = await gate.requireVen(received, context);
  presence.seen(known, peer.address);
  const request: VenRequest = { peer, headers, signal, venId: known.venId };
  if (name === "oadrPoll") return services.poll.poll(request, known);
  const outcome = await outcomeOf(
    dispatch(message, { request, known }, services),
    async () => (await services.vens.get(known.venId)) === undefined,
  );
  await letters.settle(known.venId, message);
  if (outcome instanceof RejectedError) throw outcome;
  return outcome;
}

/** Where something failed, the VEN may have left in the meantime (rule 517). */
async function outcomeOf(
  answer: Promise<Message | undefined>,
  isGone: () => Promise<boolean>,
): Promise<Message | RejectedError | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RejectedError) return error;
    if (await isGone()) return new NotRegisteredOrAuthorizedError("not registered", { cause: error });
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
