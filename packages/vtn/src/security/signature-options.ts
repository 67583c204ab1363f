import type { X509Certificate } from "node:crypto";
import {
  parseFingerprint,
  type RevocationListInput,
  type Signer,
  type SignatureVerifierOptions,
} from "@openleadr/protocol";

/**
 * What becomes of the signatures of a VEN's messages.
 *
 * - `"off"`: no message is refused for them.
 * - `"accepted"`: a message that is signed must be signed rightly, and a VEN that announced oadrXmlSignature when it
 *   registered must sign all it sends.
 * - `"required"`: what is not signed, or not rightly, is ignored.
 *
 * To ignore a message is to answer it with HTTP 403 and an empty body.
 *
 * @see OpenADR 2.0b, rule 514
 */
export type SignaturePolicy = "off" | "accepted" | "required";

/** What is decided about the signatures of one VEN. */
export interface VenSignatures {
  /**
   * One that is laxer than the VTN's counts for a registration only if the VEN is known by its client certificate; a VEN that
   * has to sign has to sign its registration, too. @default the VTN's `signatures.policy`
   */
  readonly signaturePolicy?: SignaturePolicy | undefined;
  /**
   * The fingerprints of the certificates with which the VEN signs, several while one is being replaced.
   * @default that of its client certificate
   */
  readonly signerFingerprints?: readonly string[] | undefined;
}

/** What is said about the signatures of one VEN, and nothing else. Throws `RangeError` for what is none. */
export function venSignatures({ signaturePolicy, signerFingerprints }: VenSignatures): VenSignatures {
  if (signerFingerprints?.length === 0) throw new RangeError("signerFingerprints: expected at least one, got none");
  return {
    ...(signaturePolicy !== undefined && { signaturePolicy }),
    ...(signerFingerprints !== undefined && {
      signerFingerprints: signerFingerprints.map((each) => parseFingerprint(each, "signerFingerprints")),
    }),
  };
}

/**
 * How a VTN signs, and whose signatures it accepts.
 *
 * A VEN signs with its client certificate unless another one is named for it. A VEN that shows none, or signs with
 * another, has to be vouched for by `authorities` when it registers, and is bound from then on to the certificate that it
 * signed with.
 *
 * @see OpenADR 2.0b, §10.6
 */
export interface VtnSignatureOptions extends Omit<SignatureVerifierOptions, "clock"> {
  /** Signs the answers to messages that are signed rightly, and what is pushed to VENs that sign. @default nothing is signed */
  readonly signer?: Signer | undefined;
  /** For VENs of which nothing else is said. @default "accepted" */
  readonly policy?: SignaturePolicy | undefined;
  /** CAs whose certificates VENs may sign with when they register. @default none */
  readonly authorities?: readonly X509Certificate[] | undefined;
  /**
   * The revocation lists of `authorities`: PEM, or one in DER, or a list of either. Who is on one may not sign any more, also
   * who has been registered. Once there is one, each CA needs one that counts, or its certificates are refused, as in TLS; of a
   * CA in between, the certificate has to be among `authorities`, too. @default nothing is looked up
   */
  readonly crl?: RevocationListInput | undefined;
}
