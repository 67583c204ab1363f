import assert from "node:assert/strict";
import { decode, encode, seconds, sign, type Message, type Service } from "@openleadr/protocol";
import { inMemoryTransport, type Transport } from "@openleadr/transport";
import type { SecurityEvent, VtnOptions } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { aRegistration, noon, openVtn, type OpenVtn } from "../../../vtn/test/open-vtn.ts";
import { authority, endOf, kitchen, pantry, signed, stranger, vtnParty } from "./certified.ts";

const inMemory = { listen: false } as const;

describe("rule 514: signatures, as the VTN takes them", () => {
  it("tells who has to sign nothing of which venIDs there are before it has", async () => {
    await using open = await openVtn({ ...inMemory, signatures: { policy: "required", authorities: [authority] } });
    const venId = await registerSigned(open);

    for (const asked of [venId, "no-such-ven"]) {
      const poll = encode({ name: "oadrPoll", payload: { venId: asked } });
      assert.equal(await statusOf(inMemoryTransport(open.vtn.handler), poll), 403);
    }
  });

  it("holds a VEN to its word that it signs", async () => {
    await using open = await openVtn({ ...inMemory, signatures: { authorities: [authority] } });
    const venId = await registerSigned(open, { xmlSignature: true });
    const poll: Message = { name: "oadrPoll", payload: { venId } };

    assert.equal(await statusOf(overMemory(open), encode(poll)), 403);
    assert.equal(await statusOf(overMemory(open), await signed(poll, kitchen)), 200);
  });

  it("lets nobody take the word back unsigned", async () => {
    await using open = await openVtn({ ...inMemory, signatures: {} });
    const venId = await registerSigned(open, { xmlSignature: true });

    const again = encode({ name: "oadrCreatePartyRegistration", payload: aRegistration({ venId }) });

    assert.equal(await statusOf(overMemory(open), again, "EiRegisterParty"), 403);
  });

  it("signs the answers to what is signed, and no others", async () => {
    const options = { signer: vtnParty.signer, authorities: [authority] };
    await using open = await openVtn({ ...inMemory, signatures: options });
    const { venId } = await endOf(open, kitchen.peer).register("kitchen");
    const poll: Message = { name: "oadrPoll", payload: { venId } };
    const transport = overMemory(open);

    const answers = [
      await transport("OadrPoll", encode(poll)),
      await transport("OadrPoll", await signed(poll, kitchen)),
    ];

    assert.deepEqual(
      answers.map((answer) => decode(answer ?? "").envelope.signature),
      ["none", "unverified"],
    );
  });

  it("signs refusals too", async () => {
    await using open = await openVtn({ ...inMemory, signatures: { signer: vtnParty.signer, policy: "off" } });
    const poll = await signed({ name: "oadrPoll", payload: { venId: "nobody" } }, kitchen);

    const answer = await overMemory(open)("OadrPoll", poll);

    assert.equal(decode(answer ?? "").envelope.signature, "unverified");
  });
});

describe("rule 514: what a VTN signs for whom it does not know", () => {
  const signer = vtnParty.signer;
  const poll: Message = { name: "oadrPoll", payload: { venId: "nobody" } };
  const named = { venId: "nobody", signerFingerprints: [stranger.peer.fingerprint] };

  for (const policy of ["off", "accepted"] as const) {
    for (const [title, options, document, isSigned] of [
      ["signed with its client certificate", {}, async () => signed(poll, kitchen), true],
      ["vouched for by an authority", { authorities: [authority] }, async () => signed(poll, stranger), true],
      ["signed as named for that venID", { acceptedVens: [named] }, async () => signed(poll, stranger), true],
      ["signed by anybody", {}, async () => signed(poll, stranger), false],
      ["changed after signing", {}, async () => tampered(await signed(poll, kitchen)), false],
      ["signed 6 s ago", {}, async () => signedAt(poll, -6_000), false],
    ] as const) {
      it(`${isSigned ? "signs" : "leaves unsigned"} 463 for a message ${title}, where signatures are ${policy}`, async () => {
        const { acceptedVens, ...signatures } = { acceptedVens: [], ...options };
        await using open = await openVtn({ ...inMemory, acceptedVens, signatures: { signer, policy, ...signatures } });

        const answer = decode((await overMemory(open)("OadrPoll", await document())) ?? "");

        assert.ok(answer.message.name === "oadrResponse");
        assert.equal(answer.message.payload.response.responseCode, 463);
        assert.equal(answer.envelope.signature, isSigned ? "unverified" : "none");
      });
    }
  }

  it("leaves the answer to a message at the wrong service unsigned, as nobody has looked at it", async () => {
    await using open = await openVtn({ ...inMemory, signatures: { signer } });

    const answer = await overMemory(open)("EiReport", await signed(poll, kitchen));

    assert.equal(decode(answer ?? "").envelope.signature, "none");
  });

  it("leaves the answer to a copy of a signed message unsigned, where signatures are off", async () => {
    await using open = await openVtn({ ...inMemory, signatures: { signer, policy: "off" } });
    const document = await signed(poll, kitchen);

    const answers = [];
    for (let times = 0; times < 2; times++) answers.push(await overMemory(open)("OadrPoll", document));

    assert.deepEqual(
      answers.map((answer) => decode(answer ?? "").envelope.signature),
      ["unverified", "none"],
    );
  });
});

describe("rule 514: attacks on a VTN that requires signatures", () => {
  const required = { ...inMemory, signatures: { policy: "required", authorities: [authority] } } as const;

  it("refuses a VEN's message that another VEN signed, though the same CA vouches for both", async () => {
    await using open = await openVtn(required);
    const venId = await registerSigned(open);

    for (const other of [pantry, stranger]) {
      const poll = await signed({ name: "oadrPoll", payload: { venId } }, other);
      assert.equal(await statusOf(overMemory(open), poll), 403);
    }
  });

  it("binds a VEN without a client certificate to the one that it signed with when it registered", async () => {
    await using open = await openVtn(required);
    const transport = inMemoryTransport(open.vtn.handler);
    const venId = await registerSigned(open, {}, transport);
    const poll: Message = { name: "oadrPoll", payload: { venId } };

    const statuses = [];
    for (const party of [kitchen, stranger]) statuses.push(await statusOf(transport, await signed(poll, party)));

    assert.deepEqual((await open.vtn.vens.get(venId))?.signerFingerprints, [kitchen.peer.fingerprint]);
    assert.deepEqual(statuses, [200, 463]);
  });

  it("gives a venID to nobody who signs with another certificate than its VEN", async () => {
    await using open = await openVtn(required);
    const transport = inMemoryTransport(open.vtn.handler);
    const venId = await registerSigned(open, {}, transport);
    const taken = await statusOf(transport, await signed(registering({ venId }), stranger), "EiRegisterParty");
    const named = await transport("EiRegisterParty", await signed(registering({}), stranger));

    assert.equal(taken, 463);
    const { message } = decode(named ?? "");
    assert.ok(message.name === "oadrCreatedPartyRegistration");
    assert.notEqual(message.payload.venId, venId);
  });

  it("tells who signs as another one of the same CA nothing of which venIDs there are", async () => {
    await using open = await openVtn({
      ...required,
      onCreatePartyRegistration: undefined,
      acceptedVens: [{ venName: "kitchen" }],
    });
    const transport = inMemoryTransport(open.vtn.handler);
    const venId = await registerSigned(open, {}, transport);

    for (const asked of [venId, "no-such-ven"]) {
      const poll = await signed({ name: "oadrPoll", payload: { venId: asked } }, stranger);
      const create = await signed(registering({ venId: asked, venName: "pantry" }), stranger);
      const statuses = [
        await statusOf(transport, poll),
        await statusOf(transport, create, "EiRegisterParty"),
        await statusOf(transport, encode(registering({ venId: asked })), "EiRegisterParty"),
      ];
      assert.deepEqual(statuses, [463, 463, 403]);
    }
  });

  it("takes the old and the new certificate while one is being replaced", async () => {
    await using open = await openVtn(required);
    const venId = await registerSigned(open);
    const signerFingerprints = [kitchen.peer.fingerprint, stranger.peer.fingerprint];
    await open.vtn.vens.setSignatures(venId, { signerFingerprints });

    for (const party of [kitchen, stranger]) {
      const poll = await signed({ name: "oadrPoll", payload: { venId } }, party);
      assert.equal(await statusOf(overMemory(open), poll), 200);
    }
  });

  it("tells of what it ignores", async () => {
    const events: SecurityEvent[] = [];
    await using open = await openVtn({ ...required, onSecurityEvent: (event) => void events.push(event) });
    const venId = await registerSigned(open);

    await statusOf(overMemory(open), encode({ name: "oadrPoll", payload: { venId } }));

    const { address, fingerprint } = kitchen.peer;
    assert.deepEqual(events.at(-1), {
      type: "signatureRejected",
      message: "oadrPoll",
      venId,
      code: "ERR_OADR_SIGNATURE_MISSING",
      reason: "oadrPayload: expected element ds:Signature, got none",
      address,
      fingerprint,
    });
  });

  it("refuses options out of range", async () => {
    for (const signatures of [{ maxAge: seconds(-1) }, { maxAhead: seconds(-1) }] satisfies VtnOptions["signatures"][])
      await assert.rejects(openVtn({ ...inMemory, signatures }), { name: "RangeError" });
  });
});

describe("rule 514: a policy of one VEN, when it registers", () => {
  const byList = { ...inMemory, onCreatePartyRegistration: undefined } as const;
  const off = { venId: "ven-1", signaturePolicy: "off" } as const;

  for (const [title, accepted, status] of [
    ["its certificate", { ...off, fingerprint: kitchen.peer.fingerprint }, 200],
    ["its venID", off, 403],
    ["its name", { ...off, venName: "kitchen" }, 403],
  ] as const) {
    it(`${status === 200 ? "is" : "is not"} laxer than the VTN's where the VEN is known by ${title}`, async () => {
      await using open = await openVtn({ ...byList, signatures: { policy: "required" }, acceptedVens: [accepted] });

      const unsigned = encode(registering({ venId: "ven-1" }));

      assert.equal(await statusOf(overMemory(open), unsigned, "EiRegisterParty"), status);
    });
  }

  for (const [title, given] of [
    ["its venID", { venId: "ven-1" }],
    ["its name", { venName: "kitchen", venId: "ven-1" }],
  ] as const) {
    it(`is stricter than the VTN's where the VEN is known by ${title}, too`, async () => {
      const acceptedVens = [{ ...given, signaturePolicy: "required" }] as const;
      await using open = await openVtn({ ...byList, signatures: { authorities: [authority] }, acceptedVens });
      const transport = inMemoryTransport(open.vtn.handler);

      const unsigned = await statusOf(transport, encode(registering({ venId: "ven-1" })), "EiRegisterParty");

      assert.deepEqual([unsigned, (await open.vtn.vens.list()).length], [463, 0]);
      assert.equal(await registerSigned(open, { venId: "ven-1" }, transport), "ven-1");
    });

    it(`lets in who signs with the certificate that is named beside ${title}, and nobody else`, async () => {
      const acceptedVens = [{ ...given, signerFingerprints: [kitchen.peer.fingerprint] }];
      await using open = await openVtn({ ...byList, signatures: { authorities: [authority] }, acceptedVens });
      const transport = inMemoryTransport(open.vtn.handler);
      const create = registering({ venId: "ven-1" });

      const others = [
        await statusOf(transport, encode(create), "EiRegisterParty"),
        await statusOf(transport, await signed(create, stranger), "EiRegisterParty"),
      ];

      assert.deepEqual(others, [463, 463]);
      assert.equal(await registerSigned(open, { venId: "ven-1" }, transport), "ven-1");
    });
  }
});

function overMemory({ vtn }: OpenVtn): Transport {
  return inMemoryTransport(vtn.handler, kitchen.peer);
}

/** Registers the VEN `kitchen` with a signed message; its venID. */
async function registerSigned(open: OpenVtn, given: object = {}, transport = overMemory(open)): Promise<string> {
  const payload = aRegistration({ venName: "kitchen", ...given });
  const answer = await transport(
    "EiRegisterParty",
    await signed({ name: "oadrCreatePartyRegistration", payload }, kitchen),
  );
  const { message } = decode(answer ?? "");
  assert.ok(message.name === "oadrCreatedPartyRegistration");
  return message.payload.venId ?? assert.fail("expected a venID");
}

function registering(given: object): Message {
  return { name: "oadrCreatePartyRegistration", payload: aRegistration({ venName: "kitchen", ...given }) };
}

function tampered(document: string): string {
  return document.replace("<dsp:nonce>", "<dsp:nonce>0");
}

async function signedAt(message: Message, offsetMs: number): Promise<string> {
  return sign(message, kitchen.signer, { clock: { now: () => new Date(noon.getTime() + offsetMs) } });
}

/** The HTTP status of what is ignored, or the response code. */
async function statusOf(transport: Transport, document: string, service: Service = "OadrPoll") {
  try {
    const answer = await transport(service, document);
    const { message } = decode(answer ?? "");
    return "response" in message.payload ? message.payload.response?.responseCode : 200;
  } catch (error) {
    return (error as { readonly status?: number }).status;
  }
}
