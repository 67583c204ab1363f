import { PkiError } from "./error.ts";
import { malformed, maxBytes } from "./read-der.ts";

/** One block of a PEM file. */
export interface PemBlock {
  /** What the block says it is, e.g. `CERTIFICATE`. */
  readonly label: string;
  readonly der: Buffer;
  /** The block as text, in the form that OpenSSL writes. Header lines, as old encrypted keys have them, are kept. */
  readonly pem: string;
}

/** How many blocks a file may have; the lists of CAs that systems come with have some 150. */
const maxBlocks = 512;
/** A block of its own: no certificate, key or request of any use is larger, only revocation lists are. */
const maxBlockBytes = 65_536;

/** Whether this is PEM rather than DER. */
export function isPem(document: string | Uint8Array): boolean {
  return textOf(document).includes("-----BEGIN ");
}

/** All blocks of a PEM file, in order; other lines are skipped. Throws {@link PkiError}. */
export function parsePem(document: string | Uint8Array): PemBlock[] {
  if (document.length > maxBytes) throw new PkiError("ERR_PKI_TOO_LARGE", "PEM: expected at most 1 MiB, got more");
  const text = textOf(document);
  const blocks: PemBlock[] = [];
  const begin = /^-----BEGIN ([A-Z0-9 ]{1,64})-----[ \t]*$/gm;
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    if (blocks.length === maxBlocks) {
      throw new PkiError("ERR_PKI_TOO_LARGE", `PEM: expected at most ${maxBlocks} blocks, got more`);
    }
    const [, label = ""] = match;
    const end = text.indexOf(`-----END ${label}-----`, begin.lastIndex);
    if (end < 0) throw malformed("PEM", `a line "-----END ${label}-----", got none`);
    blocks.push(blockOf(label, text.slice(begin.lastIndex, end)));
    begin.lastIndex = end;
  }
  if (blocks.length === 0) throw malformed("PEM", 'a line such as "-----BEGIN CERTIFICATE-----", got none');
  return blocks;
}

function blockOf(label: string, body: string): PemBlock {
  const lines = body.trim().split(/\s*\n/);
  const headers = lines.filter((line) => line.includes(":"));
  const base64 = lines
    .filter((line) => !line.includes(":"))
    .join("")
    .replaceAll(/\s/g, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) {
    throw malformed(`PEM ${label}`, "base64, got something else");
  }
  const der = Buffer.from(base64, "base64");
  if (der.length > maxBlockBytes && !label.endsWith("CRL")) {
    throw new PkiError("ERR_PKI_TOO_LARGE", `PEM ${label}: expected at most ${maxBlockBytes} bytes, got ${der.length}`);
  }
  return { label, der, pem: formatPem(label, der, headers) };
}

/** DER as a PEM block. */
export function formatPem(label: string, der: Uint8Array, headers: readonly string[] = []): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  const head = headers.length === 0 ? [] : [...headers, ""];
  return [`-----BEGIN ${label}-----`, ...head, ...lines, `-----END ${label}-----`, ""].join("\n");
}

function textOf(document: string | Uint8Array): string {
  return (typeof document === "string" ? document : Buffer.from(document).toString("latin1")).replaceAll("\r\n", "\n");
}
