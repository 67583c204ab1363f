import assert from "node:assert/strict";
import { minutes } from "@openleadr/protocol";
import { it } from "vitest";
import type { Week } from "./week.ts";

/** Tuesday: events. */
export function tuesday(week: Week): void {
  const held = (): readonly string[] => week.ven.events.map(({ eventDescriptor }) => eventDescriptor.eventId);

  it("rules 12, 16, 501: brings an event to the VEN, and its answer to the VTN", async () => {
    await week.until("Tue 00:01");

    await week.announce("plain", "Tue 02:00");
    await week.pass();

    const { eventDescriptor } = week.ven.events.at(-1) ?? {};
    assert.deepEqual([eventDescriptor?.eventId, eventDescriptor?.eventStatus], ["plain", "far"]);
    assert.deepEqual(week.answersTo("plain"), ["#0 200 optIn"]);
    assert.equal((await week.vtn.events.responses("plain")).length, 1);
  });

  it("rule 16: takes no for an answer", async () => {
    await week.announce("unwanted", "Tue 04:00", { values: [3] });
    await week.pass();

    assert.deepEqual(week.answersTo("unwanted"), ["#0 200 optOut"]);
    assert.ok(held().includes("unwanted"));
  });

  it("rule 12: has an event that wants no answer acted on without one", async () => {
    const before = week.sent.length;

    await week.announce("silent", "Tue 01:00", { responseRequired: "never", startAfter: minutes(20) });
    await week.until("Tue 01:20");

    assert.deepEqual(week.doneAbout("silent"), ["Tue 01:10 start", "Tue 01:10 1"]);
    // The VTN sends all events again, and those that want an answer may get it again.
    assert.deepEqual(week.answersTo("silent"), []);
    assert.ok(week.sent.length > before);
  });

  it("rules 30, 32, 66: has the device act to the minute, each thing once", async () => {
    await week.until("Tue 03:30");

    assert.deepEqual(week.doneAbout("plain"), ["Tue 02:00 start", "Tue 02:00 1", "Tue 02:30 2", "Tue 03:00 completed"]);
    assert.deepEqual(week.doneAbout("silent").at(-1), "Tue 02:10 completed");
    assert.deepEqual(week.doneAbout("unwanted"), []);
  });

  for (const [what, eventId, given, answer] of [
    ["of a foreign market context", "theirs", { marketContext: "http://theirs" }, "462"],
    ["for a resource that is none of the VEN's", "oven", { targets: [{ resourceId: "oven" }] }, "462"],
    ["with a signal that it does not know", "strange", { signals: [aSignal({ signalName: "x-strange" })] }, "460"],
    [
      "for a class of devices that it has none of",
      "heater",
      { signals: [aSignal({ deviceClasses: [{ endDeviceAsset: "Water_Heater" }] })] },
      "469",
    ],
  ] as const) {
    it(`rules 48, 109: has the VEN refuse an event ${what}, and take the one beside it`, async () => {
      await week.vtn.enrolments.set("kitchen", { resourceIds: ["boiler", "pump", "oven"] });

      await week.announce(eventId, "Tue 22:00", given);
      await week.announce(`beside ${eventId}`, "Tue 22:00", { values: [0] });
      await week.pass();

      assert.deepEqual(week.answersTo(eventId), [`#0 ${answer} optOut`]);
      assert.deepEqual(week.answersTo(`beside ${eventId}`), ["#0 200 optIn"]);
      assert.deepEqual([held().includes(eventId), held().includes(`beside ${eventId}`)], [false, true]);
    });
  }

  it("rules 5, 57: has a change before the start replace the event, and answered anew", async () => {
    await week.announce("changed", "Tue 06:00");
    await week.pass();

    await week.vtn.events.modify("changed", { activePeriod: { dtstart: week.at("Tue 05:30") } });
    await week.pass();
    await week.until("Tue 05:40");

    assert.deepEqual(week.answersTo("changed"), ["#0 200 optIn", "#1 200 optIn"]);
    assert.deepEqual(week.doneAbout("changed"), ["Tue 05:30 start", "Tue 05:30 1"]);
  });

  it("rules 20, 57: has a change of an active event take effect while it runs", async () => {
    const intervals = [30, 60].map((length, index) => ({ duration: minutes(length), value: index + 1 }));
    await week.until("Tue 06:11");

    await week.vtn.events.modify("changed", { signals: [{ intervals }], activePeriod: { duration: minutes(90) } });
    await week.until("Tue 07:30");

    assert.deepEqual(week.doneAbout("changed").slice(2), [
      "Tue 06:00 2",
      `${week.heard("Tue 06:11")} 2`,
      "Tue 07:00 completed",
    ]);
    assert.deepEqual(week.answersTo("changed").at(-1), "#2 200 optIn");
  });

  it("rules 10, 52, 59: has a cancelled event end at once, and sends that until it is acknowledged", async () => {
    await week.announce("stopped", "Tue 08:00");
    await week.until("Tue 08:11");

    await week.vtn.events.cancel("stopped");
    await week.until("Tue 08:40");

    assert.deepEqual(week.doneAbout("stopped").at(-1), `${week.heard("Tue 08:11")} cancelled`);
    assert.deepEqual(week.answersTo("stopped"), ["#0 200 optIn", "#1 200 optIn"]);
    assert.ok(!held().includes("stopped"));
  });

  it("rule 59: has an event that is cancelled before its start never begin", async () => {
    await week.announce("off", "Tue 09:30");
    await week.pass();

    await week.vtn.events.cancel("off");
    await week.until("Tue 10:00");

    assert.deepEqual(week.doneAbout("off"), []);
    assert.deepEqual(week.answersTo("off"), ["#0 200 optIn", "#1 200 optIn"]);
  });

  it("rules 30, 65: has an event begin, and after a cancellation end, at random within start-after", async () => {
    await week.announce("random", "Tue 11:00", { startAfter: minutes(20) });
    await week.until("Tue 11:13");

    await week.vtn.events.cancel("random");
    await week.until("Tue 11:50");

    const end = week.way.isPush ? "Tue 11:23" : "Tue 11:25";
    assert.deepEqual(week.doneAbout("random"), ["Tue 11:10 start", "Tue 11:10 1", `${end} cancelled`]);
  });

  it("rule 61: has an event that is sent no longer end, without an answer", async () => {
    await week.announce("gone", "Tue 12:00");
    await week.until("Tue 12:11");

    await week.vtn.events.modify("gone", { targets: [{ groupId: "nobody" }] });
    await week.until("Tue 12:30");

    assert.deepEqual(week.doneAbout("gone").at(-1), `${week.heard("Tue 12:11")} cancelled`);
    assert.deepEqual(week.answersTo("gone"), ["#0 200 optIn"]);
    assert.ok(week.told.ven.some((line) => line.endsWith('eventCancelled eventId "gone" implied true')));
  });

  it("rules 17, 42: has the VEN change its mind", async () => {
    await week.announce("reconsidered", "Tue 13:00");
    await week.until("Tue 13:10");

    const isTaken = await week.ven.respond("reconsidered", "optOut");

    assert.ok(isTaken);
    assert.deepEqual(week.answersTo("reconsidered"), ["#0 200 optIn", "#0 200 optOut"]);
    assert.deepEqual(week.doneAbout("reconsidered").at(-1), "Tue 13:10 optedOut");
  });

  it("rule 12: has the VEN answer what it gets once more as it did before", async () => {
    const before = week.answers.length;

    await week.vtn.events.resend("reconsidered", "kitchen");
    await week.pass();

    const again = week.answers.slice(before).filter(({ eventId }) => eventId === "reconsidered");
    assert.ok(again.length > 0 && again.every(({ optType }) => optType === "optOut"));
    assert.equal(week.doneAbout("reconsidered").length, 3);
  });

  it("rule 62: gives the VEN all events when it asks, and gets the answers again", async () => {
    const before = [week.answersTo("beside theirs"), held()];

    await week.ven.requestEvents();

    assert.deepEqual(week.sent.slice(-2), ["ven: oadrRequestEvent", "ven: oadrCreatedEvent"]);
    assert.deepEqual([week.answersTo("beside theirs"), held()], before);
  });

  it("rule 27: gives no more events than are asked for", async () => {
    const all = await week.client("kitchen", week.ven.registrationId).requestEvent();
    const some = await week.client("kitchen", week.ven.registrationId).requestEvent({ replyLimit: 2 });

    assert.ok(all.events.length > 2);
    assert.deepEqual(some.events, all.events.slice(0, 2));
  });

  it("rule 48: refuses answers to events that there are not", async () => {
    const client = week.client("kitchen", week.ven.registrationId);
    const answer = (eventId: string, modificationNumber: number) =>
      client.createdEvent({
        response: { responseCode: 200, requestId: "" },
        eventResponses: [{ responseCode: 200, requestId: "1", eventId, modificationNumber, optType: "optIn" }],
      });

    await assert.rejects(answer("nothing", 0), { responseCode: 452 });
    await assert.rejects(answer("beside theirs", 7), { responseCode: 450 });
  });

  it("rules 12, 50, 61: tells the VEN that there are no events any more, which it does not answer", async () => {
    await week.until("Wed 00:00");
    await week.announce("last", "Wed 12:00");
    await week.pass();
    const before = week.answers.length;

    await week.vtn.events.modify("last", { targets: [{ groupId: "nobody" }] });
    await week.pass();

    assert.deepEqual(held(), []);
    assert.equal(week.answers.length, before);
  });
}

function aSignal(given: object) {
  return { intervals: [{ duration: minutes(30), value: 1 }], ...given };
}
