import { X509Certificate, type KeyObject } from "node:crypto";
import { fingerprintOf } from "../certificate/fingerprint.ts";
import type { XmlElement } from "../xml/element.ts";
import { detached } from "../xml/text.ts";
import { acceptedKeys, describeKey, signatureLengthOf } from "./algorithms.ts";
import { signatureError } from "./fault.ts";
import { base64In } from "./read-signature.ts";

/** A signer's certificate, with what verifying takes from it. */
export interface SignerCertificate {
  /** As it stands in the message, in base64. */
  readonly text: string;
  readonly certificate: X509Certificate;
  readonly fingerprint: string;
  readonly publicKey: KeyObject;
  /** Bytes of its signatures. */
  readonly signatureLength: number;
}

/**
 * Remembers certificates of signers, since parsing one costs more than all else that verifying a signature takes. Only
 * those whose signatures were accepted are to be remembered, and only so many, the oldest making room.
 */
export class KnownCertificates {
  readonly #known = new Map<string, SignerCertificate>();

  /** The certificate in a `ds:X509Certificate`. Throws {@link SignatureError} for one whose key is not accepted. */
  read(at: XmlElement): SignerCertificate {
    const text = base64In(at);
    return this.#known.get(text) ?? toSigner(parseCertificate(at), { at, text });
  }

  remember(signer: SignerCertificate): void {
    if (this.#known.has(signer.text)) return;
    const [oldest] = this.#known.keys();
    if (this.#known.size >= mostCertificates && oldest !== undefined) this.#known.delete(oldest);
    const text = detached(signer.text);
    this.#known.set(text, { ...signer, text });
  }
}

const mostCertificates = 10_000;
const longestCertificate = 32 * 1024;

function toSigner(certificate: X509Certificate, { at, text }: { at: XmlElement; text: string }): SignerCertificate {
  const { publicKey } = certificate;
  const signatureLength = signatureLengthOf(publicKey);
  if (signatureLength === undefined) {
    const got = describeKey(publicKey);
    throw signatureError("ERR_OADR_SIGNATURE_ALGORITHM", { at, expected: acceptedKeys, got });
  }
  return { text, certificate, fingerprint: fingerprintOf(certificate), publicKey, signatureLength };
}

/** The certificate in a `ds:X509Certificate`, which holds one in DER and nothing else. */
export function parseCertificate(at: XmlElement): X509Certificate {
  const expected = `an X.509 certificate in DER, of at most ${longestCertificate} characters in base64`;
  const text = base64In(at);
  const fault = { at, expected, got: `${text.length} characters that are not` };
  if (text.length > longestCertificate) throw signatureError("ERR_OADR_SIGNATURE_UNTRUSTED", fault);
  const bytes = Buffer.from(text, "base64");
  const certificate = parse(bytes, fault);
  if (!certificate.raw.equals(bytes)) throw signatureError("ERR_OADR_SIGNATURE_UNTRUSTED", fault);
  return certificate;
}

function parse(bytes: Uint8Array, fault: { at: XmlElement; expected: string; got: string }): X509Certificate {
  let cause: unknown;
  try {
    const certificate = new X509Certificate(bytes);
    // Reads the key, too, which is where some broken certificates show.
    if (certificate.publicKey.type === "public") return certificate;
  } catch (error) {
    cause = error;
  }
  throw signatureError("ERR_OADR_SIGNATURE_UNTRUSTED", { ...fault, cause });
}
