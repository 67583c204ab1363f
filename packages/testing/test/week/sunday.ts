import assert from "node:assert/strict";
import { hours, minutes } from "@openleadr/protocol";
import { it } from "vitest";
import { endState } from "./end-state.ts";
import { pollFrequency, type Week } from "./week.ts";

/** Sunday: registrations are renewed, lost and ended. */
export function sunday(week: Week): void {
  const registered = async () => week.vtn.vens.get("kitchen");
  const requests = async (): Promise<readonly string[]> =>
    (await week.vtn.reports.requests("kitchen")).map(({ reportRequestId }) => reportRequestId);

  it("rule 402: keeps all there is when the VEN registers again under its IDs", async () => {
    const before = [week.ven.registrationId, await requests(), week.ven.vtnReportRequests];

    await week.ven.registerAgain();
    await week.pass();

    assert.deepEqual([week.ven.registrationId, await requests(), week.ven.vtnReportRequests], before);
    assert.equal((await registered())?.registrationId, week.ven.registrationId);
  });

  it("rules 401, 405: has the VEN register again when the VTN wants it to", async () => {
    const before = [week.ven.registrationId, await requests()];
    const count = week.count("ven", "registered");

    await week.vtn.vens.requestReregistration("kitchen");
    await week.pass();

    assert.equal(week.count("ven", "registered"), count + 1);
    assert.deepEqual([week.ven.registrationId, await requests()], before);
  });

  it("rules 403, 500: has the VEN learn in that way how often to poll", async () => {
    await week.vtn.vens.setPollFrequency("kitchen", minutes(30));
    await week.pass();
    const { state } = week.ven;

    await week.vtn.vens.setPollFrequency("kitchen", undefined);
    await week.pass(hours(1));

    const { state: after } = week.ven;
    const intervals = [state, after].map((each) => each.state === "registered" && each.pollInterval);
    // A VEN that is pushed to is not told, and has its own for when it needs one.
    if (!week.way.isPush) assert.deepEqual(intervals, [minutes(30), pollFrequency]);
    assert.equal((await registered())?.pollFrequency, undefined);
  });

  it("rule 406: has the VTN forget what it knew of a VEN that registers anew", async () => {
    const [registrationId, before] = [week.ven.registrationId, await requests()];
    await week.closeVen();

    week.openVen("new.sqlite");
    await week.ven.start();
    await week.pass();

    const after = await requests();
    assert.equal(week.ven.venId, "kitchen");
    assert.notEqual(week.ven.registrationId, registrationId);
    assert.deepEqual([after.length, after.filter((id) => before.includes(id))], [1, []]);
    assert.equal((await week.vtn.vens.list()).filter(({ venId }) => venId === "kitchen").length, 1);
  });

  it("has the VEN register anew when the VTN does not know it any more", async () => {
    const { registrationId } = week.ven;

    await week.vtn.vens.remove("kitchen");
    await week.pass(minutes(65));

    assert.equal(week.ven.state.state, "registered");
    assert.notEqual(week.ven.registrationId, registrationId);
    assert.equal((await registered())?.registrationId, week.ven.registrationId);
  });

  it("rules 401, 407: ends the registration at the VTN's wish, after which the VEN may come again", async () => {
    const { registrationId } = week.ven;
    const count = week.count("vtn", "unregistered");

    await week.vtn.vens.cancelPartyRegistration("kitchen");
    await week.pass(minutes(20));

    assert.equal(week.count("vtn", "unregistered"), count + 1);
    assert.equal(week.ven.state.state, "registered");
    assert.notEqual(week.ven.registrationId, registrationId);
    assert.deepEqual(
      week.ven.vtnReportRequests.map(({ reportSpecifierId }) => reportSpecifierId),
      ["grid"],
    );
  });

  it("rule 407: ends the registration at the VEN's wish, and both sides forget what was requested", async () => {
    await week.ven.cancelPartyRegistration();
    await week.pass(hours(1));

    assert.equal(await registered(), undefined);
    assert.deepEqual([await requests(), await week.vtn.ownReports.requests("kitchen")], [[], []]);
    assert.deepEqual([week.ven.state, week.ven.vtnReportRequests], [{ state: "unregistered" }, []]);
  });

  it("rules 401, 405: begins as on Monday when the VEN starts again", async () => {
    await week.announce("late", "Sun 22:00");

    await week.ven.start();
    await week.until("Sun 23:30");

    assert.deepEqual(week.answersTo("late"), ["#0 200 optIn"]);
    assert.deepEqual(week.doneAbout("late").length, 4);
    assert.deepEqual((await requests()).length, 1);
    assert.deepEqual(week.ven.vtnReportRequests.length, 1);
  });

  it("reaches the end of the week with nothing that failed beside the outages", async () => {
    await week.until("Sun 23:59");

    // Whatever is over is forgotten with the next word of events.
    await week.ven.requestEvents();
    week.endState = await endState(week);

    assert.deepEqual(week.told.ven.filter(isFailure), []);
  });
}

/** Whether something was told that ought not to be, outside of the outages on Saturday. */
function isFailure(line: string): boolean {
  return /ailed|Refused|clockSkew|Dropped/.test(line) && !/^Sat (?:0[2-9]|10)/.test(line);
}
