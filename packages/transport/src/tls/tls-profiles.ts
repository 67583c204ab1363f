import type { SecureVersion } from "node:tls";

/** Which TLS versions and cipher suites are used. */
export interface TlsProfile {
  /** The oldest version. @default "TLSv1.2" */
  readonly minVersion?: SecureVersion | undefined;
  /** The newest version. @default "TLSv1.3" */
  readonly maxVersion?: SecureVersion | undefined;
  /** Cipher suites, the preferred one first, in OpenSSL's notation. @default those of {@link compatibleTls} */
  readonly ciphers?: string | undefined;
}

/**
 * What the standard makes the default, and nothing else: TLS 1.2 with `ECDHE-ECDSA-AES128-SHA256` for ECC certificates
 * and `AES128-SHA256` for RSA. The second one has no forward secrecy; who learns the key can read what was recorded.
 *
 * @see OpenADR 2.0b, §9.2 and rule 67
 */
export const conformantTls = {
  minVersion: "TLSv1.2",
  maxVersion: "TLSv1.2",
  ciphers: "ECDHE-ECDSA-AES128-SHA256:AES128-SHA256",
} as const satisfies TlsProfile;

/**
 * TLS 1.2 and 1.3 with forward secrecy and authenticated encryption, for deployments whose peers are known to have it;
 * a peer that has only what the standard demands is turned away.
 */
export const modernTls = {
  minVersion: "TLSv1.2",
  maxVersion: "TLSv1.3",
  ciphers: [
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256",
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305",
  ].join(":"),
} as const satisfies TlsProfile;

/**
 * The default of listeners and clients: {@link modernTls}, and after it the suites that the standard demands, so that a
 * peer which has no others is let in.
 *
 * @see OpenADR 2.0b, §9.2 and rule 67
 */
export const compatibleTls = {
  minVersion: "TLSv1.2",
  maxVersion: "TLSv1.3",
  ciphers: `${modernTls.ciphers}:${conformantTls.ciphers}`,
} as const satisfies TlsProfile;
