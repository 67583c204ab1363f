import { certificateFingerprint } from "@openleadr/protocol";
import { bundlePage } from "./bundle-page.ts";
import { parseCertificate, validityOf } from "./certificate.ts";
import type { CertificateAndKey } from "./generate-certificates.ts";
import { parseKey } from "./keys.ts";
import { encodePkcs12 } from "./pkcs12.ts";
import type { PkiSources } from "./validity.ts";
import type { NewFile } from "./write-files.ts";

/** Options of {@link createBundle}. */
export interface BundleOptions extends PkiSources {
  readonly venId: string;
  /** What {@link generateCertificates} made for the VEN. */
  readonly issued: CertificateAndKey;
  /** What the key is encrypted with. @default not encrypted */
  readonly passphrase?: string | undefined;
  /** The VTN's base URL. */
  readonly vtnUrl: URL | string;
  /** The VTN's certificates, in PEM, whose fingerprints the VEN may check. @default none */
  readonly vtnCertificates?: readonly string[] | undefined;
}

/** The settings in a bundle's `settings.json`. */
export interface BundleSettings {
  readonly venId: string;
  readonly vtnUrl: string;
  /** The fingerprint of the VEN's certificate. */
  readonly fingerprint: string;
  readonly vtnFingerprints: readonly string[];
  /** When the VEN's certificate ends. */
  readonly notAfter: Date;
}

/** The names of the files in a bundle. */
export const bundleFiles = {
  certificate: "ven.pem",
  key: "ven.key.pem",
  pkcs12: "ven.p12",
  ca: "ca.pem",
  settings: "settings.json",
  page: "README.md",
} as const;

/**
 * All that whoever installs a VEN needs, as files for {@link writeFiles}: certificate, key, both as PKCS#12 (with the same
 * passphrase, or an empty one), the CA, the settings, and a page that says how to use it.
 *
 * Throws {@link PkiError} if the passphrase is not that of the key, and `TypeError` if `vtnUrl` is no URL.
 */
export function createBundle({
  venId,
  issued,
  passphrase,
  vtnUrl,
  vtnCertificates = [],
  ...sources
}: BundleOptions): NewFile[] {
  const settings: BundleSettings = {
    venId,
    vtnUrl: new URL(vtnUrl).href.replace(/\/$/, ""),
    fingerprint: issued.fingerprint,
    vtnFingerprints: vtnCertificates.map((certificate) => certificateFingerprint(certificate)),
    notAfter: validityOf(parseCertificate(issued.certificate)).notAfter,
  };
  const pkcs12 = {
    certificate: `${issued.certificate}${issued.ca}`,
    key: parseKey(issued.key, passphrase),
    passphrase: passphrase ?? "",
    friendlyName: venId,
  };
  return [
    { name: bundleFiles.certificate, content: issued.certificate },
    { name: bundleFiles.key, content: issued.key, isSecret: true },
    { name: bundleFiles.pkcs12, content: encodePkcs12(pkcs12, sources), isSecret: true },
    { name: bundleFiles.ca, content: issued.ca },
    { name: bundleFiles.settings, content: `${JSON.stringify(settings, undefined, 2)}\n` },
    { name: bundleFiles.page, content: bundlePage(settings, passphrase !== undefined) },
  ];
}
