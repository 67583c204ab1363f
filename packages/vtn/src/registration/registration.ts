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
import type { Peer } from "@openleadr/transport";
import { acknowledgement, success } from "../answers.ts";
import type { RegistrationTerms, RequestContext } from "../options.ts";
import type { VenRequest, VtnContext } from "../context.ts";
import { requireReachable } from "../delivery/push-address.ts";
import type { VenEvent } from "../store/event-store.ts";
import type { MailboxEntry } from "../store/mailbox-store.ts";
import type { Registration } from "../store/registration-store.ts";
import { RegistrationRefusedError, venIdFor, type Admissions, type Applicant } from "./admissions.ts";
import { originOf } from "../security/security-watch.ts";
import { venSignatures, type VenSignatures } from "../security/signature-options.ts";
import { boundSigner } from "../security/signatures.ts";
import { certificateTraits, shownBy, type CertificateTrait } from "./certificate-traits.ts";
import type { Farewell } from "./farewell.ts";
import type { Identity } from "./identity.ts";
import { IdentityMismatchError } from "./identity-mismatch.ts";
import type { Presence } from "./presence.ts";
import { requirePollFrequency } from "./poll-frequency.ts";
import type { RegistrationInfos } from "./registration-infos.ts";
import type { Welcome } from "./welcome.ts";
import { eventIdOf, isSent, withheldBy } from "./withheld.ts";

interface Others {
  readonly admissions: Admissions;
  readonly identity: Identity;
  readonly presence: Presence;
  readonly welcome: Welcome;
  readonly farewell: Farewell;
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
  readonly #farewell: Farewell;
  readonly #admissions: Admissions;

  constructor(vtn: VtnContext, { identity, presence, welcome, farewell, admissions }: Others) {
    this.#vtn = vtn;
    this.#welcome = welcome;
    this.#farewell = farewell;
    this.#identity = identity;
    this.#presence = presence;
    this.#admissions = admissions;
  }

  /** What the VTN can do. Only a certificate says who asks, so only whoever shows one is told the IDs it has. */
  async query(request: OadrQueryRegistration, context: RequestContext): Promise<Created> {
    const { onQueryRegistration } = this.#vtn;
    const known = await this.#identity.ofCertificate(context.peer);
    const infos = await onQueryRegistration?.(request, { ...context, venId: known?.venId });
    return this.#created(request.requestId, known, infos ?? {});
  }

  async create(given: OadrCreatePartyRegistration, context: RequestContext): Promise<Created> {
    const request = withoutEmptyElements(given);
    requireReachable(request, certificateTraits(context.peer, this.#vtn.identifyBy), this.#vtn);
    this.#requireProfile(request);
    requireTrait(context.peer, this.#vtn.identifyBy);
    const applicant = await this.#applicant(request, context);
    const { known } = applicant;
    const terms = await this.#admissions.admit(applicant);
    requireTerms(terms);
    const again = request.registrationId !== undefined;
    const asked = { request, context, identifyBy: this.#vtn.identifyBy };
    const { registration, withheld } =
      again && known !== undefined ? await this.#renew(asked, known, terms) : await this.#register(asked, known, terms);
    const { venId, venName } = registration;
    this.#vtn.tell({ type: "registered", venId, venName, again });
    if (withheld.length > 0) this.#vtn.tell({ type: "eventsWithheld", venId, eventIds: withheld.map(eventIdOf) });
    this.#presence.seen(registration, context.peer.address);
    return this.#created(request.requestId, registration, terms);
  }

  async #renew(asked: Asked, known: Registration, terms: RegistrationTerms): Promise<Registered> {
    const { store, clock } = this.#vtn;
    const { pollFrequency } = terms;
    const { venId } = known;
    const renewed = { ...registrationOf(asked, known, clock.now()), ...signaturesOf(asked, known, terms) };
    const withheld = await withheldBy(renewed, store);
    await store.updateRegistration(renewed);
    this.#tellCertificate(known, asked);
    if (pollFrequency !== undefined) await store.putPollFrequency(venId, pollFrequency);
    const registration = (await this.#identity.registration(venId, { ...asked.context, venId })) ?? renewed;
    return { registration, withheld };
  }

  /** Begins afresh, whatever is known of the VEN (rule 406), but for how often it is to poll, which it did not say. */
  async #register(asked: Asked, known: Registration | undefined, terms: RegistrationTerms): Promise<Registered> {
    const { store, newId, clock } = this.#vtn;
    const venId = venIdFor({ request: asked.request, known }, terms) ?? newId();
    const pollFrequency = terms.pollFrequency ?? known?.pollFrequency;
    const before = known?.venId === venId ? known : await store.registration(venId);
    const left = known !== undefined && known.venId !== venId && isLeftBy(asked, known) ? known : undefined;
    if (before === undefined && left === undefined) await this.#requireRoom(asked);
    const registration = {
      ...registrationOf(asked, { venId, registrationId: terms.registrationId ?? newId() }, clock.now()),
      ...signaturesOf(asked, before, terms),
      ...(pollFrequency !== undefined && { pollFrequency }),
    };
    const mailbox = await this.#welcome(registration);
    if (left !== undefined) await this.#farewell(left.venId);
    const withheld = await withheldBy(registration, store);
    // The VEN may still act on what it has (rule 61).
    const withdrawal: readonly MailboxEntry[] = withheld.some(isSent) ? [{ kind: "events", withdrawn: true }] : [];
    await store.register(registration, [...mailbox, ...withdrawal]);
    this.#tellCertificate(before, asked);
    return { registration, withheld };
  }

  /** Throws for one VEN too many. */
  async #requireRoom({ request: { venName }, context: { peer } }: Asked): Promise<void> {
    const { store, maxVens, logger } = this.#vtn;
    if ((await store.countRegistrations()) < maxVens) return;
    logger.warn({ venName, peer: peer.address, maxVens }, "no room for another VEN");
    this.#vtn.tell({ type: "registrationRefused", venName, address: peer.address });
    throw new RegistrationRefusedError({ isPending: false });
  }

  #tellCertificate(before: Registration | undefined, { context: { peer } }: Asked): void {
    if (before === undefined || before.fingerprint === peer.fingerprint) return;
    const { venId, fingerprint } = before;
    this.#vtn.tellSecurity({ type: "certificateChanged", venId, before: fingerprint, ...originOf(peer) });
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

  /**
   * Who asks, with the registration that the request renews or replaces, if it is that of whoever asks. Throws for IDs that
   * do not belong together (rule 400).
   */
  async #applicant(request: OadrCreatePartyRegistration, context: RequestContext): Promise<Applicant> {
    const { venId, registrationId } = request;
    if (registrationId !== undefined) {
      if (venId === undefined) throw new ComplianceError("expected a venID beside the registrationID, got none");
      return { request, context, known: await this.#renewable(venId, registrationId, context) };
    }
    const listed =
      venId === undefined ? undefined : await this.#identity.listed(venId, context, "registration refused");
    const named = await this.#named(request);
    if (listed?.fingerprint !== undefined) return { request, context, known: named, listed };
    const own = await this.#identity.ofCertificate(context.peer);
    const known = own ?? (named !== undefined && (await this.#identity.isOf(named, context)) ? named : undefined);
    // Who is known by its certificate may have any name.
    const isClaimed = named?.venId !== known?.venId && (own === undefined || venId !== undefined);
    return { request, context, known, listed, claimedVenId: isClaimed ? named?.venId : undefined };
  }

  /** The registration that a request speaks of. That proves nothing: venIDs are no secrets, and names are not unique. */
  async #named({ venId, venName }: OadrCreatePartyRegistration): Promise<Registration | undefined> {
    if (venId !== undefined) return this.#vtn.store.registration(venId);
    return venName === undefined ? undefined : this.#vtn.store.registrationBy("venName", venName);
  }

  async #renewable(venId: string, registrationId: string, context: RequestContext): Promise<Registration> {
    const known = await this.#identity.registration(venId, { ...context, venId });
    if (known === undefined) throw new NotRegisteredOrAuthorizedError("not registered");
    if (!(await this.#identity.isOf(known, context))) throw new IdentityMismatchError("not registered");
    if (known.registrationId !== registrationId) throw new InvalidIdError("not the registrationID of this VEN");
    return known;
  }

  /** Ends a registration, unless that is another one than is named (rule 400). */
  async #end(request: VenRequest, registrationId: string | undefined, known: Registration): Promise<void> {
    if (registrationId !== undefined && registrationId !== known.registrationId)
      throw new InvalidIdError("not the registrationID of this VEN");
    await this.#vtn.onCancelPartyRegistration?.(request.venId, request);
    await this.#farewell(request.venId);
  }
}

/** A registration that was just made, and the events that it keeps from the VEN. */
interface Registered {
  readonly registration: Registration;
  readonly withheld: readonly VenEvent[];
}

interface Asked {
  readonly identifyBy: CertificateTrait;
  readonly request: OadrCreatePartyRegistration;
  readonly context: RequestContext;
}

/** A VEN whose certificate names nobody would be whoever else has such a certificate. */
function requireTrait(peer: Peer, identifyBy: CertificateTrait): void {
  if (peer.fingerprint === undefined || shownBy(peer, identifyBy) !== undefined) return;
  const cause = new Error(`expected a client certificate with one ${identifyBy}`);
  throw new NotRegisteredOrAuthorizedError("registration refused", { cause });
}

/** Whether who registers under another venID gives up a registration: that of its certificate, or without one that of its name. */
function isLeftBy({ identifyBy, request, context: { peer } }: Asked, known: Registration): boolean {
  if (known[identifyBy] === undefined) return known.venName === request.venName;
  return known[identifyBy] === shownBy(peer, identifyBy);
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

/** What was decided just now, or before, or what the VEN showed when it registered first. */
function signaturesOf(
  { context: { signer, peer } }: Asked,
  before: Registration | undefined,
  terms: RegistrationTerms,
): VenSignatures {
  const signerFingerprints = before?.signerFingerprints ?? boundSigner(signer, peer);
  return { ...venSignatures({ ...before, signerFingerprints }), ...venSignatures(terms) };
}

function requireTerms(terms: RegistrationTerms): void {
  const { venId, registrationId, fingerprint, pollFrequency } = terms;
  venSignatures(terms);
  for (const [name, value] of Object.entries({ venId, registrationId, fingerprint })) {
    if (value === "") throw new RangeError(`${name}: expected a value, got ""`);
  }
  requirePollFrequency(pollFrequency);
}

function registrationOf(
  { request, context: { peer }, identifyBy }: Asked,
  { venId, registrationId }: Pick<Registration, "venId" | "registrationId">,
  registeredAt: Date,
): Registration {
  const { profileName, transportName, reportOnly, xmlSignature, httpPullModel = true } = request;
  const { venName, transportAddress } = request;
  return {
    venId,
    registrationId,
    ...(venName !== undefined && { venName }),
    ...certificateTraits(peer, identifyBy),
    profileName,
    transportName,
    ...(transportAddress !== undefined && { transportAddress }),
    reportOnly,
    xmlSignature,
    httpPullModel,
    registeredAt,
  };
}
