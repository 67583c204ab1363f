import type { ConnectionOptions, SecureVersion } from "node:tls";
import { createCa, generateCertificates } from "@openleadr/pki";
import { ok, warning, type Findings, type Patient } from "./finding.ts";
import { handshakeFault, unnamedRefusal } from "./handshake-fault.ts";
import { agreesOn, probe, type Session } from "./probe.ts";

/** Whether the VTN speaks TLS with us at all. */
export async function* checkHandshake(patient: Patient): Findings<Session | undefined> {
  const result = await probe(patient);
  if ("session" in result) {
    const { version, suite } = result.session;
    yield ok("TLS", `agreed on ${version} with ${suite}`);
    return result.session;
  }
  const hasCertificate = patient.tls.certificate !== undefined;
  const isRefusal = await isAboutCertificate(patient, result.fault);
  yield isRefusal ? unnamedRefusal(hasCertificate) : handshakeFault(result.fault, hasCertificate);
  return undefined;
}

/**
 * Many a server ends the handshake without a reason. If it treats us in another way with a certificate, or without one,
 * then the certificate is the reason.
 */
async function isAboutCertificate(patient: Patient, fault: string): Promise<boolean> {
  if (!/ECONNRESET|EPIPE|HANDSHAKE_FAILURE/.test(fault)) return false;
  const { ca, certificate } = patient.tls;
  const other = certificate === undefined ? { ca, ...(await throwawayCertificate()) } : { ca };
  const result = await probe({ ...patient, tls: other });
  return "session" in result || result.fault !== fault;
}

async function throwawayCertificate(): Promise<{ readonly certificate: string; readonly key: string }> {
  return generateCertificates("nobody", { ca: await createCa({ commonName: "nobody" }) });
}

/** Which versions of TLS the VTN has. */
export async function* checkVersions(patient: Patient): Findings {
  const [has12, has13] = [await hasVersion(patient, "TLSv1.2"), await hasVersion(patient, "TLSv1.3")];
  const offered = [has12 && "TLS 1.2", has13 && "TLS 1.3"].filter((name) => name !== false).join(" and ");
  if (has12) yield ok("versions", offered);
  else {
    const advice = "its operator should switch on TLS 1.2: VENs that keep to the standard have nothing else (rule 67)";
    yield warning("versions", `${offered} only`, advice);
  }
  if (await hasOldVersion(patient)) {
    yield warning("versions", "TLS 1.0 or 1.1 too, which are broken", "the VTN's operator should switch them off");
  }
}

async function hasVersion(patient: Patient, version: SecureVersion): Promise<boolean> {
  return agreesOn(patient, { minVersion: version, maxVersion: version });
}

async function hasOldVersion(patient: Patient): Promise<boolean> {
  // Without the lower security level, OpenSSL would not even ask.
  const options: ConnectionOptions = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" };
  return agreesOn(patient, options);
}

/** The suites that a VTN must have, and the kind of certificate that each goes with. @see rule 67, §9.2 */
const standardSuites = [
  { name: "ECDHE-ECDSA-AES128-SHA256", kind: "ECC" },
  { name: "AES128-SHA256", kind: "RSA" },
] as const;

/** Which of the standard's cipher suites the VTN has. */
export async function* checkSuites(patient: Patient): Findings {
  const offered: string[] = [];
  const missing: string[] = [];
  for (const { name, kind } of standardSuites) {
    const isThere = await agreesOn(patient, { maxVersion: "TLSv1.2", ciphers: name });
    (isThere ? offered : missing).push(`${name} (${kind})`);
  }
  if (missing.length === 0) yield ok("suites", `both of the standard: ${offered.join(", ")}`);
  else {
    const advice =
      "VENs that have no other suite cannot connect; the VTN needs the suite, and a certificate of its kind (rules 67, 68)";
    yield warning("suites", `of the standard's, the VTN lacks ${missing.join(" and ")}`, advice);
  }
}
