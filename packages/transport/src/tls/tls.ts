import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { PeerCertificate, SecureContextOptions } from "node:tls";
import { parseFingerprint, systemClock } from "@openleadr/protocol";
import { pemBlocks } from "@openleadr/protocol/internal";
import { ServerCertificateFault, ServerCertificates } from "./server-certificates.ts";
import { serverIdentityFault } from "./server-identity.ts";
import { compatibleTls, type TlsProfile } from "./tls-profiles.ts";

/** A certificate, a key or a list of either in PEM; what stands in files is read by the caller. */
export type Pem = string | Buffer;

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
   * The revocation lists of those CAs, in PEM. Once there is one, every CA needs one that has not expired, or its
   * certificates are refused. @default none, so that nothing is looked up
   */
  readonly crl?: Pem | readonly Pem[] | undefined;
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
  /** The revocation lists of those CAs, in PEM; once there is one, every CA needs one. @default none */
  readonly crl?: Pem | readonly Pem[] | undefined;
  /**
   * Whether the server's certificate must name the host of the URL. Without that, whoever has a certificate of those CAs
   * can stand in for the server, so it is a reason to pin its fingerprint; if there is none, the logger is warned, and VEN
   * and VTN tell of it (`securityReduced`). @default true
   */
  readonly checkHostName?: boolean | undefined;
  /**
   * The fingerprint that the server's certificate must have, beside all else, in any form that `parseFingerprint` reads;
   * several while a certificate is being replaced. @default any
   *
   * @see OpenADR 2.0b, §10.5.1
   */
  readonly serverFingerprint?: string | readonly string[] | undefined;
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
    ...secureContextOptions({ ...compatibleTls, ...definedProfile(tls) }, tls),
    honorCipherOrder: true,
    clientCertificate,
    requestCert: clientCertificate !== "off",
    rejectUnauthorized: clientCertificate === "required" && unauthorized === "endHandshake",
  };
}

/** A client's TLS options, checked and as `node:tls` takes them. */
export interface ResolvedClientTls extends SecureContextOptions {
  checkServerIdentity?: IdentityCheck;
}

type IdentityCheck = (host: string, certificate: PeerCertificate) => Error | undefined;

/** Throws `TypeError` for options that are incomplete or do not belong together, `RangeError` for fingerprints that are none. */
export function resolveClientTls(tls: ClientTlsOptions, servers: ServerCertificates): ResolvedClientTls {
  return {
    ...secureContextOptions({ ...compatibleTls, ...definedProfile(tls) }, tls),
    checkServerIdentity: identityCheck(tls, servers),
  };
}

/** Throws as an HTTP client does for its options: see {@link resolveClientTls}. */
export function requireClientTls(tls: ClientTlsOptions): void {
  resolveClientTls(tls, new ServerCertificates(systemClock));
}

/** Asked once a certificate has turned out to come from a CA that is trusted; not where a TLS session is resumed. */
function identityCheck(tls: ClientTlsOptions, servers: ServerCertificates): IdentityCheck {
  const { serverFingerprint = [] } = tls;
  for (const fingerprint of typeof serverFingerprint === "string" ? [serverFingerprint] : serverFingerprint)
    parseFingerprint(fingerprint, "tls.serverFingerprint");
  return (host, certificate) => {
    const reason = serverIdentityFault(certificate, host, tls) ?? servers.faultOf(certificate);
    return reason === undefined ? undefined : new ServerCertificateFault(reason, certificate);
  };
}

type Material = Pick<ClientTlsOptions, "certificate" | "key" | "passphrase" | "ca" | "crl">;

function secureContextOptions(profile: TlsProfile, material: Material): SecureContextOptions {
  const { certificate, key, ca, crl, passphrase } = material;
  if (isEmpty(certificate) && !isEmpty(key))
    throw new TypeError("tls.certificate: expected one to go with tls.key, got none");
  if (isEmpty(key) && !isEmpty(certificate))
    throw new TypeError("tls.key: expected one to go with tls.certificate, got none");
  for (const [name, pem] of Object.entries({ certificate, key, crl })) requirePem(name, pem);
  const options: SecureContextOptions = { ...profile };
  if (!isEmpty(certificate)) options.cert = list(certificate);
  if (!isEmpty(key)) options.key = list(key);
  if (!isEmpty(ca)) options.ca = list(ca);
  if (!isEmpty(crl)) options.crl = list(crl).flatMap(listsIn);
  if (passphrase !== undefined) options.passphrase = passphrase;
  try {
    createSecureContext(options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TypeError(`tls: expected certificates and keys in PEM that belong together, got: ${reason}`, { cause });
  }
  if (!isEmpty(ca)) requireCas(list(ca));
  if (!isEmpty(certificate) && !isEmpty(key)) requirePairs(list(certificate), { keys: list(key), passphrase });
  return options;
}

/** The revocation lists of one PEM; of several, `node:tls` would take the first alone. */
function listsIn(pem: Pem): readonly Pem[] {
  const lists = pemBlocks(pem, "revocationList");
  return lists.length === 0 ? [pem] : lists;
}

/** To make a context does not tell which of its parts is none, as where a path stands in place of what is in the file. */
function requirePem(name: string, pem: Pem | readonly Pem[] | undefined): void {
  if (isEmpty(pem) || list(pem).every((each) => each.includes("-----BEGIN "))) return;
  throw new TypeError(
    `tls.${name}: expected PEM, "-----BEGIN ...", got something else; give what is in the file, not its path`,
  );
}

/** To make a context does not tell that there is no certificate in what is to be trusted. */
function requireCas(cas: readonly Pem[]): void {
  const index = cas.findIndex((ca) => !isCertificate(ca));
  if (index === -1) return;
  const of = cas.length === 1 ? "" : ` ${index + 1} of ${cas.length}`;
  throw new TypeError(`tls.ca${of}: expected certificates in PEM, got something else`);
}

function isCertificate(pem: Pem): boolean {
  try {
    return pem.includes("-----BEGIN ") && new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

/** To make a context does not tell a key that belongs to another certificate if the two are of different kinds. */
function requirePairs(
  certificates: readonly Pem[],
  { keys, passphrase }: { readonly keys: readonly Pem[]; readonly passphrase: string | undefined },
): void {
  if (certificates.length !== keys.length)
    throw new TypeError(`tls.key: expected one for each of ${certificates.length} certificates, got ${keys.length}`);
  for (const [index, certificate] of certificates.entries()) {
    const [key = ""] = keys.slice(index);
    const privateKey = createPrivateKey(passphrase === undefined ? key : { key, passphrase });
    const own = new X509Certificate(certificate);
    if (own.checkPrivateKey(privateKey)) continue;
    const of = certificates.length === 1 ? "" : ` ${index + 1} of ${certificates.length}`;
    throw new TypeError(
      `tls.key${of}: expected that of the certificate ${own.subject.replaceAll("\n", ", ")}, got another one`,
    );
  }
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
