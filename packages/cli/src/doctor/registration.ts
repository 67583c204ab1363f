import { randomUUID } from "node:crypto";
import {
  HttpStatusError,
  milliseconds,
  NotRegisteredOrAuthorizedError,
  OpenAdrError,
  RejectedError,
  TransportError,
} from "@openleadr/protocol";
import type { OadrCreatedPartyRegistration } from "@openleadr/protocol";
import { httpTransport, messageClient, type ClientTlsOptions } from "@openleadr/transport";
import { failed, ok, patienceMs, warning, type Finding, type Findings, type Patient } from "./finding.ts";
import { handshakeFault, unnamedRefusal } from "./handshake-fault.ts";

/** Whether the VTN takes our certificate and answers an oadrQueryRegistration, and whether it knows us. */
export async function* checkRegistration(patient: Patient): Findings {
  const { tls, vtnUrl } = patient;
  const answer = await query(patient, vtnUrl.protocol === "https:" ? tls : undefined);
  if (answer instanceof Error) {
    yield refusalFinding(answer, patient);
    return;
  }
  if (vtnUrl.protocol === "https:") yield await certificateFinding(patient);
  yield registrationFinding(answer);
}

/** The VTN's answer, or why there is none. */
async function query(
  { vtnUrl: url, signal }: Patient,
  tls: ClientTlsOptions | undefined,
): Promise<Registration | OpenAdrError> {
  await using transport = httpTransport({ url, tls, requestTimeout: milliseconds(patienceMs) });
  const client = messageClient({ transport, decoding: { tolerant: true }, check: () => {} });
  try {
    const answer = await client("oadrQueryRegistration", { requestId: randomUUID() }, signal);
    return answer?.payload;
  } catch (error) {
    if (error instanceof OpenAdrError) return error;
    throw error;
  }
}

type Registration = OadrCreatedPartyRegistration | undefined;

/** Whether it is our certificate that lets us in, or whether anybody is. */
async function certificateFinding(patient: Patient): Promise<Finding> {
  const { certificate, ca } = patient.tls;
  if (certificate === undefined) {
    const what = "the VTN answers clients without a certificate";
    return warning("client certificate", what, "its operator should demand certificates, as the standard does");
  }
  const stranger = await query(patient, { ca });
  if (stranger instanceof TransportError) return ok("client certificate", "the VTN takes ours, and wants one");
  const what = "the VTN takes ours, but answers clients without one too";
  return warning("client certificate", what, "its operator should demand certificates, as the standard does");
}

function registrationFinding(registration: Registration): Finding {
  const { registrationId, venId, vtnId } = registration ?? {};
  const who = vtnId === undefined ? "the VTN" : `the VTN ${JSON.stringify(vtnId)}`;
  if (registrationId === undefined) return ok("registration", `${who} answers, and has no registration of ours yet`);
  return ok("registration", `${who} knows us as ${venId ?? "a VEN without a venID"}, registration ${registrationId}`);
}

function refusalFinding(error: OpenAdrError, { tls, vtnUrl }: Patient): Finding {
  const hasCertificate = tls.certificate !== undefined;
  if (error instanceof HttpStatusError) return statusFinding(error.status, hasCertificate);
  if (error instanceof NotRegisteredOrAuthorizedError) {
    const advice = "give the VTN's operator the venID and the fingerprint of our certificate, so that they let us in";
    return failed("registration", `the VTN does not let us register: ${error.message}`, advice);
  }
  if (error instanceof RejectedError) {
    return failed(
      "registration",
      `the VTN refuses the question: ${error.message}`,
      "ask the VTN's operator for the reason",
    );
  }
  if (error instanceof TransportError) {
    const cause = error.cause as NodeJS.ErrnoException | undefined;
    const code = cause?.code ?? "";
    // In TLS 1.3 a client's certificate is judged only after the handshake, so that this is where it shows.
    if (/ALERT|CERTIFICATE_REQUIRED/.test(code)) return handshakeFault(code, hasCertificate);
    const isCut = vtnUrl.protocol === "https:" && /ECONNRESET|EPIPE|UND_ERR_SOCKET/.test(code);
    if (isCut) return unnamedRefusal(hasCertificate);
    return failed("registration", `the VTN does not answer: ${error.message}`, "see the VTN's log for the reason");
  }
  const advice = "check the path in --vtn: something else than a VTN may be listening there";
  return failed("registration", `what answers is no OpenADR 2.0b: ${error.message}`, advice);
}

function statusFinding(status: number, hasCertificate: boolean): Finding {
  if (status === 403 || status === 401 || status === 400 || status === 495 || status === 496) {
    const [what, advice] = hasCertificate
      ? [
          "the VTN does not take our certificate",
          "give the VTN's operator the CA and the fingerprint of --cert; it may also be revoked",
        ]
      : ["the VTN wants a certificate", "give --cert and --key"];
    return failed("client certificate", `${what} (HTTP ${status})`, advice);
  }
  if (status === 404) {
    const advice = "ask the VTN's operator for its base URL; it ends before /EiRegisterParty";
    return failed("registration", "there is no VTN at this path (HTTP 404)", advice);
  }
  return failed("registration", `the VTN answers HTTP ${status}`, "see the VTN's log for the reason");
}
