import type { X509Certificate } from "node:crypto";
import {
  encode,
  sign,
  type Decoded,
  SignatureError,
  SignatureVerifier,
  type Message,
  type RevocationListDates,
  type RevocationListInput,
  type RevocationLists,
  type Signer,
  type Trust,
  type VerifiedSigner,
} from "@openleadr/protocol";
import { replacedLists } from "@openleadr/protocol/internal";
import type { Received } from "@openleadr/transport";
import type { VtnContext } from "../context.ts";
import type { CertificateTrait, CertificateTraits } from "../registration/certificate-traits.ts";
import type { Registration } from "../store/registration-store.ts";
import type { SignaturePolicy, VenSignatures, VtnSignatureOptions } from "./signature-options.ts";

/** What is known of the signatures of whoever sends a message. */
export interface SignatureTerms extends VenSignatures {
  /** Whether it announced that it signs (oadrXmlSignature). */
  readonly xmlSignature?: boolean | undefined;
  /** The fingerprint of its client certificate. */
  readonly fingerprint?: string | undefined;
  /** Whether it may also sign with whatever certificate the authorities vouch for. */
  readonly isStranger?: boolean | undefined;
}

/** What is known of a VEN and its signatures. */
type SigningVen = VenSignatures & CertificateTraits & Partial<Pick<Registration, "xmlSignature">>;

/** How messages to one VEN are written, and its answers verified. */
export interface Seal {
  write(message: Message): string | Promise<string>;
  /** Throws {@link SignatureError} for an answer that is to be ignored. */
  verify(answer: Decoded): void;
}

/** Signs what a VTN answers, and verifies what comes to it. */
export class Signatures {
  readonly #options: VtnSignatureOptions | undefined;
  #authorities: VtnSignatureOptions["authorities"];
  #signer: Signer | undefined;
  #revocationLists: RevocationLists | undefined;
  readonly #verifier: SignatureVerifier;
  readonly #clock: VtnContext["clock"];
  readonly #identifyBy: CertificateTrait;

  constructor({ signatures, clock, identifyBy }: Pick<VtnContext, "signatures" | "clock" | "identifyBy">) {
    this.#options = signatures;
    this.#authorities = signatures?.authorities;
    this.#revocationLists = replacedLists(signatures?.crl, signatures?.authorities ?? [], undefined);
    this.#signer = signatures?.signer;
    this.#clock = clock;
    this.#identifyBy = identifyBy;
    this.#verifier = new SignatureVerifier({ ...signatures, clock });
  }

  /** Throws `TypeError` if the VTN does not sign. */
  replaceSigner(signer: Signer): void {
    if (this.#signer === undefined)
      throw new TypeError("signer: expected a VTN with signatures.signer, got one that does not sign");
    this.#signer = signer;
  }

  /** When the revocation lists count, and whose they are. */
  get revocationLists(): readonly RevocationListDates[] {
    return this.#revocationLists?.dates ?? [];
  }

  /** Throws `TypeError` if the VTN looks at no signatures, and for lists that are not of the authorities. */
  replaceAuthorities(authorities: readonly X509Certificate[], crl: RevocationListInput | undefined): void {
    if (this.#options === undefined)
      throw new TypeError("authorities: expected a VTN with signatures, got one that looks at none");
    this.#revocationLists = replacedLists(crl, authorities, this.#revocationLists);
    this.#authorities = authorities;
  }

  /** Whether somebody of whom nothing is known has to sign. */
  get isRequiredOfStrangers(): boolean {
    return this.#options?.policy === "required";
  }

  /**
   * Who signed a message; undefined for one that need not be signed, or whose signature nobody looks at. Throws
   * {@link SignatureError} for one that is to be ignored.
   */
  verify(decoded: Decoded, terms: SignatureTerms): VerifiedSigner | undefined {
    const policy = this.#policyFor(terms);
    if (policy !== "required" && decoded.envelope.signature === "none") return undefined;
    if (policy !== "off") return this.#verify(decoded, terms);
    // Nothing depends on it that it is that VEN's, but for the signature of the answer.
    this.consider(decoded, { ...terms, isStranger: true });
    return undefined;
  }

  /** Looks at a signature that may be missing or wrong: only if it is neither, the answer will be signed. */
  consider(decoded: Decoded, terms: SignatureTerms): void {
    if (this.#signer === undefined || decoded.envelope.signature === "none") return;
    try {
      this.#verify(decoded, terms);
    } catch (error) {
      if (!(error instanceof SignatureError)) throw error;
    }
  }

  /**
   * Whether whoever registers has signed as a VEN does. A VEN that has a certificate is known by that, and need not have
   * signed unless it always must.
   */
  isSignerOf(ven: SigningVen, signer: VerifiedSigner | undefined): boolean {
    const policy = this.#policyFor(ven);
    if (policy === "off") return true;
    const { signerFingerprints } = ven;
    if (signer !== undefined)
      return signerFingerprints?.some((known) => known.toUpperCase() === signer.fingerprint) ?? true;
    return policy === "accepted" && (signerFingerprints === undefined || ven[this.#identifyBy] !== undefined);
  }

  /** What passes between the VTN and a VEN that it calls: signed if the VEN signs. */
  sealFor(registration: Registration): Seal {
    const isSigned = registration.xmlSignature || this.#policyFor(registration) === "required";
    return {
      write: (message) => (isSigned ? this.#seal(message) : encode(message)),
      verify: (answer) => void this.verify(answer, registration),
    };
  }

  #policyFor({ signaturePolicy, xmlSignature = false }: SignatureTerms): SignaturePolicy {
    if (this.#options === undefined) return "off";
    const policy = signaturePolicy ?? this.#options.policy ?? "accepted";
    return policy === "accepted" && xmlSignature ? "required" : policy;
  }

  /**
   * Writes an answer; signed if the signature of what it answers was verified. Nobody else gets something that bears the
   * VTN's signature, to show it to a VEN.
   */
  readonly write = (answer: Message, { decoded }: Pick<Received, "decoded">): string | Promise<string> => {
    return isVerified(decoded) ? this.#seal(answer) : encode(answer);
  };

  /** Signs a message, if the VTN signs. */
  #seal(message: Message): string | Promise<string> {
    const signer = this.#signer;
    return signer === undefined ? encode(message) : sign(message, signer, { clock: this.#clock });
  }

  #verify(decoded: Decoded, terms: SignatureTerms): VerifiedSigner {
    const { signature } = this.#verifier.verify(decoded, this.#trustIn(terms)).envelope;
    Object.defineProperty(decoded, verified, { value: true });
    return signature;
  }

  /** An authority vouches for all its VENs alike, and must not let one of them sign for another. */
  #trustIn({ fingerprint, signerFingerprints, isStranger = false }: SignatureTerms): Trust {
    const own = fingerprint === undefined ? [] : [fingerprint];
    const authorities = isStranger ? this.#authorities : [];
    return { fingerprints: signerFingerprints ?? own, authorities, revocationLists: this.#revocationLists };
  }
}

// A property that nobody else sees, and copies do not have. (A WeakSet makes the garbage collector's work dearer.)
const verified = Symbol("verified");

function isVerified(decoded: Decoded & { readonly [verified]?: true }): boolean {
  return decoded[verified] === true;
}

/** The certificate that a VEN is bound to from now on, where it is another than its client certificate. */
export function boundSigner(
  signer: VerifiedSigner | undefined,
  { fingerprint }: Pick<Registration, "fingerprint">,
): readonly string[] | undefined {
  return signer === undefined || signer.fingerprint === fingerprint ? undefined : [signer.fingerprint];
}
