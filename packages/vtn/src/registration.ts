import {
  InvalidIdError,
  NotRegisteredOrAuthorizedError,
  type Message,
  type OadrCanceledPartyRegistration,
  type OadrCancelPartyRegistration,
  type OadrCreatePartyRegistration,
  type OadrQueryRegistration,
} from "@openleadr/protocol";
import { acknowledgement, success } from "./answers.ts";
import type { RequestContext } from "./options.ts";
import type { MailboxEntry, Registration } from "./store.ts";
import type { VenRequest, VtnContext } from "./context.ts";

/**
 * EiRegisterParty, seen from the VTN.
 *
 * @see OpenADR 2.0b, §8.4, rules 400–407
 */
export class RegistrationService {
  readonly #vtn: VtnContext;

  constructor(vtn: VtnContext) {
    this.#vtn = vtn;
  }

  /** What the VTN can do. It tells no IDs: a query does not say who asks. */
  query({ requestId }: OadrQueryRegistration): Message<"oadrCreatedPartyRegistration"> {
    const { vtnId, profiles, pollFrequency } = this.#vtn;
    const payload = { response: success(requestId), vtnId, profiles, requestedOadrPollFreq: pollFrequency };
    return { name: "oadrCreatedPartyRegistration", payload };
  }

  async create(
    request: OadrCreatePartyRegistration,
    context: RequestContext,
  ): Promise<Message<"oadrCreatedPartyRegistration">> {
    const known = await this.#knownRegistration(request);
    const decision = await this.#vtn.onCreatePartyRegistration(request, { ...context, venId: known?.venId });
    if (decision === false) {
      this.#vtn.tell({ type: "registrationRefused", venName: request.venName });
      throw new NotRegisteredOrAuthorizedError("registration refused");
    }
    const again = request.registrationId !== undefined;
    const given = typeof decision === "object" && !again ? decision : undefined;
    const registration = this.#registrationOf(request, {
      venId: given?.venId ?? known?.venId ?? request.venId ?? this.#vtn.newId(),
      registrationId: again && known ? known.registrationId : (given?.registrationId ?? this.#vtn.newId()),
    });
    if (again) await this.#vtn.store.updateRegistration(registration);
    else await this.#vtn.store.register(registration, await this.#firstMail(registration));
    const { venId, registrationId, venName, httpPullModel } = registration;
    this.#vtn.tell({ type: "registered", venId, venName, again });
    const { vtnId, profiles, pollFrequency } = this.#vtn;
    const response = success(request.requestId);
    const payload = { response, registrationId, venId, vtnId, profiles };
    const pull = httpPullModel ? { requestedOadrPollFreq: pollFrequency } : {};
    return { name: "oadrCreatedPartyRegistration", payload: { ...payload, ...pull } };
  }

  async cancel(
    { requestId, registrationId }: OadrCancelPartyRegistration,
    request: VenRequest,
  ): Promise<Message<"oadrCanceledPartyRegistration">> {
    await this.#requireRegistrationId(request.venId, registrationId);
    await this.#end(request);
    const payload = { response: success(requestId), registrationId, venId: request.venId };
    return { name: "oadrCanceledPartyRegistration", payload };
  }

  /** The VEN has ended the registration because the VTN asked it to. */
  async canceled({ response }: OadrCanceledPartyRegistration, request: VenRequest): Promise<Message<"oadrResponse">> {
    if (response.responseCode === 200) await this.#end(request);
    return acknowledgement(response.requestId);
  }

  async requestReregistration(venId: string): Promise<void> {
    await this.#vtn.store.enqueue(venId, mail({ name: "oadrRequestReregistration", payload: { venId } }));
  }

  async cancelPartyRegistration(venId: string): Promise<void> {
    const registration = await this.#vtn.store.registration(venId);
    const payload = { requestId: this.#vtn.newId(), registrationId: registration?.registrationId ?? "", venId };
    await this.#vtn.store.enqueue(venId, mail({ name: "oadrCancelPartyRegistration", payload }));
  }

  /** The registration that a request renews or replaces. Throws for IDs that do not belong together (rule 400). */
  async #knownRegistration(request: OadrCreatePartyRegistration): Promise<Registration | undefined> {
    const { venId, registrationId, venName } = request;
    if (registrationId !== undefined) {
      const known = venId === undefined ? undefined : await this.#vtn.store.registration(venId);
      if (known === undefined) throw new NotRegisteredOrAuthorizedError("not registered");
      if (known.registrationId !== registrationId) throw new InvalidIdError("not the registrationID of this VEN");
      return known;
    }
    if (venId !== undefined) return this.#vtn.store.registration(venId);
    return venName === undefined ? undefined : this.#vtn.store.registrationByName(venName);
  }

  #registrationOf(
    request: OadrCreatePartyRegistration,
    ids: Pick<Registration, "venId" | "registrationId">,
  ): Registration {
    const { profileName, transportName, reportOnly, xmlSignature, httpPullModel = true } = request;
    const { venName, transportAddress } = request;
    return {
      ...ids,
      ...(venName !== undefined && { venName }),
      ...(transportAddress !== undefined && { transportAddress }),
      ...{ profileName, transportName, reportOnly, xmlSignature, httpPullModel },
      registeredAt: this.#vtn.clock.now(),
    };
  }

  /** The VTN's own metadata, of which it has none yet (rule 301), and word of events there are already. */
  async #firstMail({ venId }: Registration): Promise<readonly MailboxEntry[]> {
    const metadata = mail({ name: "oadrRegisterReport", payload: { requestId: this.#vtn.newId(), reports: [] } });
    const events = await this.#vtn.store.eventsFor(venId);
    return events.length === 0 ? [metadata] : [metadata, { kind: "events" }];
  }

  async #requireRegistrationId(venId: string, registrationId: string): Promise<void> {
    const known = await this.#vtn.store.registration(venId);
    if (known?.registrationId !== registrationId) throw new InvalidIdError("not the registrationID of this VEN");
  }

  async #end(request: VenRequest): Promise<void> {
    await this.#vtn.store.unregister(request.venId);
    this.#vtn.tell({ type: "unregistered", venId: request.venId });
    await this.#vtn.onCancelPartyRegistration?.(request.venId, request);
  }
}

function mail(message: Message): MailboxEntry {
  return { kind: "message", message };
}
