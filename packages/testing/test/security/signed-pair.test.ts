import assert from "node:assert/strict";
import { decode, encode, seconds, sign, type Message } from "@openleadr/protocol";
import { inMemoryTransport, type Transport } from "@openleadr/transport";
import { Ven, VenClient, type VenOptions, type VenStatus } from "@openleadr/ven";
import { MemoryStore, Vtn, type VtnOptions } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { ManualClock } from "../../src/index.ts";
import { authority, kitchen, pantry, stranger, vtnParty } from "./certified.ts";

const vtnSignatures = { signer: vtnParty.signer, policy: "required", authorities: [authority] } as const;
const venSignatures = { signer: kitchen.signer, vtnFingerprint: vtnParty.peer.fingerprint } as const;

describe("rule 514: VEN and VTN that sign all they send", () => {
  for (const place of ["in memory", "over HTTP"] as const) {
    it(`rule 514: register, poll, and deal with an event ${place}`, async () => {
      const answered: string[] = [];
      const [clock, listen] = place === "in memory" ? [new ManualClock(), false as const] : [undefined, { port: 0 }];
      await using vtn = aVtn({ clock, listen, onCreatedEvent: ({ optType }) => void answered.push(optType) });
      await vtn.start();
      const documents: string[] = [];
      const transport = inMemoryTransport(vtn.handler);
      const seen: Transport = async (service, xml, signal) => {
        const answer = await transport(service, xml, signal);
        documents.push(xml, answer ?? "");
        return answer;
      };
      const event = { activePeriod: { dtstart: new Date("2030-01-01T00:00:00Z") }, signals: [aSignal] };
      await vtn.events.create(event);
      const way = vtn.url === undefined ? { transport: seen } : { vtnUrl: vtn.url };
      await using ven = aVen({ ...way, clock });

      await ven.start();

      assert.deepEqual(answered, ["optIn"]);
      assert.equal((await vtn.vens.get(ven.venId ?? ""))?.xmlSignature, true);
      assert.ok(documents.every((document) => document === "" || decode(document).envelope.signature !== "none"));
      await vtn.stop();
    });
  }

  it("rule 514: push and take what is pushed", async () => {
    const clock = new ManualClock();
    const answered: string[] = [];
    const vens = new Map<string, Ven>();
    const transportFor = (): Transport => {
      const [ven] = vens.values();
      return inMemoryTransport(ven?.handler ?? assert.fail("expected a VEN that is pushed to"), vtnParty.peer);
    };
    const onCreatedEvent = ({ optType }: { readonly optType: string }): void => void answered.push(optType);
    await using vtn = aVtn({ clock, listen: false, push: { transportFor }, onCreatedEvent });
    await vtn.start();
    const { fingerprint: vtnFingerprint } = vtnParty.peer;
    const push = { listen: false, address: "http://192.0.2.7/", vtnFingerprint } as const;
    await using ven = aVen({ transport: inMemoryTransport(vtn.handler), clock, push });
    vens.set("kitchen", ven);
    await ven.start();

    await vtn.events.create({ activePeriod: { dtstart: new Date("2030-01-01T00:00:00Z") }, signals: [aSignal] });
    for (let tries = 0; answered.length === 0 && tries < 50; tries++) await clock.advance(seconds(1));

    assert.deepEqual(answered, ["optIn"]);
  });
});

describe("rule 514: a VEN that has to know its VTN's signature", () => {
  const poll: Message = { name: "oadrResponse", payload: { response: { responseCode: 200, requestId: "" } } };
  const now = new Date("2026-06-01T12:00:00Z");
  const clock = new ManualClock(now);
  const answers: readonly (readonly [string, () => Promise<string>, "taken" | RegExp])[] = [
    ["signed by the VTN", async () => sign(poll, vtnParty.signer, { clock }), "taken"],
    ["that is not signed", async () => encode(poll), /MISSING/],
    ["signed by another one of the same CA", async () => sign(poll, stranger.signer, { clock }), /UNTRUSTED/],
    [
      "signed by the VTN 6 s ago",
      async () => sign(poll, vtnParty.signer, { clock: { now: () => new Date(now.getTime() - 6_000) } }),
      /REPLAYED/,
    ],
  ];

  for (const [title, answer, outcome] of answers) {
    it(`${outcome === "taken" ? "takes" : "ignores"} an answer ${title}`, async () => {
      await using client = aClient(await answer());

      if (outcome === "taken") assert.equal((await client.poll()).name, "oadrResponse");
      else await assert.rejects(client.poll(), { name: "SignatureError", code: outcome });
    });
  }

  it("takes what is not signed where that is not required", async () => {
    await using client = aClient(encode(poll), { required: false });

    assert.equal((await client.poll()).name, "oadrResponse");
  });

  it("ignores an answer that comes twice", async () => {
    await using client = aClient(await sign(poll, vtnParty.signer, { clock }));
    await client.poll();

    await assert.rejects(client.poll(), { code: "ERR_OADR_SIGNATURE_REPLAYED" });
  });

  it("goes on polling when an answer is ignored", async () => {
    const pairClock = new ManualClock();
    const statuses: VenStatus[] = [];
    await using vtn = aVtn({ clock: pairClock, listen: false });
    await vtn.start();
    const own = inMemoryTransport(vtn.handler);
    let forged = 0;
    const transport: Transport = async (service, xml, signal) =>
      service === "OadrPoll" && statuses.length > 3 && forged++ === 0 ? encode(poll) : own(service, xml, signal);
    await using ven = aVen({ transport, clock: pairClock, onStatus: (status) => void statuses.push(status) });
    await ven.start();
    const count = (type: VenStatus["type"]) => statuses.filter((status) => status.type === type).length;
    const polled = count("polled");

    for (let tries = 0; count("polled") < polled + 2 && tries < 50; tries++) await pairClock.advance(seconds(1));

    assert.equal(forged > 1 && count("pollFailed"), 1);
  });

  for (const policy of ["off", "accepted", "required"] as const) {
    it(`registers anew with a VTN that has forgotten it, where signatures are ${policy}`, async () => {
      const pairClock = new ManualClock();
      const store = new MemoryStore();
      const registered: string[] = [];
      const signatures = { ...vtnSignatures, policy };
      await using vtn = aVtn({ clock: pairClock, listen: false, store, signatures });
      await vtn.start();
      const onStatus = (status: VenStatus): void => {
        if (status.type === "registered") registered.push(status.registrationId);
      };
      await using ven = aVen({ transport: inMemoryTransport(vtn.handler), clock: pairClock, onStatus });
      await ven.start();

      await store.unregister(ven.venId ?? "");
      for (let tries = 0; registered.length < 2 && tries < 100; tries++) await pairClock.advance(seconds(1));

      assert.equal(registered.length, 2);
    });
  }

  for (const [title, party] of [
    ["nobody signed", undefined],
    ["another VEN signed", pantry],
  ] as const) {
    it(`answers 403 to what ${title} and pushed`, async () => {
      const push = { listen: false, address: "http://192.0.2.7/" } as const;
      await using ven = aVen({ transport: async () => undefined, clock, push });
      const message: Message = { name: "oadrRequestReregistration", payload: { venId: "ven-1" } };

      const document = party === undefined ? encode(message) : await sign(message, party.signer, { clock });

      const transport = inMemoryTransport(ven.handler ?? assert.fail("expected a VEN that is pushed to"));
      await assert.rejects(transport("EiRegisterParty", document), { status: 403 });
    });
  }

  it("refuses to require signatures of nobody in particular", () => {
    assert.throws(() => aVen({ transport: async () => undefined, signatures: { required: true } }), {
      name: "TypeError",
      message: /^signatures\.required: expected a vtnFingerprint or authorities/,
    });
  });

  function aClient(answer: string, given: object = {}): VenClient {
    return new VenClient({
      transport: async () => answer,
      clock,
      registration: { venId: "ven-1", registrationId: "registration-1" },
      signatures: { ...venSignatures, ...given },
    });
  }
});

const aSignal = {
  signalName: "SIMPLE",
  signalType: "level",
  intervals: [{ duration: seconds(60), value: 1 }],
} as const;

function aVtn(options: Partial<VtnOptions>): Vtn {
  return new Vtn({
    vtnId: "vtn",
    pollFrequency: seconds(1),
    onCreatePartyRegistration: () => true,
    signatures: vtnSignatures,
    ...options,
  });
}

function aVen(options: Partial<VenOptions>): Ven {
  const given = { venName: "kitchen", onEvent: () => "optIn", signatures: venSignatures, ...options };
  return new Ven(given as unknown as VenOptions);
}
