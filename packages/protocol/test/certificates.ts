import { createPrivateKey, createPublicKey, sign, X509Certificate, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";

/** Keys for tests and nothing else: everybody has them. */
export const keys = {
  rsa: testKey("rsa"),
  p256: testKey("p256"),
  p384: testKey("p384"),
  ca: testKey("ca"),
} as const;

function testKey(name: string): KeyObject {
  return createPrivateKey(readFileSync(new URL(`keys/${name}.pem`, import.meta.url)));
}

/** What a certificate for a test says. */
export interface CertificateRequest {
  readonly subject: string;
  /** Private key; the certificate has its public half. */
  readonly key: KeyObject;
  /** Content of the serial number in DER. It follows from the length of the subject where it is left out. */
  readonly serialNumber?: Bytes;
  /** Left out for a certificate that is signed by itself. */
  readonly issuer?: { readonly subject: string; readonly key: KeyObject };
  /** The serial number of the issuer's certificate, told in authorityKeyIdentifier. */
  readonly issuerSerialNumber?: Bytes;
  readonly from?: string;
  readonly to?: string;
  readonly isCa?: boolean;
  readonly pathLength?: number;
  /** The first byte of the bits of keyUsage: 0x80 for signatures, 0x20 for encryption, 0x04 for certificates. */
  readonly keyUsage?: number;
  /** Content of an extension that nobody knows, in DER. */
  readonly unknownCritical?: Uint8Array;
  /** In place of what belongs into basicConstraints. */
  readonly basicConstraints?: Uint8Array;
}

/** A certificate in X.509, version 3. */
export function certificate(request: CertificateRequest): X509Certificate {
  const { subject, key, issuer = { subject, key }, from = "2026-01-01", to = "2046-01-01" } = request;
  const { serialNumber = [1 + (subject.length % 100)] } = request;
  const algorithm = algorithmOf(issuer.key);
  const toBeSigned = sequence(
    item(0xa0, item(0x02, [2])),
    item(0x02, serialNumber),
    algorithm,
    nameOf(issuer.subject),
    sequence(timeOf(from), timeOf(to)),
    nameOf(subject),
    createPublicKey(key).export({ type: "spki", format: "der" }),
    ...extensionsOf(request),
  );
  const signature = sign("sha256", toBeSigned, issuer.key);
  return new X509Certificate(sequence(toBeSigned, algorithm, item(0x03, [0], signature)));
}

/** What a revocation list for a test says. */
export interface ListRequest {
  /** @default 2 */
  readonly version?: 1 | 2;
  readonly issuer: { readonly subject: string; readonly key: KeyObject };
  readonly revoked?: readonly X509Certificate[];
  readonly from?: string;
  readonly to?: string;
  /** Content of a critical extension, in DER: of the list, or of each of its entries. */
  readonly critical?: { readonly of: "list" | "entries"; readonly content: Bytes };
  /** The identifier of an extension that is not marked as critical, in hexadecimal: likewise. */
  readonly extension?: { readonly of: "list" | "entries"; readonly id: string };
  /** In place of the identifier of the algorithm that it is signed with, in hexadecimal. */
  readonly algorithm?: string;
}

/** A revocation list in DER. Certificates were revoked at the time from which the list counts. */
export function revocationList(request: ListRequest): Buffer {
  const { version = 2, issuer, revoked = [], from = "2026-01-01", to, algorithm: other } = request;
  const algorithm = other === undefined ? algorithmOf(issuer.key) : sequence(identifier(other));
  const extensionsOfA = (part: "list" | "entries"): readonly Buffer[] => [
    ...(request.critical?.of === part ? [sequence(critical("2a0304", request.critical.content))] : []),
    ...(request.extension?.of === part ? [sequence(extension(request.extension.id, sequence()))] : []),
  ];
  const entries = revoked.map(({ serialNumber }) =>
    sequence(item(0x02, Buffer.from(serialNumber, "hex")), timeOf(from), ...extensionsOfA("entries")),
  );
  const toBeSigned = sequence(
    ...(version === 1 ? [] : [item(0x02, [1])]),
    algorithm,
    nameOf(issuer.subject),
    timeOf(from),
    ...(to === undefined ? [] : [timeOf(to)]),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    ...extensionsOfA("list").map((list) => item(0xa0, list)),
  );
  return sequence(toBeSigned, algorithm, item(0x03, [0], sign("sha256", toBeSigned, issuer.key)));
}

type Bytes = Uint8Array | readonly number[];

function item(tag: number, ...contents: readonly Bytes[]): Buffer {
  const content = Buffer.concat(contents.map((part) => Buffer.from(part)));
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

function sequence(...contents: readonly Bytes[]): Buffer {
  return item(0x30, ...contents);
}

function identifier(hex: string): Buffer {
  return item(0x06, Buffer.from(hex, "hex"));
}

function algorithmOf(key: KeyObject): Buffer {
  if (key.asymmetricKeyType === "rsa") return sequence(identifier("2a864886f70d01010b"), item(0x05));
  return sequence(identifier("2a8648ce3d040302"));
}

function nameOf(commonName: string): Buffer {
  return sequence(item(0x31, sequence(identifier("550403"), item(0x0c, Buffer.from(commonName)))));
}

/** A date, or what stands for one in DER. */
function timeOf(date: string): Buffer {
  const tag = date.length === "20500101000000Z".length ? 0x18 : 0x17;
  return item(tag, Buffer.from(date.includes("-") ? `${date.slice(2).replaceAll("-", "")}000000Z` : date));
}

function extensionsOf(request: CertificateRequest): readonly Buffer[] {
  const { isCa = false, pathLength, keyUsage, unknownCritical, basicConstraints, issuer, issuerSerialNumber } = request;
  const limit = pathLength === undefined ? [] : item(0x02, [pathLength]);
  const constraints = basicConstraints ?? sequence(item(0x01, [0xff]), limit);
  const extensions = [
    ...(isCa || basicConstraints ? [critical("551d13", constraints)] : []),
    ...(keyUsage === undefined ? [] : [critical("551d0f", item(0x03, [0, keyUsage]))]),
    ...(unknownCritical === undefined ? [] : [critical("2a0304", unknownCritical)]),
    ...(issuer === undefined || issuerSerialNumber === undefined
      ? []
      : [
          extension("551d23", sequence(item(0xa1, item(0xa4, nameOf(issuer.subject))), item(0x82, issuerSerialNumber))),
        ]),
  ];
  return extensions.length === 0 ? [] : [item(0xa3, sequence(...extensions))];
}

function extension(id: string, content: Bytes): Buffer {
  return sequence(identifier(id), item(0x04, content));
}

function critical(id: string, content: Bytes): Buffer {
  return sequence(identifier(id), item(0x01, [0xff]), item(0x04, content));
}
