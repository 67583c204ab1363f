import { X509Certificate } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { BlockList, isIP } from "node:net";
import { certificateFingerprint, parseFingerprint } from "@openleadr/protocol";
import type { ClientCertificate } from "../tls/tls.ts";

/**
 * A proxy that ends TLS and tells in a header who the client is. It must ask clients for a certificate, check it, and
 * take the header out of what clients send. At least one of `certificateHeader` and `fingerprintHeader` is needed.
 *
 * A proxy is known by its address alone, also where the listener itself speaks TLS: it needs no certificate there, but one
 * that it shows must be valid.
 */
export interface TrustedProxyOptions {
  /** The proxies' IP addresses and networks, as in `10.0.0.0/8`. The headers are looked at in their requests only. */
  readonly addresses: readonly string[];
  /**
   * The header with the client's certificate: PEM with URL escapes (nginx: `$ssl_client_escaped_cert`), or DER in base64
   * (HAProxy: `%[ssl_c_der,base64]`; RFC 9440, between colons).
   */
  readonly certificateHeader?: string | undefined;
  /**
   * The header with the SHA-256 fingerprint of the client's certificate, 32 bytes in hexadecimal
   * (HAProxy: `%[ssl_c_der,sha2(256),hex]`), or its last ten bytes as OpenADR writes them. A certificate is better: it
   * says when it expires.
   */
  readonly fingerprintHeader?: string | undefined;
  /**
   * The header with the client's IP address; where there are several, the last one counts, without its port. What is no IP
   * address gets 403. @default the proxy's own
   */
  readonly addressHeader?: string | undefined;
  /**
   * Whether the clients that it speaks for need a certificate; without one they get 403. Of those that connect themselves,
   * `tls.clientCertificate` says it. @default "required"
   */
  readonly clientCertificate?: Exclude<ClientCertificate, "off"> | undefined;
}

/** A client as its proxy describes it, or what is wrong with the description. */
export interface ForwardedClient {
  readonly address: string | undefined;
  readonly certificate: X509Certificate | undefined;
  readonly fingerprint: string | undefined;
  readonly fault: string | undefined;
}

/** The proxies that are believed. */
export class TrustedProxy {
  readonly #addresses: BlockList;
  readonly #headers: { readonly certificate?: string; readonly fingerprint?: string; readonly address?: string };

  /** Throws `TypeError` for options that are incomplete, and `RangeError` for addresses that are none. */
  constructor({ addresses, certificateHeader, fingerprintHeader, addressHeader }: TrustedProxyOptions) {
    if (certificateHeader === undefined && fingerprintHeader === undefined)
      throw new TypeError("proxy: expected certificateHeader or fingerprintHeader, got neither");
    this.#addresses = blockListOf(addresses);
    this.#headers = {
      ...(certificateHeader !== undefined && { certificate: certificateHeader.toLowerCase() }),
      ...(fingerprintHeader !== undefined && { fingerprint: fingerprintHeader.toLowerCase() }),
      ...(addressHeader !== undefined && { address: addressHeader.toLowerCase() }),
    };
  }

  /** Whether a connection comes from a proxy. */
  isAt(address: string): boolean {
    const plain = address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
    return isIP(plain) !== 0 && this.#addresses.check(plain, isIP(plain) === 4 ? "ipv4" : "ipv6");
  }

  /** The text that the description of a client is made of: the same text, the same client. */
  keyOf(headers: IncomingHttpHeaders): string {
    const { certificate, fingerprint, address } = this.#headers;
    return [certificate, fingerprint, address].map((name) => valueOf(headers, name) ?? "").join("\n");
  }

  describe(headers: IncomingHttpHeaders): ForwardedClient {
    const { certificate: certificateHeader, fingerprint: fingerprintHeader, address: addressHeader } = this.#headers;
    const nobody = { address: undefined, certificate: undefined, fingerprint: undefined, fault: undefined };
    const pem = valueOf(headers, certificateHeader);
    const hex = valueOf(headers, fingerprintHeader);
    try {
      const address = addressIn(valueOf(headers, addressHeader));
      if (pem !== undefined) {
        const certificate = certificateIn(pem);
        return { ...nobody, address, certificate, fingerprint: certificateFingerprint(certificate.raw) };
      }
      return { ...nobody, address, fingerprint: hex === undefined ? undefined : parseFingerprint(hex) };
    } catch (error) {
      return { ...nobody, fault: `from the proxy: ${error instanceof Error ? error.message : String(error)}` };
    }
  }
}

function blockListOf(addresses: readonly string[]): BlockList {
  if (addresses.length === 0) throw new TypeError("proxy.addresses: expected at least one, got none");
  const list = new BlockList();
  for (const address of addresses) {
    const [network = "", prefix, ...rest] = address.split("/");
    const family = isIP(network) === 4 ? "ipv4" : "ipv6";
    const most = family === "ipv4" ? 32 : 128;
    const bits = prefix === undefined ? most : Number(prefix);
    const isNetwork = isIP(network) !== 0 && rest.length === 0 && /^\d+$/.test(prefix ?? "0") && bits <= most;
    if (!isNetwork)
      throw new RangeError(`proxy.addresses: expected IP addresses or networks, got ${JSON.stringify(address)}`);
    list.addSubnet(network, bits, family);
  }
  return list;
}

/** An empty header, or the dash some proxies write, is as good as none. */
function valueOf(headers: IncomingHttpHeaders, name: string | undefined): string | undefined {
  const value = name === undefined ? undefined : headers[name];
  const text = Array.isArray(value) ? value.join(",") : value;
  return text === undefined || text === "" || text === "-" ? undefined : text;
}

/** The IP address of the last one in a list, without the port that some proxies write behind it: failures are counted by it. */
function addressIn(list: string | undefined): string | undefined {
  if (list === undefined) return undefined;
  const last = list.split(",").at(-1)?.trim() ?? "";
  const [, bracketed, plain] = /^\[(.+)\](?::\d{1,5})?$|^([\d.]+):\d{1,5}$/.exec(last) ?? [];
  const address = bracketed ?? plain ?? last;
  if (isIP(address) === 0) throw new TypeError(`expected the IP address of a client, got ${JSON.stringify(last)}`);
  return address;
}

function certificateIn(text: string): X509Certificate {
  // No header of ours is longer than node:http lets headers be.
  const base64 = text.startsWith("-----BEGIN") ? pemContent(decodeURIComponent(text)) : derContent(text);
  const bytes = Buffer.from(base64 ?? "", "base64");
  try {
    const certificate = new X509Certificate(bytes);
    // Two values of a header come as one text, and whoever reads only the first of two certificates may read another's.
    if (certificate.raw.length === bytes.length) return certificate;
  } catch (cause) {
    throw noCertificate(text, cause);
  }
  throw noCertificate(text);
}

function pemContent(text: string): string | undefined {
  return /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/\s]+={0,2}\s*)-----END CERTIFICATE-----\s*$/.exec(text)?.[1];
}

function derContent(text: string): string | undefined {
  return /^(:?)([A-Za-z0-9+/]+={0,2})\1$/.exec(text)?.[2];
}

function noCertificate(text: string, cause?: unknown): TypeError {
  const expected = "expected one certificate as URL-escaped PEM or as DER in base64";
  return new TypeError(`${expected}, got ${text.length} characters that are none`, { cause });
}
