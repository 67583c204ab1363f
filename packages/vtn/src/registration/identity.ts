import {
  ComplianceError,
  NotRegisteredOrAuthorizedError,
  parseFingerprint,
  type Duration,
  type Message,
} from "@openleadr/protocol";
import type { Peer } from "@openleadr/transport";
import type { VtnContext } from "../context.ts";
import type { RequestContext } from "../options.ts";
import { venSignatures, type VenSignatures } from "../security/signature-options.ts";
import type { Signatures } from "../security/signatures.ts";
import type { Admissions } from "./admissions.ts";
import { originOf } from "../security/security-watch.ts";
import { certificateTraits, shownBy } from "./certificate-traits.ts";
import { IdentityMismatchError } from "./identity-mismatch.ts";
import type { Welcome } from "./welcome.ts";
import type { Registration } from "../store/registration-store.ts";

/** What a {@link VtnOptions.venLookup} knows of a VEN that is registered. */
export interface KnownVen extends VenSignatures {
  /** The VEN's registrationID, which it got when it registered. */
  readonly registrationId: string;
  readonly venName?: string | undefined;
  /**
   * The fingerprint of the VEN's certificate; whoever shows another one, or none, is refused with 463.
   * @default that of the first certificate that the VEN shows, from then on
   */
  readonly fingerprint?: string | undefined;
  /** How often the VEN is to poll. @default the VTN's `pollFrequency` */
  readonly pollFrequency?: Duration | undefined;
}

/** Says what a user's own list knows of a VEN; undefined for one that is not registered. */
export type VenLookup = (
  venId: string,
  context: RequestContext,
) => KnownVen | undefined | Promise<KnownVen | undefined>;

interface Others {
  readonly admissions: Admissions;
  readonly signatures: Signatures;
  readonly welcome: Welcome;
}

/**
 * Finds the registration of whoever sends a message.
 *
 * Throws 463 for a venID that is not registered, or not that of the peer's certificate (rule 517, §9.2.1.1).
 */
export class Identity {
  readonly #vtn: VtnContext;
  readonly #admissions: Admissions;
  readonly #signatures: Signatures;
  readonly #welcome: Welcome;
  readonly #adopting = new Map<string, Promise<Registration>>();

  constructor(vtn: VtnContext, { admissions, signatures, welcome }: Others) {
    this.#vtn = vtn;
    this.#admissions = admissions;
    this.#signatures = signatures;
    this.#welcome = welcome;
  }

  /** The sender of a message, by the venID in it, or by the registrationID that an oadrCanceledPartyRegistration ends. */
  async requireVen(message: Message, context: RequestContext): Promise<Registration> {
    const venId = context.venId ?? (await this.#venIdWithout(message, context));
    const { store, venLookup, identifyBy } = this.#vtn;
    const registration = await (venLookup === undefined ? store.registration(venId) : this.#lookUp(venId, context));
    if (registration === undefined) throw new NotRegisteredOrAuthorizedError("not registered");
    if (registration[identifyBy] !== shownBy(context.peer, identifyBy))
      await this.requireCertificate(registration, context);
    return registration;
  }

  /** The VEN that a peer's certificate stands for. */
  async ofCertificate(peer: Peer): Promise<Registration | undefined> {
    const { store, identifyBy } = this.#vtn;
    const shown = shownBy(peer, identifyBy);
    if (shown === undefined) return undefined;
    return (await store.registrationBy(identifyBy, shown)) ?? this.#admissions.rotatingVen(peer);
  }

  /**
   * Whether whoever registers is the VEN of a registration, by its certificate and its signature. A VEN that has shown
   * neither so far is whoever knows its venID.
   */
  async isOf(registration: Registration, { peer, signer }: RequestContext): Promise<boolean> {
    return this.#signatures.isSignerOf(registration, signer) && (await this.isCertificateOf(registration, peer));
  }

  /** The registration of a VEN, by the user's list if there is one. */
  async registration(venId: string, context: RequestContext): Promise<Registration | undefined> {
    if (this.#vtn.venLookup === undefined) return this.#vtn.store.registration(venId);
    return this.#lookUp(venId, context);
  }

  /** Some messages need not name their VEN. Their sender is who its certificate says, or whose registrationID it has. */
  async #venIdWithout({ name, payload }: Message, { peer }: RequestContext): Promise<string> {
    const own = await this.ofCertificate(peer);
    if (own !== undefined) return own.venId;
    const registrationId = name === "oadrCanceledPartyRegistration" ? payload.registrationId : undefined;
    if (registrationId === undefined && shownBy(peer, this.#vtn.identifyBy) === undefined)
      throw new ComplianceError(`expected a venID in ${name}, got none`);
    const registration = await this.#vtn.store.registrationBy("registrationId", registrationId ?? "");
    if (registration === undefined) throw new NotRegisteredOrAuthorizedError("not registered");
    return registration.venId;
  }

  /**
   * A VEN that registered without a certificate may show one, unless that is another VEN's; and any VEN may show the one
   * that was accepted for it, beside the one that it registered with. Throws 463 for another one.
   */
  async requireCertificate(registration: Registration, { peer }: RequestContext): Promise<void> {
    if (!(await this.isCertificateOf(registration, peer))) throw notOfCertificate();
  }

  /** Whether a VEN may show the certificate that a peer shows, or none as the peer does; see {@link requireCertificate}. */
  async isCertificateOf(registration: Registration, peer: Peer): Promise<boolean> {
    const { identifyBy } = this.#vtn;
    if (registration[identifyBy] === shownBy(peer, identifyBy)) return true;
    const isUnbound = registration[identifyBy] === undefined;
    const own = await this.ofCertificate(peer);
    return own === undefined ? isUnbound : own.venId === registration.venId;
  }

  /** What the user's list knows of a VEN. Throws 463, so described, for who shows another certificate than the list has. */
  async listed(venId: string, context: RequestContext, refusal = "not registered"): Promise<KnownVen | undefined> {
    const known = await this.#vtn.venLookup?.(venId, { ...context, venId });
    if (known?.fingerprint === undefined) return known;
    const fingerprint = parseFingerprint(known.fingerprint);
    if (fingerprint !== context.peer.fingerprint) throw new IdentityMismatchError(refusal);
    return { ...known, fingerprint };
  }

  /** The user's list says who is registered; the store follows it, and keeps all else. */
  async #lookUp(venId: string, context: RequestContext): Promise<Registration | undefined> {
    const known = await this.listed(venId, context);
    if (known === undefined) return undefined;
    const stored = (await this.#vtn.store.registration(venId)) ?? (await this.#adopt(venId, known, context.peer));
    const { registrationId, pollFrequency = stored.pollFrequency } = known;
    return {
      ...(await this.#bound(stored, known, context.peer)),
      ...venSignatures(known),
      registrationId,
      ...(pollFrequency !== undefined && { pollFrequency }),
    };
  }

  /**
   * When the VTN calls the VEN, there is nobody to ask the list about: so the store has the certificate that the list has.
   * Where the list has none, it is the first that the VEN shows, as no other certificate of the CA must do from then on.
   */
  async #bound(stored: Registration, { fingerprint }: KnownVen, peer: Peer): Promise<Registration> {
    const { identifyBy } = this.#vtn;
    const shown = shownBy(peer, identifyBy);
    const isNamed = fingerprint !== undefined && (fingerprint !== stored.fingerprint || shown !== stored[identifyBy]);
    const isFirst = fingerprint === undefined && stored[identifyBy] === undefined && shown !== undefined;
    if (!isNamed && !isFirst) return stored;
    if (isFirst) await this.#requireNobodyElse(stored.venId, peer);
    const { fingerprint: before, commonName: _, ...rest } = stored;
    const bound = { ...rest, ...certificateTraits(peer, identifyBy) };
    await this.#vtn.store.updateRegistration(bound);
    this.#vtn.tellSecurity({ type: "certificateChanged", venId: stored.venId, before, ...originOf(peer) });
    return bound;
  }

  /** Two messages of a VEN may come at the same time; the second must not erase what the first has done. */
  async #adopt(venId: string, known: KnownVen, peer: Peer): Promise<Registration> {
    const adopting = this.#adopting.get(venId) ?? this.#register(venId, known, peer);
    this.#adopting.set(venId, adopting);
    try {
      return await adopting;
    } finally {
      this.#adopting.delete(venId);
    }
  }

  async #register(venId: string, known: KnownVen, peer: Peer): Promise<Registration> {
    const { registrationId, venName } = known;
    if (known.fingerprint === undefined) await this.#requireNobodyElse(venId, peer);
    const decision = await this.#admissions.decision({ venId, ...certificateTraits(peer, this.#vtn.identifyBy) });
    if (decision?.isAccepted === false) throw new NotRegisteredOrAuthorizedError("not registered");
    const registration: Registration = {
      venId,
      registrationId,
      ...(venName !== undefined && { venName }),
      ...certificateTraits(peer, this.#vtn.identifyBy),
      profileName: "2.0b",
      transportName: "simpleHttp",
      reportOnly: false,
      xmlSignature: false,
      httpPullModel: true,
      registeredAt: this.#vtn.clock.now(),
    };
    await this.#vtn.store.register(registration, await this.#welcome(registration));
    return registration;
  }

  /** A certificate that stands for a VEN does not become another one's as well. */
  async #requireNobodyElse(venId: string, peer: Peer): Promise<void> {
    const own = await this.ofCertificate(peer);
    if (own !== undefined && own.venId !== venId) throw notOfCertificate();
  }
}

function notOfCertificate(): IdentityMismatchError {
  return new IdentityMismatchError("not registered");
}
