import {
  InvalidIdError,
  NotRegisteredOrAuthorizedError,
  parseFingerprint,
  type OadrCreatePartyRegistration,
} from "@openleadr/protocol";
import type { Peer } from "@openleadr/transport";
import type { VtnContext } from "../context.ts";
import type { RegistrationTerms, RequestContext } from "../options.ts";
import type { Registration } from "../store/registration-store.ts";
import { acceptance, subjectKey, subjectsOf, type Admission, type VenSubject, type VenTraits } from "./admission.ts";
import { venSignatures } from "../security/signature-options.ts";
import type { Signatures } from "../security/signatures.ts";
import { certificateTraits, shownBy } from "./certificate-traits.ts";
import type { KnownVen } from "./identity.ts";
import { IdentityMismatchError } from "./identity-mismatch.ts";
import type { PendingVen } from "./pending-ven.ts";

/** A VEN was not let in, which was told already. Pending or refused, the VEN is told the same. */
export class RegistrationRefusedError extends NotRegisteredOrAuthorizedError {
  /** Whether it may be let in yet. */
  readonly isPending: boolean;

  constructor({ isPending }: { readonly isPending: boolean }) {
    super("registration refused");
    this.isPending = isPending;
  }
}

/** A VEN that asks to register. */
export interface Applicant {
  readonly request: OadrCreatePartyRegistration;
  readonly context: RequestContext;
  /** The registration that it has, as its certificate and its signature say; where nothing of both is known, its IDs or name. */
  readonly known: Registration | undefined;
  /** The registered VEN that it names and has not shown to be. */
  readonly claimedVenId?: string | undefined;
  /** What the user's list knows of the venID that it brings, if it shows the certificate that the list may name. */
  readonly listed?: KnownVen | undefined;
}

/** Decides who may register: by handler, by the lists of options and store, or later, by a person. */
export class Admissions {
  readonly #vtn: VtnContext;
  readonly #signatures: Signatures;
  readonly #accepted: ReadonlyMap<string, Admission>;

  constructor(vtn: VtnContext, signatures: Signatures) {
    this.#vtn = vtn;
    this.#signatures = signatures;
    const decidedAt = new Date(0);
    this.#accepted = new Map(
      vtn.acceptedVens.map((ven) => acceptance(ven, decidedAt)).map((each) => [subjectKey(each.subject), each]),
    );
  }

  /** What a VEN is to get, as far as that is decided. Throws {@link RegistrationRefusedError}. */
  async admit(applicant: Applicant): Promise<RegistrationTerms> {
    const { request, context, known, claimedVenId } = applicant;
    await this.#decisionFor(applicant);
    const said = await this.#vtn.onCreatePartyRegistration?.(request, {
      ...context,
      venId: known?.venId,
      ...(claimedVenId !== undefined && { claimedVenId }),
    });
    if (said === false) throw this.#refuse(applicant);
    // Again, as a handler may take its time, or decide by way of the lists.
    const decision = await this.#decisionFor(applicant);
    if (said === undefined || said === "pending") return this.#byList(applicant, decision);
    const terms = said === true ? {} : withFingerprint(said);
    await this.#requireOwner(applicant, terms);
    return terms;
  }

  /**
   * The decision about a VEN: a refusal of anything that it is known by, else the one about the surest of these; the store's
   * before that of the options.
   */
  async decision(traits: VenTraits): Promise<Admission | undefined> {
    let surest: Admission | undefined;
    for (const subject of subjectsOf(traits)) {
      const key = subjectKey(subject);
      const decision = (await this.#vtn.store.admission(key)) ?? this.#accepted.get(key);
      if (decision?.isAccepted === false) return decision;
      surest ??= decision;
    }
    return surest;
  }

  /**
   * The VEN that a peer's certificate was accepted for, to replace the one that it registered with. That counts until it
   * registers with another one; what the options name, always.
   */
  async rotatingVen(peer: Peer): Promise<Registration | undefined> {
    const decision = await this.decision(certificateTraits(peer, this.#vtn.identifyBy));
    if (decision?.isAccepted !== true || decision.venId === undefined) return undefined;
    const registration = await this.#vtn.store.registration(decision.venId);
    if (registration === undefined) return undefined;
    const isOfOptions = this.#accepted.get(subjectKey(decision.subject)) === decision;
    return isOfOptions || decision.decidedAt > registration.registeredAt ? registration : undefined;
  }

  /** What a person or the options decided about who asks. Throws for whom a person has refused. */
  async #decisionFor(applicant: Applicant): Promise<Admission | undefined> {
    const { request, context } = applicant;
    const decision = await this.decision({ ...request, ...certificateTraits(context.peer, this.#vtn.identifyBy) });
    if (decision?.isAccepted === false) throw this.#refuse(applicant);
    return decision;
  }

  /** By what a VEN that is registered may come again: all certificates that stand for it, or else its venID and its name. */
  async subjectsOf({ venId, venName, fingerprint, ...registration }: Registration): Promise<readonly VenSubject[]> {
    const { store, identifyBy } = this.#vtn;
    const { commonName } = registration;
    const isBound = { fingerprint, commonName }[identifyBy] !== undefined;
    const accepted = [...this.#accepted.values(), ...(await store.admissions())]
      .filter((each) => each.isAccepted && each.venId === venId)
      .map(({ subject }) => subject)
      .filter((subject) => (subject.fingerprint ?? subject.commonName) !== undefined);
    return [...subjectsOf(isBound ? { fingerprint, commonName } : { venId, venName }), ...accepted];
  }

  async #byList(applicant: Applicant, decision: Admission | undefined): Promise<RegistrationTerms> {
    const { request, known } = applicant;
    if (decision !== undefined) return this.#byDecision(decision, applicant);
    // One that is registered has shown both of its IDs, and the certificate that goes with them.
    const isGoingOn = known !== undefined && request.registrationId !== undefined;
    const terms = termsOfList(applicant) ?? (isGoingOn ? {} : undefined);
    if (terms === undefined) throw await this.#wait(applicant);
    await this.#requireOwner(applicant, terms);
    return terms;
  }

  /** What a decision gives, unless the VEN brings another venID (rules 400, 402), or the one that it is to get is another's. */
  async #byDecision(decision: Admission, applicant: Applicant): Promise<RegistrationTerms> {
    const { venId } = decision;
    const terms = { ...(venId !== undefined && { venId }), ...venSignatures(decision) };
    // Who cannot have the venID of the decision must not find out which one that is.
    if (venId !== undefined) await this.#requireOwner(applicant, terms);
    requireGiven(decision, applicant);
    if (venId === undefined) await this.#requireOwner(applicant, terms);
    return terms;
  }

  /**
   * A certificate stands for one VEN: nobody gets the venID of a VEN that has another certificate, and nobody who shows
   * a VEN's certificate gets another venID, unless somebody decided so for that very certificate.
   */
  async #requireOwner(applicant: Applicant, terms: RegistrationTerms): Promise<void> {
    this.#requireSigner(applicant, terms);
    if (terms.fingerprint !== undefined && terms.fingerprint !== applicant.context.peer.fingerprint)
      throw notOfCertificate();
    const venId = venIdFor(applicant, terms);
    if (venId === undefined) return;
    const { context } = applicant;
    // It need not have brought the venID that somebody has refused.
    if ((await this.decision({ venId }))?.isAccepted === false) throw this.#refuse(applicant);
    const { store, identifyBy } = this.#vtn;
    const owner = await store.registration(venId);
    if (owner !== undefined && !this.#isSignerOf(owner, applicant, terms)) throw notOfCertificate();
    if (isCertificateNamed(applicant, terms)) return;
    const shown = shownBy(context.peer, identifyBy);
    const isOthers = owner?.[identifyBy] !== undefined && owner[identifyBy] !== shown;
    const own =
      shown === undefined || terms.venId !== undefined ? undefined : await store.registrationBy(identifyBy, shown);
    if (!isOthers && (own === undefined || own.venId === venId)) return;
    const decision = await this.decision(certificateTraits(context.peer, identifyBy));
    const isDecided = decision?.isAccepted === true && decision.venId === venId;
    if (isDecided && (!isOthers || (await this.rotatingVen(context.peer)) !== undefined)) return;
    throw notOfCertificate();
  }

  #isSignerOf(owner: Registration, { context }: Applicant, { signerFingerprints }: RegistrationTerms): boolean {
    return this.#signatures.isSignerOf({ ...owner, ...venSignatures({ signerFingerprints }) }, context.signer);
  }

  /** What was decided about the signatures of a VEN holds for its registration, too. */
  #requireSigner({ request: { xmlSignature }, context: { peer, signer } }: Applicant, terms: RegistrationTerms): void {
    const decided = venSignatures(terms);
    if (Object.keys(decided).length === 0) return;
    const ven = { ...certificateTraits(peer, this.#vtn.identifyBy), xmlSignature, ...decided };
    if (!this.#signatures.isSignerOf(ven, signer)) throw notOfCertificate();
  }

  async #wait(applicant: Applicant): Promise<RegistrationRefusedError> {
    const pending = pendingVen(applicant, this.#vtn.clock.now());
    if (pending === undefined) return this.#refuse(applicant);
    const { store, maxPendingVens } = this.#vtn;
    const isNew = (await store.pendingVen(subjectKey(pending.subject))) === undefined;
    await store.putPendingVen(pending, maxPendingVens);
    if (isNew) this.#vtn.tell({ type: "registrationPending", ven: pending });
    return new RegistrationRefusedError({ isPending: true });
  }

  #refuse({ request: { venName }, context: { peer } }: Applicant): RegistrationRefusedError {
    this.#vtn.tell({ type: "registrationRefused", venName, address: peer.address });
    return new RegistrationRefusedError({ isPending: false });
  }
}

/** The fingerprint as certificates are known by it, however it was given. */
function withFingerprint(terms: RegistrationTerms): RegistrationTerms {
  return terms.fingerprint === undefined ? terms : { ...terms, fingerprint: parseFingerprint(terms.fingerprint) };
}

/** The user's own list says which registrationID is the VEN's; it would refuse any other afterwards. */
function termsOfList({ listed }: Applicant): RegistrationTerms | undefined {
  if (listed === undefined) return undefined;
  const { registrationId, pollFrequency } = listed;
  return { registrationId, pollFrequency, ...venSignatures(listed) };
}

/** Whether the handler or the user's list has said that the certificate which is shown is that of the VEN. */
function isCertificateNamed({ request, listed }: Applicant, { venId, fingerprint }: RegistrationTerms): boolean {
  if (fingerprint !== undefined && venId !== undefined) return true;
  return listed?.fingerprint !== undefined && (venId ?? request.venId) === request.venId;
}

/** It says no more to the peer than any other refusal: which venIDs there are is nobody's business. */
function notOfCertificate(): IdentityMismatchError {
  return new IdentityMismatchError("registration refused");
}

/** The venID that a VEN gets on those terms, unless it gets a new one: the one it asks for, rather than the one it has. */
export function venIdFor(
  { request, known }: Pick<Applicant, "request" | "known">,
  terms: RegistrationTerms,
): string | undefined {
  return terms.venId ?? request.venId ?? known?.venId;
}

/** Throws for a venID that the VEN brings and was not given (rules 400, 402). */
function requireGiven({ subject, venId }: Admission, { request, known }: Applicant): void {
  if (request.venId === undefined || request.venId === (venId ?? givenVenId(subject))) return;
  const isForCertificate = (subject.fingerprint ?? subject.commonName) !== undefined && venId !== undefined;
  if (isForCertificate || (known !== undefined && known.venId !== request.venId)) throw notOfCertificate();
  const isOwn = request.registrationId !== undefined || known?.venName === request.venName;
  if (venId === undefined && known?.venId === request.venId && isOwn) return;
  throw new InvalidIdError("not a venID that this VTN gave to this VEN");
}

function givenVenId(subject: VenSubject): string | undefined {
  return "venId" in subject ? subject.venId : undefined;
}

/** Undefined for one that nothing is known of by which to know it again. */
function pendingVen({ request, context }: Omit<Applicant, "known">, now: Date): PendingVen | undefined {
  const { venName, venId, profileName, transportName, transportAddress } = request;
  const { peer } = context;
  const { fingerprint } = peer;
  const certificateSubject = peer.certificate?.subject;
  const [subject] = subjectsOf({ fingerprint, venId, venName });
  if (subject === undefined) return undefined;
  return {
    subject,
    ...(venName !== undefined && { venName }),
    ...(venId !== undefined && { venId }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(certificateSubject !== undefined && { certificateSubject }),
    address: peer.address,
    profileName,
    transportName,
    ...(transportAddress !== undefined && { transportAddress }),
    firstAskedAt: now,
    lastAskedAt: now,
  };
}
