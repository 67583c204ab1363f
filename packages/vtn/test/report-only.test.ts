import assert from "node:assert/strict";
import { minutes, type Target } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { MemoryStore, type NewEvent, type VtnStatus } from "../src/index.ts";
import { anEvent } from "./events.ts";
import { aRegistration, expectMessage, openVtn, registerAs, type OpenVtn, type TestVen } from "./open-vtn.ts";
import { anEventOpt, aSchedule } from "./opts.ts";

const inMemory = { listen: false } as const;
const reportOnly = { reportOnly: true } as const;
const north: Target = { groupId: "north" };

function anEventFor(targets: readonly Target[], eventId = "event-1"): NewEvent {
  return { ...anEvent({ eventId }), targets };
}

describe("a VEN that only reports", () => {
  for (const [title, targets] of [
    ["everyone", []],
    ["a group", [north]],
    ["a resource", [{ resourceId: "site 7" }]],
  ] as const) {
    it(`is left out of an event for ${title}`, async () => {
      await using open = await openVtn(inMemory);
      const [kitchen, meter] = [await open.register("kitchen"), await open.register("meter", reportOnly)];
      for (const { venId } of [kitchen, meter])
        await open.vtn.enrolments.set(venId, { groupIds: ["north"], resourceIds: ["site 7"] });

      await open.vtn.events.create(anEventFor(targets));

      assert.deepEqual(await meter.drain(), []);
      assert.deepEqual(await kitchen.drain(), ["oadrDistributeEvent"]);
      assert.deepEqual(await open.vtn.events.audience("event-1"), [kitchen.venId]);
      assert.deepEqual(await deliveries(open), [[kitchen.venId, "sent"]]);
      assert.deepEqual(withheld(open), []);
    });
  }

  it("rule 40: is told that it has no events when it asks for them", async () => {
    await using open = await openVtn(inMemory);
    const meter = await open.register("meter", reportOnly);
    await open.vtn.events.create(anEventFor([{ venId: meter.venId }]));

    const { response, events } = await meter.requestEvents();

    assert.deepEqual([response?.responseCode, response?.requestId, events], [200, "req-7", []]);
  });

  it("is told of where an event names it, which goes to the others", async () => {
    await using open = await openVtn(inMemory);
    const [kitchen, meter] = [await open.register("kitchen"), await open.register("meter", reportOnly)];

    await open.vtn.events.create(anEvent({ venIds: [meter.venId, kitchen.venId] }));

    assert.deepEqual(withheld(open), [[meter.venId, ["event-1"]]]);
    assert.deepEqual(await meter.drain(), []);
    assert.deepEqual(await kitchen.eventIds(), ["event-1"]);
    assert.deepEqual(await deliveries(open), [
      [kitchen.venId, "sent"],
      [meter.venId, "withheld"],
    ]);
  });

  it("makes no event fail that is kept, where the store cannot say whom it is withheld from", async () => {
    class FailingStore extends MemoryStore {
      override async withheldFrom(): Promise<never> {
        throw new Error("connection lost");
      }
    }
    await using open = await openVtn({ ...inMemory, store: new FailingStore() });
    const meter = await open.register("meter", reportOnly);

    await open.vtn.events.create(anEventFor([{ venId: meter.venId }]));

    assert.equal((await open.vtn.events.list()).length, 1);
    assert.match(String(open.errors.map(({ error }) => error)), /connection lost/);
  });

  it("is told of with each change of an event that names it, but no cancellation", async () => {
    await using open = await openVtn(inMemory);
    const meter = await open.register("meter", reportOnly);
    await open.vtn.events.create(anEventFor([north]));
    assert.deepEqual(withheld(open), []);

    await open.vtn.events.modify("event-1", { targets: [north, { venId: meter.venId }] });
    await open.vtn.events.modify("event-1", { eventDescriptor: { priority: 1 } });
    await open.vtn.events.cancel("event-1");

    const told = [meter.venId, ["event-1"]];
    assert.deepEqual(withheld(open), [told, told]);
    assert.deepEqual(await meter.drain(), []);
  });

  it("is told of where onResolveTargets names it", async () => {
    const named: string[] = [];
    await using open = await openVtn({ ...inMemory, onResolveTargets: () => named });
    const meter = await open.register("meter", reportOnly);
    await open.vtn.events.create(anEventFor([north]));

    named.push(meter.venId);
    await open.vtn.events.resolveTargets("event-1");

    assert.deepEqual(withheld(open), [[meter.venId, ["event-1"]]]);
    assert.deepEqual(await meter.drain(), []);
  });

  it("has no answer to wait for, and no event to be sent again", async () => {
    await using open = await openVtn(inMemory);
    const { venId } = await open.register("meter", reportOnly);
    await open.vtn.events.create(anEvent({ venIds: [venId] }));

    const refusal = { responseCode: 452, responseDescription: `no event event-1 of VEN ${venId}, which only reports` };
    await assert.rejects(open.vtn.events.response("event-1", venId), refusal);
    await assert.rejects(open.vtn.events.resend("event-1", venId), refusal);
  });

  it("rules 48, 206: gets 452 for an answer and an opt for an event, which is not its own", async () => {
    await using open = await openVtn(inMemory);
    const meter = await open.register("meter", reportOnly);
    await open.vtn.events.create(anEvent({ venIds: [meter.venId] }));

    const answer = await open.answer({ name: "oadrCreateOpt", payload: anEventOpt(meter) });

    assert.equal(expectMessage("oadrCreatedOpt", answer).response.responseCode, 452);
    assert.equal(await meter.respond({}), 452);
  });

  it("rule 200: may say when it is available all the same", async () => {
    await using open = await openVtn(inMemory);
    const meter = await open.register("meter", reportOnly);

    await open.call("oadrCreateOpt", aSchedule(meter));

    assert.equal((await open.vtn.opts.availability({ venId: meter.venId })).isAvailable, false);
  });

  it("is told of when it registers for the first time and an event names it", async () => {
    await using open = await openVtn(inMemory);
    await open.vtn.events.create(anEvent({ eventId: "for all" }));
    await open.vtn.events.create(anEvent({ eventId: "named", venIds: ["ven-1"] }));
    await open.vtn.events.create(anEvent({ eventId: "cancelled", venIds: ["ven-1"] }));
    await open.vtn.events.cancel("cancelled");
    assert.deepEqual(withheld(open), []);

    const meter = await registerAs(open, "ven-1", reportOnly);

    assert.deepEqual(withheld(open), [["ven-1", ["named"]]]);
    assert.deepEqual(await meter.drain(), ["oadrRegisterReport"]);
    assert.deepEqual(await deliveries(open, "named"), [["ven-1", "withheld"]]);
  });

  it("is told of when it registers and onResolveTargets names it", async () => {
    await using open = await openVtn({ ...inMemory, onResolveTargets: (_, { venId = "nobody" }) => [venId] });
    await open.vtn.events.create(anEventFor([north]));

    await registerAs(open, "ven-1", reportOnly);

    assert.deepEqual(withheld(open), [["ven-1", ["event-1"]]]);
  });
});

describe("a VEN that only reports from now on", () => {
  for (const [title, register, welcome] of [
    ["registers again", renew, []],
    ["registers anew", (open, ven) => registerAs(open, ven.venId, reportOnly), ["oadrRegisterReport"]],
  ] as const satisfies readonly (readonly [string, Renewal, readonly string[]])[]) {
    it(`rule 61: ${title}, and loses its events, of which the VTN tells`, async () => {
      await using open = await openVtn(inMemory);
      const ven = await registerAs(open, "ven-1");
      await open.vtn.events.create(anEvent({ eventId: "for all" }));
      await open.vtn.events.create(anEvent({ eventId: "named", venIds: ["ven-1"] }));
      await ven.takeWelcome();
      await ven.respond({ eventId: "for all" });
      open.clock.advance(minutes(70));

      await register(open, ven, reportOnly);

      assert.deepEqual(open.statuses.at(-1), {
        type: "eventsWithheld",
        venId: "ven-1",
        eventIds: ["for all", "named"],
      });
      assert.deepEqual(await ven.drain(), [...welcome, "oadrDistributeEvent"]);
      assert.deepEqual(await ven.eventIds(), []);
      assert.equal(await ven.respond({ eventId: "for all", optType: "optOut" }), 452);
      assert.deepEqual(await open.vtn.events.responses("for all"), []);
      assert.deepEqual(await open.vtn.events.audience("for all"), []);
      assert.deepEqual(await deliveries(open, "for all"), []);
      assert.deepEqual(await deliveries(open, "named"), [["ven-1", "withheld"]]);
    });

    it(`${title} before it has fetched an event, and gets no word of it`, async () => {
      await using open = await openVtn(inMemory);
      const ven = await registerAs(open, "ven-1");
      await ven.takeWelcome();
      await open.vtn.events.create(anEvent());
      await open.vtn.events.create(anEvent({ eventId: "named", venIds: ["ven-1"] }));

      await register(open, ven, reportOnly);

      assert.deepEqual(withheld(open), [["ven-1", ["named"]]]);
      assert.deepEqual(await ven.drain(), welcome);
    });
  }

  it("keeps its answers to events that are over, and late ones count", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await ven.drain();
    await ven.respond({});
    open.clock.advance(minutes(90));

    await renew(open, ven, reportOnly);

    assert.deepEqual(withheld(open), []);
    assert.deepEqual(await ven.drain(), []);
    assert.equal(await ven.respond({ optType: "optOut" }), 200);
    assert.equal((await open.vtn.events.responses("event-1"))[0]?.optType, "optOut");
  });

  it("is told of once, however often it registers", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await ven.drain();

    for (let each = 0; each < 3; each++) await renew(open, ven, reportOnly);

    assert.deepEqual(withheld(open), [[ven.venId, ["event-1"]]]);
    assert.deepEqual(await ven.drain(), ["oadrDistributeEvent"]);
  });
});

describe("a VEN that takes events from now on", () => {
  for (const [title, register, welcome] of [
    ["registers again", renew, []],
    ["registers anew", (open, ven) => registerAs(open, ven.venId), ["oadrRegisterReport"]],
  ] as const satisfies readonly (readonly [string, Renewal, readonly string[]])[]) {
    it(`rule 50: ${title}, and gets the events that there are`, async () => {
      await using open = await openVtn(inMemory);
      const ven = await registerAs(open, "ven-1", reportOnly);
      await ven.takeWelcome();
      await open.vtn.events.create(anEvent({ eventId: "for all" }));
      await open.vtn.events.create(anEvent({ eventId: "named", venIds: ["ven-1"] }));
      assert.deepEqual(await ven.drain(), []);
      open.clock.advance(minutes(70));

      await register(open, ven, { reportOnly: false });

      assert.deepEqual(await ven.drain(), [...welcome, "oadrDistributeEvent"]);
      assert.deepEqual(await ven.eventIds(), ["for all", "named"]);
      assert.equal(await ven.respond({ eventId: "for all" }), 200);
      assert.deepEqual(await deliveries(open, "named"), [["ven-1", "sent"]]);
    });
  }

  it("is as any other, having taken events before", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await ven.drain();
    await ven.respond({});
    await renew(open, ven, reportOnly);
    await ven.drain();

    await renew(open, ven, { reportOnly: false });

    assert.deepEqual(await ven.drain(), ["oadrDistributeEvent"]);
    assert.equal(await ven.respond({ optType: "optOut" }), 200);
    assert.equal((await open.vtn.events.response("event-1", ven.venId)).optType, "optOut");
  });

  it("keeps its events when it registers again to take them", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();
    await open.vtn.events.create(anEvent());
    await ven.drain();
    await ven.respond({});

    await renew(open, ven, { reportOnly: false });

    assert.deepEqual(withheld(open), []);
    assert.deepEqual(await ven.drain(), []);
    assert.equal((await open.vtn.events.responses("event-1")).length, 1);
  });

  it("is unlike a VEN that only reports and is removed: of its venID the next one may take events", async () => {
    await using open = await openVtn(inMemory);
    await registerAs(open, "ven-1", reportOnly);
    await open.vtn.vens.remove("ven-1");

    await open.vtn.events.create(anEvent({ venIds: ["ven-1"] }));

    assert.deepEqual(withheld(open), []);
    assert.deepEqual(await (await registerAs(open, "ven-1")).eventIds(), ["event-1"]);
  });
});

type Renewal = (open: OpenVtn, ven: TestVen, given: { readonly reportOnly: boolean }) => Promise<unknown>;

async function renew(open: OpenVtn, ven: TestVen, given: { readonly reportOnly: boolean }): Promise<void> {
  const { venId, registrationId } = ven;
  await open.call("oadrCreatePartyRegistration", aRegistration({ venId, registrationId, ...given }));
}

function withheld({ statuses }: OpenVtn): readonly (readonly [string, readonly string[]])[] {
  return statuses
    .filter(
      (status): status is Extract<VtnStatus, { readonly type: "eventsWithheld" }> => status.type === "eventsWithheld",
    )
    .map(({ venId, eventIds }) => [venId, eventIds]);
}

async function deliveries({ vtn }: OpenVtn, eventId = "event-1"): Promise<readonly (readonly [string, string])[]> {
  return (await vtn.events.deliveries(eventId)).map(({ venId, state }) => [venId, state]);
}
