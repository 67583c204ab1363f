import {
  ComplianceError,
  DeploymentError,
  InvalidIdError,
  isSuccess,
  NotRegisteredOrAuthorizedError,
  type Message,
  type OadrCanceledPartyRegistration,
  type OadrCancelPartyRegistration,
  type OadrCreatePartyRegistration,
  type OadrQueryRegistration,
} from "@openleadr/protocol";
import type { OwnReportService } from "../own-report/own-report.ts";
import { acknowledgement, success } from "../answers.ts";
import type { RegistrationDecision, RequestContext } from "../options.ts";
import type { VenRequest, VtnContext } from "../context.ts";
import type { MailboxEntry } from "../store/mailbox-store.ts";
import type { Registration } from "../store/registration-store.ts";
import type { Targeting } from "../targeting/targeting.ts";

/**
 * EiRegisterParty, seen from the VTN.
 *
 * @see OpenADR 2.0b, §8.4, rules 400–407
 */
export class RegistrationService {
  readonly #vtn: VtnContext;
  readonly #ownReports: Pick<OwnReportService, "metadataFor">;
  readonly #targeting: Targeting;

  constructor(vtn: VtnContext, ownReports: Pick<OwnReportService, "metadataFor">, targeting: Targeting) {
    this.#vtn = vtn;
    this.#ownReports = ownReports;
    this.#targeting = targeting;
  }

  /** What the VTN can do. It tells no IDs: a query does not say who asks. */
  query({ requestId }: OadrQueryRegistration): Message<"oadrCreatedPartyRegistration"> {
    const { vtnId, profiles, pollFrequency } = this.#vtn;
    const payload = { response: success(requestId), vtnId, profiles, requestedOadrPollFreq: pollFrequency };
    return { name: "oadrCreatedPartyRegistration", payload };
  }

  async create(
    given: OadrCreatePartyRegistration,
    context: RequestContext,
  ): Promise<Message<"oadrCreatedPartyRegistration">> {
    const request = withoutEmptyElements(given);
    requirePull(request);
    const known = await this.#knownRegistration(request);
    const decision = await this.#vtn.onCreatePartyRegistration(request, { ...context, venId: known?.venId });
    if (decision === false) {
      this.#vtn.tell({ type: "registrationRefused", venName: request.venName });
      throw new NotRegisteredOrAuthorizedError("registration refused");
    }
    const again = request.registrationId !== undefined;
    const registration =
      again && known !== undefined
        ? await this.#renew(registrationOf(request, known, this.#vtn.clock.now()))
        : await this.#register(request, known, decision === true ? {} : decision);
    const { venId, registrationId, venName } = registration;
    this.#vtn.tell({ type: "registered", venId, venName, again });
    const { vtnId, profiles, pollFrequency: requestedOadrPollFreq } = this.#vtn;
    const response = success(request.requestId);
    const payload = { response, registrationId, venId, vtnId, profiles, requestedOadrPollFreq };
    return { name: "oadrCreatedPartyRegistration", payload };
  }

  async #renew(registration: Registration): Promise<Registration> {
    await this.#vtn.store.updateRegistration(registration);
    return registration;
  }

  /** Begins afresh, whatever is known of the VEN (rule 406). */
  async #register(
    request: OadrCreatePartyRegistration,
    known: Registration | undefined,
    ids: Exclude<RegistrationDecision, boolean>,
  ): Promise<Registration> {
    const { store, newId, clock } = this.#vtn;
    for (const [name, id] of Object.entries(ids))
      if (id === "") throw new RangeError(`${name}: expected an ID, got ""`);
    const venId = ids.venId ?? known?.venId ?? request.venId ?? newId();
    const registration = registrationOf(request, { venId, registrationId: ids.registrationId ?? newId() }, clock.now());
    const isRenamed = known !== undefined && known.venId !== venId && known.venName === request.venName;
    await this.#targeting.admit(venId);
    if (isRenamed) await this.#erase(known.venId);
    // The VTN's own metadata, also when there are none (rule 301), and the events there may be already.
    const reports = this.#ownReports.metadataFor(registration);
    const metadata = mail({ name: "oadrRegisterReport", payload: { requestId: newId(), reports } });
    await store.register(registration, [metadata, { kind: "events" }]);
    return registration;
  }

  async cancel(
    { requestId, registrationId }: OadrCancelPartyRegistration,
    request: VenRequest,
  ): Promise<Message<"oadrCanceledPartyRegistration">> {
    await this.#end(request, registrationId);
    const payload = { response: success(requestId), registrationId, venId: request.venId };
    return { name: "oadrCanceledPartyRegistration", payload };
  }

  /** The VEN has ended the registration because the VTN asked it to. */
  async canceled(
    { response, registrationId }: OadrCanceledPartyRegistration,
    request: VenRequest,
  ): Promise<Message<"oadrResponse">> {
    if (isSuccess(response.responseCode)) await this.#end(request, registrationId);
    return acknowledgement(response.requestId);
  }

  async requestReregistration(venId: string): Promise<void> {
    await this.#vtn.store.enqueue(venId, mail({ name: "oadrRequestReregistration", payload: { venId } }));
  }

  async cancelPartyRegistration(venId: string): Promise<void> {
    const { store, newId } = this.#vtn;
    const { registrationId = "" } = (await store.registration(venId)) ?? {};
    const payload = { requestId: newId(), registrationId, venId };
    await store.enqueue(venId, mail({ name: "oadrCancelPartyRegistration", payload }));
  }

  /** The registration that a request renews or replaces. Throws for IDs that do not belong together (rule 400). */
  async #knownRegistration(request: OadrCreatePartyRegistration): Promise<Registration | undefined> {
    const { venId, registrationId, venName } = request;
    if (registrationId !== undefined) {
      if (venId === undefined) throw new ComplianceError("expected a venID beside the registrationID, got none");
      const known = await this.#vtn.store.registration(venId);
      if (known === undefined) throw new NotRegisteredOrAuthorizedError("not registered");
      if (known.registrationId !== registrationId) throw new InvalidIdError("not the registrationID of this VEN");
      return known;
    }
    if (venId !== undefined) return this.#vtn.store.registration(venId);
    return venName === undefined ? undefined : this.#vtn.store.registrationByName(venName);
  }

  /** Ends a registration, unless that is another one than is named (rule 400). */
  async #end(request: VenRequest, registrationId: string | undefined): Promise<void> {
    const { store, onCancelPartyRegistration } = this.#vtn;
    const known = await store.registration(request.venId);
    if (registrationId !== undefined && registrationId !== known?.registrationId)
      throw new InvalidIdError("not the registrationID of this VEN");
    await onCancelPartyRegistration?.(request.venId, request);
    await this.#erase(request.venId);
  }

  async #erase(venId: string): Promise<void> {
    await this.#vtn.store.unregister(venId);
    this.#vtn.tell({ type: "unregistered", venId });
  }
}

/** A VEN that waits to be pushed to would wait for ever; better it learns so at once. */
function requirePull({ transportName, httpPullModel = true }: OadrCreatePartyRegistration): void {
  if (transportName === "simpleHttp" && httpPullModel) return;
  throw new DeploymentError("this VTN is polled: expected oadrTransportName simpleHttp and oadrHttpPullModel true");
}

/** An empty element is as good as none (rule 46). */
function withoutEmptyElements(request: OadrCreatePartyRegistration): OadrCreatePartyRegistration {
  const { registrationId = "", venId = "", venName = "", transportAddress = "", ...rest } = request;
  return {
    ...rest,
    ...(registrationId !== "" && { registrationId }),
    ...(venId !== "" && { venId }),
    ...(venName !== "" && { venName }),
    ...(transportAddress !== "" && { transportAddress }),
  };
}

function registrationOf(
  request: OadrCreatePartyRegistration,
  { venId, registrationId }: Pick<Registration, "venId" | "registrationId">,
  registeredAt: Date,
): Registration {
  const { profileName, transportName, reportOnly, xmlSignature, httpPullModel = true } = request;
  const { venName, transportAddress } = request;
  return {
    venId,
    registrationId,
    ...(venName !== undefined && { venName }),
    profileName,
    transportName,
    ...(transportAddress !== undefined && { transportAddress }),
    reportOnly,
    xmlSignature,
    httpPullModel,
    registeredAt,
  };
}

function mail(message: Message): MailboxEntry {
  return { kind: "message", message };
}
