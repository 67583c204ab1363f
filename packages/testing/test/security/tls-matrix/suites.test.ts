// Which versions and cipher suites are spoken: by VTNs with each kind of certificate, and by VENs, in each profile.
import assert from "node:assert/strict";
import { connect, type ConnectionOptions } from "node:tls";
import { compatibleTls, conformantTls, httpTransport, modernTls, type TlsProfile } from "@openleadr/transport";
import { describe, it } from "vitest";
import { clients, openVtn, query, servers, shownBy, trusted, type OpenVtn } from "./parties.ts";

type CertificateKind = "ECC" | "RSA";
type Profile = "conformant" | "modern" | "compatible";

/** A suite, the version that it belongs to, the certificates it goes with, and the profiles that have it. */
type Suite = readonly [string, "TLSv1.2" | "TLSv1.3", readonly CertificateKind[], readonly Profile[]];

// prettier-ignore
const suites: readonly Suite[] = [
  ["ECDHE-ECDSA-AES128-SHA256",     "TLSv1.2", ["ECC"],        ["conformant", "compatible"]],
  ["AES128-SHA256",                 "TLSv1.2", ["RSA"],        ["conformant", "compatible"]],
  ["ECDHE-ECDSA-AES128-GCM-SHA256", "TLSv1.2", ["ECC"],        ["modern", "compatible"]],
  ["ECDHE-ECDSA-AES256-GCM-SHA384", "TLSv1.2", ["ECC"],        ["modern", "compatible"]],
  ["ECDHE-ECDSA-CHACHA20-POLY1305", "TLSv1.2", ["ECC"],        ["modern", "compatible"]],
  ["ECDHE-RSA-AES128-GCM-SHA256",   "TLSv1.2", ["RSA"],        ["modern", "compatible"]],
  ["ECDHE-RSA-AES256-GCM-SHA384",   "TLSv1.2", ["RSA"],        ["modern", "compatible"]],
  ["ECDHE-RSA-CHACHA20-POLY1305",   "TLSv1.2", ["RSA"],        ["modern", "compatible"]],
  ["TLS_AES_128_GCM_SHA256",        "TLSv1.3", ["ECC", "RSA"], ["modern", "compatible"]],
  ["TLS_AES_256_GCM_SHA384",        "TLSv1.3", ["ECC", "RSA"], ["modern", "compatible"]],
  ["TLS_CHACHA20_POLY1305_SHA256",  "TLSv1.3", ["ECC", "RSA"], ["modern", "compatible"]],
  ["ECDHE-ECDSA-AES128-SHA",        "TLSv1.2", ["ECC"],        []],
  ["AES128-SHA",                    "TLSv1.2", ["RSA"],        []],
  ["AES256-SHA256",                 "TLSv1.2", ["RSA"],        []],
  ["AES128-GCM-SHA256",             "TLSv1.2", ["RSA"],        []],
  ["ECDHE-RSA-AES128-SHA256",       "TLSv1.2", ["RSA"],        []],
];

const profiles = { conformant: conformantTls, modern: modernTls, compatible: compatibleTls } satisfies Record<
  Profile,
  TlsProfile
>;
const profileNames = ["conformant", "modern", "compatible"] as const;

/** What a VTN may show. */
const sets: readonly (readonly [string, readonly CertificateKind[]])[] = [
  ["an ECC", ["ECC"]],
  ["an RSA", ["RSA"]],
  ["an ECC and an RSA", ["ECC", "RSA"]],
];

const identities = { ECC: servers.ecc, RSA: servers.rsa } as const;

async function openProfile(profile: Profile, kinds: readonly CertificateKind[] = ["ECC", "RSA"]): Promise<OpenVtn> {
  return openVtn({ tls: { ...shownBy(...kinds.map((kind) => identities[kind])), ...profiles[profile] } });
}

for (const profile of profileNames) {
  for (const [shown, kinds] of sets) {
    describe(`rules 67, 68: a VTN of the ${profile} profile with ${shown} certificate`, () => {
      for (const [suite, version, fitting, having] of suites) {
        const kind = kinds.find((each) => fitting.includes(each));
        const isSpoken = kind !== undefined && having.includes(profile);

        it(`rules 67, 68: ${isSpoken ? "speaks" : "refuses"} the suite ${suite} with ${version}`, async () => {
          await using vtn = await openProfile(profile, kinds);

          const outcome = await handshake(vtn, { ciphers: suite, minVersion: version, maxVersion: version });

          if (isSpoken) assert.deepEqual(outcome, { version, suite, fingerprint: identities[kind].fingerprint });
          else assert.match(codeOf(outcome), /ALERT_(?:HANDSHAKE_FAILURE|PROTOCOL_VERSION)$/);
        });
      }
    });
  }

  describe(`rule 67: versions and preference of a VTN of the ${profile} profile`, () => {
    for (const [version, isSpoken] of [
      ["TLSv1", false],
      ["TLSv1.1", false],
      ["TLSv1.2", true],
      ["TLSv1.3", profile !== "conformant"],
    ] as const) {
      it(`rule 67: ${isSpoken ? "speaks" : "refuses"} the version ${version}`, async () => {
        await using vtn = await openProfile(profile);
        // Without it a client of today would not even offer the old ones.
        const ciphers = "ALL@SECLEVEL=0";

        const outcome = await handshake(vtn, { ciphers, minVersion: version, maxVersion: version });

        if (isSpoken) assert.equal(agreed(outcome).version, version);
        else assert.match(codeOf(outcome), /ALERT_PROTOCOL_VERSION$/);
      });
    }

    it("rule 67: takes its own first suite, whatever order the client offers", async () => {
      await using vtn = await openProfile(profile);
      const own = profiles[profile].ciphers.split(":").filter((suite) => !suite.startsWith("TLS_"));
      const offer = { ciphers: own.toReversed().join(":"), maxVersion: "TLSv1.2" } as const;

      const outcome = await handshake(vtn, offer);

      assert.equal(agreed(outcome).suite, own[0]);
    });
  });

  describe(`rule 67: a VEN, or a VTN that pushes, of the ${profile} profile`, () => {
    for (const [suite, version, , having] of suites) {
      const isOffered = having.includes(profile);

      it(`rule 67: ${isOffered ? "offers" : "does not offer"} the suite ${suite}`, async () => {
        const only = { ciphers: suite, minVersion: version, maxVersion: version } as const;
        await using vtn = await openVtn({ tls: { ...shownBy(servers.ecc, servers.rsa), ...only } });
        const { certificate, key } = clients.p256;
        const tls = { certificate, key, ca: trusted.ca, ...profiles[profile] };
        await using transport = httpTransport({ url: vtn.url, tls });

        const answer = transport("EiRegisterParty", query);

        if (isOffered) assert.match((await answer) ?? "", /oadrCreatedPartyRegistration/);
        else
          await assert.rejects(answer, { code: "ERR_OADR_TRANSPORT", message: /handshake failure|protocol version/ });
      });
    }
  });
}

describe("rule 67: who says nothing of a profile", () => {
  it("rule 67: listens with the compatible one", async () => {
    for (const ciphers of profiles.compatible.ciphers.split(":")) {
      await using vtn = await openVtn({ tls: shownBy(servers.ecc, servers.rsa) });
      const maxVersion = ciphers.startsWith("TLS_") ? "TLSv1.3" : "TLSv1.2";

      const outcome = await handshake(vtn, { ciphers, maxVersion });

      assert.equal(agreed(outcome).suite, ciphers);
    }
  });

  it("rule 67: calls with the compatible one", async () => {
    for (const ciphers of profiles.compatible.ciphers.split(":")) {
      const maxVersion = ciphers.startsWith("TLS_") ? "TLSv1.3" : "TLSv1.2";
      await using vtn = await openVtn({ tls: { ...shownBy(servers.ecc, servers.rsa), ciphers, maxVersion } });
      const { certificate, key } = clients.rsa;
      await using transport = httpTransport({ url: vtn.url, tls: { certificate, key, ca: trusted.ca } });

      assert.ok(await transport("EiRegisterParty", query));
    }
  });
});

interface Handshake {
  readonly version: string | null;
  readonly suite: string;
  /** Of the certificate that the VTN showed. */
  readonly fingerprint: string | undefined;
}

function agreed(outcome: Handshake | string): Handshake {
  if (typeof outcome === "string") throw new Error(`expected a handshake that succeeds, got ${outcome}`);
  return outcome;
}

function codeOf(outcome: Handshake | string): string {
  return typeof outcome === "string" ? outcome : `a handshake with ${outcome.suite}`;
}

/** What a handshake with a VTN agrees on, or the code of the error in which it ends. */
async function handshake({ url }: OpenVtn, offer: ConnectionOptions): Promise<Handshake | string> {
  return new Promise((resolve) => {
    const { certificate: cert, key } = clients.p256;
    const how = { host: url.hostname, port: Number(url.port), ca: trusted.ca, cert, key, ...offer };
    const socket = connect(how, () => {
      const fingerprint = socket.getPeerX509Certificate()?.fingerprint256.slice(-29);
      resolve({ version: socket.getProtocol(), suite: socket.getCipher().name, fingerprint });
      socket.destroy();
    });
    socket.once("error", ({ code = "" }: NodeJS.ErrnoException) => resolve(code));
  });
}
