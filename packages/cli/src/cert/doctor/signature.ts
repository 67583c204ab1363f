import type { X509Certificate } from "node:crypto";
import { certificateFingerprint, SignatureError, SignatureVerifier, type Decoded } from "@openleadr/protocol";
import { parseCertificates } from "@openleadr/pki";
import { sayDuration } from "../../journal/say.ts";
import { failed, listOf, ok, warning, type Finding, type Findings, type Patient } from "./finding.ts";
import { query, type Reply } from "./query.ts";

/** Whether the VTN signs what it answers, and as whom. Nothing is said where nobody signs. */
export async function* checkSignature(patient: Patient, { decoded }: Reply, server?: X509Certificate): Findings {
  const { signer, clock } = patient;
  if (decoded === undefined) return;
  if (decoded.envelope.signature === "none") {
    if (signer !== undefined) yield unsigned(patient);
    return;
  }
  try {
    yield signedFinding(patient, { decoded, server });
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    const { code, deviation } = error;
    const { what, advice } = faults[code] ?? other;
    const now = code === "ERR_OADR_SIGNATURE_REPLAYED" ? `, which says ${clock.now().toISOString()}` : "";
    yield failed("signature", `${what}: expected ${deviation.expected}, got ${deviation.got}`, `${advice}${now}`);
  }
}

interface SignedAnswer {
  readonly decoded: Decoded;
  readonly server: X509Certificate | undefined;
}

/** Throws {@link SignatureError} for a signature that is of no use. */
function signedFinding({ tls, vtnFingerprint, clock }: Patient, { decoded, server }: SignedAnswer): Finding {
  const shown = server === undefined ? [] : [certificateFingerprint(server.raw)];
  const fingerprints = vtnFingerprint ?? shown;
  const authorities = vtnFingerprint === undefined ? listOf(tls.ca).flatMap((pem) => parseCertificates(pem)) : [];
  const { signature } = new SignatureVerifier({ clock }).verify(decoded, { fingerprints, authorities }).envelope;
  const who = `the VTN's answer is signed rightly, with the certificate of fingerprint ${signature.fingerprint}`;
  if (vtnFingerprint !== undefined) return ok("signature", `${who}, as expected`);
  const known = signature.trustedBy === "fingerprint" ? "which it shows in TLS, too" : "another one of the same CA";
  return ok("signature", `${who}, ${known}`);
}

function unsigned({ signer, vtnFingerprint }: Patient): Finding {
  const own = certificateFingerprint(signer?.certificates[0].raw ?? "");
  const what = "the VTN does not sign what it answers to us, though our question was signed";
  const advice = `a VTN may sign only for whom it knows: give its operator ${own}, the fingerprint that we sign with`;
  if (vtnFingerprint === undefined)
    return warning(
      "signature",
      what,
      `${advice}; or it does not sign at all, which is no fault without --vtn-fingerprint`,
    );
  return failed(
    "signature",
    `${what}, and with --vtn-fingerprint a VEN heeds nothing else`,
    `${advice}; or the VTN does not sign at all: then go without --vtn-fingerprint`,
  );
}

const other = {
  what: "the VTN's answer is not signed as the standard has it",
  advice: "the VTN, or something on the way, breaks its messages; its operator has to look into it",
};

const faults: Partial<Record<SignatureError["code"], typeof other>> = {
  ERR_OADR_SIGNATURE_UNTRUSTED: {
    what: "the VTN's answer is signed with a certificate that we do not know",
    advice: "ask the VTN's operator which one it signs with, and give its fingerprint with --vtn-fingerprint",
  },
  ERR_OADR_SIGNATURE_REPLAYED: {
    what: "the VTN's answer was not signed just now",
    advice: "set the VTN's clock right, or that of this machine",
  },
};

/** Whether it is our signature for which the VTN refuses us: it answers what is not signed, or its clock is another. */
export async function* checkOurSignature(patient: Patient, { skewMs = 0 }: Reply): Findings<boolean> {
  const { signer, tls, vtnUrl, clock } = patient;
  if (signer === undefined) return false;
  if (Math.abs(skewMs) > latestMs) {
    const skew = `${sayDuration(Math.abs(skewMs))} ${skewMs < 0 ? "behind" : "ahead of"} this machine's`;
    const what = `the VTN refuses what we sign, and its clock is ${skew}, when a signature is good for seconds`;
    yield failed("signature", what, `set the clocks right; this machine's says ${clock.now().toISOString()}`);
    return true;
  }
  const plain = await query({ ...patient, signer: undefined }, vtnUrl.protocol === "https:" ? tls : undefined);
  if (plain.answer instanceof Error) return false;
  const fingerprint = certificateFingerprint(signer.certificates[0].raw);
  const own = `what we sign, with the certificate of fingerprint ${fingerprint}`;
  const advice = "give that fingerprint to the VTN's operator, who has to accept it";
  yield failed("signature", `the VTN answers what is not signed, but not ${own}`, advice);
  return true;
}

/** How far two clocks may differ for signatures to be taken; a Date in HTTP has no fractions of a second. */
const latestMs = 6_000;
