import assert from "node:assert/strict";
import { minutes, type Message, type OadrEvent } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { openPush } from "../push/open-push.ts";
import { eventPrompts, inWords, now } from "./event-prompts.ts";
import { aPromptedVen, models, type PromptedVen } from "./prompted-ven.ts";

for (const model of models) {
  describe(`event prompts of certification, by ${model}`, () => {
    for (const { title, events, expected, next } of eventPrompts) {
      it(title, async () => {
        await using open = await openPush();
        await using ven = await aPromptedVen(model, open);
        await open.vtn.enrolments.set("kitchen", { resourceIds: ["boiler", "pump"] });
        await ven.register();

        for (const event of events) await open.vtn.events.create(event);

        await expectEvents(ven, expected);
        if (next === undefined) return;
        await next.act(open.vtn, ven.venId);
        await expectEvents(ven, next.expected);
      });
    }

    it("rules 50, 61: 009: no events at all, once the last one is no longer for the VEN", async () => {
      await using open = await openPush();
      await using ven = await aPromptedVen(model, open);
      await ven.register();
      await open.vtn.events.create(eventFor("kitchen"));
      await expectEvents(ven, ["a#0 far T+10+5 SIMPLE level 1"]);

      await open.vtn.events.modify("a", { targets: [{ venId: "another" }] });

      await expectEvents(ven, []);
    });

    it("rule 27: A_Ex_0655: as many of the events as the VEN asks for, always the same", async () => {
      await using open = await openPush();
      await using ven = await aPromptedVen(model, open);
      await ven.register();
      for (const eventId of ["c", "a", "b"]) await open.vtn.events.create(eventFor("kitchen", eventId));

      const ask = async () => {
        const answer = await ven.call("oadrRequestEvent", { requestId: "req-9", venId: ven.venId, replyLimit: 2 });
        return eventsOf(answer).map(({ eventDescriptor }) => eventDescriptor.eventId);
      };

      assert.deepEqual(await ask(), await ask());
      assert.equal((await ask()).length, 2);
    });

    it("rules 22, 63: A_Ex_0435: events by party, resource, group and venID", async () => {
      await using open = await openPush();
      await using ven = await aPromptedVen(model, open);
      await open.vtn.enrolments.set("kitchen", { partyIds: ["cook"], resourceIds: ["boiler"], groupIds: ["west"] });
      await ven.register();
      const targets = [{ partyId: "cook" }, { resourceId: "boiler" }, { groupId: "west" }, { venId: "kitchen" }];

      for (const [index, target] of targets.entries())
        await open.vtn.events.create({ ...eventFor("", `event-${index}`), targets: [target] });
      await open.vtn.events.create({ ...eventFor("", "foreign"), targets: [{ groupId: "east" }] });

      const answer = await ven.call("oadrRequestEvent", { requestId: "req-9", venId: ven.venId });
      const got = eventsOf(answer).map(({ targets: [target] }) => target);
      assert.deepEqual(got, targets);
    });

    it("rule 18: A_Ex_0530: not the second one of two events that overlap, if told so", async () => {
      await using open = await openPush({ overlap: "refuse" });
      await using ven = await aPromptedVen(model, open);
      await ven.register();
      await open.vtn.events.create(eventFor("kitchen"));

      await assert.rejects(open.vtn.events.create(eventFor("kitchen", "b")), { responseCode: 451, message: /rule 18/ });

      await expectEvents(ven, ["a#0 far T+10+5 SIMPLE level 1"]);
    });
  });
}

/** The VEN gets these events, answers them where they want it, and then there is nothing more. */
async function expectEvents(ven: PromptedVen, expected: readonly string[]): Promise<void> {
  let payload = await ven.next("oadrDistributeEvent");
  // Whoever is pushed to may get the events one by one as they are made.
  while (payload.events.length < expected.length) payload = await ven.next("oadrDistributeEvent");
  assert.deepEqual(inWords(payload), expected);
  const wanted = payload.events.filter(({ responseRequired }) => responseRequired === "always");
  if (wanted.length > 0) await ven.optIn({ ...payload, events: wanted });
  assert.ok(await ven.isIdle(), "expected nothing more");
}

function eventsOf(answer: Message | undefined): readonly OadrEvent[] {
  return answer?.name === "oadrDistributeEvent" ? answer.payload.events : [];
}

function eventFor(venId: string, eventId = "a") {
  return {
    eventDescriptor: { eventId, marketContext: "http://market-1" },
    activePeriod: { dtstart: new Date(now.getTime() + minutes(10)) },
    signals: [{ intervals: [{ duration: minutes(5), value: 1 }] }],
    targets: [{ venId }],
  };
}
