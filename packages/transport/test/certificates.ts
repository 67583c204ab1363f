import { generateKeyPairSync, randomBytes, sign, X509Certificate } from "node:crypto";
import type { KeyObject, KeyPairKeyObjectResult } from "node:crypto";
import { isIP } from "node:net";
import * as der from "./der.ts";

/** A certificate with its key, both in PEM. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

/** A CA of a test's own. */
export interface TestCa extends Identity {
  /** Issues a certificate, for servers and clients at `localhost` and 127.0.0.1 unless the options say otherwise. */
  issue(options?: IssueOptions): Identity;
  /** A revocation list, in PEM, that names those certificates. */
  revoke(...revoked: readonly Identity[]): string;
}

export interface IssueOptions {
  /** The common name, or several of them, or none. */
  readonly name?: string | readonly string[];
  readonly kind?: KeyKind;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Names of hosts, and IPv4 addresses. */
  readonly hostNames?: readonly string[];
  /** Whether it is for clients alone. */
  readonly isForClients?: boolean;
}

type KeyKind = "ec" | "rsa";

const day = 86_400_000;

/** A new CA with an ECC key. */
export function createTestCa(issuer = "Test CA"): TestCa {
  const keys = generateKeys("ec");
  const root = certificateOf(
    { subject: issuer, issuer, subjectKey: keys.publicKey, extensions: [isCa] },
    keys.privateKey,
  );
  return {
    certificate: root,
    key: pemOfKey(keys.privateKey),
    issue({ name: subject = "localhost", kind = "ec", notBefore, notAfter, hostNames, isForClients = false } = {}) {
      const own = generateKeys(kind);
      const extensions = [names(hostNames ?? ["localhost", "127.0.0.1"]), ...(isForClients ? [isForClientsOnly] : [])];
      const tbs = { subject, issuer, subjectKey: own.publicKey, notBefore, notAfter, extensions };
      return { certificate: certificateOf(tbs, keys.privateKey), key: pemOfKey(own.privateKey) };
    },
    revoke(...revoked) {
      return revocationListOf(issuer, revoked, keys.privateKey);
    },
  };
}

interface ToBeSigned {
  readonly subject: string | readonly string[];
  readonly issuer: string;
  readonly subjectKey: KeyObject;
  readonly notBefore?: Date | undefined;
  readonly notAfter?: Date | undefined;
  readonly extensions: readonly Buffer[];
}

/** An X.509v3 certificate signed with an ECC key, in PEM (RFC 5280). */
function certificateOf(
  { subject, issuer, subjectKey, notBefore, notAfter, extensions }: ToBeSigned,
  issuerKey: KeyObject,
): string {
  const toBeSigned = der.sequence(
    der.tagged(0, der.integer(Buffer.from([2]))),
    der.integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    signatureAlgorithm,
    nameOf(issuer),
    der.sequence(
      der.time(notBefore ?? new Date(Date.now() - 2 * day)),
      der.time(notAfter ?? new Date(Date.now() + day)),
    ),
    nameOf(subject),
    subjectKey.export({ type: "spki", format: "der" }),
    der.tagged(3, der.sequence(...extensions)),
  );
  return signedPem("CERTIFICATE", toBeSigned, issuerKey);
}

/** A certificate revocation list signed with an ECC key, in PEM (RFC 5280, §5). */
function revocationListOf(issuer: string, revoked: readonly Identity[], issuerKey: KeyObject): string {
  const now = new Date();
  const entries = revoked.map(({ certificate }) => {
    const serial = Buffer.from(new X509Certificate(certificate).serialNumber, "hex");
    return der.sequence(der.integer(serial), der.time(now));
  });
  const toBeSigned = der.sequence(
    der.integer(Buffer.from([1])),
    signatureAlgorithm,
    nameOf(issuer),
    der.time(new Date(now.getTime() - day)),
    der.time(new Date(now.getTime() + day)),
    ...(entries.length > 0 ? [der.sequence(...entries)] : []),
  );
  return signedPem("X509 CRL", toBeSigned, issuerKey);
}

/** ECDSA with SHA-256. */
const signatureAlgorithm = der.sequence(der.oid("1.2.840.10045.4.3.2"));

function signedPem(label: string, toBeSigned: Buffer, issuerKey: KeyObject): string {
  const signed = der.sequence(toBeSigned, signatureAlgorithm, der.bits(sign("sha256", toBeSigned, issuerKey)));
  const lines = signed
    .toString("base64")
    .match(/.{1,64}/g)
    ?.join("\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

const isCa = der.sequence(der.oid("2.5.29.19"), der.boolean(true), der.octets(der.sequence(der.boolean(true))));
const isForClientsOnly = der.sequence(der.oid("2.5.29.37"), der.octets(der.sequence(der.oid("1.3.6.1.5.5.7.3.2"))));

function names(hostNames: readonly string[]): Buffer {
  const each = hostNames.map((name) =>
    isIP(name) === 0 ? der.tagIn(2, Buffer.from(name)) : der.tagIn(7, Buffer.from(name.split(".").map(Number))),
  );
  return der.sequence(der.oid("2.5.29.17"), der.octets(der.sequence(...each)));
}

function nameOf(commonNames: string | readonly string[]): Buffer {
  const names = [commonNames].flat();
  return der.sequence(...names.map((name) => der.set(der.sequence(der.oid("2.5.4.3"), der.text(name)))));
}

function generateKeys(kind: KeyKind): KeyPairKeyObjectResult {
  return kind === "ec"
    ? generateKeyPairSync("ec", { namedCurve: "P-256" })
    : generateKeyPairSync("rsa", { modulusLength: 2048 });
}

function pemOfKey(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}
