import type { Duration } from "@openleadr/protocol";
import type { Ca } from "./ca.ts";
import { parseCsr, type Csr } from "./csr.ts";
import { PkiError } from "./error.ts";
import type { Extension } from "./extensions.ts";
import { issueTo, type IssuedCertificate, type Role } from "./generate-certificates.ts";
import { normalizeHostName } from "./names.ts";
import { oids } from "./object-identifiers.ts";
import { Fields, oidOf } from "./read-der.ts";
import type { PkiSources } from "./validity.ts";

/** Options of {@link signCsr}. */
export interface SignCsrOptions extends PkiSources {
  /** What the certificate is for. @default "ven" */
  readonly role?: Role | undefined;
  /** The venID or vtnID that the request must have as its common name. @default whatever it has */
  readonly commonName?: string | undefined;
  /**
   * The host names and IP addresses that the request may ask for; the certificate gets those of them that it asks for,
   * or all if it asks for none. @default none
   */
  readonly hostNames?: readonly string[] | undefined;
  /** How long the certificate is valid. @default duration("P2Y"), or until the CA ends */
  readonly validity?: Duration | undefined;
}

/**
 * Signs a certificate signing request (PKCS#10, in PEM or DER).
 *
 * From the request come the key and the names; all else is as in {@link generateCertificates}. Throws {@link PkiError}
 * if the request is malformed, its signature not genuine, its key weak, or if it asks for what it may not have: to be a
 * CA, names that are not granted, other uses. Throws `RangeError` for options out of range.
 *
 * Who may have the name in the request is for the caller to know: `commonName` says it.
 */
export function signCsr(csr: string | Uint8Array, ca: Ca, options: SignCsrOptions = {}): IssuedCertificate {
  const request = parseCsr(csr);
  const { role = "ven", commonName } = options;
  if (commonName !== undefined && request.commonName !== commonName) {
    throw refused(`the name ${JSON.stringify(commonName)}`, JSON.stringify(request.commonName));
  }
  for (const extension of request.extensions) requireHarmless(extension);
  const { organization, publicKey } = request;
  const hostNames = grantedNames(request, options.hostNames ?? []);
  return issueTo({ role, commonName: request.commonName, organization, publicKey, hostNames }, ca, options);
}

function grantedNames({ hostNames }: Csr, allowed: readonly string[]): readonly string[] {
  const granted = allowed.map(normalizeHostName);
  const excess = hostNames.filter((name) => !granted.includes(name));
  if (excess.length > 0) {
    throw refused(granted.length === 0 ? "no host names" : `host names among ${granted.join(", ")}`, excess.join(", "));
  }
  return hostNames.length === 0 ? granted : hostNames;
}

/** What tools put into requests of parties may stay; the certificate gets what its role asks for, whatever this says. */
function requireHarmless({ id, value }: Extension): void {
  switch (id) {
    case oids.basicConstraints:
      if (value.children.some(({ tag, content }) => tag === 0x01 && content[0] !== 0)) throw refused("no CA", "one");
      return;
    case oids.keyUsage:
      // keyCertSign is the sixth bit, cRLSign the seventh.
      if (((value.content[1] ?? 0) & 0x06) !== 0) throw refused("no CA's key usage", "one");
      return;
    case oids.extendedKeyUsage: {
      const usages = new Fields(value, "extendedKeyUsage").rest().map((usage) => oidOf(usage, "extendedKeyUsage"));
      const excess = usages.filter((usage) => usage !== oids.clientAuth && usage !== oids.serverAuth);
      if (excess.length > 0) throw refused("use by clients and servers only", excess.join(", "));
      return;
    }
    case oids.subjectKeyIdentifier:
      return;
    default:
      throw refused("no such extension", id);
  }
}

function refused(expected: string, got: string): PkiError {
  return new PkiError("ERR_PKI_REFUSED", `certificate request: expected ${expected}, got ${got}`);
}
