import assert from "node:assert/strict";
import { it } from "vitest";
import type { Week } from "./week.ts";

/** Monday: the VEN gets to know its VTN. */
export function monday(week: Week): void {
  const { way } = week;

  it("rule 404: tells who is not registered what the VTN speaks, and no IDs", async () => {
    const answer = await week.client("pantry").queryRegistration();

    assert.deepEqual(
      answer.profiles.map(({ profileName, transports }) => [profileName, ...transports]),
      [["2.0b", "simpleHttp"]],
    );
    assert.deepEqual([answer.vtnId, answer.venId, answer.registrationId], ["vtn", undefined, undefined]);
  });

  it("rules 309, 405: follows a new registration with what the VEN reports, what the VTN does, and the events", async () => {
    await week.announce("early", "Mon 02:00");
    week.sent.length = 0;

    await week.ven.start();
    await week.clock.settle();

    const first = ["oadrQueryRegistration", "oadrCreatePartyRegistration", "oadrRegisterReport", "oadrCreatedReport"];
    const events = ["oadrRequestEvent", "oadrCreatedEvent"];
    const own = way.isPush ? [...first, ...events] : [...first, "oadrPoll", "oadrRegisteredReport", ...events];
    const beforeIdle = week.sent.filter((line) => line.startsWith("ven: ")).slice(0, own.length);
    assert.deepEqual(
      beforeIdle,
      own.map((name) => `ven: ${name}`),
    );
    assert.equal(week.sent.includes("vtn: oadrRegisterReport"), way.isPush);
  });

  it("rules 402, 403: has both sides agree on the IDs", async () => {
    const [registered] = await week.vtn.vens.list();

    assert.deepEqual([registered?.venId, registered?.venName], ["kitchen", "kitchen"]);
    assert.deepEqual([week.ven.venId, week.ven.registrationId], ["kitchen", registered?.registrationId]);
    assert.equal(registered?.httpPullModel, !way.isPush);
  });

  it("rules 300, 344: has the VTN request reports in its answer to the VEN's offer", async () => {
    const requests = await week.vtn.reports.requests("kitchen");

    assert.deepEqual(
      requests.map(({ reportSpecifierId, state }) => `${reportSpecifierId} ${state}`),
      ["usage pending"],
    );
    assert.deepEqual(
      week.ven.reportRequests.map(({ request }) => request.reportRequestId),
      requests.map(({ reportRequestId }) => reportRequestId),
    );
  });

  it("rules 300, 344: has the VEN request reports in its answer to the VTN's offer", async () => {
    const requests = await week.vtn.ownReports.requests("kitchen");

    assert.deepEqual(
      week.ven.vtnReports.map(({ reportSpecifierId }) => reportSpecifierId),
      ["grid", "past"],
    );
    assert.deepEqual(
      week.ven.vtnReportRequests.map(({ reportRequestId, state }) => `${reportRequestId} ${state}`),
      requests.map(({ request }) => `${request.reportRequestId} active`),
    );
    assert.equal(requests.length, 1);
  });

  it("rules 12, 405: has the VEN answer the events that there were", () => {
    assert.deepEqual(week.answersTo("early"), ["#0 200 optIn"]);
  });

  it("rule 404: tells a VEN its IDs again where a certificate says who asks", async () => {
    const answer = await week.client("kitchen").queryRegistration();

    const expected = way.hasCertificates ? ["kitchen", week.ven.registrationId] : [undefined, undefined];
    assert.deepEqual([answer.venId, answer.registrationId], expected);
  });

  it("rules 51, 500: has the VEN poll as often as the VTN says, or not at all", async () => {
    await week.until("Mon 01:02");
    const before = week.sent.length;

    await week.until("Mon 01:58");

    const polls = week.sent.slice(before).filter((line) => line === "ven: oadrPoll");
    assert.equal(polls.length, way.isPush ? 0 : 3);
  });

  it("rule 405: refuses with 463 who is not registered", async () => {
    const stranger = week.client("pantry", "registration-0");

    await assert.rejects(stranger.poll(), { responseCode: 463 });
  });

  it("rule 400: refuses with 452 a registrationID that is not the VEN's, and keeps the registration", async () => {
    await week.client("pantry").createPartyRegistration({ venName: "pantry" });
    const other = week.client("pantry", "registration-0");

    await assert.rejects(other.createPartyRegistration({ registrationId: "registration-0", venId: "pantry" }), {
      responseCode: 452,
    });
    await assert.rejects(other.cancelPartyRegistration(), { responseCode: 452 });

    assert.equal((await week.vtn.vens.get("pantry"))?.venId, "pantry");
  });
}
