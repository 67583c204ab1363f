import { createSecureContext } from "node:tls";
import type { SecureContextOptions, SecureVersion } from "node:tls";

/** A certificate, a key or a list of either in PEM; what stands in files is read by the caller. */
export type Pem = string | Buffer;

/** Which TLS versions and cipher suites are used. */
export interface TlsProfile {
  /** The oldest version. @default "TLSv1.2" */
  readonly minVersion?: SecureVersion | undefined;
  /** The newest version. */
  readonly maxVersion?: SecureVersion | undefined;
  /** Cipher suites, the preferred one first, in OpenSSL's notation. */
  readonly ciphers?: string | undefined;
}

/**
 * The versions and suites the standard makes the default, and a listener's default here: TLS 1.2 with
 * `ECDHE-ECDSA-AES128-SHA256` for ECC certificates and `AES128-SHA256` for RSA.
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

/** How a listener proves who it is, and whom it lets in. */
export interface ListenerTlsOptions extends TlsProfile {
  /** The server's certificate with its chain; a list for one RSA and one ECC certificate (rule 68). */
  readonly certificate: Pem | readonly Pem[];
  /** The private key; a list in the order of `certificate`. */
  readonly key: Pem | readonly Pem[];
  /** What the keys are encrypted with. */
  readonly passphrase?: string | undefined;
  /** The CAs that client certificates must chain to. Needed unless `clientCertificate` is `"off"`. */
  readonly ca?: Pem | readonly Pem[] | undefined;
  /**
   * Whether clients need a certificate. `"optional"` lets a client without one in, but not one whose certificate is not
   * valid; `"off"` does not ask. The standard demands mutual authentication.
   * @default "required"
   */
  readonly clientCertificate?: ClientCertificate | undefined;
  /**
   * What a client gets that fails `clientCertificate`: HTTP 403 and the end of the connection (rule 517), or the end of
   * the handshake (§9.2.1.1), where the two texts disagree.
   * @default "answer403"
   */
  readonly unauthorized?: "answer403" | "endHandshake" | undefined;
}

/** Whether a listener asks clients for a certificate. */
export type ClientCertificate = "required" | "optional" | "off";

/** How a client proves who it is, and whom it trusts. The server's certificate is always checked. */
export interface ClientTlsOptions extends TlsProfile {
  /** The client's certificate with its chain. Needs `key`. */
  readonly certificate?: Pem | readonly Pem[] | undefined;
  /** The private key. Needs `certificate`. */
  readonly key?: Pem | readonly Pem[] | undefined;
  /** What the key is encrypted with. */
  readonly passphrase?: string | undefined;
  /** The CAs that the server's certificate must chain to. @default those of Node */
  readonly ca?: Pem | readonly Pem[] | undefined;
  /**
   * Whether the server's certificate must name the host of the URL. Only test benches, whose certificates name no real
   * host, have a reason to say false. @default true
   */
  readonly checkHostName?: boolean | undefined;
}

/** A listener's TLS options, checked and as `node:tls` takes them. */
export interface ResolvedListenerTls extends SecureContextOptions {
  readonly clientCertificate: ClientCertificate;
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
}

/** Throws `TypeError` for options that are incomplete or do not belong together, before anything listens. */
export function resolveListenerTls(tls: ListenerTlsOptions): ResolvedListenerTls {
  const { clientCertificate = "required", unauthorized = "answer403" } = tls;
  if (isEmpty(tls.certificate)) throw new TypeError("tls.certificate: expected a certificate in PEM, got none");
  if (clientCertificate !== "off" && isEmpty(tls.ca)) {
    throw new TypeError('tls.ca: expected the CAs of the client certificates, or clientCertificate: "off", got none');
  }
  return {
    ...secureContextOptions({ ...conformantTls, ...definedProfile(tls) }, tls),
    honorCipherOrder: true,
    clientCertificate,
    requestCert: clientCertificate !== "off",
    rejectUnauthorized: clientCertificate === "required" && unauthorized === "endHandshake",
  };
}

/** A client's TLS options, checked and as `node:tls` takes them. */
export interface ResolvedClientTls extends SecureContextOptions {
  checkServerIdentity?: () => undefined;
}

/** Throws `TypeError` for options that are incomplete or do not belong together. */
export function resolveClientTls(tls: ClientTlsOptions): ResolvedClientTls {
  return {
    ...secureContextOptions({ minVersion: "TLSv1.2", ...definedProfile(tls) }, tls),
    ...(tls.checkHostName === false && { checkServerIdentity: () => undefined }),
  };
}

type Material = Pick<ClientTlsOptions, "certificate" | "key" | "passphrase" | "ca">;

function secureContextOptions(profile: TlsProfile, material: Material): SecureContextOptions {
  const { certificate, key, ca, passphrase } = material;
  if (isEmpty(certificate) && !isEmpty(key))
    throw new TypeError("tls.certificate: expected one to go with tls.key, got none");
  if (isEmpty(key) && !isEmpty(certificate))
    throw new TypeError("tls.key: expected one to go with tls.certificate, got none");
  const options: SecureContextOptions = { ...profile };
  if (!isEmpty(certificate)) options.cert = list(certificate);
  if (!isEmpty(key)) options.key = list(key);
  if (!isEmpty(ca)) options.ca = list(ca);
  if (passphrase !== undefined) options.passphrase = passphrase;
  try {
    createSecureContext(options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TypeError(`tls: expected certificates and keys in PEM that belong together, got: ${reason}`, { cause });
  }
  return options;
}

// Spreading an option that is present but undefined would erase the default.
function definedProfile({ minVersion, maxVersion, ciphers }: TlsProfile): TlsProfile {
  return {
    ...(minVersion !== undefined && { minVersion }),
    ...(maxVersion !== undefined && { maxVersion }),
    ...(ciphers !== undefined && { ciphers }),
  };
}

function isEmpty(pem: Pem | readonly Pem[] | undefined): pem is undefined {
  return pem === undefined || pem.length === 0;
}

function list(pem: Pem | readonly Pem[]): Pem[] {
  return typeof pem === "string" || Buffer.isBuffer(pem) ? [pem] : [...pem];
}
