import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { createCa, createCrl, generateCertificates, generateVtnCertificates, revoke } from "@openleadr/pki";
import {
  createSigner,
  decode,
  hours,
  RevocationLists,
  sign,
  SignatureVerifier,
  systemClock,
} from "@openleadr/protocol";
import { HttpListener, httpTransport } from "@openleadr/transport";
import { describe, it } from "vitest";
import { ManualClock } from "../../src/index.ts";

const week = hours(7 * 24);
const [ca, otherCa] = [await createCa({ commonName: "CA" }), await createCa({ commonName: "Other CA" })];
const cas = [ca.certificate, otherCa.certificate];
const [server] = await generateVtnCertificates("vtn", { ca, hostNames: ["127.0.0.1"], keyKinds: ["p-256"] });
assert.ok(server !== undefined);
const vens = {
  kitchen: await generateCertificates("kitchen", { ca }),
  pantry: await generateCertificates("pantry", { ca }),
  other: await generateCertificates("other", { ca: otherCa }),
} as const;
type VenName = keyof typeof vens;

const [none, kitchen, ofOther] = [createCrl(ca), revoke([vens.kitchen.certificate], ca), createCrl(otherCa)];
const over = createCrl(ca, { clock: after(-4 * week), validity: week });
const later = createCrl(ca, { clock: after(week), validity: week });

describe("revocation lists", () => {
  for (const [title, lists, letIn] of [
    ["none", [], ["kitchen", "pantry", "other"]],
    ["one without anybody", [none], ["kitchen", "pantry"]],
    ["one with a VEN", [kitchen], ["pantry"]],
    ["one of another CA", [ofOther], ["other"]],
    ["one of each CA", [kitchen, ofOther], ["pantry", "other"]],
    ["one of each CA in one file", [ofOther + kitchen], ["pantry", "other"]],
    ["one that is over", [over], []],
    ["one that is over, and the next", [over, kitchen], ["pantry"]],
    ["one that does not count yet", [later], []],
    ["one that does not count yet, and the one before", [later, kitchen], ["pantry"]],
  ] as const satisfies readonly (readonly [string, readonly string[], readonly VenName[]])[]) {
    it(`let in the same VENs by their signatures as by TLS: ${title}`, async () => {
      const [byTls, bySignature]: [VenName[], VenName[]] = [[], []];

      for (const name of Object.keys(vens) as VenName[]) {
        if (await isLetIn(name, lists)) byTls.push(name);
        if (await isBelieved(name, lists)) bySignature.push(name);
      }

      assert.deepEqual([byTls, bySignature], [letIn, letIn]);
    });
  }
});

function after(span: number): ManualClock {
  return new ManualClock(new Date(systemClock.now().getTime() + span));
}

async function answer(): Promise<string> {
  return "<answer/>";
}

async function isLetIn(name: VenName, crl: readonly string[]): Promise<boolean> {
  assert.ok(server !== undefined);
  const { key, certificate } = server;
  await using listener = new HttpListener({ handler: answer, port: 0, tls: { key, certificate, ca: cas, crl } });
  await listener.start();
  assert.ok(listener.url !== undefined);
  await using transport = httpTransport({ url: listener.url, tls: { ...vens[name], ca: ca.certificate } });
  try {
    return (await transport("OadrPoll", "<a/>")) === (await answer());
  } catch (error) {
    assert.ok(error instanceof Error && "status" in error && error.status === 403, String(error));
    return false;
  }
}

async function isBelieved(name: VenName, crl: readonly string[]): Promise<boolean> {
  const { key, certificate } = vens[name];
  const authorities = cas.map((each) => new X509Certificate(each));
  const poll = { name: "oadrPoll", payload: { venId: "ven-1" } } as const;
  const text = await sign(poll, createSigner({ key, certificates: certificate }));
  try {
    new SignatureVerifier().verify(decode(text), {
      authorities,
      revocationLists: new RevocationLists(crl, authorities),
    });
    return true;
  } catch (error) {
    assert.ok(
      error instanceof Error && "code" in error && error.code === "ERR_OADR_SIGNATURE_UNTRUSTED",
      String(error),
    );
    return false;
  }
}
