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
  type Signer,
  type SignatureVerifierOptions,
  type VerifiedSigner,
} from "@openleadr/protocol";

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
   * Ignore what the VTN sends unless it is signed, as if it had not come. Otherwise what is signed must be signed rightly,
   * and the rest is heeded all the same. @default true, if there is a `vtnFingerprint` or an authority; else signatures
   * are not looked at
   */
  readonly required?: boolean | undefined;
}

/** Signs what a VEN sends, and verifies what comes to it. */
export interface VenSignatures {
  /** Signs what the VEN sends; undefined if nothing does. */
  readonly signer: Signer | undefined;
  /** CAs that vouch for whoever signs for the VTN. */
  readonly authorities: readonly X509Certificate[];
  /** Whether signatures of the VTN are looked at. */
  readonly isVerifying: boolean;
  /** The certificate that the VTN has signed with last, as far as it was looked at. */
  readonly vtnSigner: X509Certificate | undefined;
  /** Whether the VEN signs what it sends. */
  readonly isSigning: boolean;
  /** Throws `TypeError` if the VEN does not sign. */
  replaceSigner(signer: Signer): void;
  /** Throws `TypeError` if there were none, or would be none. */
  replaceAuthorities(authorities: readonly X509Certificate[]): void;
  write(message: Message): string | Promise<string>;
  /** Throws {@link SignatureError} for what is to be ignored. */
  verify(decoded: Decoded): void;
}

/** Throws `RangeError` for a time out of range, and `TypeError` if signatures are required of nobody in particular. */
export function venSignatures(options: VenSignatureOptions = {}, clock?: Clock): VenSignatures {
  const { vtnFingerprint = [] } = options;
  let { signer, authorities = [] } = options;
  let vtnSigner: X509Certificate | undefined;
  const given = typeof vtnFingerprint === "string" ? [vtnFingerprint] : vtnFingerprint;
  const fingerprints = given.map((each) => parseFingerprint(each, "signatures.vtnFingerprint"));
  const isTrusting = fingerprints.length + authorities.length > 0;
  const { required = isTrusting } = options;
  if (required && !isTrusting)
    throw new TypeError("signatures.required: expected a vtnFingerprint or authorities to go with it, got neither");
  const verifier = new SignatureVerifier({ ...options, clock });
  return {
    get signer() {
      return signer;
    },
    get authorities() {
      return authorities;
    },
    isVerifying: isTrusting,
    get vtnSigner() {
      return vtnSigner;
    },
    isSigning: signer !== undefined,
    replaceSigner(other) {
      if (signer === undefined)
        throw new TypeError("signer: expected a VEN with signatures.signer, got one that does not sign");
      signer = other;
    },
    replaceAuthorities(others) {
      if (authorities.length === 0 || others.length === 0)
        throw new TypeError(
          "authorities: expected CAs in place of signatures.authorities, got none, or a VEN that has none",
        );
      authorities = others;
    },
    write: (message) => (signer === undefined ? encode(message) : sign(message, signer, { clock })),
    verify(decoded) {
      if (!isTrusting || (!required && decoded.envelope.signature === "none")) return;
      const { signature } = verifier.verify(decoded, { fingerprints, authorities }).envelope;
      requireVtn(signature, signer);
      vtnSigner = signature.certificate;
    },
  };
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
