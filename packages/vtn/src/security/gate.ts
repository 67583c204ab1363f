import {
  NotRegisteredOrAuthorizedError,
  RejectedError,
  SignatureError,
  venIdOf,
  type Message,
  type VerifiedSigner,
} from "@openleadr/protocol";
import { RefusedRequestError, type Received } from "@openleadr/transport";
import type { VtnContext } from "../context.ts";
import type { RequestContext } from "../options.ts";
import { RegistrationRefusedError, type Admissions } from "../registration/admissions.ts";
import { certificateTraits } from "../registration/certificate-traits.ts";
import type { Identity } from "../registration/identity.ts";
import { IdentityMismatchError } from "../registration/identity-mismatch.ts";
import type { Registration } from "../store/registration-store.ts";
import type { SecurityEvent } from "./security-event.ts";
import { originOf, type SecurityWatch } from "./security-watch.ts";
import type { WatchedCertificates } from "./watched-certificates.ts";
import type { Signatures, SignatureTerms } from "./signatures.ts";

/** An oadrCreatePartyRegistration, as it came. */
export type Application = Received & { readonly message: Message<"oadrCreatePartyRegistration"> };

/** Whether a message is a VEN's wish to register. */
export function isApplication(received: Received): received is Application {
  return received.message.name === "oadrCreatePartyRegistration";
}

interface Guards {
  readonly admissions: Admissions;
  readonly identity: Identity;
  readonly signatures: Signatures;
  readonly watch: SecurityWatch;
  readonly certificates: WatchedCertificates;
}

/**
 * What every message passes before a service sees it: who sent it, and whether that one signed it.
 *
 * Throws {@link RefusedRequestError} with 403 for what is to be ignored: a message without the signature that it needs
 * (rule 514), and what a peer does that has failed at it too often.
 */
export class Gate {
  readonly #vtn: VtnContext;
  readonly #identity: Identity;
  readonly #signatures: Signatures;
  readonly #watch: SecurityWatch;
  readonly #admissions: Admissions;
  readonly #certificates: WatchedCertificates;

  constructor(vtn: VtnContext, { admissions, identity, signatures, watch, certificates }: Guards) {
    this.#vtn = vtn;
    this.#identity = identity;
    this.#signatures = signatures;
    this.#watch = watch;
    this.#certificates = certificates;
    this.#admissions = admissions;
  }

  /** The registration of the VEN that sent a message. */
  async requireVen(received: Received, context: RequestContext): Promise<Registration> {
    let known: Registration;
    try {
      known = await this.#identity.requireVen(received.message, context);
    } catch (error) {
      const signer = this.#vtn.signatures === undefined ? undefined : await this.#meetStranger(received);
      throw this.#mismatch(error, received, signer);
    }
    const signer = this.#vtn.signatures === undefined ? undefined : this.#requireSigner(received, known);
    this.#certificates.seen(known.venId, received.peer, signer);
    return known;
  }

  /** Whether nobody knows who sent a message that need not say it. */
  async isOfNobody(received: Received): Promise<boolean> {
    if ((await this.#identity.ofCertificate(received.peer)) !== undefined) return false;
    if (this.#signatures.isRequiredOfStrangers) this.#verify(received, await this.#termsOfStranger(received));
    return true;
  }

  /** Lets a VEN ask what the VTN can do. */
  async requireQuery(received: Received): Promise<void> {
    if (this.#vtn.signatures === undefined) return;
    const own = await this.#identity.ofCertificate(received.peer);
    this.#verify(received, own ?? (await this.#termsOfStranger(received)));
  }

  /** Has a VEN registered, and tells what became of it. */
  async admit<T>(received: Application, register: (signer: VerifiedSigner | undefined) => Promise<T>): Promise<T> {
    const { peer } = received;
    if (this.#watch.isLimited("registration", peer)) {
      this.#watch.failed("registration", peer, attempt(received, "refused"));
      throw new RefusedRequestError(403, "too many attempts to register");
    }
    const signer = this.#verify(received, await this.#termsOfApplicant(received));
    try {
      const registered = await register(signer);
      this.#vtn.tellSecurity(attempt(received, "accepted"));
      return registered;
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error;
      const isPending = error instanceof RegistrationRefusedError && error.isPending;
      this.#watch.failed("registration", peer, attempt(received, isPending ? "pending" : "refused"));
      // Not counted once more: that would tell by the other limit whether there is a VEN of that venID.
      if (error instanceof IdentityMismatchError) this.#vtn.tellSecurity(mismatch(received));
      throw error;
    }
  }

  /**
   * Whether a VEN has signed, if it must. Who signed as another one of the authorities is told no more of a VEN without a
   * client certificate than of a venID that nobody has.
   */
  #requireSigner(received: Received, known: Registration): VerifiedSigner | undefined {
    const isUnbound = known[this.#vtn.identifyBy] === undefined;
    const isStranger = isUnbound && this.#signatures.isRequiredOfStrangers;
    const signer = this.#verify(received, isStranger ? { ...known, isStranger } : known);
    if (signer?.trustedBy !== "authority") return signer;
    throw this.#mismatch(new IdentityMismatchError("not registered"), received, signer);
  }

  /** Who has to sign is told nothing of who is registered before it has; whoever else signs is answered likewise, if rightly. */
  async #meetStranger(received: Received): Promise<VerifiedSigner | undefined> {
    const terms = await this.#termsOfStranger(received);
    if (this.#signatures.isRequiredOfStrangers) return this.#verify(received, terms);
    this.#signatures.consider(received.decoded, terms);
    return undefined;
  }

  /** What was decided about its certificate counts, then what is known of the VEN that has it; nothing that it only says. */
  async #termsOfApplicant(received: Application): Promise<SignatureTerms> {
    if (this.#vtn.signatures === undefined) return {};
    const { message, peer } = received;
    const known = await this.#identity.ofCertificate(peer);
    const decided = await this.#admissions.decision(certificateTraits(peer, this.#vtn.identifyBy));
    const signerFingerprints = decided?.signerFingerprints ?? known?.signerFingerprints;
    return {
      ...(signerFingerprints === undefined ? await this.#termsOfStranger(received) : { signerFingerprints }),
      signaturePolicy: decided?.signaturePolicy ?? known?.signaturePolicy,
      xmlSignature: message.payload.xmlSignature || known?.xmlSignature,
    };
  }

  /**
   * A certificate that the VEN is known to sign with will do, whichever VEN the message names: that it is that VEN is for the
   * signature to show. So the answer is the same whether there is such a VEN or not.
   */
  async #termsOfStranger(received: Received): Promise<SignatureTerms> {
    const { message, envelope, peer } = received;
    if (envelope.signature === "none") return {};
    const venId = venIdOf(message) ?? "";
    const venName = isApplication(received) ? received.message.payload.venName : undefined;
    const known = [
      await this.#admissions.decision({ venId }),
      await this.#admissions.decision({ venName }),
      await this.#vtn.store.registration(venId),
    ];
    const signerFingerprints = known.flatMap((each) => each?.signerFingerprints ?? []);
    if (peer.fingerprint !== undefined) signerFingerprints.push(peer.fingerprint);
    return { isStranger: true, signerFingerprints };
  }

  #verify(received: Received, terms: SignatureTerms): VerifiedSigner | undefined {
    // Nothing is put together for every poll where nobody looks at it.
    if (this.#vtn.signatures === undefined) return undefined;
    try {
      return this.#signatures.verify(received.decoded, { ...terms, fingerprint: received.peer.fingerprint });
    } catch (error) {
      if (!(error instanceof SignatureError)) throw error;
      const { message, peer } = received;
      this.#watch.signatureRejected(peer, { message: message.name, venId: venIdOf(message), error });
      throw new RefusedRequestError(403, error.message, { cause: error });
    }
  }

  /**
   * The error to answer with: who has tried too many venIDs gets no more than a 403. Whether there are VENs of these venIDs
   * makes no difference to anybody: who is known by a certificate is counted and limited either way, who is not gets 463
   * for ever, as a whole fleet may be behind one address that a VTN has forgotten.
   */
  #mismatch(error: unknown, received: Received, signer: VerifiedSigner | undefined): unknown {
    if (!(error instanceof NotRegisteredOrAuthorizedError)) return error;
    const { peer } = received;
    const { fingerprint = signer?.fingerprint } = peer;
    const isKnown = fingerprint !== undefined;
    if (!isKnown && !(error instanceof IdentityMismatchError)) return error;
    const counted = isKnown ? { ...peer, fingerprint } : peer;
    const isOver = this.#watch.failed("identity", counted, mismatch(received));
    return isOver && isKnown ? new RefusedRequestError(403, "too many venIDs of others", { cause: error }) : error;
  }
}

function mismatch({ message, peer }: Received): SecurityEvent {
  return { type: "identityMismatch", message: message.name, venId: venIdOf(message), ...originOf(peer) };
}

function attempt(
  { message: { payload }, peer }: Application,
  outcome: Extract<SecurityEvent, { readonly type: "registrationAttempt" }>["outcome"],
): SecurityEvent {
  const { venName, venId } = payload;
  return { type: "registrationAttempt", venName, venId, outcome, ...originOf(peer) };
}
