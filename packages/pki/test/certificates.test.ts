import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { ManualClock } from "@openleadr/testing";
import { certificateFingerprint, duration, hours } from "@openleadr/protocol";
import { describe, it } from "vitest";
import {
  createCa,
  formatKey,
  generateCertificates,
  generateVtnCertificates,
  inspect,
  keyKinds,
  openCa,
  parseKey,
} from "../src/index.ts";

const clock = new ManualClock("2026-01-01T00:00:00Z");
const ca = await createCa({ commonName: "Test CA", organization: "Ünited Pöwer", clock });
const root = new X509Certificate(ca.certificate);

describe("a CA", () => {
  for (const keyKind of ["p-256", "p-384", "rsa-2048"] as const) {
    it(`issues certificates that node:crypto verifies, with a key of ${keyKind}`, async () => {
      const own = await createCa({ commonName: "CA", keyKind });
      const { certificate } = await generateCertificates("ven-1", { ca: own });

      const [issuer, x509] = [new X509Certificate(own.certificate), new X509Certificate(certificate)];
      assert.ok(x509.checkIssued(issuer));
      assert.ok(x509.verify(issuer.publicKey));
      assert.ok(issuer.verify(issuer.publicKey));
      assert.deepEqual([issuer.ca, x509.ca], [true, false]);
    });
  }

  it("is valid for ten years, beginning an hour ago for slow clocks", () => {
    const [facts] = inspect(ca.certificate);

    assert.ok(facts?.kind === "certificate");
    assert.equal(facts.subject, "O=Ünited Pöwer, CN=Test CA");
    assert.equal(facts.notBefore.toISOString(), "2025-12-31T23:00:00.000Z");
    assert.equal(facts.notAfter.getTime(), clock.now().getTime() + duration("P10Y"));
  });

  it("is opened from its certificate and its encrypted key", () => {
    const opened = openCa({ certificate: ca.certificate, key: formatKey(ca.key, "secret"), passphrase: "secret" });

    assert.equal(opened.certificate, ca.certificate);
    assert.ok(opened.key.equals(ca.key));
  });

  it("is not opened with another key, or with a certificate of no CA", async () => {
    const other = await generateCertificates("ven-1", { ca });

    assert.throws(() => openCa({ certificate: ca.certificate, key: other.key }), { code: "ERR_PKI_REFUSED" });
    assert.throws(() => openCa({ certificate: other.certificate, key: other.key }), {
      code: "ERR_PKI_REFUSED",
      message: "CA: expected the certificate of a CA, got that of a party",
    });
  });

  it("issues nothing that outlives it, and nothing once it is over", async () => {
    const short = await createCa({ commonName: "CA", validity: hours(48), clock });

    const { certificate } = await generateCertificates("ven-1", { ca: short, clock });

    assert.equal(new X509Certificate(certificate).validTo, new X509Certificate(short.certificate).validTo);
    await assert.rejects(generateCertificates("ven-1", { ca: short, clock, validity: hours(49) }), {
      name: "RangeError",
      message: /^validity: expected an end no later than the CA's, 2026-01-03T00:00:00.000Z, got /,
    });
    const later = new ManualClock("2026-02-01T00:00:00Z");
    await assert.rejects(generateCertificates("ven-1", { ca: short, clock: later }), { code: "ERR_PKI_REFUSED" });
  });

  for (const [title, options, message] of [
    ["an empty name", { commonName: " " }, /^commonName: expected 1 to 64 printable characters, got " "/],
    ["a name that is too long", { commonName: "x".repeat(65) }, /^commonName: expected 1 to 64/],
    ["a line break in a name", { commonName: "a\nb" }, /^commonName: expected/],
    ["an empty organisation", { commonName: "CA", organization: "" }, /^organization: expected/],
    ["a span that is none", { commonName: "CA", validity: hours(-1) }, /^validity: expected a span of time/],
    [
      "a span beyond all years",
      { commonName: "CA", validity: duration("P9000Y") },
      /^validity: expected an end before/,
    ],
  ] as const) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(createCa(options), { name: "RangeError", message });
    });
  }
});

describe("generateCertificates", () => {
  for (const keyKind of keyKinds) {
    it(`makes a key of ${keyKind} and its certificate`, async () => {
      const { certificate, key, ca: issuer, fingerprint } = await generateCertificates("ven-1", { ca, keyKind, clock });

      const x509 = new X509Certificate(certificate);
      assert.ok(x509.checkPrivateKey(parseKey(key)));
      assert.ok(x509.verify(root.publicKey));
      assert.equal(x509.subject, "CN=ven-1");
      assert.equal(fingerprint, certificateFingerprint(certificate));
      assert.equal(issuer, ca.certificate);
    });
  }

  it("makes a client's certificate, and a server's too for a VEN that is pushed to", async () => {
    const [pulling, pushed] = await Promise.all([
      generateCertificates("ven-1", { ca }),
      generateCertificates("ven-1", { ca, hostNames: ["VEN.example.com", "192.0.2.1", "2001:db8::1"] }),
    ]);

    const facts = [pulling, pushed].flatMap(({ certificate }) => inspect(certificate));
    assert.deepEqual(
      facts.map((fact) => fact.kind === "certificate" && [fact.usages, fact.hostNames]),
      [
        [["client"], []],
        [
          ["client", "server"],
          ["ven.example.com", "192.0.2.1", "2001:DB8:0:0:0:0:0:1"],
        ],
      ],
    );
  });

  it("encrypts the key if told to", async () => {
    const { key } = await generateCertificates("ven-1", { ca, passphrase: "secret" });

    assert.match(key, /^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    assert.equal(parseKey(key, "secret").asymmetricKeyType, "ec");
    assert.throws(() => parseKey(key), { code: "ERR_PKI_PASSPHRASE" });
    assert.throws(() => parseKey(key, "wrong"), { code: "ERR_PKI_PASSPHRASE" });
  });

  it("takes serial numbers from the randomness handed in", async () => {
    const { certificate } = await generateCertificates("ven-1", {
      ca,
      randomBytes: (size) => Buffer.alloc(size, 0xff),
    });

    assert.equal(new X509Certificate(certificate).serialNumber, `7F${"FF".repeat(15)}`);
  });

  it("ends after two years, written as a later century has it, too", async () => {
    const late = new ManualClock("2049-06-01T00:00:00Z");
    const own = await createCa({ commonName: "CA", clock: late });
    const { certificate } = await generateCertificates("ven-1", { ca: own, clock: late });

    const [facts] = inspect(certificate);
    assert.ok(facts?.kind === "certificate");
    assert.equal(facts.notAfter.toISOString(), "2051-06-01T00:00:00.000Z");
  });

  for (const hostName of [
    "",
    "a b",
    "-a.example.com",
    "a..b",
    "example.com/path",
    "*",
    "a.*.b",
    `${"a".repeat(64)}.com`,
  ]) {
    it(`refuses the host name ${JSON.stringify(hostName)}`, async () => {
      await assert.rejects(generateCertificates("ven-1", { ca, hostNames: [hostName] }), {
        name: "RangeError",
        message: /^hostNames: expected a host name or an IP address/,
      });
    });
  }
});

describe("generateVtnCertificates", () => {
  it("rule 68: makes an ECC and an RSA certificate for a VTN", async () => {
    const made = await generateVtnCertificates("vtn", { ca, hostNames: ["vtn.example.com"] });

    const facts = made.flatMap(({ certificate }) => inspect(certificate));
    assert.deepEqual(
      facts.map((fact) => fact.kind === "certificate" && [fact.key, fact.hostNames, fact.usages]),
      [
        ["ECC P-256", ["vtn.example.com"], ["server", "client"]],
        ["RSA 2048", ["vtn.example.com"], ["server", "client"]],
      ],
    );
  });

  it("wants a host name", async () => {
    await assert.rejects(generateVtnCertificates("vtn", { ca, hostNames: [] }), { name: "RangeError" });
  });
});
