import assert from "node:assert/strict";
import { createSigner, decode, encode, seconds, sign, type Message } from "@openleadr/protocol";
import { httpTransport, inMemoryTransport, type Transport } from "@openleadr/transport";
import { Vtn } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { certificate, keys } from "../../../protocol/test/certificates.ts";
import { createTestCa } from "../../../transport/test/certificates.ts";
import { aRegistration, noon, openVtn, type OpenVtn } from "../../../vtn/test/open-vtn.ts";
import { authority, endOf, kitchen, pantry, signed, stranger, vtnParty } from "./certified.ts";

const inMemory = { listen: false } as const;
const required = { ...inMemory, signatures: { policy: "required", authorities: [authority] } } as const;
const registration: Message = { name: "oadrCreatePartyRegistration", payload: aRegistration({ venName: "kitchen" }) };

/** Security defects of a stack that many VENs and VTNs are built on; none of them may be found here. */
describe("security defects of others", () => {
  it("defect A-1: a message without a venID is not authenticated", async () => {
    await using open = await openVtn(inMemory);
    const { registrationId, venId } = await endOf(open, kitchen.peer).register("kitchen");
    await endOf(open, pantry.peer).register("pantry");
    const cancel: Message = { name: "oadrCancelPartyRegistration", payload: { requestId: "1", registrationId } };
    const update: Message = { name: "oadrUpdateReport", payload: { requestId: "1", reports: [] } };

    const codes = [
      codeOf(await endOf(open, pantry.peer).answer(cancel)),
      codeOf(await endOf(open, stranger.peer).answer(update)),
      codeOf(await endOf(open).answer(update)),
    ];

    assert.deepEqual(codes, [452, 463, 459]);
    assert.ok(await open.vtn.vens.get(venId));
  });

  it("defect A-2: what was signed is not what is parsed", async () => {
    let asked = 0;
    await using open = await openVtn({ ...required, onCreatePartyRegistration: () => (asked += 1) > 0 });
    const genuine = await signed(registration, kitchen);
    const [signedObject = ""] = /<oadr:oadrSignedObject.*<\/oadr:oadrSignedObject>/.exec(genuine) ?? [];
    const forged = signedObject.replace(">kitchen<", ">pantry<");
    const unnamed = forged.replace(/ oadr:Id="[^"]*"/, "");
    const hidden = signedObject.replaceAll("oadr:oadrSignedObject", "ds:Object");
    const documents = [
      genuine.replace(signedObject, forged),
      genuine.replace(signedObject, unnamed),
      genuine.replace(signedObject, forged + signedObject),
      genuine.replace(signedObject, signedObject + unnamed),
      genuine.replace("</ds:Signature>", `${hidden}</ds:Signature>`).replace(signedObject, unnamed),
    ];

    for (const document of documents) {
      assert.notEqual(document, genuine);
      await assert.rejects(ofKitchen(open)("EiRegisterParty", document), /HTTP status 200, got 40[36]/);
    }
    assert.equal(asked, 0);
  });

  it("defect A-3: what a peer sends is echoed without escapes", async () => {
    await using open = await openVtn(inMemory);
    const requestId = `</pyld:requestID><ei:venID>ven-2</ei:venID>&"'`;

    const answer = await endOf(open).answer({ name: "oadrQueryRegistration", payload: { requestId } });

    assert.ok(answer?.name === "oadrCreatedPartyRegistration");
    assert.deepEqual([answer.payload.response.requestId, answer.payload.venId], [requestId, undefined]);
  });

  const ca = createTestCa();
  const { certificate: own, key } = ca.issue();
  for (const [title, tls] of [
    ["a certificate alone", { certificate: own, key: "", ca: ca.certificate }],
    ["a key alone", { certificate: "", key, ca: ca.certificate }],
    ["no CA", { certificate: own, key }],
    ["nothing", { certificate: "", key: "" }],
  ] as const) {
    it(`defect A-4: half a TLS configuration is plain HTTP: ${title}`, () => {
      assert.throws(() => new Vtn({ vtnId: "vtn", listen: { port: 0, tls } }), {
        name: "TypeError",
        message: /^tls\./,
      });
    });
  }

  it("defect A-5: behind a proxy nobody is authenticated", async () => {
    const proxy = { addresses: ["127.0.0.1"], fingerprintHeader: "x-fingerprint" };
    await using open = await openVtn({ listen: { port: 0, proxy } });
    const { venId } = await endOf(open, kitchen.peer).register("kitchen");
    const poll = encode({ name: "oadrPoll", payload: { venId } });
    const ask = async (headers: Readonly<Record<string, string>>): Promise<number | undefined> => {
      await using transport = httpTransport({ url: open.vtn.url ?? "", headers });
      return statusOf(transport, poll);
    };

    assert.equal(await ask({}), 403);
    assert.equal(await ask({ "x-fingerprint": pantry.peer.fingerprint }), 463);
    assert.equal(await ask({ "x-fingerprint": kitchen.peer.fingerprint }), 200);
  });

  it("defect A-6: two VTNs in one process share keys, lookups and settings", async () => {
    await using first = await openVtn({ ...required, signatures: { ...required.signatures, signer: vtnParty.signer } });
    await using second = await openVtn(inMemory);
    const document = await signed(registration, kitchen);

    const answers = [
      await ofKitchen(first)("EiRegisterParty", document),
      await ofKitchen(second)("EiRegisterParty", document),
    ];
    const unsigned = await statusOf(ofKitchen(first), encode(registration), "EiRegisterParty");

    assert.deepEqual(
      answers.map((answer) => decode(answer ?? "").envelope.signature),
      ["unverified", "none"],
    );
    assert.equal(unsigned, 403);
    await first.vtn.vens.cancelPartyRegistration("id-1");
    assert.deepEqual((await second.vtn.vens.list()).length, 1);
  });

  for (const [title, options, offsetMs, status] of [
    ["a message from the future", {}, 5_001, 403],
    ["a message from the past", {}, -5_001, 403],
    ["a message from the past within another limit", { maxAge: seconds(60) }, -59_000, 200],
    ["a message ahead of another limit", { maxAhead: seconds(0) }, 1, 403],
  ] as const) {
    it(`defect A-7: the time of signing is not limited both ways: ${title}`, async () => {
      await using open = await openVtn({ ...required, signatures: { ...required.signatures, ...options } });
      const clock = { now: () => new Date(noon.getTime() + offsetMs) };

      const document = await sign(registration, kitchen.signer, { clock });

      assert.equal(await statusOf(ofKitchen(open), document, "EiRegisterParty"), status);
    });
  }

  it("defect A-8: who is not authenticated learns which venIDs there are", async () => {
    await using open = await openVtn(required);
    await ofKitchen(open)("EiRegisterParty", await signed(registration, kitchen));
    await using plain = await openVtn(inMemory);
    const { venId } = await endOf(plain, kitchen.peer).register("kitchen");

    for (const asked of [venId, "no-such-ven"]) {
      const poll: Message = { name: "oadrPoll", payload: { venId: asked } };
      assert.equal(await statusOf(inMemoryTransport(open.vtn.handler), encode(poll)), 403);
      assert.equal(codeOf(await endOf(plain, stranger.peer).answer(poll)), 463);
    }
  });

  for (const doctype of [
    '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd">',
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
  ]) {
    it(`defect A-9: entities are resolved: ${doctype}`, async () => {
      await using open = await openVtn(inMemory);
      const poll = encode({ name: "oadrPoll", payload: { venId: "ven-1" } }).replace("?>", `?>${doctype}`);

      assert.equal(await statusOf(inMemoryTransport(open.vtn.handler), poll), 406);
    });
  }

  for (const [title, given] of [
    ["has expired", { to: "2026-05-31" }],
    ["is not valid yet", { from: "2026-06-02" }],
    ["is of another CA", { issuer: { subject: "Other CA", key: keys.p384 } }],
    ["is its own CA", { issuer: { subject: "kitchen", key: keys.p256 } }],
  ] as const) {
    it(`defect A-10: nobody looks at the signer's certificate: one that ${title}`, async () => {
      await using open = await openVtn(required);
      const issuer = { subject: "CA", key: keys.ca };
      const certificates = [certificate({ subject: "kitchen", key: keys.p256, issuer, ...given })];
      const signer = createSigner({ key: keys.p256, certificates });

      const document = await sign(registration, signer, { clock: { now: () => noon } });

      assert.equal(await statusOf(inMemoryTransport(open.vtn.handler), document, "EiRegisterParty"), 403);
    });
  }
});

function ofKitchen({ vtn }: OpenVtn): Transport {
  return inMemoryTransport(vtn.handler, kitchen.peer);
}

function codeOf(message: Message | undefined): number | undefined {
  const response = message !== undefined && "response" in message.payload ? message.payload.response : undefined;
  return response?.responseCode;
}

/** The HTTP status of what is refused with one, or the response code. */
async function statusOf(
  transport: Transport,
  document: string,
  service: "OadrPoll" | "EiRegisterParty" = "OadrPoll",
): Promise<number | undefined> {
  try {
    return codeOf(decode((await transport(service, document)) ?? "").message);
  } catch (error) {
    return (error as { readonly status?: number }).status;
  }
}
