import assert from "node:assert/strict";
import type { TlsOptions } from "node:tls";
import { hours } from "@openleadr/protocol";
import { ManualClock } from "@openleadr/testing";
import { describe, it } from "vitest";
import {
  createCa,
  encodePkcs12,
  generateCertificates,
  generateVtnCertificates,
  parseKey,
  revoke,
} from "../src/index.ts";
import { handshake } from "./handshake.ts";

const [ca, otherCa] = [await createCa({ commonName: "CA" }), await createCa({ commonName: "Other" })];
const vtn = await generateVtnCertificates("vtn", { ca, hostNames: ["localhost"] });
const [ecc, rsa] = [
  await generateCertificates("ecc", { ca }),
  await generateCertificates("rsa", { ca, keyKind: "rsa-2048" }),
];

const server: TlsOptions = {
  cert: vtn.map(({ certificate }) => certificate),
  key: vtn.map(({ key }) => key),
  ca: ca.certificate,
};

const clientOf = ({ certificate, key }: { readonly certificate: string; readonly key: string }) => ({
  cert: certificate,
  key,
  ca: ca.certificate,
});

describe("a handshake with issued certificates", () => {
  for (const [suite, kind] of [
    ["ECDHE-ECDSA-AES128-SHA256", "ECC"],
    ["AES128-SHA256", "RSA"],
  ] as const) {
    for (const [name, ven] of [
      ["ECC", ecc],
      ["RSA", rsa],
    ] as const) {
      it(`rules 67, 68: succeeds with ${suite}, the VTN's ${kind} and the VEN's ${name} certificate`, async () => {
        const result = await handshake(server, { ...clientOf(ven), ciphers: suite, maxVersion: "TLSv1.2" });

        assert.deepEqual(result, { protocol: "TLSv1.2", cipher: suite, clientFault: undefined });
      });
    }
  }

  it("succeeds with TLS 1.3", async () => {
    const { protocol, clientFault } = await handshake(server, clientOf(ecc));

    assert.deepEqual([protocol, clientFault], ["TLSv1.3", undefined]);
  });

  it("succeeds with PKCS#12 in place of PEM", async () => {
    const pfx = encodePkcs12({ certificate: ecc.certificate, key: parseKey(ecc.key), passphrase: "secret" });

    const { clientFault } = await handshake(server, { pfx, passphrase: "secret", ca: ca.certificate });

    assert.equal(clientFault, undefined);
  });

  it("fails at the client for a VTN of another CA", async () => {
    await assert.rejects(handshake(server, { ...clientOf(ecc), ca: otherCa.certificate }), {
      code: "SELF_SIGNED_CERT_IN_CHAIN",
    });
  });

  it("fails at the client for another host name", async () => {
    await assert.rejects(handshake(server, { ...clientOf(ecc), servername: "vtn.example.com" }), {
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
  });

  it("shows a client of another CA", async () => {
    const stranger = await generateCertificates("ven", { ca: otherCa });

    const { clientFault } = await handshake(server, clientOf(stranger));

    assert.match(clientFault ?? "", /UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)/);
  });

  it("rule 516: shows a client whose certificate has expired", async () => {
    const past = new ManualClock(new Date(Date.now() - hours(48)));
    const expired = await generateCertificates("ven", { ca, clock: past, validity: hours(24) });

    const { clientFault } = await handshake(server, clientOf(expired));

    assert.match(clientFault ?? "", /CERT_HAS_EXPIRED/);
  });

  it("shows a client whose certificate is revoked, and only that one", async () => {
    const withList = { ...server, crl: revoke([ecc.certificate], ca, { reason: "keyCompromise" }) };

    const [revoked, other] = [await handshake(withList, clientOf(ecc)), await handshake(withList, clientOf(rsa))];

    assert.match(revoked.clientFault ?? "", /CERT_REVOKED/);
    assert.equal(other.clientFault, undefined);
  });

  it("fails at the client where a client's certificate poses as a server", async () => {
    await assert.rejects(
      handshake(
        { ...server, cert: ecc.certificate, key: ecc.key },
        { ...clientOf(rsa), checkServerIdentity: () => undefined },
      ),
      { code: "INVALID_PURPOSE" },
    );
  });
});
