import type { Command } from "commander";
import type { ClientCertificate, TrustedProxyOptions } from "@openleadr/transport";
import { parseName } from "../arguments.ts";
import { CommandError } from "../io.ts";

/** The proxies that a VTN believes, as the user gives them. */
export interface ProxySettings {
  readonly trustedProxy?: readonly string[];
  readonly proxyCertificateHeader?: string;
  readonly proxyFingerprintHeader?: string;
  readonly proxyAddressHeader?: string;
  readonly clientCertificate: ClientCertificate;
}

/** Declares `--trusted-proxy` and what goes with it. */
export function addProxyOptions(command: Command): Command {
  return command
    .option(
      "--trusted-proxy <address...>",
      "the addresses and subnets of proxies that end TLS and say in a header which certificate a VEN shows",
    )
    .option("--proxy-certificate-header <name>", "the header in which they send the certificate", parseName)
    .option("--proxy-fingerprint-header <name>", "the header in which they send its fingerprint", parseName)
    .option("--proxy-address-header <name>", "the header in which they send the VEN's address", parseName);
}

/** The proxies that a VTN believes; undefined for none. Throws {@link CommandError} for what does not go with them. */
export function trustedProxyOf(settings: ProxySettings): TrustedProxyOptions | undefined {
  const { trustedProxy: addresses, clientCertificate } = settings;
  const { proxyCertificateHeader, proxyFingerprintHeader, proxyAddressHeader } = settings;
  const headers = {
    certificateHeader: proxyCertificateHeader,
    fingerprintHeader: proxyFingerprintHeader,
    addressHeader: proxyAddressHeader,
  };
  const isAnyGiven = Object.values(headers).some((header) => header !== undefined);
  if (addresses === undefined) {
    if (!isAnyGiven) return undefined;
    throw new CommandError(2, "expected --trusted-proxy to go with headers of a proxy, got none");
  }
  if (headers.certificateHeader === undefined && headers.fingerprintHeader === undefined) {
    const expected = "--proxy-certificate-header or --proxy-fingerprint-header to go with --trusted-proxy";
    throw new CommandError(2, `expected ${expected}, got neither`);
  }
  if (clientCertificate === "off") {
    const expected = "--client-certificate required or optional to go with --trusted-proxy";
    throw new CommandError(2, `expected ${expected}, got off`);
  }
  return { addresses, ...headers, clientCertificate };
}

/** What `make` gives; addresses that are none become a {@link CommandError}. */
export function withProxy<T>(make: () => T): T {
  const option = "proxy.addresses: ";
  try {
    return make();
  } catch (cause) {
    if (cause instanceof RangeError && cause.message.startsWith(option))
      throw new CommandError(2, `--trusted-proxy: ${cause.message.slice(option.length)}`, { cause });
    throw cause;
  }
}
