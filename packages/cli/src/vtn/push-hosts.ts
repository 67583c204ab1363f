import type { ClientTlsOptions, ListenerTlsOptions } from "@openleadr/transport";
import type { PushOptions, ServerCertificate } from "@openleadr/vtn";
import { CommandError } from "../io.ts";

/** Where a VTN pushes to, as the user says it. */
export interface PushSettings {
  readonly pushHosts?: readonly string[];
  readonly pushCertificate: PushCertificate;
}

/** Which certificate VENs have to show where they are pushed to. */
export type PushCertificate = Extract<ServerCertificate, string>;

/** Whether a VTN pushes at all. */
export function isPushing({ pushHosts }: Pick<PushSettings, "pushHosts">): boolean {
  return pushHosts?.[0] !== "off";
}

/**
 * How a VTN pushes to the VENs of those hosts; over TLS with the certificate that it listens with. Throws
 * {@link CommandError} for words that do not go with others.
 */
export function pushTo(settings: PushSettings, tls: ListenerTlsOptions | undefined): PushOptions | false {
  const { pushHosts: hosts, pushCertificate } = settings;
  for (const word of ["any", "off"])
    if (hosts?.includes(word) === true && hosts.length > 1)
      throw new CommandError(2, `--push-hosts: expected ${word} alone, got ${hosts.join(" ")}`);
  if (!isPushing(settings)) return false;
  return {
    allowedHosts: hosts?.[0] === "any" ? "any" : hosts,
    serverCertificate: () => pushCertificate,
    ...(tls !== undefined && { tls: clientTlsOf(tls) }),
  };
}

/** What a VTN shows where it calls, given what it shows to those who call it. */
export function clientTlsOf(tls: ListenerTlsOptions): ClientTlsOptions {
  const { certificate, key, passphrase, ca, crl, minVersion, maxVersion, ciphers } = tls;
  return { certificate, key, passphrase, ca, crl, minVersion, maxVersion, ciphers };
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
