// Which VTN a VEN takes: each kind of server certificate and each fault of one, for each way to look at it.
import assert from "node:assert/strict";
import { httpTransport, type ClientTlsOptions } from "@openleadr/transport";
import { describe, it } from "vitest";
import { clients, openVtn, query, servers, shownBy, trusted } from "./parties.ts";

type Outcome = "taken" | "refused";

/** How a VEN looks at its VTN's certificate, given the fingerprint that this one has. */
const looks: readonly (readonly [string, (fingerprint: string) => ClientTlsOptions])[] = [
  ["the host name", () => ({})],
  ["neither host name nor fingerprint", () => ({ checkHostName: false })],
  ["host name and fingerprint", (serverFingerprint) => ({ serverFingerprint })],
  ["the fingerprint alone", (serverFingerprint) => ({ checkHostName: false, serverFingerprint })],
  ["the fingerprint of another one", () => ({ checkHostName: false, serverFingerprint: clients.p256.fingerprint })],
];

/** A VTN, the rules it is about, and what becomes of it for each of these looks. */
type Row = readonly [string, keyof typeof servers, string, ...Outcome[]];

// prettier-ignore
const rows: readonly Row[] = [
  //                                                       host name  neither    both       fingerpr.  another's
  ["rule 68",  "ecc",         "a P-256 certificate",         "taken",   "taken",   "taken",   "taken",   "refused"],
  ["rule 68",  "p384",        "a P-384 certificate",         "taken",   "taken",   "taken",   "taken",   "refused"],
  ["rule 68",  "rsa",         "an RSA certificate",          "taken",   "taken",   "taken",   "taken",   "refused"],
  ["rule 68",  "ofOtherHost", "one for another host",        "refused", "taken",   "refused", "taken",   "refused"],
  ["rule 68",  "ofClient",    "one that is for clients",     "refused", "refused", "refused", "refused", "refused"],
  ["rule 68",  "ofOtherCa",   "one of another CA",           "refused", "refused", "refused", "refused", "refused"],
  ["rule 68",  "revoked",     "one that is revoked",         "refused", "refused", "refused", "refused", "refused"],
  ["rule 516", "expired",     "one that has expired",        "refused", "refused", "refused", "refused", "refused"],
  ["rule 516", "early",       "one that is not valid yet",   "refused", "refused", "refused", "refused", "refused"],
];

for (const [column, [look, optionsFor]] of looks.entries()) {
  describe(`rules 68, 516: a VEN that looks at ${look}`, () => {
    for (const [rule, name, title, ...outcomes] of rows) {
      for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
        const isTaken = outcomes[column] === "taken";
        it(`${rule}: ${isTaken ? "takes" : "sends nothing to"} a VTN with ${title}, over ${maxVersion}`, async () => {
          await using vtn = await openVtn({ tls: { ...shownBy(servers[name]), maxVersion } });
          const { certificate, key } = clients.p256;
          const tls = { certificate, key, ...trusted, ...optionsFor(servers[name].fingerprint) };
          await using transport = httpTransport({ url: vtn.url, tls });

          // What was seen the first time must not make up for anything the second time.
          for (const _ of ["first", "second"]) {
            const answer = transport("EiRegisterParty", query);

            if (isTaken) assert.match((await answer) ?? "", /oadrCreatedPartyRegistration/);
            else await assert.rejects(answer, { code: "ERR_OADR_CERTIFICATE" });
          }

          assert.equal(vtn.exchanges.length, isTaken ? 2 : 0);
        });
      }
    }
  });
}
