import assert from "node:assert/strict";
import {
  decode,
  encode,
  HttpStatusError,
  minutes,
  operations,
  type Message,
  type OadrCreatePartyRegistration,
  type OperationName,
} from "@openleadr/protocol";
import { httpTransport, inMemoryTransport, type Peer } from "@openleadr/transport";
import type { RegistrationTerms, SecurityEvent, VtnOptions } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { aRegistration, openVtn, type OpenVtn } from "../../../vtn/test/open-vtn.ts";
import { requestsOf, type VenRequestName } from "../../../vtn/test/requests.ts";
import { authority, endOf, kitchen, pantry, signed, stranger } from "./certified.ts";

const names = Object.keys(requestsOf("")) as VenRequestName[];
/** The messages that the schema allows to come without a venID. */
const optional: readonly VenRequestName[] = [
  "oadrCancelPartyRegistration",
  "oadrCanceledPartyRegistration",
  "oadrRegisterReport",
  "oadrRegisteredReport",
  "oadrCreateReport",
  "oadrCreatedReport",
  "oadrUpdateReport",
  "oadrUpdatedReport",
  "oadrCancelReport",
  "oadrCanceledReport",
];
const inMemory = { listen: false } as const;

describe("rule 517: who sends a message is who its certificate says", () => {
  for (const name of names) {
    it(`rule 517: takes ${name} from who shows the VEN's certificate, and refuses all others with 463`, async () => {
      await using open = await openVtn(inMemory);
      const { venId } = await endOf(open, kitchen.peer).register("kitchen");
      await endOf(open, pantry.peer).register("pantry");

      const codes = {
        "another VEN's": await codeFor(open, venId, { name, peer: pantry.peer }),
        "an unknown one": await codeFor(open, venId, { name, peer: stranger.peer }),
        none: await codeFor(open, venId, { name, peer: undefined }),
      };

      assert.deepEqual(codes, { "another VEN's": 463, "an unknown one": 463, none: 463 });
      assert.notEqual(await codeFor(open, venId, { name, peer: kitchen.peer }), 463);
    });

    it(`tells who sends ${name} with a certificate nothing of which venIDs there are`, async () => {
      await using open = await openVtn(inMemory);
      const { venId } = await endOf(open, kitchen.peer).register("kitchen");
      await endOf(open, pantry.peer).register("pantry");

      for (const { peer } of [pantry, stranger]) {
        const [existing, missing] = [
          await endOf(open, peer).answer(requestsOf(venId)[name]),
          await endOf(open, peer).answer(requestsOf("no-such-ven")[name]),
        ];

        assert.deepEqual(existing, missing);
      }
    });
  }

  for (const name of optional) {
    it(`takes ${name} without a venID for the VEN of the certificate`, async () => {
      const [named, unnamed] = [await answersOf(name, "named"), await answersOf(name, "unnamed")];

      assert.deepEqual(unnamed, named);
    });
  }
});

describe("over the limit of failures", () => {
  const registrations = [
    ["registers", registering("kitchen", {})],
    ["renews", registering("kitchen", { registrationId: "registration-1" })],
  ] as const;

  for (const name of names) {
    it(`rule 517: tells who sends ${name} too often nothing of which venIDs there are`, async () => {
      for (const [peer, last] of [
        [pantry.peer, 403],
        [stranger.peer, 403],
        [undefined, 463],
      ] as const) {
        const message = requestsOf("kitchen")[name];
        const [existing, missing] = [await tried(message, peer, "existing"), await tried(message, peer, "missing")];

        assert.deepEqual(existing, missing);
        assert.deepEqual(existing, [463, 463, last, last]);
      }
    });
  }

  for (const [what, message] of registrations) {
    it(`tells who ${what} and polls too often nothing of which venIDs there are`, async () => {
      const polled = requestsOf("kitchen").oadrPoll;
      for (const messages of [
        [message, message, message, polled, polled, polled],
        [polled, polled, polled, message, message, message],
        [message, polled, polled, message, polled, message],
      ]) {
        const [existing, missing] = [
          await tried(messages, pantry.peer, "existing"),
          await tried(messages, pantry.peer, "missing"),
        ];

        assert.deepEqual(existing, missing);
        assert.ok(existing.includes(403));
      }
    });
  }

  it("tells who signs by an authority too often nothing of which venIDs there are, and limits nobody else", async () => {
    const options = { signatures: { policy: "required", authorities: [authority] } } as const;
    const [existing, missing] = [await signedPolls(options, "existing"), await signedPolls(options, "missing")];

    assert.deepEqual(existing, missing);
    assert.deepEqual(existing, { "pantry's": [463, 463, 403, 403], "a stranger's": [463, 463, 403, 403] });
  });

  it("tells of venIDs that nobody has as of those of others, where there is a certificate", async () => {
    const events: SecurityEvent[] = [];
    await using open = await openVtn({ ...inMemory, onSecurityEvent: (event) => void events.push(event) });

    for (const { peer } of [stranger, { peer: undefined }])
      await assert.rejects(endOf(open, peer).call("oadrPoll", { venId: "no-such-ven" }), { responseCode: 463 });

    const { address, fingerprint } = stranger.peer;
    const told = { type: "identityMismatch", message: "oadrPoll", venId: "no-such-ven", address, fingerprint };
    assert.deepEqual(events, [told]);
  });
});

describe("rule 517: registration, with a certificate", () => {
  for (const [title, given] of [
    ["registers with", {}],
    ["renews", { registrationId: "registration-1" }],
  ] as const) {
    it(`tells who ${title} another's venID the same, whether there is one or not`, async () => {
      await using open = await openVtn(inMemory);
      const { venId } = await endOf(open, kitchen.peer).register("kitchen");
      await endOf(open, pantry.peer).register("pantry");
      const [existing, missing] = [
        await endOf(open, pantry.peer).answer(registering(venId, given)),
        await endOf(open, pantry.peer).answer(registering("no-such-ven", given)),
      ];

      assert.equal(codeOf(existing), 463);
      assert.deepEqual(existing, missing);
    });
  }

  it("tells nobody but the certificate's VEN its IDs, when asked what the VTN can do", async () => {
    await using open = await openVtn(inMemory);
    const { venId } = await endOf(open, kitchen.peer).register("kitchen");

    const ids = [];
    for (const peer of [kitchen.peer, stranger.peer, undefined]) {
      const answer = await endOf(open, peer).call("oadrQueryRegistration", { requestId: "req-7" });
      ids.push(answer?.payload.venId);
    }

    assert.deepEqual(ids, [venId, undefined, undefined]);
  });
});

describe("identity behind a proxy", () => {
  for (const name of names) {
    it(`knows who sends ${name} by the header that the proxy writes`, async () => {
      const proxy = {
        addresses: ["127.0.0.1"],
        fingerprintHeader: "x-fingerprint",
        clientCertificate: "optional",
      } as const;
      await using open = await openVtn({ listen: { port: 0, proxy } });
      const { venId } = await endOf(open, kitchen.peer).register("kitchen");
      const { vtn } = open;
      const codes: (number | undefined)[] = [];
      for (const fingerprint of [stranger.peer.fingerprint, "", kitchen.peer.fingerprint]) {
        await using transport = httpTransport({ url: vtn.url ?? "", headers: { "x-fingerprint": fingerprint } });
        const message = requestsOf(venId)[name];
        const answer = await transport(operations[name].service, encode(message));
        codes.push(answer === undefined ? undefined : codeOf(decode(answer).message));
      }

      assert.deepEqual(codes.slice(0, 2), [463, 463]);
      assert.notEqual(codes[2], 463);
    });
  }
});

describe("identity by common name", () => {
  const byName = { ...inMemory, identifyBy: "commonName" } as const;

  it("takes a renewed certificate of the same name for the same VEN", async () => {
    await using open = await openVtn(byName);
    const ven = await endOf(open, kitchen.peer).register("kitchen");
    const renewed = { ...kitchen.peer, fingerprint: "00:11:22:33:44:55:66:77:88:99" };

    const answer = await endOf(open, renewed).call("oadrPoll", { venId: ven.venId });

    assert.equal(answer?.name, "oadrResponse");
  });

  it("refuses a certificate of another name, and one without a name, with 463", async () => {
    await using open = await openVtn(byName);
    const { venId } = await endOf(open, kitchen.peer).register("kitchen");
    const nameless = { address: "192.0.2.7", fingerprint: kitchen.peer.fingerprint };

    for (const peer of [stranger.peer, nameless, undefined])
      await assert.rejects(endOf(open, peer).call("oadrPoll", { venId }), { responseCode: 463 });
  });

  it("lets in who was accepted by that name", async () => {
    await using open = await openVtn({
      ...byName,
      onCreatePartyRegistration: undefined,
      acceptedVens: [{ commonName: "kitchen", venId: "ven-7" }],
    });

    assert.equal((await endOf(open, kitchen.peer).register("whatever")).venId, "ven-7");
    await assert.rejects(endOf(open, stranger.peer).register("kitchen"), { responseCode: 463 });
  });
});

type Asked = { readonly name: OperationName; readonly peer: Parameters<typeof endOf>[1] };

async function codeFor(open: OpenVtn, venId: string, { name, peer }: Asked): Promise<number | undefined> {
  return codeOf(await endOf(open, peer).answer(requestsOf(venId)[name as VenRequestName]));
}

/** What the VEN and a stranger get for a message, with or without the venID in it. */
async function answersOf(name: VenRequestName, venIds: "named" | "unnamed"): Promise<readonly unknown[]> {
  await using open = await openVtn(inMemory);
  const { venId } = await endOf(open, kitchen.peer).register("kitchen");
  const { payload } = requestsOf(venId)[name];
  const { venId: _, ...unnamed } = payload as { venId?: string };
  const message = { name, payload: venIds === "named" ? payload : unnamed } as Message;
  return [await endOf(open, stranger.peer).answer(message), await endOf(open, kitchen.peer).answer(message)];
}

function codeOf(message: Message | undefined): number | undefined {
  const response = message !== undefined && "response" in message.payload ? message.payload.response : undefined;
  return response?.responseCode;
}

function registering(venId: string, given: { readonly registrationId?: string }): Message {
  return { name: "oadrCreatePartyRegistration", payload: aRegistration({ venId, ...given }) };
}

/** Whether the VEN that is named is registered. */
type Existence = "existing" | "missing";

/** What comes of naming the VEN `kitchen`, again and again, by who is not that VEN: response codes, and HTTP statuses. */
async function tried(
  messages: Message | readonly Message[],
  peer: Peer | undefined,
  kitchens: Existence,
): Promise<readonly (number | undefined)[]> {
  await using open = await openLimited({}, kitchens);
  await endOf(open, pantry.peer).register("pantry");
  const codes: (number | undefined)[] = [];
  for (const message of "name" in messages ? [messages, messages, messages, messages] : messages)
    codes.push(await outcomeOf(async () => codeOf(await endOf(open, peer).answer(message))));
  return codes;
}

async function signedPolls(options: Partial<VtnOptions>, kitchens: Existence): Promise<Record<string, unknown>> {
  await using open = await openLimited(options, kitchens);
  const codes: Record<string, (number | undefined)[]> = { "pantry's": [], "a stranger's": [] };
  for (const [whose, party] of [
    ["pantry's", pantry],
    ["a stranger's", stranger],
  ] as const)
    for (let tries = 0; tries < 4; tries++) {
      const poll = await signed({ name: "oadrPoll", payload: { venId: "kitchen" } }, party);
      const transport = inMemoryTransport(open.vtn.handler, { address: "192.0.2.7" });
      const answer = async () => codeOf(decode((await transport("OadrPoll", poll)) ?? "").message);
      codes[whose]?.push(await outcomeOf(answer));
    }
  return codes;
}

/** A VTN that grants two failures a minute; its VEN `kitchen`, if there is one, signs and shows nothing where all must sign. */
async function openLimited(options: Partial<VtnOptions>, kitchens: Existence): Promise<OpenVtn> {
  const failureLimit = { failures: 2, per: minutes(1) };
  const open = await openVtn({ ...inMemory, failureLimit, onCreatePartyRegistration: underItsName, ...options });
  if (kitchens === "missing") return open;
  const application: Message = { name: "oadrCreatePartyRegistration", payload: aRegistration({ venName: "kitchen" }) };
  const isSigned = options.signatures !== undefined;
  const transport = inMemoryTransport(open.vtn.handler, isSigned ? { address: "192.0.2.9" } : kitchen.peer);
  await transport("EiRegisterParty", isSigned ? await signed(application, kitchen) : encode(application));
  assert.equal((await open.vtn.vens.list()).length, 1);
  return open;
}

function underItsName({ venName = "" }: OadrCreatePartyRegistration): RegistrationTerms {
  return { venId: venName };
}

async function outcomeOf(answer: () => Promise<number | undefined>): Promise<number | undefined> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof HttpStatusError) return error.status;
    throw error;
  }
}
