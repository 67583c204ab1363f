// Who may push to a VEN: what the VEN makes of a message from who shows which certificate.
import assert from "node:assert/strict";
import { certificateFingerprint, encode, hours } from "@openleadr/protocol";
import { httpTransport, inMemoryTransport, type Peer } from "@openleadr/transport";
import { Ven, type PushOptions, type VenOptions, type VenStatus } from "@openleadr/ven";
import { Vtn } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { createTestCa, type Identity } from "../../../transport/test/certificates.ts";
import { ManualClock } from "../../src/index.ts";
import { vtnParty, kitchen as signing } from "../security/certified.ts";
import { anEvent, distributeEvent, ScriptedVtn } from "../ven/scripted-vtn.ts";

const ca = createTestCa();
const atVtn = { name: "vtn", hostNames: ["localhost"] };
const atVen = { hostNames: ["127.0.0.1"] };

/** Who pushes; all have certificates of one CA. */
const parties = {
  vtn: ca.issue(atVtn),
  vtnRsa: ca.issue({ ...atVtn, kind: "rsa" }),
  gateway: ca.issue({ name: "gateway", isForClients: true, hostNames: ["gateway.example.com"] }),
  kitchen: ca.issue({ ...atVen, name: "kitchen" }),
  pantry: ca.issue({ ...atVen, name: "pantry" }),
  client: ca.issue({ ...atVtn, name: "client", isForClients: true }),
} satisfies Record<string, Identity>;

const fingerprintOf = (name: keyof typeof parties): string => certificateFingerprint(parties[name].certificate);
const tlsOf = ({ certificate, key }: Identity) => ({ certificate, key, ca: ca.certificate });

type StatusOf<Type> = Extract<VenStatus, { readonly type: Type }>;

/** A VEN that listens for its VTN, and what it told. */
interface PushedVen extends AsyncDisposable {
  readonly ven: Ven;
  readonly clock: ManualClock;
  told<Type extends VenStatus["type"]>(type: Type): readonly StatusOf<Type>[];
  /** Pushes an event. */
  pushFrom(party: keyof typeof parties | "nobody", eventId?: string): Promise<unknown>;
}

/** What an application says of its VTN. */
interface Said {
  readonly tls?: VenOptions["tls"];
  readonly push?: PushOptions;
}

/** Such a VEN that is registered with a VTN at https://localhost. */
async function openVen({ tls, push }: Said = {}): Promise<PushedVen> {
  const vtn = new Vtn({
    vtnId: "vtn",
    listen: { host: "localhost", port: 0, tls: tlsOf(parties.vtn) },
    onCreatePartyRegistration: () => ({ venId: "ven-1" }),
    push: { allowedHosts: ["127.0.0.1"], transportFor: () => async () => undefined },
  });
  await vtn.start();
  const statuses: VenStatus[] = [];
  const clock = new ManualClock(new Date());
  const ven = new Ven({
    vtnUrl: vtn.url ?? "",
    venName: "kitchen",
    tls: { ...tlsOf(parties.kitchen), ...tls },
    push: { listen: { port: 0, tls: tlsOf(parties.kitchen) }, ...push },
    clock,
    onStatus: (status) => void statuses.push(status),
    onEvent: () => "optIn",
  });
  await ven.start();
  const event = (eventId: string): string => {
    const dtstart = new Date(clock.now().getTime() + hours(24)).toISOString();
    return encode(distributeEvent([anEvent({ eventId, dtstart })]));
  };
  return {
    ven,
    clock,
    told: (type) => statuses.filter((status): status is StatusOf<typeof type> => status.type === type),
    async pushFrom(party, eventId = "event-1") {
      const own = party === "nobody" ? {} : tlsOf(parties[party]);
      await using transport = httpTransport({ url: ven.url ?? "", tls: { ca: ca.certificate, ...own } });
      return await transport("EiEvent", event(eventId));
    },
    async [Symbol.asyncDispose]() {
      await ven.stop();
      await vtn.stop();
    },
  };
}

const bothOfVtn = [fingerprintOf("vtn"), fingerprintOf("vtnRsa")];

/** What the application says of its VTN, and from whom the VEN takes events then. */
const rows: readonly (readonly [string, Said, readonly (keyof typeof parties)[]])[] = [
  ["nothing", {}, ["vtn", "vtnRsa"]],
  ["one of its fingerprints", { tls: { serverFingerprint: fingerprintOf("vtn") } }, ["vtn"]],
  ["that its name does not count", { tls: { checkHostName: false } }, ["vtn"]],
  [
    "both fingerprints, and that its name does not count",
    { tls: { checkHostName: false, serverFingerprint: bothOfVtn } },
    ["vtn", "vtnRsa"],
  ],
  ["with what it pushes", { push: { vtnFingerprint: [fingerprintOf("gateway")] } }, ["gateway"]],
  ["that anybody may push", { push: { vtnFingerprint: "any" } }, Object.keys(parties) as (keyof typeof parties)[]],
];

for (const [said, options, taken] of rows) {
  describe(`a VEN to which is said of its VTN: ${said}`, () => {
    for (const party of Object.keys(parties) as (keyof typeof parties)[]) {
      const isTaken = taken.includes(party);
      it(`${isTaken ? "takes" : "refuses"} what is pushed with the certificate of ${party}`, async () => {
        await using open = await openVen(options);

        const answer = open.pushFrom(party);

        if (isTaken) assert.equal(await answer, undefined);
        else await assert.rejects(answer, { status: 403 });
        await open.clock.settle();
        const origin = [fingerprintOf(party), "127.0.0.1"];
        assert.deepEqual(
          open.told("pushRefused").map(({ fingerprint, address }) => [fingerprint, address]),
          isTaken ? [] : [origin],
        );
        assert.deepEqual(
          open.ven.events.map(({ eventDescriptor }) => eventDescriptor.eventId),
          isTaken ? ["event-1"] : [],
        );
      });
    }
  });
}

describe("a push that is refused", () => {
  it("is told with the reason, once an hour for each peer", async () => {
    await using open = await openVen();
    const refused = async (party: "pantry" | "client"): Promise<void> =>
      assert.rejects(open.pushFrom(party), { status: 403 });

    await refused("pantry");
    await refused("pantry");
    await refused("client");
    const first = open.told("pushRefused");
    await open.clock.advance(hours(1));
    await refused("pantry");

    const [pantry, client] = [fingerprintOf("pantry"), fingerprintOf("client")];
    assert.deepEqual(
      [first.map(({ fingerprint }) => fingerprint), open.told("pushRefused").length],
      [[pantry, client], 3],
    );
    assert.match(first[0]?.reason ?? "", new RegExp(`expected the VTN's certificate, got ${pantry}: .*localhost`));
    assert.match(first[1]?.reason ?? "", new RegExp(`got ${client}: it is not made for a server$`));
  });

  it("is told of a peer whose certificate is not valid", async () => {
    await using open = await openVen();

    await assert.rejects(open.pushFrom("nobody"), { status: 403 });

    const told = open.told("pushRefused").map(({ reason, fingerprint }) => [reason, fingerprint]);
    assert.deepEqual(told, [["refused with HTTP status 403: client certificate: none", undefined]]);
  });

  it("is told of a peer whose handshake is ended for its certificate", async () => {
    const tls = { ...tlsOf(parties.kitchen), unauthorized: "endHandshake" } as const;
    await using open = await openVen({ push: { listen: { port: 0, tls } } });

    await assert.rejects(open.pushFrom("nobody"), { code: "ERR_OADR_TRANSPORT" });

    assert.deepEqual(open.told("pushRefused"), [
      { type: "pushRefused", reason: "client certificate: none", address: "127.0.0.1", fingerprint: undefined },
    ]);
  });

  it("is one without a certificate where the listener lets such in", async () => {
    const tls = { ...tlsOf(parties.kitchen), clientCertificate: "optional" } as const;
    await using open = await openVen({ push: { listen: { port: 0, tls } } });

    await assert.rejects(open.pushFrom("nobody"), { status: 403 });

    assert.match(open.told("pushRefused")[0]?.reason ?? "", /expected the VTN's certificate, got none$/);
  });

  it("is one that is not signed as the VEN demands (rule 514)", async () => {
    const statuses: VenStatus[] = [];
    await using ven = anOwnTransport({
      signatures: { signer: signing.signer, vtnFingerprint: vtnParty.peer.fingerprint },
      onStatus: (status) => void statuses.push(status),
    });

    await assert.rejects(pushInMemory(ven), { status: 403 });

    const told = statuses.map((status) => (status.type === "pushRefused" ? status.reason : status.type));
    assert.deepEqual(told, ["refused with HTTP status 403: oadrPayload: expected element ds:Signature, got none"]);
  });
});

describe("a VEN with a transport of its own", () => {
  it("heeds who shows no certificate to the server that hands over to its handler", async () => {
    await using ven = anOwnTransport();
    await ven.start();

    assert.equal(await pushInMemory(ven), undefined);
  });

  it("does not know whose certificate its VTN's is", async () => {
    await using ven = anOwnTransport();
    const peer = { address: "192.0.2.7", fingerprint: fingerprintOf("vtn") };

    await assert.rejects(pushInMemory(ven, peer), { status: 403 });
  });

  it("has to be told, where its listener asks for certificates", () => {
    const listen = { port: 0, tls: tlsOf(parties.kitchen) };

    assert.throws(() => anOwnTransport({ push: { listen } }), {
      name: "TypeError",
      message: /^push\.vtnFingerprint: expected the VTN's fingerprint, or "any"/,
    });
    for (const vtnFingerprint of ["any", fingerprintOf("vtn")])
      assert.ok(anOwnTransport({ push: { listen, vtnFingerprint } }));
  });

  it("refuses a list of fingerprints without any", () => {
    assert.throws(() => anOwnTransport({ push: { vtnFingerprint: [] } }), {
      name: "RangeError",
      message: /^push\.vtnFingerprint: expected a fingerprint/,
    });
  });
});

/** A VEN whose messages go to a VTN in memory. */
function anOwnTransport(given: Partial<VenOptions> = {}): Ven {
  const { transport } = new ScriptedVtn();
  const push: PushOptions = { listen: false, address: "http://192.0.2.7/" };
  return new Ven({ transport, venName: "kitchen", push, clock: new ManualClock(), ...given } as VenOptions);
}

async function pushInMemory({ handler }: Ven, peer?: Peer): Promise<unknown> {
  const transport = inMemoryTransport(handler ?? assert.fail("expected a VEN that is pushed to"), peer);
  return transport("EiEvent", encode(distributeEvent([anEvent()])));
}
