import assert from "node:assert/strict";
import { hours, minutes } from "@openleadr/protocol";
import { it } from "vitest";
import type { Week } from "./week.ts";

/** Saturday: restarts and outages. */
export function saturday(week: Week): void {
  it("goes on after a restart of the VEN, in the middle of an event and with what was requested", async () => {
    await week.until("Sat 00:05");
    await week.announce("interrupted", "Sat 01:00");
    await week.until("Sat 01:10");
    const { registrationId } = week.ven;
    const pending = week.ven.vtnReportRequests;

    await week.closeVen();
    await week.pass(minutes(40));
    week.openVen();
    await week.ven.start();
    await week.until("Sat 02:30");

    assert.equal(week.ven.registrationId, registrationId);
    assert.deepEqual(week.ven.vtnReportRequests, pending);
    assert.deepEqual(week.doneAbout("interrupted"), [
      "Sat 01:00 start",
      "Sat 01:00 1",
      // The device has begun already, and is told what has changed meanwhile.
      "Sat 01:50 2",
      "Sat 02:00 completed",
    ]);
    assert.equal(week.count("ven", "resumed"), 1);
  });

  it("rules 52, 60: has the VEN confirm the cancellation of an event that could not reach it, or spares it both", async () => {
    week.open.network.fail();
    await week.announce("unheard", "Sat 05:00");
    await week.pass(hours(1));

    await week.vtn.events.cancel("unheard");
    week.open.network.mend();
    await week.pass(hours(1));

    // Nobody knows of what was pushed in vain whether it has arrived; what waits for a poll has not.
    assert.deepEqual(week.answersTo("unheard"), week.way.isPush ? ["#1 200 optIn"] : []);
    assert.equal(week.count("ven", 'eventReceived eventId "unheard"'), 0);
    assert.deepEqual(week.doneAbout("unheard"), []);
  });

  it("has the VEN say again what the VTN may not have heard, as the answer was lost", async () => {
    await week.announce("doubtful", "Sat 06:00");
    await week.until("Sat 06:05");
    const before = week.answers.length;

    week.open.network.loseAnswer();
    const responding = week.ven.respond("doubtful", "optOut");
    await week.pass();

    assert.equal(await responding, true);
    const heard = week.answers.slice(before).filter(({ eventId }) => eventId === "doubtful");
    assert.ok(heard.length >= 2 && heard.every(({ optType }) => optType === "optOut"));
    assert.deepEqual(week.doneAbout("doubtful").at(-1), "Sat 06:05 optedOut");
  });

  it("has the VEN hear of an event soon after the message with it, or with the answer, was lost", async () => {
    week.open.network.loseAnswer();
    await week.announce("lost", "Sat 12:00");
    const heard = week.at(week.heard("Sat 06:21")).getTime();
    await week.clock.advanceTo(new Date(heard + minutes(2)));

    assert.deepEqual(week.answersTo("lost"), ["#0 200 optIn"]);
    assert.ok(week.ven.events.some(({ eventDescriptor }) => eventDescriptor.eventId === "lost"));
  });

  it("has the VEN get and answer what waited while the VTN was away, and hold its own line meanwhile", async () => {
    await week.announce("alone", "Sat 08:00");
    await week.until("Sat 07:50");

    await week.vtn.stop();
    await week.until("Sat 10:05");
    await week.vtn.start();
    await week.announce("afterwards", "Sat 13:00");
    await week.until("Sat 12:30");

    assert.deepEqual(week.doneAbout("alone"), ["Sat 08:00 start", "Sat 08:00 1", "Sat 08:30 2", "Sat 09:00 completed"]);
    assert.deepEqual(week.answersTo("afterwards"), ["#0 200 optIn"]);
    assert.ok(week.count("ven", week.way.isPush ? "reportFailed" : "pollFailed") > 0);
    assert.equal(week.ven.state.state, "registered");
  });

  it("rules 317, 346: has lost no value of either side, nor its order, but of the time in which nobody was there", async () => {
    await week.until("Sun 00:50");
    const from = week.at("Sat 00:00").getTime();
    const gapsOf = (readings: readonly { readonly rId: string; readonly dtstart: Date }[], rId: string) => {
      const starts = readings.flatMap((each) => (each.rId === rId ? [each.dtstart.getTime()] : []));
      const once = [...new Set(starts)].filter((start) => start >= from);
      return once.slice(1).map((start, index) => (start - (once[index] ?? 0)) / minutes(1));
    };

    const power = gapsOf(week.readings, "power");
    const load = gapsOf(
      week.updates.flatMap(({ readings }) => readings),
      "load",
    );

    const pauses = [power.filter((gap) => gap !== 15), load.filter((gap) => gap !== 60)];
    assert.deepEqual(pauses, [[45], [120]]);
  });
}
