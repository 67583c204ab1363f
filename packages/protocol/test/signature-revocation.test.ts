import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { describe, it } from "vitest";
import { decode } from "../src/envelope.ts";
import { certificateFingerprint } from "../src/certificate/fingerprint.ts";
import { RevocationLists } from "../src/certificate/revocation-lists.ts";
import { createSigner } from "../src/signature/signer.ts";
import type { Trust } from "../src/signature/trust.ts";
import { SignatureVerifier } from "../src/signature/verifier.ts";
import { certificate, keys, revocationList, type CertificateRequest, type ListRequest } from "./certificates.ts";
import { noon } from "./messages.ts";
import { createRandom, type Random } from "./random.ts";
import { aPoll, assertRefused, signedPoll, verifyNow } from "./signing.ts";

const ca = { subject: "CA", key: keys.ca };
const authority = certificate({ ...ca, isCa: true });
// Serial numbers follow from the length of the subject.
const [kitchen, garage] = [leafOf("kitchen"), leafOf("garage")];
const revoked =
  /X509Certificate: expected a certificate that its CA has not revoked, got one that was revoked at 2026-05-01T00:00:00.000Z/;

function changed(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  if (random.chance(10)) return bytes.subarray(0, at);
  return bytes.with(at, (bytes[at] ?? 0) ^ (1 << random.below(8)));
}

function leafOf(subject: string, more: Partial<CertificateRequest> = {}): X509Certificate {
  return certificate({ subject, key: keys.p256, issuer: ca, ...more });
}

function lists(requests: readonly Partial<ListRequest>[], authorities = [authority]): RevocationLists {
  return new RevocationLists(
    requests.map((request) => revocationList({ issuer: ca, from: "2026-05-01", ...request })),
    authorities,
  );
}

function signedWith(...certificates: readonly X509Certificate[]): Promise<string> {
  return signedPoll(createSigner({ key: keys.p256, certificates }));
}

/** How often a certificate is verified while `run` runs. */
function verificationsIn(run: () => unknown): number {
  const original = Object.getOwnPropertyDescriptor(X509Certificate.prototype, "verify");
  assert.ok(original !== undefined);
  let count = 0;
  const value = function (this: X509Certificate, ...given: readonly unknown[]): unknown {
    count++;
    return Reflect.apply(original.value as (...given: readonly unknown[]) => unknown, this, given);
  };
  Object.defineProperty(X509Certificate.prototype, "verify", { ...original, value });
  try {
    run();
  } finally {
    Object.defineProperty(X509Certificate.prototype, "verify", original);
  }
  return count;
}

const byCa = (...requests: readonly Partial<ListRequest>[]): Trust => ({
  authorities: [authority],
  revocationLists: lists(requests),
});
const byFingerprint = (leaf: X509Certificate, ...requests: readonly Partial<ListRequest>[]): Trust => ({
  fingerprints: [certificateFingerprint(leaf.raw)],
  revocationLists: lists(requests),
});

async function accepts(trust: Trust, ...chain: readonly X509Certificate[]): Promise<void> {
  assert.deepEqual(verifyNow(await signedWith(...chain), { trust }).message, aPoll);
}

async function refuses(reason: RegExp, trust: Trust, ...chain: readonly X509Certificate[]): Promise<void> {
  assertRefused(await signedWith(...chain), ["ERR_OADR_SIGNATURE_UNTRUSTED", reason], { trust });
}

describe("a signer's certificate, where there are revocation lists", () => {
  it("is accepted while its CA's list does not name it", async () => {
    await accepts(byCa({}), kitchen);
    await accepts(byCa({ revoked: [garage] }), kitchen);
    await accepts(byFingerprint(kitchen, { revoked: [garage] }), kitchen);
    await accepts(byCa({ from: "260601120000Z", to: "260601120000Z" }), kitchen);
  });

  it("is refused once its CA's list names it, however it is trusted", async () => {
    await refuses(revoked, byCa({ revoked: [garage, kitchen] }), kitchen);
    await refuses(revoked, byFingerprint(kitchen, { revoked: [kitchen] }), kitchen);
    await refuses(revoked, byFingerprint(kitchen, { version: 1, revoked: [kitchen] }), kitchen);
  });

  it("is refused where the older or the newer of two lists names it", async () => {
    await refuses(revoked, byCa({ revoked: [kitchen] }, { from: "2026-05-02" }), kitchen);
    await refuses(revoked, byCa({ from: "2026-04-02" }, { revoked: [kitchen] }), kitchen);
  });

  it("is refused by a list that it was accepted without before", async () => {
    const verifier = new SignatureVerifier({ clock: { now: () => noon } });
    verifier.verify(decode(await signedWith(kitchen)), byCa({}));

    const later = decode((await signedWith(kitchen)).replace(">nonce<", ">other<"));

    assert.throws(() => verifier.verify(later, byCa({ revoked: [kitchen] })), { message: revoked });
  });

  for (const [title, dates, got] of [
    ["is over", { to: "2026-05-31" }, /got one of 2026-05-01T00:00:00.000Z, good until 2026-05-31T00:00:00.000Z/],
    ["does not count yet", { from: "2026-06-02" }, /got one of 2026-06-02T00:00:00.000Z, good until the next one/],
  ] as const) {
    it(`is refused where its CA's list ${title}, however it is trusted`, async () => {
      for (const trust of [byCa(dates), byFingerprint(kitchen, dates)]) {
        await refuses(/expected a revocation list of CN=CA that counts at 2026-06-01T12:00:00.000Z/, trust, kitchen);
        await refuses(got, trust, kitchen);
      }
    });
  }

  it("is refused whichever of its CA's certificates it names, of several with one key", async () => {
    const [old, renewed] = [1, 2].map((number) => certificate({ ...ca, isCa: true, serialNumber: [number] }));
    assert.ok(old !== undefined && renewed !== undefined);
    const [attic, cellar] = ["attic", "the cellar"].map((name) => leafOf(name, { issuerSerialNumber: [1] }));
    assert.ok(attic !== undefined && cellar !== undefined);

    for (const authorities of [[old], [old, renewed], [renewed, old], [renewed]]) {
      const revocationLists = lists([{ revoked: [attic] }], authorities);
      await refuses(revoked, { fingerprints: [certificateFingerprint(attic.raw)], revocationLists }, attic);
      if (authorities.includes(old)) await accepts({ authorities, revocationLists }, cellar);
    }
  });

  it("is refused though its list leaves out the zero by which its serial number is positive", async () => {
    const leaf = leafOf("kitchen", { serialNumber: [0, 0x80] });

    await refuses(revoked, byFingerprint(leaf, { revoked: [leaf] }), leaf);
  });

  it("is told of the list that counted last where several are over", async () => {
    const [older, newer] = [{ to: "2026-05-30" }, { from: "2026-05-02", to: "2026-05-31" }];

    for (const requests of [
      [older, newer],
      [newer, older],
    ])
      await refuses(/got one of 2026-05-02T00:00:00.000Z/, byCa(...requests), kitchen);
  });

  it("is accepted where an old list is over and the next one is there", async () => {
    await accepts(byCa({ to: "2026-05-31" }, { from: "2026-05-30", to: "2026-07-01" }), kitchen);
  });

  describe("of another CA", () => {
    const other = { subject: "Other", key: keys.p384 };
    const ofOther = leafOf("attic", { issuer: other });
    const otherAuthority = certificate({ ...other, isCa: true });
    const revocationLists = lists([{}]);

    it("is refused, as that CA has no list", async () => {
      const trust = { authorities: [authority, otherAuthority], revocationLists };

      await refuses(/expected a revocation list of the CA that issued the certificate/, trust, ofOther);
    });

    it("is accepted by its fingerprint, which no CA vouches for", async () => {
      await accepts({ fingerprints: [certificateFingerprint(ofOther.raw)], revocationLists }, ofOther);
    });

    it("is not held to the list of a CA of another name that has the same key", async () => {
      const renamed = { subject: "CA 2", key: keys.ca };
      const authorities = [authority, certificate({ ...renamed, isCa: true })];
      const leaf = leafOf("kitchen", { issuer: renamed });
      const both = lists([{ revoked: [kitchen] }, { issuer: renamed }], authorities);

      await accepts({ authorities, revocationLists: both }, leaf);
      await refuses(revoked, { authorities, revocationLists: both }, kitchen);
    });

    it("is not held to the list of a CA of the same name", async () => {
      const namesake = { subject: "CA", key: keys.p384 };
      const authorities = [authority, certificate({ ...namesake, isCa: true })];
      const leaf = leafOf("kitchen", { issuer: namesake });
      const both = lists([{ revoked: [kitchen] }, { issuer: namesake }], authorities);

      await accepts({ authorities, revocationLists: both }, leaf);
      await refuses(revoked, { authorities, revocationLists: both }, kitchen);
    });
  });

  describe("with a CA in between", () => {
    const middle = { subject: "Middle", key: keys.p384 };
    const middleAuthority = certificate({ ...middle, issuer: ca, isCa: true });
    const leaf = leafOf("kitchen", { issuer: middle });
    const both = [authority, middleAuthority];

    it("is accepted where each of them has a list", async () => {
      await accepts({ authorities: both, revocationLists: lists([{}, { issuer: middle }], both) }, leaf);
    });

    it("is refused where the one in between has none", async () => {
      await refuses(/expected a revocation list of the CA/, byCa({}), leaf, middleAuthority);
    });

    it("is refused where the CA of the one in between has none, unless that is trusted alone", async () => {
      const revocationLists = lists([{ issuer: middle }], both);

      for (const chain of [[leaf], [leaf, middleAuthority]])
        await refuses(/expected a certificate that is known/, { authorities: both, revocationLists }, ...chain);
      await accepts({ authorities: [middleAuthority], revocationLists }, leaf);
    });

    it("is refused where the one in between is revoked itself, or its CA's list is over", async () => {
      for (const change of [{ revoked: [middleAuthority] }, { to: "2026-05-31" }]) {
        const revocationLists = lists([change, { issuer: middle }], both);

        await refuses(
          /expected a certificate that is known/,
          { authorities: [middleAuthority], revocationLists },
          leaf,
        );
      }
    });
  });
});

describe("revocation lists", () => {
  const text = revocationList({ issuer: ca, revoked: [kitchen] }).toString("base64");
  const pem = `-----BEGIN X509 CRL-----\n${text}\n-----END X509 CRL-----\n`;

  it("are read from PEM with several of them, and from DER", () => {
    const der = Buffer.from(text, "base64");

    for (const [given, count] of [
      [pem, 1],
      [pem + pem, 2],
      [Buffer.from(pem), 1],
      [der, 1],
      [[der, pem], 2],
      [[], 0],
    ] as const) {
      assert.equal(new RevocationLists(given, [authority]).dates.length, count);
    }
  });

  it("tell of whom they are and how long they count", () => {
    const { dates } = lists([{ to: "2026-07-01" }, { to: "20510701000000Z" }]);

    const thisUpdate = new Date("2026-05-01T00:00Z");
    assert.deepEqual(dates, [
      { issuer: "CN=CA", thisUpdate, nextUpdate: new Date("2026-07-01T00:00Z") },
      { issuer: "CN=CA", thisUpdate, nextUpdate: new Date("2051-07-01T00:00Z") },
    ]);
  });

  for (const [what, given] of [
    ["something else in PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"],
    ["something else in DER", kitchen.raw],
    ["text", "list"],
    ["nothing", new Uint8Array()],
    ["a list that was cut", Buffer.from(text, "base64").subarray(0, -5)],
    [
      "two lists in DER, one after the other",
      Buffer.concat([Buffer.from(text, "base64"), Buffer.from(text, "base64")]),
    ],
    ["a list in PEM and one that was cut", pem + pem.slice(0, -30)],
    ["a list that says in another way when it is over", revocationList({ issuer: ca, to: "2607010000Z" })],
  ] as const) {
    it(`are not made of ${what}`, () => {
      const message = "crl: expected revocation lists in PEM or DER, got something else";
      assert.throws(() => new RevocationLists(given, [authority]), { name: "TypeError", message });
    });
  }

  const ofNone =
    "crl: expected lists of the authorities, got the revocation list of CN=CA, which is none; a CA in between has to be one, too";
  for (const [what, request, authorities, message] of [
    ["of which there is no CA", {}, [], ofNone],
    ["that another CA of the same name has signed", { issuer: { ...ca, key: keys.rsa } }, [authority], ofNone],
    [
      "of a CA of another name with the same key",
      {},
      [certificate({ subject: "CA 2", key: keys.ca, isCa: true })],
      ofNone,
    ],
    ["of a CA that may not issue any", {}, [certificate({ ...ca, isCa: true, keyUsage: 0x04 })], ofNone],
    [
      "that say something critical",
      { critical: { of: "list", content: [0x05, 0] } },
      [authority],
      "crl: expected complete lists without critical extensions, got others in the revocation list of CN=CA",
    ],
    [
      "whose entries say something critical",
      { revoked: [kitchen], critical: { of: "entries", content: [0x05, 0] } },
      [authority],
      "crl: expected complete lists without critical extensions, got others in the revocation list of CN=CA",
    ],
    [
      "that are limited as additions to an earlier list, though that is not marked as critical",
      { revoked: [kitchen], extension: { of: "list", id: "551d1b" } },
      [authority],
      "crl: expected complete lists without critical extensions, got others in the revocation list of CN=CA",
    ],
    [
      "that are limited to some certificates, though that is not marked as critical",
      { revoked: [kitchen], extension: { of: "list", id: "551d1c" } },
      [authority],
      "crl: expected complete lists without critical extensions, got others in the revocation list of CN=CA",
    ],
    [
      "that are limited to certificates of another CA, though that is not marked as critical",
      { revoked: [kitchen], extension: { of: "entries", id: "551d1d" } },
      [authority],
      "crl: expected complete lists without critical extensions, got others in the revocation list of CN=CA",
    ],
    [
      "signed with SHA-1",
      { algorithm: "2a8648ce3d0401" },
      [authority],
      "crl: expected lists signed with RSA or ECDSA and SHA-256 or longer, got another signature of the revocation list of CN=CA",
    ],
  ] as const satisfies readonly (readonly [string, Partial<ListRequest>, readonly X509Certificate[], string])[]) {
    it(`are not taken ${what}`, () => {
      assert.throws(() => lists([request], [...authorities]), { name: "TypeError", message });
    });
  }

  it("are refused once a byte of what their CA has signed is another", () => {
    const random = createRandom(20_261_129);
    const der = revocationList({ issuer: ca, revoked: [kitchen, garage], to: "2026-07-01" });
    let refused = 0;
    for (let mutants = 0; mutants < 2_000; mutants++) {
      const mutant = changed(der, random);
      try {
        const standing = new RevocationLists(mutant, [authority]).standingOf(kitchen, noon);
        assert.deepEqual(standing, { state: "revoked", at: new Date("2026-01-01T00:00Z") });
      } catch (error) {
        assert.ok(error instanceof TypeError && error.message.startsWith("crl: "), String(error));
        refused++;
      }
    }
    // Some bytes around what is signed say nothing.
    assert.ok(refused > 1_900, String(refused));
  });

  it("take one verification for a certificate, once, however many there are of its CA", () => {
    const fifty = lists(Array.from({ length: 50 }, () => ({})));

    const [first, again] = [1, 2].map(() => verificationsIn(() => fifty.standingOf(kitchen, noon)));

    assert.deepEqual([first, again], [1, 0]);
  });

  it("are taken of a CA that may issue them", () => {
    assert.equal(lists([{}], [certificate({ ...ca, isCa: true, keyUsage: 0x06 })]).dates.length, 1);
  });
});
