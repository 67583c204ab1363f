// Whom a VTN lets in: each kind of client certificate and each fault of one, for each way to ask for certificates.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import type { ListenerTlsOptions } from "@openleadr/transport";
import { describe, it } from "vitest";
import type { Answer } from "../post-over-tls.ts";
import { ask, clients, openVtn, query, servers, shownBy, trusted, type OpenVtn } from "./parties.ts";

type Outcome = 200 | 403 | "ended";

/** How certificates are asked for: what becomes of a client whose certificate is missing or not valid. */
const ways = [
  { clientCertificate: "required", unauthorized: "answer403" },
  { clientCertificate: "required", unauthorized: "endHandshake" },
  { clientCertificate: "optional", unauthorized: "answer403" },
  { clientCertificate: "optional", unauthorized: "endHandshake" },
  { clientCertificate: "off", unauthorized: "answer403" },
] as const satisfies readonly Partial<ListenerTlsOptions>[];

/** A client, the rules it is about, and what it gets for each of these ways. */
type Row = readonly [string, keyof typeof clients | "none", string, ...Outcome[]];

// prettier-ignore
const rows: readonly Row[] = [
  //                                                          required    required    optional  optional    off
  //                                                          answer403   endHandsh.  answer403 endHandsh.
  ["rule 68",       "rsa",       "with an RSA certificate",   200,        200,        200,      200,        200],
  ["rule 68",       "p256",      "with a P-256 certificate",  200,        200,        200,      200,        200],
  ["rule 68",       "p384",      "with a P-384 certificate",  200,        200,        200,      200,        200],
  ["rule 517",      "none",      "without a certificate",     403,        "ended",    200,      200,        200],
  ["rule 517",      "ofOtherCa", "of another CA",             403,        "ended",    403,      403,        200],
  ["rules 516, 517", "expired",  "that has expired",          403,        "ended",    403,      403,        200],
  ["rules 516, 517", "early",    "that is not valid yet",     403,        "ended",    403,      403,        200],
  ["rule 517",      "revoked",   "that is revoked",           403,        "ended",    403,      403,        200],
];

async function openListener(way: Partial<ListenerTlsOptions>): Promise<OpenVtn> {
  return openVtn({ tls: { ...shownBy(servers.ecc, servers.rsa), crl: trusted.crl, ...way } });
}

for (const [column, way] of ways.entries()) {
  const { clientCertificate, unauthorized } = way;
  describe(`rules 68, 516, 517: clients where certificates are ${clientCertificate}, and ${unauthorized} is for those without`, () => {
    for (const [rules, name, title, ...outcomes] of rows) {
      const outcome = outcomes[column];
      for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
        it(`${rules}: ${said(outcome)} one ${title}, over ${version}`, async () => {
          await using vtn = await openListener(way);

          const answer = await ask(vtn, name === "none" ? undefined : clients[name], version);

          assert.equal(answer === "ended" ? "ended" : answer.status, outcome);
          if (outcome === 200) requireServed(vtn, answer);
          else requireKeptOut(vtn, answer);
          requireKnownAs(vtn, outcome === 200 && clientCertificate !== "off" ? name : "none");
        });
      }
    }
  });
}

function said(outcome: Outcome | undefined): string {
  if (outcome === 200) return "serves";
  return outcome === "ended" ? "ends the handshake of" : `answers ${outcome} to`;
}

function requireServed({ exchanges }: OpenVtn, answer: Answer | "ended"): void {
  assert.ok(answer !== "ended" && answer.body.includes("oadrCreatedPartyRegistration"));
  assert.deepEqual(
    exchanges.map(({ verdict }) => verdict.kind),
    ["accepted"],
  );
}

/** With nothing but a status, and the end of the connection; nothing that it sends is looked at. */
function requireKeptOut({ exchanges, securityEvents }: OpenVtn, answer: Answer | "ended"): void {
  assert.ok(exchanges.every(({ request }) => !Buffer.from(request ?? "").includes(query)));
  if (answer === "ended") return assert.deepEqual(exchanges, []);
  assert.deepEqual([answer.body, answer.isClosed], ["", true]);
  // That certificates are optional was told before.
  const told = securityEvents.map(({ type }) => type).filter((type) => type !== "securityReduced");
  assert.deepEqual(told, ["certificateRefused"]);
}

/** Whom the VTN takes the client for. */
function requireKnownAs({ exchanges }: OpenVtn, name: keyof typeof clients | "none"): void {
  const { peer } = exchanges[0] ?? { peer: { fingerprint: undefined } };
  assert.equal(peer.fingerprint, name === "none" ? undefined : clients[name].fingerprint);
}

/** What a proxy that ends TLS says of a client, and what the client gets where certificates are required or optional. */
type ProxyRow = readonly [string, string, string, 200 | 403, 200 | 403];

const der = ({ certificate }: { readonly certificate: string }): string =>
  new X509Certificate(certificate).raw.toString("base64");

// prettier-ignore
const proxyRows: readonly ProxyRow[] = [
  //                                                                                      required optional
  ["rule 68",        "an RSA certificate",               der(clients.rsa),                  200,     200],
  ["rule 68",        "a P-256 certificate",              der(clients.p256),                 200,     200],
  ["rule 68",        "a P-384 certificate",              der(clients.p384),                 200,     200],
  ["rule 517",       "no certificate",                   "",                                403,     200],
  ["rule 517",       "what is no certificate",           "certificate",                     403,     403],
  ["rules 516, 517", "a certificate that has expired",   der(clients.expired),              403,     403],
  ["rules 516, 517", "a certificate that is not valid yet", der(clients.early),             403,     403],
];

for (const [column, clientCertificate] of (["required", "optional"] as const).entries()) {
  describe(`rules 68, 516, 517: clients behind a proxy where certificates are ${clientCertificate}`, () => {
    for (const [rules, title, header, ...outcomes] of proxyRows) {
      it(`${rules}: ${said(outcomes[column])} one with ${title}`, async () => {
        const proxy = { addresses: ["127.0.0.1"], certificateHeader: "X-Client-Cert", clientCertificate };
        await using vtn = await openVtn({ proxy });
        const headers = { "content-type": "application/xml", "X-Client-Cert": header };

        const answer = await fetch(`${vtn.url.href}/EiRegisterParty`, { method: "POST", headers, body: query });

        assert.deepEqual([answer.status, (await answer.text()) === ""], [outcomes[column], answer.status === 403]);
      });
    }
  });
}
