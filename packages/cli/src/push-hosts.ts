import type { ListenerTlsOptions } from "@openleadr/transport";
import type { PushOptions } from "@openleadr/vtn";
import { CommandError } from "./io.ts";

/**
 * How a VTN pushes to the VENs of those hosts; over TLS with the certificate that it listens with. Throws
 * {@link CommandError} for words that do not go with others.
 */
export function pushTo(hosts: readonly string[] | undefined, tls: ListenerTlsOptions | undefined): PushOptions | false {
  for (const word of ["any", "off"])
    if (hosts?.includes(word) === true && hosts.length > 1)
      throw new CommandError(2, `--push-hosts: expected ${word} alone, got ${hosts.join(" ")}`);
  if (hosts?.[0] === "off") return false;
  return { allowedHosts: hosts?.[0] === "any" ? "any" : hosts, ...(tls !== undefined && { tls: clientTlsOf(tls) }) };
}

function clientTlsOf({ certificate, key, passphrase, ca, crl }: ListenerTlsOptions): PushOptions["tls"] {
  return { certificate, key, passphrase, ca, crl };
}

/** What `make` gives; hosts that are none become a {@link CommandError}. */
export function withPushHosts<T>(make: () => T): T {
  const option = "push.allowedHosts: ";
  try {
    return make();
  } catch (cause) {
    if (cause instanceof RangeError && cause.message.startsWith(option))
      throw new CommandError(2, `--push-hosts: ${cause.message.slice(option.length)}`, { cause });
    throw cause;
  }
}
