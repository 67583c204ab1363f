import assert from "node:assert/strict";
import { encode, minutes, powerReal, type Message, type OadrEvent } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { afterNoon, anEvent } from "./events.ts";
import { openVtn, type OpenVtn } from "./open-vtn.ts";

const inMemory = { listen: false } as const;

describe("EiEvent: an event that is sent again", () => {
  it("is written as it was the first time", async () => {
    await using open = await openVtn(inMemory);
    const { venId } = await open.register();
    await open.vtn.events.create(anEvent({ values: [1, 2] }));

    const documents = [0, 1, 0, 1].map(() => documentFor(open, venId));

    const [first, ...others] = (await Promise.all(documents)).map((document) => document.replaceAll(/>id-\d+</g, "><"));
    for (const other of others) assert.equal(other, first);
  });

  it("rules 14, 29: has the current value of its interval, and another version its own values", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    await open.vtn.events.create(anEvent({ values: [1, 2] }));
    const seen = async () => (await ven.requestEvents()).events[0]?.signals[0];

    assert.equal((await seen())?.currentValue, 0);
    open.clock.advance(minutes(60));
    assert.equal((await seen())?.currentValue, 1);
    open.clock.advance(minutes(30));
    assert.equal((await seen())?.currentValue, 2);
    const intervals = [1, 3].map((value) => ({ duration: minutes(30), value }));
    await open.vtn.events.modify("event-1", { signals: [{ intervals }] });
    const signal = await seen();

    assert.equal(signal?.currentValue, 3);
    assert.deepEqual(
      signal?.intervals.map(({ value }) => value),
      [1, 3],
    );
  });

  it("does not take what belongs to its maker, who may go on changing it", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    const measurement = { ...powerReal({ scale: "k" }) };
    const intervals = [{ duration: minutes(30), value: 5 }];
    const signal = { signalName: "LOAD_DISPATCH", signalType: "setpoint", measurement, intervals } as const;
    const event = await open.vtn.events.create({
      activePeriod: { dtstart: afterNoon(minutes(60)) },
      signals: [signal],
    });
    await ven.requestEvents();

    assert.ok(!Object.isFrozen(measurement));
    const kept = await open.vtn.events.get(event.eventDescriptor.eventId);
    for (const part of [event, event.signals, event.signals[0], kept?.signals]) assert.ok(!Object.isFrozen(part));
  });

  it("is told apart from others, however many there are", async () => {
    await using open = await openVtn({ ...inMemory, overlap: "allow" });
    const ven = await open.register();
    const count = 1001;
    for (let index = 0; index < count; index++)
      await open.vtn.events.create(
        anEvent({ eventId: `event-${index}`, startsIn: minutes(60 * index), values: [index % 4] }),
      );

    for (const _ of ["first", "again"]) {
      const { events } = await ven.requestEvents();
      assert.deepEqual(
        events.map(firstValue),
        Array.from({ length: count }, (_, index) => index % 4),
      );
    }
  });
});

async function documentFor({ transport }: OpenVtn, venId: string): Promise<string> {
  const request: Message = { name: "oadrRequestEvent", payload: { requestId: "req-7", venId } };
  const document = await transport("EiEvent", encode(request));
  return document ?? assert.fail("expected an answer");
}

function firstValue({ signals }: OadrEvent): number | undefined {
  return signals[0]?.intervals[0]?.value;
}
