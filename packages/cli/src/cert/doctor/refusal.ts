import {
  certificateFingerprint,
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
    const { check = "client certificate", what, advice } = unauthenticated(patient);
    return failed(check, `${what} (HTTP ${status})`, advice);
  }
  if (status === 404) {
    const advice = "ask the VTN's operator for its base URL; it ends before /EiRegisterParty";
    return failed("registration", "there is no VTN at this path (HTTP 404)", advice);
  }
  if (status === 502 || status === 503 || status === 504) {
    const advice = "start the VTN, if it does not run; or see the log of the proxy before it for the reason";
    return failed("registration", `a proxy does not reach the VTN, or the VTN is not ready (HTTP ${status})`, advice);
  }
  return failed("registration", `the VTN answers HTTP ${status}`, "see the VTN's log for the reason");
}

/** A VTN does not say whether it is certificate or signature that it refuses; `check` is there where it can only be one. */
interface Doubt extends Pick<Finding, "what"> {
  readonly check?: "signature";
  readonly advice: string;
}

function unauthenticated({ tls, vtnUrl, signer }: Patient): Doubt {
  const hasCertificate = tls.certificate !== undefined;
  const ofCertificate = hasCertificate
    ? "give the VTN's operator the CA and the fingerprint of --cert, which may also be revoked, or lack the CAs in between"
    : "give --cert and --key";
  if (signer === undefined) {
    const who = vtnUrl.protocol === "https:" ? "wants a certificate" : "wants to know who asks";
    const what = `the VTN ${hasCertificate ? "does not take our certificate" : who}, or wants messages signed`;
    const advice = vtnUrl.protocol === "https:" ? ofCertificate : "it may be made for a proxy alone";
    return { what, advice: `${advice}; or try --sign` };
  }
  const own = certificateFingerprint(signer.certificates[0].raw);
  const ofSignature = `give its operator the fingerprint that we sign with, ${own}, or the CA of that certificate for --sign-ca`;
  if (vtnUrl.protocol !== "https:")
    return { check: "signature", what: "the VTN does not take our signature", advice: ofSignature };
  const what = `the VTN ${hasCertificate ? "does not take our certificate" : "wants a certificate"}, or does not take our signature`;
  return { what, advice: `${ofCertificate}; or ${ofSignature}` };
}
