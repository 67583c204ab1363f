import type { X509Certificate } from "node:crypto";
import {
  encode,
  parseFingerprint,
  sign,
  SignatureError,
  SignatureVerifier,
  type Clock,
  type Decoded,
  type Message,
  type RevocationListDates,
  type RevocationListInput,
  type RevocationLists,
  type Signer,
  type SignatureVerifierOptions,
  type VerifiedSigner,
} from "@openleadr/protocol";
import { replacedLists } from "@openleadr/protocol/internal";

/**
 * How a VEN signs, and which signatures of its VTN it accepts.
 *
 * @see OpenADR 2.0b, §10.6, rule 514
 */
export interface VenSignatureOptions extends Omit<SignatureVerifierOptions, "clock"> {
  /**
   * Signs all that the VEN sends, which the VEN announces when it registers (oadrXmlSignature). Most VTNs expect the
   * certificate that the VEN shows in TLS. @default nothing is signed
   */
  readonly signer?: Signer | undefined;
  /** The fingerprint of the certificate that the VTN signs with; several while one is being replaced. @default none */
  readonly vtnFingerprint?: string | readonly string[] | undefined;
  /**
   * CAs of which any certificate for a server may sign for the VTN, but not the VEN's own. Give CAs that issue to VTNs alone:
   * others that they have issued for a server, such as VENs that are pushed to, could sign in the VTN's place, which is told
   * as `securityReduced`. A `vtnFingerprint` has no such doubt. @default none
   */
  readonly authorities?: readonly X509Certificate[] | undefined;
  /**
   * The revocation lists of `authorities`: PEM, or one in DER, or a list of either. What is signed by who is on one is ignored,
   * whether it has the `vtnFingerprint` or not. Once there is one, each CA needs one that counts, or its certificates are
   * refused, as in TLS; of a CA in between, the certificate has to be among `authorities`, too. @default nothing is looked up
   */
  readonly crl?: RevocationListInput | undefined;
  /**
   * Ignore what the VTN sends unless it is signed, as if it had not come. Otherwise what is signed must be signed rightly,
   * and the rest is heeded all the same. @default true, if there is a `vtnFingerprint` or an authority; else signatures
   * are not looked at
   */
  readonly required?: boolean | undefined;
}

/** Signs what a VEN sends, and verifies what comes to it. */
export class VenSignatures {
  readonly #clock: Clock | undefined;
  readonly #fingerprints: readonly string[];
  readonly #isRequired: boolean;
  /** None where signatures of the VTN are not looked at. */
  readonly #verifier: SignatureVerifier | undefined;
  #signer: Signer | undefined;
  #authorities: readonly X509Certificate[];
  #revocationLists: RevocationLists | undefined;
  #vtnSigner: X509Certificate | undefined;

  /** Throws `RangeError` for a time out of range, and `TypeError` if signatures are required of nobody in particular. */
  constructor(options: VenSignatureOptions = {}, clock?: Clock) {
    const { vtnFingerprint = [], authorities = [], signer } = options;
    const given = typeof vtnFingerprint === "string" ? [vtnFingerprint] : vtnFingerprint;
    const isTrusting = given.length + authorities.length > 0;
    const { required = isTrusting } = options;
    if (required && !isTrusting)
      throw new TypeError("signatures.required: expected a vtnFingerprint or authorities to go with it, got neither");
    const verifier = new SignatureVerifier({ ...options, clock });
    this.#verifier = isTrusting ? verifier : undefined;
    this.#clock = clock;
    this.#fingerprints = given.map((each) => parseFingerprint(each, "signatures.vtnFingerprint"));
    this.#isRequired = required;
    this.#signer = signer;
    this.#authorities = authorities;
    this.#revocationLists = replacedLists(options.crl, authorities, undefined);
  }

  /** Signs what the VEN sends; undefined if nothing does. */
  get signer(): Signer | undefined {
    return this.#signer;
  }

  /** CAs that vouch for whoever signs for the VTN. */
  get authorities(): readonly X509Certificate[] {
    return this.#authorities;
  }

  /** When the revocation lists count, and whose they are. */
  get revocationLists(): readonly RevocationListDates[] {
    return this.#revocationLists?.dates ?? [];
  }

  /** Whether signatures of the VTN are looked at. */
  get isVerifying(): boolean {
    return this.#verifier !== undefined;
  }

  /** The certificate that the VTN has signed with last, as far as it was looked at. */
  get vtnSigner(): X509Certificate | undefined {
    return this.#vtnSigner;
  }

  /** Throws `TypeError` if the VEN does not sign. */
  replaceSigner(signer: Signer): void {
    if (this.#signer === undefined)
      throw new TypeError("signer: expected a VEN with signatures.signer, got one that does not sign");
    this.#signer = signer;
  }

  /** Throws `TypeError` if there were none, or would be none, and for lists that are not of the authorities. */
  replaceAuthorities(authorities: readonly X509Certificate[], crl: RevocationListInput | undefined): void {
    if (this.#authorities.length === 0 || authorities.length === 0)
      throw new TypeError(
        "authorities: expected CAs in place of signatures.authorities, got none, or a VEN that has none",
      );
    this.#revocationLists = replacedLists(crl, authorities, this.#revocationLists);
    this.#authorities = authorities;
  }

  /** What writes the VEN's messages; undefined where they are not signed. */
  get write(): ((message: Message) => string | Promise<string>) | undefined {
    if (this.#signer === undefined) return undefined;
    return (message) =>
      this.#signer === undefined ? encode(message) : sign(message, this.#signer, { clock: this.#clock });
  }

  /** Throws {@link SignatureError} for what is to be ignored. */
  verify(decoded: Decoded): void {
    if (this.#verifier === undefined) return;
    if (!this.#isRequired && decoded.envelope.signature === "none") return;
    const trust = {
      fingerprints: this.#fingerprints,
      authorities: this.#authorities,
      revocationLists: this.#revocationLists,
    };
    const { signature } = this.#verifier.verify(decoded, trust).envelope;
    requireVtn(signature, this.#signer);
    this.#vtnSigner = signature.certificate;
  }
}

/** An authority vouches for whoever it has issued a certificate to, the VEN itself included. */
function requireVtn({ trustedBy, certificate, fingerprint }: VerifiedSigner, own: Signer | undefined): void {
  if (trustedBy === "fingerprint") return;
  const isOwn = own?.certificates[0].raw.equals(certificate.raw) === true;
  // Without the extension, a certificate may be used for anything.
  const usages: readonly string[] = certificate.keyUsage ?? [serverAuth];
  if (!isOwn && usages.includes(serverAuth)) return;
  throw new SignatureError("ERR_OADR_SIGNATURE_UNTRUSTED", {
    path: "oadrPayload/ds:Signature/ds:KeyInfo",
    expected: "a certificate for a server, as the VTN's is",
    got: isOwn ? "the VEN's own" : `${fingerprint}, which is for a client`,
  });
}

/** RFC 5280, §4.2.1.12 */
const serverAuth = "1.3.6.1.5.5.7.3.1";
