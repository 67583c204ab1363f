export { parseCertificates } from "./certificate.ts";
export { createBundle, bundleFiles } from "./bundle.ts";
export type { BundleOptions, BundleSettings } from "./bundle.ts";
export { createCa, openCa } from "./ca.ts";
export type { Ca, CaDocuments, CaOptions } from "./ca.ts";
export { createCrl, parseCrl, revocationReasons, revoke } from "./crl.ts";
export type { CrlOptions, RevocationList, RevocationReason, RevokedCertificate, RevokeOptions } from "./crl.ts";
export { createCsr } from "./csr.ts";
export type { CsrAndKey, CsrOptions } from "./csr.ts";
export { PkiError } from "./error.ts";
export type { PkiErrorCode } from "./error.ts";
export { expiryOf, expiryWarningDays } from "@openleadr/protocol";
export type { Expiry } from "@openleadr/protocol";
export { watchExpiry } from "./expiry.ts";
export type { ExpiryWatchOptions } from "./expiry.ts";
export { generateCertificates, generateVtnCertificates } from "./generate-certificates.ts";
export type {
  CertificateAndKey,
  IssuedCertificate,
  IssueOptions,
  Role,
  VenCertificateOptions,
  VtnCertificateOptions,
} from "./generate-certificates.ts";
export { describeCertificate, inspect } from "./inspect.ts";
export type { CertificateFacts, CrlFacts, CsrFacts, Facts, KeyFacts } from "./inspect.ts";
export { formatKey, keyKinds, parseKey } from "./keys.ts";
export type { KeyKind } from "./keys.ts";
export type { Subject } from "./names.ts";
export { decodePkcs12, encodePkcs12 } from "./pkcs12.ts";
export type { Pkcs12Content, Pkcs12Parts } from "./pkcs12.ts";
export { signCsr } from "./sign-csr.ts";
export type { SignCsrOptions } from "./sign-csr.ts";
export type { PkiSources, Validity } from "./validity.ts";
export { writeFiles } from "./write-files.ts";
export type { NewFile, WriteFilesOptions } from "./write-files.ts";
