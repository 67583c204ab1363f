import { X509Certificate } from "node:crypto";
import { describeCertificate, expiryOf } from "@openleadr/pki";
import { sayExpiry } from "../../journal/say-expiry.ts";
import { failed, listOf, ok, warning, type Finding, type Findings, type Patient } from "./finding.ts";

/** Whether our own certificate is valid today. */
export async function* checkOwnCertificate({ tls, vtnUrl, clock }: Patient): Findings {
  const [document] = listOf(tls.certificate);
  if (document !== undefined) yield verdictOn(new X509Certificate(document), clock.now());
  else yield vtnUrl.protocol === "http:" ? plainHttp : none;
}

const plainHttp = warning(
  "own certificate",
  "plain HTTP: nobody proves who they are, and whoever is on the way can read and change what is sent",
  "use an https: URL, unless both are on the same machine",
);

const none = warning(
  "own certificate",
  "none given",
  "give --cert and --key: the standard demands certificates on both sides",
);

function verdictOn(certificate: X509Certificate, now: Date): Finding {
  const facts = describeCertificate(certificate);
  const expiry = expiryOf(facts, now);
  const about = `${facts.subject}, ${facts.key}, fingerprint ${facts.fingerprint}, ${sayExpiry(expiry)}`;
  switch (expiry.state) {
    case "valid":
      return ok("own certificate", about);
    case "expiresSoon":
      return warning("own certificate", about, "get a new certificate before it ends");
    case "expired":
      return failed("own certificate", `${about} since ${facts.notAfter.toISOString()}`, "get a new certificate");
    case "notYetValid": {
      const what = `${about}, but from ${facts.notBefore.toISOString()}`;
      return failed("own certificate", what, `check this machine's clock, which says ${now.toISOString()}, or wait`);
    }
  }
}
