import type { X509Certificate } from "node:crypto";
import { certificateFingerprint, HttpStatusError, OpenAdrError, TransportError } from "@openleadr/protocol";
import type { OadrCreatedPartyRegistration } from "@openleadr/protocol";
import { failed, listOf, ok, warning, type Finding, type Findings, type Patient } from "./finding.ts";
import { agreesOn } from "./probe.ts";
import { query } from "./query.ts";
import { refusalFinding } from "./refusal.ts";
import { checkOurSignature, checkSignature } from "./signature.ts";

/**
 * Whether the VTN takes our certificate and signature, answers an oadrQueryRegistration, signs its answer, and knows us.
 * `server` is the certificate that it shows in TLS.
 */
export async function* checkRegistration(patient: Patient, server?: X509Certificate): Findings {
  const { tls, vtnUrl } = patient;
  const reply = await query(patient, vtnUrl.protocol === "https:" ? tls : undefined);
  const { answer } = reply;
  if (answer instanceof OpenAdrError) {
    const isRefused = answer instanceof HttpStatusError && answer.status === 403;
    if (vtnUrl.protocol === "http:" && answer instanceof TransportError && (await agreesOn(patient, {}))) {
      yield failed(
        "TLS",
        "what listens there speaks TLS, not plain HTTP",
        "check the port in --vtn; or use an https: URL",
      );
      return;
    }
    if (isRefused && (yield* checkOurSignature(patient, reply))) return;
    yield refusalFinding(answer, patient);
    return;
  }
  if (vtnUrl.protocol === "https:") yield await certificateFinding(patient);
  yield* checkSignature(patient, reply, server);
  yield registrationFinding(answer, patient);
}

type Registration = OadrCreatedPartyRegistration | undefined;

/** Whether it is our certificate that lets us in, or whether anybody is. */
async function certificateFinding(patient: Patient): Promise<Finding> {
  const { certificate, ca } = patient.tls;
  if (certificate === undefined) {
    const what = "the VTN answers clients without a certificate";
    return warning("client certificate", what, "its operator should demand certificates, as the standard does");
  }
  const { answer: stranger } = await query(patient, { ca });
  if (stranger instanceof TransportError) return ok("client certificate", "the VTN takes ours, and wants one");
  const what = "the VTN takes ours, but answers clients without one too";
  return warning("client certificate", what, "its operator should demand certificates, as the standard does");
}

function registrationFinding(registration: Registration, { tls }: Patient): Finding {
  const { registrationId, venId, vtnId } = registration ?? {};
  const who = vtnId === undefined ? "the VTN" : `the VTN ${JSON.stringify(vtnId)}`;
  if (registrationId === undefined) {
    const [own] = listOf(tls.certificate);
    const advice =
      own === undefined
        ? "start the VEN; without a certificate, the VTN does not know who asks, and so cannot say more"
        : `start the VEN, if it has not registered; if it has, the VTN knows it by another certificate than ${certificateFingerprint(own)}: tell its operator`;
    return warning("registration", `${who} answers, and has no registration of ours yet`, advice);
  }
  return ok("registration", `${who} knows us as ${venId ?? "a VEN without a venID"}, registration ${registrationId}`);
}
