/**
 * The blocks of PEM that hold certificates, or revocation lists. Each goes on to the beginning of the next one, so that one that
 * was cut is there, too, and is not passed over.
 *
 * @see RFC 7468, §5 and §7
 */
export function pemBlocks(pem: string | Uint8Array, kind: keyof typeof beginnings): readonly string[] {
  const text = typeof pem === "string" ? pem : Buffer.from(pem).toString("latin1");
  return text.split(/(?=-----BEGIN )/).filter((block) => beginnings[kind].test(block));
}

const beginnings = {
  certificate: /^-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/,
  revocationList: /^-----BEGIN X509 CRL-----/,
} as const;

/** What a block of PEM holds, in DER. */
export function derOfBlock(block: string): Buffer {
  const [, , base64 = ""] = block.split("-----");
  return Buffer.from(base64, "base64");
}
