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
import { acknowledgement, success } from "../answers.ts";
import type { RegistrationTerms, RequestContext } from "../options.ts";
import type { VenRequest, VtnContext } from "../context.ts";
import { requireReachable } from "../delivery/push-address.ts";
import type { Registration } from "../store/registration-store.ts";
import { Admissions } from "./admissions.ts";
import type { Identity } from "./identity.ts";
import type { Presence } from "./presence.ts";
import { requirePollFrequency } from "./poll-frequency.ts";
import type { RegistrationInfos } from "./registration-infos.ts";
import type { Welcome } from "./welcome.ts";

interface Others {
  readonly identity: Identity;
  readonly presence: Presence;
  readonly welcome: Welcome;
}

type Created = Message<"oadrCreatedPartyRegistration">;

/**
 * EiRegisterParty, seen from the VTN.
 *
 * @see OpenADR 2.0b, §8.4, rules 400–407
 */
export class RegistrationService {
  readonly #vtn: VtnContext;
  readonly #identity: Identity;
  readonly #presence: Presence;
  readonly #welcome: Welcome;
  readonly #admissions: Admissions;

  constructor(vtn: VtnContext, { identity, presence, welcome }: Others) {
    this.#vtn = vtn;
    this.#welcome = welcome;
    this.#identity = identity;
    this.#presence = presence;
    this.#admissions = new Admissions(vtn);
  }

  /** What the VTN can do. Only a certificate says who asks, so only whoever shows one is told the IDs it has. */
  async query(request: OadrQueryRegistration, context: RequestContext): Promise<Created> {
    const { onQueryRegistration, store } = this.#vtn;
    const { fingerprint } = context.peer;
    const known = fingerprint === undefined ? undefined : await store.registrationBy("fingerprint", fingerprint);
    const infos = await onQueryRegistration?.(request, { ...context, venId: known?.venId });
    return this.#created(request.requestId, known, infos ?? {});
  }

  async create(given: OadrCreatePartyRegistration, context: RequestContext): Promise<Created> {
    const request = withoutEmptyElements(given);
    requireReachable(request, this.#vtn.push);
    this.#requireProfile(request);
    const known = await this.#knownRegistration(request, context);
    const terms = await this.#admissions.admit({ request, context, known });
    requireTerms(terms);
    const again = request.registrationId !== undefined;
    const registration =
      again && known !== undefined
        ? await this.#renew({ request, context }, known, terms)
        : await this.#register({ request, context }, known, terms);
    const { venId, venName } = registration;
    this.#vtn.tell({ type: "registered", venId, venName, again });
    this.#presence.seen(registration, context.peer.address);
    return this.#created(request.requestId, registration, terms);
  }

  async #renew(asked: Asked, known: Registration, { pollFrequency }: RegistrationTerms): Promise<Registration> {
    const { store, clock } = this.#vtn;
    const { venId } = known;
    const renewed = registrationOf(asked, known, clock.now());
    await store.updateRegistration(renewed);
    if (pollFrequency !== undefined) await store.putPollFrequency(venId, pollFrequency);
    return (await this.#identity.registration(venId, { ...asked.context, venId })) ?? renewed;
  }

  /** Begins afresh, whatever is known of the VEN (rule 406), but for how often it is to poll, which it did not say. */
  async #register(asked: Asked, known: Registration | undefined, terms: RegistrationTerms): Promise<Registration> {
    const { store, newId, clock } = this.#vtn;
    const venId = terms.venId ?? known?.venId ?? asked.request.venId ?? newId();
    const pollFrequency = terms.pollFrequency ?? known?.pollFrequency;
    const registration = {
      ...registrationOf(asked, { venId, registrationId: terms.registrationId ?? newId() }, clock.now()),
      ...(pollFrequency !== undefined && { pollFrequency }),
    };
    const isRenamed = known !== undefined && known.venId !== venId && known.venName === asked.request.venName;
    const mailbox = await this.#welcome(registration);
    if (isRenamed) await this.#erase(known.venId);
    await store.register(registration, mailbox);
    return registration;
  }

  async cancel(
    { requestId, registrationId }: OadrCancelPartyRegistration,
    request: VenRequest,
    known: Registration,
  ): Promise<Message<"oadrCanceledPartyRegistration">> {
    await this.#end(request, registrationId, known);
    const payload = { response: success(requestId), registrationId, venId: request.venId };
    return { name: "oadrCanceledPartyRegistration", payload };
  }

  /** The VEN has ended the registration because the VTN asked it to. */
  async canceled(
    { response, registrationId }: OadrCanceledPartyRegistration,
    request: VenRequest,
    known: Registration,
  ): Promise<Message<"oadrResponse">> {
    if (isSuccess(response.responseCode)) await this.#end(request, registrationId, known);
    return acknowledgement(response.requestId);
  }

  /** Rules 403 and 404: all profiles, and both IDs of a VEN that is registered. */
  #created(requestId: string, registration: Registration | undefined, infos: RegistrationInfos): Created {
    const { vtnId, profiles, pollFrequency } = this.#vtn;
    const { serviceSpecificInfo, extensions } = infos;
    const payload = {
      response: success(requestId),
      ...(registration !== undefined && { registrationId: registration.registrationId, venId: registration.venId }),
      vtnId,
      profiles,
      ...(registration?.httpPullModel !== false && {
        requestedOadrPollFreq: registration?.pollFrequency ?? pollFrequency,
      }),
      ...(serviceSpecificInfo !== undefined && { serviceSpecificInfo }),
      ...(extensions !== undefined && { extensions }),
    };
    return { name: "oadrCreatedPartyRegistration", payload };
  }

  #requireProfile({ profileName, transportName }: OadrCreatePartyRegistration): void {
    const profile = this.#vtn.profiles.find((each) => each.profileName === profileName);
    if (profile?.transports.includes(transportName) === true) return;
    throw new DeploymentError(`${profileName} over ${transportName} is not what this VTN announces`);
  }

  /** The registration that a request renews or replaces. Throws for IDs that do not belong together (rule 400). */
  async #knownRegistration(
    request: OadrCreatePartyRegistration,
    context: RequestContext,
  ): Promise<Registration | undefined> {
    const { venId, registrationId, venName } = request;
    const { store } = this.#vtn;
    if (registrationId !== undefined) {
      if (venId === undefined) throw new ComplianceError("expected a venID beside the registrationID, got none");
      const known = await this.#identity.registration(venId, { ...context, venId });
      if (known === undefined) throw new NotRegisteredOrAuthorizedError("not registered");
      if (known.registrationId !== registrationId) throw new InvalidIdError("not the registrationID of this VEN");
      return known;
    }
    if (venId !== undefined) return store.registration(venId);
    const { fingerprint } = context.peer;
    const own = fingerprint === undefined ? undefined : await store.registrationBy("fingerprint", fingerprint);
    if (own !== undefined || venName === undefined) return own;
    const namesake = await store.registrationBy("venName", venName);
    // Names are not unique: what has another certificate is another VEN.
    return namesake?.fingerprint === undefined ? namesake : undefined;
  }

  /** Ends a registration, unless that is another one than is named (rule 400). */
  async #end(request: VenRequest, registrationId: string | undefined, known: Registration): Promise<void> {
    if (registrationId !== undefined && registrationId !== known.registrationId)
      throw new InvalidIdError("not the registrationID of this VEN");
    await this.#vtn.onCancelPartyRegistration?.(request.venId, request);
    await this.#erase(request.venId);
  }

  async #erase(venId: string): Promise<void> {
    await this.#vtn.store.unregister(venId);
    this.#presence.forget(venId);
    this.#vtn.tell({ type: "unregistered", venId });
  }
}

interface Asked {
  readonly request: OadrCreatePartyRegistration;
  readonly context: RequestContext;
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

function requireTerms({ venId, registrationId, pollFrequency }: RegistrationTerms): void {
  for (const [name, id] of Object.entries({ venId, registrationId })) {
    if (id === "") throw new RangeError(`${name}: expected an ID, got ""`);
  }
  requirePollFrequency(pollFrequency);
}

function registrationOf(
  { request, context: { peer } }: Asked,
  { venId, registrationId }: Pick<Registration, "venId" | "registrationId">,
  registeredAt: Date,
): Registration {
  const { profileName, transportName, reportOnly, xmlSignature, httpPullModel = true } = request;
  const { venName, transportAddress } = request;
  const { fingerprint } = peer;
  return {
    venId,
    registrationId,
    ...(venName !== undefined && { venName }),
    ...(fingerprint !== undefined && { fingerprint }),
    profileName,
    transportName,
    ...(transportAddress !== undefined && { transportAddress }),
    reportOnly,
    xmlSignature,
    httpPullModel,
    registeredAt,
  };
}
