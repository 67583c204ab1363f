import type { X509Certificate } from "node:crypto";
import {
  encode,
  sign,
  SignatureVerifier,
  type Clock,
  type Decoded,
  type Message,
  type Signer,
  type SignatureVerifierOptions,
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
  /** CAs of which any certificate may sign for the VTN. @default none */
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
  /** CAs of which any certificate may sign for the VTN. */
  readonly authorities: readonly X509Certificate[];
  /** Whether the VEN signs what it sends. */
  readonly isSigning: boolean;
  /** Throws `TypeError` if the VEN does not sign. */
  replaceSigner(signer: Signer): void;
  write(message: Message): string | Promise<string>;
  /** Throws {@link SignatureError} for what is to be ignored. */
  verify(decoded: Decoded): void;
}

/** Throws `RangeError` for a time out of range, and `TypeError` if signatures are required of nobody in particular. */
export function venSignatures(options: VenSignatureOptions = {}, clock?: Clock): VenSignatures {
  const { vtnFingerprint = [], authorities = [] } = options;
  let { signer } = options;
  const fingerprints = typeof vtnFingerprint === "string" ? [vtnFingerprint] : vtnFingerprint;
  const isTrusting = fingerprints.length + authorities.length > 0;
  const { required = isTrusting } = options;
  if (required && !isTrusting)
    throw new TypeError("signatures.required: expected a vtnFingerprint or authorities to go with it, got neither");
  const verifier = new SignatureVerifier({ ...options, clock });
  return {
    get signer() {
      return signer;
    },
    authorities,
    isSigning: signer !== undefined,
    replaceSigner(other) {
      if (signer === undefined)
        throw new TypeError("signer: expected a VEN with signatures.signer, got one that does not sign");
      signer = other;
    },
    write: (message) => (signer === undefined ? encode(message) : sign(message, signer, { clock })),
    verify(decoded) {
      if (!isTrusting || (!required && decoded.envelope.signature === "none")) return;
      verifier.verify(decoded, { fingerprints, authorities });
    },
  };
}
