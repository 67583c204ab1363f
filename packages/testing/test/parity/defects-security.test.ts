import assert from "node:assert/strict";
import { decode, encode } from "@openleadr/protocol";
import { inMemoryTransport } from "@openleadr/transport";
import { VenClient } from "@openleadr/ven";
import { Vtn, type VtnOptions } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { anHour, onePoll, openPair } from "./open-pair.ts";

const fingerprint = "09:71:9E:0E:51:C0:8F:05:56:C9";
const markup = `</a><b c="d">&amp; <![CDATA[' --> \u00e9 \u{1f600}`;

describe("what strangers can do to a VTN", () => {
  it("defect A-3: text that looks like markup reaches the other side as text", async () => {
    await using pair = await openPair({ ven: { venName: markup }, vtn: { onCreatePartyRegistration: () => true } });
    await pair.ven.start();
    const marketContext = "http://example.com/?a=1&b=<2>";

    await pair.vtn.events.create({
      ...anHour,
      eventDescriptor: { eventId: "event-1", vtnComment: markup, marketContext },
    });
    await pair.clock.advance(onePoll);

    const { vtnComment, marketContext: context } = pair.ven.events[0]?.eventDescriptor ?? {};
    assert.deepEqual([vtnComment, context], [markup, marketContext]);
    assert.equal((await pair.vtn.vens.list())[0]?.venName, markup);
  });

  it("defect A-3: a requestID cannot put elements into the answer", async () => {
    const requestId = "</pyld:requestID></ei:eiResponse><ei:venID>ven-2</ei:venID>";
    await using pair = await openPair({});
    const transport = inMemoryTransport(pair.vtn.handler);

    const answer = await transport(
      "EiRegisterParty",
      encode({ name: "oadrQueryRegistration", payload: { requestId } }),
    );

    const { message } = decode(answer ?? "");
    assert.ok(message.name === "oadrCreatedPartyRegistration");
    assert.deepEqual([message.payload.response.requestId, message.payload.venId], [requestId, undefined]);
  });

  it("defect A-5: the certificate that a proxy tells of is the client's", async () => {
    const told: (string | undefined)[] = [];
    await using vtn = await openVtn(["127.0.0.1"], (_request, { peer }) => told.push(peer.fingerprint) > 0);
    await using client = new VenClient({ vtnUrl: vtn.url ?? "", headers: { "x-fingerprint": fingerprint } });

    await client.createPartyRegistration({ venName: "ven-1" });

    assert.deepEqual(told, [fingerprint]);
  });

  for (const [title, addresses, headers] of [
    ["a client of the proxy without a certificate", ["127.0.0.1"], {}],
    ["whoever is no proxy and says what only a proxy may", ["192.0.2.1"], { "x-fingerprint": fingerprint }],
  ] as const) {
    it(`defect A-5: ${title} gets 403`, async () => {
      await using vtn = await openVtn(addresses, () => true);
      await using client = new VenClient({ vtnUrl: vtn.url ?? "", headers });

      await assert.rejects(client.createPartyRegistration({ venName: "ven-1" }), { status: 403 });
      assert.deepEqual(await vtn.vens.list(), []);
    });
  }

  it("defect A-6: two VTNs in one process have each its own list, events and handlers", async () => {
    await using one = await openPair({
      vtn: { vtnId: "one", venLookup: (id) => (id === "a" ? { registrationId: "registration-1" } : undefined) },
    });
    await using two = await openPair({
      vtn: { vtnId: "two", venLookup: (id) => (id === "b" ? { registrationId: "registration-2" } : undefined) },
    });
    await one.vtn.events.create(anHour);
    const poll = (pair: typeof one, venId: string) =>
      new VenClient({
        transport: inMemoryTransport(pair.vtn.handler),
        registration: { venId, registrationId: "" },
        clock: pair.clock,
      }).requestEvent();

    const [events, others] = [await poll(one, "a"), await poll(two, "b")];

    assert.deepEqual([events.vtnId, events.events.length, others.vtnId, others.events.length], ["one", 1, "two", 0]);
    await assert.rejects(poll(one, "b"), { responseCode: 463 });
    await assert.rejects(poll(two, "a"), { responseCode: 463 });
  });

  it("defect A-9: a document that names a file outside is refused, and the file is not read", async () => {
    await using pair = await openPair({});
    const query = encode({ name: "oadrQueryRegistration", payload: { requestId: "req-1" } });
    const entity = `<!DOCTYPE a [<!ENTITY file SYSTEM "${import.meta.url}">]>`;
    const document = query.replace("?>", `?>${entity}`).replace("req-1", "&file;");

    await assert.rejects(inMemoryTransport(pair.vtn.handler)("EiRegisterParty", document), { status: 406 });
  });
});

/** A VTN over plain HTTP that believes these proxies. */
async function openVtn(
  addresses: readonly string[],
  onCreatePartyRegistration: VtnOptions["onCreatePartyRegistration"],
): Promise<Vtn> {
  const proxy = { addresses, fingerprintHeader: "x-fingerprint" };
  const vtn = new Vtn({ vtnId: "vtn-1", listen: { port: 0, proxy }, onCreatePartyRegistration });
  await vtn.start();
  return vtn;
}
