import {
  HttpStatusError,
  NotRegisteredOrAuthorizedError,
  RejectedError,
  TransportError,
  type OpenAdrError,
} from "@openleadr/protocol";
import { failed, type Finding, type Patient } from "./finding.ts";
import { handshakeFault, unnamedRefusal } from "./handshake-fault.ts";

/** Why the VTN does not answer our question. */
export function refusalFinding(error: OpenAdrError, patient: Patient): Finding {
  const { tls, vtnUrl } = patient;
  const hasCertificate = tls.certificate !== undefined;
  if (error instanceof HttpStatusError) return statusFinding(error.status, patient);
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

function statusFinding(status: number, patient: Patient): Finding {
  if (status === 403 || status === 401 || status === 400 || status === 495 || status === 496) {
    const { what, advice } = unauthenticated(patient);
    return failed("client certificate", `${what} (HTTP ${status})`, advice);
  }
  if (status === 404) {
    const advice = "ask the VTN's operator for its base URL; it ends before /EiRegisterParty";
    return failed("registration", "there is no VTN at this path (HTTP 404)", advice);
  }
  return failed("registration", `the VTN answers HTTP ${status}`, "see the VTN's log for the reason");
}

function unauthenticated({ tls, vtnUrl, signer }: Patient): { readonly what: string; readonly advice: string } {
  const isSigned = signer !== undefined;
  const hint = isSigned ? "" : "; or it wants messages signed: try --sign";
  if (tls.certificate !== undefined) {
    const what = `the VTN does not take our certificate${isSigned ? ", or our signature" : ""}`;
    return {
      what,
      advice: `give the VTN's operator the CA and the fingerprint of --cert; it may also be revoked${hint}`,
    };
  }
  if (vtnUrl.protocol === "https:") return { what: "the VTN wants a certificate", advice: "give --cert and --key" };
  return isSigned
    ? { what: "the VTN does not take our signature", advice: "give its operator the CA of the certificate of --sign" }
    : { what: "the VTN wants to know who asks", advice: `it may be made for a proxy alone${hint}` };
}
