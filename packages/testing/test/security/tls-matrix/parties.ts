import {
  createCa,
  generateCertificates,
  generateVtnCertificates,
  revoke,
  type CertificateAndKey,
} from "@openleadr/pki";
import { encode, hours, systemClock, type Clock } from "@openleadr/protocol";
import type { ListenerTlsOptions } from "@openleadr/transport";
import { Vtn, type SecurityEvent, type WireExchange, type VtnOptions } from "@openleadr/vtn";
import { postOverTls, type Answer } from "../post-over-tls.ts";

const [ca, otherCa] = [await createCa({ commonName: "CA" }), await createCa({ commonName: "Other CA" })];
const hostNames = ["127.0.0.1"];

const shifted = (span: number): Clock => ({ ...systemClock, now: () => new Date(Date.now() + span) });
/** A certificate of two days ago for one day, and one of tomorrow. */
const [expired, early] = [
  { clock: shifted(0 - hours(48)), validity: hours(24) },
  { clock: shifted(hours(24)), validity: hours(24) },
];

/** What VENs show; every kind of key, and every fault. */
export const clients = {
  rsa: await generateCertificates("rsa", { ca, keyKind: "rsa-2048" }),
  p256: await generateCertificates("p256", { ca, keyKind: "p-256" }),
  p384: await generateCertificates("p384", { ca, keyKind: "p-384" }),
  ofOtherCa: await generateCertificates("stranger", { ca: otherCa }),
  expired: await generateCertificates("expired", { ca, ...expired }),
  early: await generateCertificates("early", { ca, ...early }),
  revoked: await generateCertificates("revoked", { ca }),
} satisfies Record<string, CertificateAndKey>;

const [ecc, rsa] = await generateVtnCertificates("vtn", { ca, hostNames });
const [p384] = await generateVtnCertificates("vtn", { ca, hostNames, keyKinds: ["p-384"] });
const [ofOtherCa] = await generateVtnCertificates("vtn", { ca: otherCa, hostNames });
const [overdue] = await generateVtnCertificates("vtn", { ca, hostNames, ...expired });
const [premature] = await generateVtnCertificates("vtn", { ca, hostNames, ...early });
const [revoked] = await generateVtnCertificates("vtn", { ca, hostNames });
const [elsewhere] = await generateVtnCertificates("vtn", { ca, hostNames: ["vtn.example.com"] });

/** What VTNs show; every kind of key, and every fault. */
export const servers = {
  ecc: present(ecc),
  rsa: present(rsa),
  p384: present(p384),
  ofOtherCa: present(ofOtherCa),
  expired: present(overdue),
  early: present(premature),
  revoked: present(revoked),
  ofOtherHost: present(elsewhere),
  ofClient: await generateCertificates("ven", { ca }),
};

function present(issued: CertificateAndKey | undefined): CertificateAndKey {
  if (issued === undefined) throw new Error("expected a certificate, got none");
  return issued;
}

/** The CA that all trust, and its list, with the certificates that are revoked. */
export const trusted = {
  ca: ca.certificate,
  crl: revoke([clients.revoked.certificate, servers.revoked.certificate], ca),
};

/** A listener's certificates and keys. */
export function shownBy(
  ...identities: readonly CertificateAndKey[]
): Pick<ListenerTlsOptions, "certificate" | "key" | "ca"> {
  const [certificate, key] = [identities.map((each) => each.certificate), identities.map((each) => each.key)];
  return { certificate, key, ca: ca.certificate };
}

/** A VTN on a free port of 127.0.0.1, and what it told. */
export interface OpenVtn extends AsyncDisposable {
  readonly url: URL;
  readonly exchanges: readonly WireExchange[];
  readonly securityEvents: readonly SecurityEvent[];
}

export async function openVtn(listen: Exclude<VtnOptions["listen"], false>): Promise<OpenVtn> {
  const exchanges: WireExchange[] = [];
  const securityEvents: SecurityEvent[] = [];
  const vtn = new Vtn({
    vtnId: "vtn",
    listen: { port: 0, ...listen },
    onExchange: (exchange) => void exchanges.push(exchange),
    onSecurityEvent: (event) => void securityEvents.push(event),
  });
  await vtn.start();
  const { url = new URL("https://127.0.0.1") } = vtn;
  return { url, exchanges, securityEvents, [Symbol.asyncDispose]: () => vtn.stop() };
}

/** A message that every VTN answers. */
export const query = encode({ name: "oadrQueryRegistration", payload: { requestId: "req-1" } });

/** Asks a VTN with that certificate, or none. */
export async function ask(
  { url }: OpenVtn,
  identity: CertificateAndKey | undefined,
  maxVersion: "TLSv1.2" | "TLSv1.3",
): Promise<Answer | "ended"> {
  const own = identity && { cert: identity.certificate, key: identity.key };
  return postOverTls(`${url.href}/EiRegisterParty`, query, { ca: ca.certificate, maxVersion, ...own });
}
