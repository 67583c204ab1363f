import type { Findings, Patient } from "./finding.ts";
import { checkOwnCertificate } from "./own-certificate.ts";
import { checkName, checkPort } from "./reach.ts";
import { checkRegistration } from "./registration.ts";
import { checkServerCertificate } from "./server-certificate.ts";
import { checkHandshake, checkSuites, checkVersions } from "./tls.ts";

/**
 * Examines a connection to a VTN from the bottom up, and tells what it finds as it finds it. It ends where going on makes
 * no sense, such as with a port that is closed, or with a VTN that cannot be trusted with our certificate.
 */
export async function* examine(patient: Patient): Findings {
  yield* checkOwnCertificate(patient);
  if (!(yield* checkName(patient))) return;
  if (!(yield* checkPort(patient))) return;
  if (patient.vtnUrl.protocol === "http:") yield* checkRegistration(patient);
  else {
    const session = yield* checkHandshake(patient);
    if (session === undefined) return;
    yield* checkVersions(patient);
    yield* checkSuites(patient);
    if (!(yield* checkServerCertificate(patient, session))) return;
    yield* checkRegistration(patient, session.certificate);
  }
}
