import assert from "node:assert/strict";
import { createServer } from "node:http";
import { minutes, seconds } from "@openleadr/protocol";
import { RejectedError, Ven, VenClient } from "@openleadr/ven";
import { Vtn, type KnownVen } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { openPair } from "./open-pair.ts";
import { anEvent, ScriptedVtn } from "../ven/scripted-vtn.ts";
import { ManualClock } from "../../src/index.ts";

describe("what users of OpenLEADR rely on: registration", () => {
  it("parity 1: a VEN that the list of venLookup has lost registers anew by itself", async () => {
    const list = new Map<string, KnownVen>();
    await using pair = await openPair({
      vtn: {
        venLookup: (venId) => list.get(venId),
        onCreatePartyRegistration({ venName = "" }) {
          const registrationId = `registration-${list.size}`;
          list.set(venName, { registrationId });
          return { venId: venName, registrationId };
        },
      },
    });
    await pair.ven.start();

    list.clear();
    await pair.clock.advance(minutes(1));

    assert.deepEqual([...list.keys()], ["ven-1"]);
    assert.equal(pair.ven.state.state, "registered");
    assert.equal(pair.venStatuses.filter(({ type }) => type === "registered").length, 2);
  });

  it("parity 1, defect B-21: a VEN registers again when oadrRequestReregistration answers something else than a poll", async () => {
    const vtn = new ScriptedVtn({
      oadrCreatedEvent: () => ({ name: "oadrRequestReregistration", payload: { venId: "ven-1" } }),
    });
    const clock = new ManualClock();
    await using ven = new Ven({ transport: vtn.transport, clock, venName: "a VEN", onEvent: () => "optIn" });
    await ven.start();

    vtn.distribute(anEvent());
    await clock.advance(minutes(2));

    assert.ok(vtn.registrations > 1);
  });

  it("parity 2: the handler for registrations is told the fingerprint of the client's certificate", async () => {
    const fingerprint = "09:71:9E:0E:51:C0:8F:05:56:C9";
    const told: unknown[] = [];
    await using pair = await openPair({
      vtn: { onCreatePartyRegistration: (_request, { peer }) => told.push(peer.fingerprint, peer.address) > 0 },
    });

    await pair.openClient({ address: "192.0.2.7", fingerprint }).createPartyRegistration({ venName: "ven-1" });

    assert.deepEqual(told, [fingerprint, "192.0.2.7"]);
  });

  it("parity 7: routes of one's own stand beside the VTN's in one server", async () => {
    const vtn = new Vtn({ vtnId: "vtn-1", onCreatePartyRegistration: () => true, listen: false });
    await vtn.start();
    const openAdr = vtn.requestListener();
    const server = createServer((request, response) => {
      if (request.url === "/vens") void vtn.vens.list().then((vens) => response.end(JSON.stringify(vens.length)));
      else openAdr(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { readonly port: number };
    await using client = new VenClient({ vtnUrl: `http://127.0.0.1:${port}` });

    await client.createPartyRegistration({ venName: "ven-1" });
    const vens = await fetch(`http://127.0.0.1:${port}/vens`);

    assert.equal(await vens.text(), "1");
    await vtn.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it("parity 10: each message of a VEN is a method, without a VEN that runs", async () => {
    await using pair = await openPair({});
    const client = pair.openClient();

    const { vtnId } = await client.queryRegistration();
    const { venId } = await client.createPartyRegistration({ venName: "kitchen" });
    const { name } = await client.poll();
    const { events } = await client.requestEvent();
    const { response } = await client.cancelPartyRegistration();

    assert.deepEqual(
      [vtnId, venId, name, events.length, response.responseCode],
      ["vtn-1", "kitchen", "oadrRegisterReport", 0, 200],
    );
  });

  it("parity 12: a VEN brings the venID that it was given beforehand", async () => {
    await using pair = await openPair({ vtn: { onCreatePartyRegistration: () => true }, ven: { venId: "meter-007" } });

    await pair.ven.start();

    assert.equal(pair.ven.venId, "meter-007");
    assert.equal((await pair.vtn.vens.get("meter-007"))?.venName, "ven-1");
  });

  it("parity 12: the venID of the VTN wins over the one that the VEN brings", async () => {
    const vtn = { onCreatePartyRegistration: () => ({ venId: "other" }) };
    await using pair = await openPair({ vtn, ven: { venId: "meter-007" } });

    await pair.ven.start();
    await pair.clock.advance(seconds(30));

    assert.equal(pair.ven.venId, "other");
    assert.deepEqual(
      (await pair.vtn.vens.list()).map(({ venId }) => venId),
      ["other"],
    );
    assert.ok(pair.sent.at(-1)?.includes(">other</"));
  });

  it("parity 12: a VEN that is refused is told so, with 463, and holds no registration", async () => {
    await using pair = await openPair({ vtn: { onCreatePartyRegistration: () => false } });
    const client = pair.openClient();

    await assert.rejects(client.createPartyRegistration({ venId: "meter-007" }), (error) => {
      return error instanceof RejectedError && error.responseCode === 463;
    });
    assert.equal(client.registration, undefined);
  });
});
