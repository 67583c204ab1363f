import assert from "node:assert/strict";
import { minutes, seconds, type Message } from "@openleadr/protocol";
import { VenClient, type VenStatus } from "@openleadr/ven";
import { describe, it } from "vitest";
import { aBench, anEvent, distributeEvent, refusing, ScriptedVtn, type Script } from "./scripted-vtn.ts";

const response = { responseCode: 200, requestId: "" };

function ok(): Message {
  return { name: "oadrResponse", payload: { response } };
}

/** What OpenLEADR's VTN says in place of oadrDistributeEvent and oadrCanceledPartyRegistration. */
const script: Script = { oadrRequestEvent: ok, oadrCancelPartyRegistration: ok };

function toldOf(statuses: readonly VenStatus[], ...types: readonly VenStatus["type"][]) {
  return statuses.filter(({ type }) => types.includes(type));
}

describe("a VEN at a VTN that says oadrResponse where there are no events, as OpenLEADR's does", () => {
  it("starts at once, and tells of the deviation", async () => {
    await using bench = aBench({}, script);

    await bench.ven.start();

    assert.deepEqual(bench.vtn.names.slice(-1), ["oadrRequestEvent"]);
    assert.deepEqual(toldOf(bench.statuses, "requestFailed"), []);
    const expected = "oadrDistributeEvent in answer to oadrRequestEvent";
    assert.deepEqual(bench.told("deviated"), [
      {
        type: "deviated",
        message: "oadrResponse",
        deviations: [{ path: "oadrResponse", expected, got: "oadrResponse" }],
      },
    ]);
  });

  it("rule 61: keeps the events that it has, as only an oadrDistributeEvent calls off by leaving out", async () => {
    await using bench = aBench({ onEvent: () => "optIn" }, script);
    await bench.ven.start();
    bench.vtn.queue.push(distributeEvent([anEvent()]));
    await bench.clock.advance(seconds(10));

    await bench.ven.requestEvents();

    assert.equal(bench.ven.events.length, 1);
    assert.deepEqual(bench.told("eventCancelled"), []);
  });

  it("polls on time after an answer that was lost", async () => {
    await using bench = aBench({}, script);
    await bench.ven.start();
    bench.vtn.isMute = true;
    await bench.clock.advance(seconds(10));
    bench.vtn.isMute = false;
    await bench.clock.advance(minutes(1));
    bench.vtn.forget();

    await bench.clock.advance(seconds(20));

    assert.deepEqual(bench.vtn.names, ["oadrPoll", "oadrPoll"]);
    assert.deepEqual(toldOf(bench.statuses, "requestFailed"), []);
  });

  it("takes an oadrResponse with an error code for a refusal", async () => {
    const refusal = refusing("oadrCreatedEvent", 459);
    await using bench = aBench({}, { oadrRequestEvent: refusal });

    await bench.ven.start();

    const [failed] = bench.told("requestFailed");
    assert.equal(failed?.request, "oadrRequestEvent");
    assert.equal(failed.retryIn, false);
    assert.deepEqual(bench.told("deviated"), []);
  });

  it("has no events for a VEN by hand", async () => {
    await using client = aClient();

    assert.deepEqual(await client.requestEvent(), { response, requestId: "", vtnId: "", events: [] });
  });
});

describe("a VEN at a VTN that ends registrations with oadrResponse, as OpenLEADR's does", () => {
  it("is no longer registered, and tells of the deviation", async () => {
    await using bench = aBench({}, script);
    await bench.ven.start();

    await bench.ven.cancelPartyRegistration();

    assert.deepEqual(bench.ven.state, { state: "unregistered" });
    const [, deviated] = bench.told("deviated");
    assert.match(deviated?.deviations[0]?.expected ?? "", /^oadrCanceledPartyRegistration /);
  });

  it("stays registered if the code says no", async () => {
    const refusal = refusing("oadrCreatedEvent", 452);
    await using bench = aBench({}, { oadrCancelPartyRegistration: refusal });
    await bench.ven.start();

    await assert.rejects(bench.ven.cancelPartyRegistration(), { responseCode: 452 });

    assert.equal(bench.ven.state.state, "registered");
  });

  it("ends the registration of a VEN by hand", async () => {
    await using client = aClient();

    const answer = await client.cancelPartyRegistration();

    assert.deepEqual(answer, { response });
    assert.equal(client.registration, undefined);
  });
});

function aClient(): VenClient {
  const { transport } = new ScriptedVtn(script);
  return new VenClient({ transport, registration: { venId: "ven-1", registrationId: "registration-1" } });
}
