import assert from "node:assert/strict";
import { hours, type Message, type OadrCreateOpt } from "@openleadr/protocol";
import { inMemoryTransport } from "@openleadr/transport";
import { VenClient } from "@openleadr/ven";
import { describe, it } from "vitest";
import { anHour, onePoll, openPair, type OpenPair } from "../parity/open-pair.ts";
import { anActingBench } from "./acting-ven.ts";
import { anEvent, refusing } from "./scripted-vtn.ts";

const boilerOut = { eventId: "event-1", optType: "optOut", targets: [{ resourceId: "boiler" }] } as const;

/** A VEN of a boiler and a pump, both in an event, at a VTN of ours; who of them is told to begin. */
async function anOptPair(): Promise<OpenPair & { readonly started: string[] }> {
  const started: string[] = [];
  const resources = [{ resourceId: "boiler" }, { resourceId: "pump" }];
  const onEventStart = (_event: unknown, told: { readonly resources: readonly string[] }): void =>
    void started.push(...told.resources);
  const pair = await openPair({ ven: { resources, onEventStart } });
  await pair.ven.start();
  await pair.vtn.events.create(anHour);
  await pair.clock.advance(onePoll);
  return { ...pair, started };
}

/** The VTN does not know the VEN any more, which it hears with its next poll. */
async function loseRegistration({ ven, vtn, clock }: OpenPair): Promise<void> {
  const { registrationId = "", venId = "" } = ven;
  const transport = inMemoryTransport(vtn.handler);
  await new VenClient({ transport, clock, registration: { registrationId, venId } }).cancelPartyRegistration();
  await clock.advance(onePoll);
}

describe("an opt for an event, after the VEN has registered anew", () => {
  it("rules 206, 406: holds for the event as it has changed since, at the VTN and at the device", async () => {
    await using pair = await anOptPair();
    await pair.ven.createOpt(boilerOut);
    await pair.vtn.events.modify("event-1", { signals: [{ intervals: [{ duration: hours(1), value: 2 }] }] });
    await pair.clock.advance(onePoll);

    await loseRegistration(pair);
    await pair.clock.advance(hours(1));

    assert.deepEqual(pair.started, ["pump"]);
    assert.deepEqual(
      pair.ven.opts.map((opt) => opt.kind === "event" && opt.modificationNumber),
      [1],
    );
    const state = await pair.vtn.events.optState("event-1", { venId: "ven-1", resourceId: "boiler" });
    assert.equal(state?.optType, "optOut");
  });

  it("rule 206: still holds at the device if the VTN has another version of the event by then", async () => {
    const started: string[] = [];
    let isTaken = true;
    const createdOpt = ({ requestId, optId }: OadrCreateOpt): Message | undefined =>
      isTaken
        ? { name: "oadrCreatedOpt", payload: { response: { responseCode: 200, requestId }, optId } }
        : refusing("oadrCreateOpt", 450)();
    const resources = [{ resourceId: "boiler" }, { resourceId: "pump" }];
    await using bench = await anActingBench(
      { resources, onEventStart: (_event, told) => void started.push(...told.resources) },
      { oadrCreateOpt: createdOpt },
    );
    await bench.distribute({});
    await bench.ven.createOpt(boilerOut);

    isTaken = false;
    bench.vtn.events = [anEvent()];
    bench.vtn.queue.push({ name: "oadrResponse", payload: { response: { responseCode: 463, requestId: "" } } });
    await bench.until("01:10");

    assert.equal(bench.vtn.payloads("oadrCreateOpt").length, 2);
    assert.deepEqual(started, ["pump"]);
  });
});
