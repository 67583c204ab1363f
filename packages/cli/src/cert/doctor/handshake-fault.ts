import { failed, type Finding } from "./finding.ts";

/** A VTN that hangs up because of a certificate, without saying what is wrong with it. */
export function unnamedRefusal(hasCertificate: boolean): Finding {
  return hasCertificate
    ? failed("client certificate", "the VTN does not take our certificate: it hangs up", operatorsCa)
    : failed("client certificate", "the VTN wants a certificate", "give --cert and --key");
}

const operatorsCa =
  "give the VTN's operator the CA of --cert, or get a certificate from theirs; see that it has not ended";

/** What a failed handshake means. */
export function handshakeFault(fault: string, hasCertificate: boolean): Finding {
  const refusal = refusals.find(({ pattern }) => pattern.test(fault));
  if (refusal !== undefined) {
    const what = `the VTN ends the handshake: ${refusal.what}`;
    return failed(
      "client certificate",
      what,
      hasCertificate ? refusal.advice : "give --cert and --key: the VTN wants a certificate",
    );
  }
  const known = faults.find(({ pattern }) => pattern.test(fault));
  return failed(
    "TLS",
    known?.what ?? `the handshake fails (${fault})`,
    known?.advice ?? "see the VTN's log for the reason",
  );
}

const renewal = "get a new certificate";

/** What a VTN may hold against a client's certificate, by the names that OpenSSL has for TLS alerts. */
const refusals = [
  {
    pattern: /ALERT_UNKNOWN_CA/,
    what: "it does not know our certificate's CA",
    advice: operatorsCa,
  },
  { pattern: /ALERT_CERTIFICATE_EXPIRED/, what: "our certificate has expired", advice: renewal },
  { pattern: /ALERT_CERTIFICATE_REVOKED/, what: "our certificate is revoked", advice: renewal },
  {
    pattern: /ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNSUPPORTED_CERTIFICATE|DECRYPT_ERROR|ACCESS_DENIED)/,
    what: "it does not take our certificate",
    advice: "ask the VTN's operator which certificates it takes",
  },
  { pattern: /CERTIFICATE_REQUIRED/, what: "it wants a certificate", advice: "give --cert and --key" },
] as const;

const faults = [
  {
    pattern: /WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH|RECORD_LENGTH|UNEXPECTED_MESSAGE/,
    what: "what listens there does not speak TLS",
    advice: "check the port in --vtn; if the VTN speaks plain HTTP, the URL begins with http:",
  },
  {
    pattern: /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/,
    what: "the VTN has neither TLS 1.2 nor 1.3",
    advice: "its operator has to switch on TLS 1.2, which the standard demands (rule 67)",
  },
  {
    pattern: /HANDSHAKE_FAILURE|INSUFFICIENT_SECURITY|NO_SHARED_CIPHER|NO_CIPHERS/,
    what: "the VTN refuses the handshake: there is no cipher suite that both have, or it wants a certificate",
    advice: "compare the suites of both sides, and give --cert and --key",
  },
  {
    pattern: /ETIMEDOUT/,
    what: "the VTN does not answer the handshake",
    advice: "see whether it is the VTN that listens there",
  },
  {
    pattern: /ECONNRESET|EPIPE|EOF/,
    what: "the VTN hangs up during the handshake",
    advice: "see the VTN's log; it may want another certificate, or not be speaking TLS",
  },
] as const;
