import { isIPv6 } from "node:net";

/**
 * Who is behind an IP address, as far as it tells: the address itself, but of IPv6, where one host may take any address of its
 * network, the first 64 bits.
 */
export function networkOf(address: string): string {
  const [plain = ""] = address.split("%");
  if (!isIPv6(plain)) return address;
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  const written = new URL(`http://[${plain}]`).hostname.slice(1, -1);
  // Each of these is a host with an address of IPv4 (RFC 6052).
  if (written.startsWith("64:ff9b::")) return written;
  const [head = "", tail] = written.split("::");
  const [before, after] = [head, tail ?? ""].map((part) => (part === "" ? [] : part.split(":")));
  const zeros = Array<string>(Math.max(8 - (before?.length ?? 0) - (after?.length ?? 0), 0)).fill("0");
  const groups = [...(before ?? []), ...zeros, ...(after ?? [])];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
