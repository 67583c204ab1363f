import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { describeCertificate, expiryOf, type CertificateFacts } from "@openleadr/pki";
import { sayExpiry } from "../../journal/say-expiry.ts";
import { failed, hostOf, ok, warning, type Finding, type Findings, type Patient } from "./finding.ts";
import type { Session } from "./probe.ts";

/** Whether the VTN's certificate is to be trusted; where it is not, nothing is sent to the VTN. */
export async function* checkServerCertificate(patient: Patient, session: Session): Findings<boolean> {
  const findings = [
    chainFinding(patient, session),
    datesFinding(describeCertificate(session.certificate), patient.clock.now()),
    hostFinding(session.certificate, hostOf(patient.vtnUrl)),
    ...pinFindings(patient, session.certificate),
  ];
  yield* findings;
  return findings.every(({ verdict }) => verdict !== "failed");
}

function chainFinding({ tls, clock }: Patient, { certificate, distrust }: Session): Finding {
  const { subject, issuer, key, fingerprint } = describeCertificate(certificate);
  const about = `${subject}, ${key}, fingerprint ${fingerprint}, issued by ${issuer}`;
  // Node looks at the host name once the chain is in order; so does the next finding but one.
  if (distrust === undefined || distrust === "ERR_TLS_CERT_ALTNAME_INVALID") return ok("chain", about);
  if (aboutDates.includes(distrust)) {
    // OpenSSL looks at the dates last, so that the chain is fine if it finds fault with those of the certificate itself.
    if (isOutOfDate(certificate, clock.now())) return ok("chain", about);
    const what = distrust === "CERT_HAS_EXPIRED" ? "has expired" : "is not valid yet";
    const advice =
      "get the CA's new certificate from the VTN's operator, and give it with --ca; or this machine's clock is wrong";
    return failed("chain", `${about}: a CA in it ${what}`, advice);
  }
  const given = tls.ca === undefined ? "give the VTN's CA with --ca" : "give the CA that issued it with --ca";
  const inBetween =
    distrust === "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
      ? "; or have its operator add the CAs in between to the file of the VTN's certificate"
      : "";
  const what = distrusts[distrust] ?? `it is not trusted (${distrust})`;
  return failed(
    "chain",
    `${about}: ${what}`,
    `${given}${inBetween}; if it is another than you expect, somebody may stand in for the VTN`,
  );
}

function isOutOfDate(certificate: X509Certificate, now: Date): boolean {
  const { state } = expiryOf(describeCertificate(certificate), now);
  return state === "expired" || state === "notYetValid";
}

const aboutDates: readonly string[] = ["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"];

const distrusts: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: "its CA is not among those we trust",
  UNABLE_TO_GET_ISSUER_CERT: "its CA is not among those we trust",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its CA is not among those we trust",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its CA is not among those we trust, or the VTN does not send the CAs in between",
  DEPTH_ZERO_SELF_SIGNED_CERT: "it comes from no CA",
  CERT_SIGNATURE_FAILURE: "its signature is not that of the CA",
  INVALID_PURPOSE: "it is not made for a server",
  INVALID_CA: "what issued it is no CA",
};

function datesFinding(facts: CertificateFacts, now: Date): Finding {
  const expiry = expiryOf(facts, now);
  const about = `the VTN's certificate is valid from ${facts.notBefore.toISOString()} to ${facts.notAfter.toISOString()}`;
  switch (expiry.state) {
    case "valid":
      return ok("dates", `${about}, ${sayExpiry(expiry)}`);
    case "expiresSoon":
      return warning("dates", `${about}, ${sayExpiry(expiry)}`, "its operator should get a new one");
    case "expired":
    case "notYetValid": {
      const advice = `the VTN needs another certificate (rule 516), or this machine's clock is wrong: it says ${now.toISOString()}`;
      return failed("dates", `${about}: ${sayExpiry(expiry)}`, advice);
    }
  }
}

/** Whether it is the very certificate that was given out for the VTN's, if one was. */
function pinFindings({ vtnFingerprint }: Patient, certificate: X509Certificate): readonly Finding[] {
  if (vtnFingerprint === undefined) return [];
  const { fingerprint } = describeCertificate(certificate);
  if (vtnFingerprint.includes(fingerprint)) return [ok("fingerprint", `${fingerprint}, as expected`)];
  const advice =
    "ask the VTN's operator whether it has a new certificate, or one more; if not, somebody may stand in for the VTN";
  return [failed("fingerprint", `${fingerprint}, not ${vtnFingerprint.join(" or ")}`, advice)];
}

function hostFinding(certificate: X509Certificate, host: string): Finding {
  const { hostNames } = describeCertificate(certificate);
  const fits = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
  if (fits !== undefined) return ok("host name", `the VTN's certificate is for ${host}`);
  const names = hostNames.length === 0 ? "no host name" : hostNames.join(", ");
  const advice = "use one of its names in --vtn, or have a certificate issued that names this one";
  return failed("host name", `the VTN's certificate is for ${names}, not for ${host}`, advice);
}
