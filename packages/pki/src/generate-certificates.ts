import { createPublicKey, type KeyObject } from "node:crypto";
import { certificateFingerprint, type Duration } from "@openleadr/protocol";
import { issuerOf, type Ca } from "./ca.ts";
import { PkiError } from "./error.ts";
import { partyExtensions } from "./extensions.ts";
import { signCertificate } from "./issue.ts";
import { createKey, formatKey, type KeyKind } from "./keys.ts";
import { encodeSubject } from "./names.ts";
import { defaultValidity, validityFor, type PkiSources, type Validity } from "./validity.ts";

/** A certificate that a CA has issued. */
export interface IssuedCertificate {
  /** The certificate in PEM. */
  readonly certificate: string;
  /** The CA's certificate in PEM. */
  readonly ca: string;
  /** The fingerprint by which OpenADR knows the certificate. @see OpenADR 2.0b, §10.5.1 */
  readonly fingerprint: string;
}

/** A certificate with its private key. */
export interface CertificateAndKey extends IssuedCertificate {
  /** The private key as PKCS#8 in PEM, encrypted if there was a passphrase. */
  readonly key: string;
}

/** What all certificates of parties have in common. */
export interface IssueOptions extends PkiSources {
  /** Who signs. */
  readonly ca: Ca;
  /** The party's organisation. @default none */
  readonly organization?: string | undefined;
  /** How long the certificate is valid. @default duration("P2Y"), or until the CA ends */
  readonly validity?: Duration | undefined;
  /** What to encrypt the private key with. @default not encrypted */
  readonly passphrase?: string | undefined;
}

/** Options of {@link generateCertificates}. */
export interface VenCertificateOptions extends IssueOptions {
  /** @default "p-256" */
  readonly keyKind?: KeyKind | undefined;
  /** Host names and IP addresses under which the VEN itself can be reached, for push. @default none */
  readonly hostNames?: readonly string[] | undefined;
}

/**
 * Makes a key and a certificate for a VEN. Its common name is the venID (of 64 characters at most).
 *
 * Rejects with `RangeError` for names and spans that do not fit, and {@link PkiError} if the CA cannot issue it.
 */
export async function generateCertificates(
  venId: string,
  { keyKind = "p-256", hostNames = [], ...options }: VenCertificateOptions,
): Promise<CertificateAndKey> {
  return generate({ role: "ven", commonName: venId, keyKind, hostNames }, options);
}

/** Options of {@link generateVtnCertificates}. */
export interface VtnCertificateOptions extends IssueOptions {
  /** Host names and IP addresses under which VENs reach the VTN; at least one. */
  readonly hostNames: readonly string[];
  /**
   * One certificate is made for each: a VTN needs both an ECC and an RSA certificate, so that VENs with either suite of
   * the standard reach it. @default ["p-256", "rsa-2048"]
   *
   * @see OpenADR 2.0b, rules 67 and 68
   */
  readonly keyKinds?: readonly KeyKind[] | undefined;
}

/**
 * Makes keys and certificates for a VTN: one of each kind, in the order of `keyKinds`.
 *
 * Rejects with `RangeError` for names and spans that do not fit, and {@link PkiError} if the CA cannot issue it.
 */
export async function generateVtnCertificates(
  vtnId: string,
  { keyKinds = ["p-256", "rsa-2048"], hostNames, ...options }: VtnCertificateOptions,
): Promise<CertificateAndKey[]> {
  return Promise.all(
    keyKinds.map((keyKind) => generate({ role: "vtn", commonName: vtnId, keyKind, hostNames }, options)),
  );
}

/** What a party is in OpenADR. */
export type Role = "ven" | "vtn";

interface KeyedParty {
  readonly role: Role;
  readonly commonName: string;
  readonly keyKind: KeyKind;
  readonly hostNames: readonly string[];
}

async function generate(
  { keyKind, ...party }: KeyedParty,
  { ca, organization, passphrase, ...options }: IssueOptions,
): Promise<CertificateAndKey> {
  const key = await createKey(keyKind);
  const pem = formatKey(key, passphrase, options);
  return { ...issueTo({ ...party, organization, publicKey: createPublicKey(key) }, ca, options), key: pem };
}

/** Whom a certificate is issued to. */
export interface Party {
  readonly role: Role;
  readonly commonName: string;
  readonly organization?: string | undefined;
  readonly publicKey: KeyObject;
  readonly hostNames: readonly string[];
}

/** Issues a party's certificate. Throws as {@link generateCertificates} rejects. */
export function issueTo(
  party: Party,
  ca: Ca,
  options: PkiSources & { readonly validity?: Duration | undefined },
): IssuedCertificate {
  const { role, publicKey, hostNames } = party;
  if (role === "vtn" && hostNames.length === 0) {
    throw new RangeError("hostNames: expected the names under which VENs reach the VTN, got none");
  }
  const issuer = issuerOf(ca);
  const extensions = partyExtensions({
    publicKey,
    issuerKeyIdentifier: issuer.keyIdentifier,
    hostNames,
    // A VTN that pushes is a client too, and a VEN that is pushed to a server.
    usages:
      role === "vtn"
        ? ["serverAuth", "clientAuth"]
        : hostNames.length > 0
          ? ["clientAuth", "serverAuth"]
          : ["clientAuth"],
  });
  const content = {
    subject: encodeSubject(party),
    publicKey,
    validity: validityWithin(issuer.notAfter, options),
    extensions,
  };
  const certificate = signCertificate(content, issuer, options.randomBytes);
  return { certificate, ca: ca.certificate, fingerprint: certificateFingerprint(certificate) };
}

/** Within the CA's own validity, which is what a default is cut to, and what nobody may ask to exceed. */
function validityWithin(
  end: Date,
  { validity, clock }: PkiSources & { readonly validity?: Duration | undefined },
): Validity {
  const wanted = validityFor(validity ?? defaultValidity.party, clock);
  const now = wanted.notBefore;
  if (end <= now)
    throw new PkiError("ERR_PKI_REFUSED", `CA: expected one that is valid, got one that ended ${end.toISOString()}`);
  if (wanted.notAfter <= end) return wanted;
  if (validity === undefined) return { ...wanted, notAfter: end };
  throw new RangeError(
    `validity: expected an end no later than the CA's, ${end.toISOString()}, got ${wanted.notAfter.toISOString()}`,
  );
}
