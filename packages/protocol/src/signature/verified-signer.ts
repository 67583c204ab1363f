import type { X509Certificate } from "node:crypto";

/** Who signed a message, once that is proven. */
export interface VerifiedSigner {
  /** Fingerprint of the certificate, e.g. `09:71:9E:0E:51:C0:8F:05:56:C9` (OpenADR 2.0b, §10.5.1). */
  readonly fingerprint: string;
  readonly certificate: X509Certificate;
  /** Why the certificate is trusted: it is known itself, or a known CA vouches for it. */
  readonly trustedBy: "fingerprint" | "authority";
  /** When the message was signed, by the signer's clock. */
  readonly timestamp: Date;
  /** Used once by this signer. */
  readonly nonce: string;
}
