import assert from "node:assert/strict";
import { hours, minutes, seconds, type ReportRequest } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { noon } from "./open-vtn.ts";
import { aOneShot, aRequest, at, gridHistory, gridLoad, openOffer } from "./own-reports.ts";

const offers = [
  gridLoad(),
  gridHistory({ duration: hours(24) }),
  gridLoad({ reportSpecifierId: "secret", isFor: () => false }),
];
const past = { dtstart: at("11:00:00"), duration: minutes(30) };

/** A request for history, of the half hour from 11:00 unless given otherwise. */
function ofHistory(given: Parameters<typeof aRequest>[1] = {}): ReportRequest {
  return aOneShot("request-1", { reportSpecifierId: "history", reportInterval: past, ...given });
}

function withoutInterval({ reportRequestId, reportSpecifier }: ReportRequest): ReportRequest {
  const { reportInterval: _, ...rest } = reportSpecifier;
  return { reportRequestId, reportSpecifier: rest };
}

describe("own reports: requests", () => {
  it("rules 303, 329: takes a request, and says what is pending", async () => {
    await using offer = await openOffer(offers);
    await offer.ven.create(aRequest("a"));

    const answer = await offer.ven.create(aRequest("b"));

    assert.deepEqual(answer, {
      response: { responseCode: 200, responseDescription: "OK", requestId: "req-7" },
      pendingReports: ["a", "b"],
      venId: offer.ven.venId,
    });
  });

  // prettier-ignore
  for (const [title, code, request] of [
    ["rule 300: a data point that is not offered", 452, aRequest("a", { rIds: ["load", "loss"] })],
    ["rule 304: a report that is not offered", 452, aRequest("a", { reportSpecifierId: "nothing" })],
    ["rule 304: a report that another VEN is offered", 452, aRequest("a", { reportSpecifierId: "secret" })],
    ["rule 317: a granularity below oadrMinPeriod", 454, aRequest("a", { granularity: seconds(30) })],
    ["rule 317: a granularity above the reportBackDuration", 454, aRequest("a", { granularity: minutes(3) })],
    ["rule 317: a negative granularity", 454, aRequest("a", { granularity: minutes(-1) })],
    ["rule 317: a granularity of history", 454, ofHistory({ granularity: minutes(1) })],
    ["rule 324: a negative reportBackDuration", 454, aRequest("a", { reportBackDuration: minutes(-1) })],
    ["rule 324: periodic history", 454, ofHistory({ reportBackDuration: minutes(1) })],
    ["rule 324: history without an interval", 459, withoutInterval(ofHistory())],
    ["rule 325: a time that is over", 454, aRequest("a", { reportInterval: past })],
    ["rule 325: history to come", 454, ofHistory({ reportInterval: { dtstart: noon, duration: minutes(30) } })],
    ["rule 325: history up to a time to come", 454, ofHistory({ reportInterval: { ...past, duration: hours(2) } })],
    ["rule 340: more history than is kept", 454, ofHistory({ reportInterval: { dtstart: new Date("2026-05-30T12:00:00Z"), duration: minutes(30) } })],
    ["rule 340: more data in one report than are kept", 454, aRequest("a", { reportBackDuration: hours(2) })],
  ] as const) {
    it(`refuses ${title}, with ${code}`, async () => {
      await using offer = await openOffer(offers, { listen: false });

      const { response, pendingReports } = await offer.ven.create(request);

      assert.deepEqual([response.responseCode, response.requestId, pendingReports], [code, "req-7", []]);
      assert.deepEqual(await offer.open.vtn.ownReports.requests(), []);
    });
  }

  it("takes the good ones of several requests", async () => {
    await using offer = await openOffer(offers);

    const { response, pendingReports } = await offer.ven.create(aRequest("a", { rIds: ["loss"] }), aRequest("b"));

    assert.equal(response.responseCode, 452);
    assert.deepEqual(pendingReports, ["b"]);
  });

  it("rule 322: refuses another request of an ID in use, with 452, and keeps the first", async () => {
    await using offer = await openOffer(offers);
    await offer.ven.create(aRequest("a"));

    const { response, pendingReports } = await offer.ven.create(aRequest("a", { granularity: minutes(2) }));

    assert.equal(response.responseCode, 452);
    assert.deepEqual(pendingReports, ["a"]);
  });

  it("rule 322: takes an ID again when it is not in use any more", async () => {
    await using offer = await openOffer(offers);
    await offer.ven.create(aOneShot("a"));

    const { response } = await offer.ven.create(aOneShot("a"));

    assert.equal(response.responseCode, 200);
    assert.equal((await offer.ven.data()).length, 2);
  });

  it("takes the same request once more, as after an answer that was lost, but once", async () => {
    await using offer = await openOffer(offers);
    await offer.ven.create(aRequest("a"));

    const { response } = await offer.ven.create(aRequest("a"));

    assert.equal(response.responseCode, 200);
    assert.equal((await offer.open.vtn.ownReports.requests()).length, 1);
  });

  it("begins at once, for ever, where no interval is given", async () => {
    await using offer = await openOffer(offers);
    await offer.clock.advance(seconds(20));
    await offer.ven.create(withoutInterval(aRequest("a")));

    await offer.clock.advance(minutes(2));

    assert.deepEqual(await offer.ven.data(), ["a: 12:00:20 0, 12:01:20 1"]);
  });

  it("takes all history that is kept, asked for a little while ago", async () => {
    await using offer = await openOffer(offers);
    const reportInterval = { dtstart: new Date("2026-05-31T11:59:50Z"), duration: minutes(30) };

    const { response } = await offer.ven.create(ofHistory({ reportInterval }));

    assert.equal(response.responseCode, 200);
  });

  it("refuses more requests than it keeps for one VEN, with 454", async () => {
    await using offer = await openOffer(offers, { listen: false });
    const [first, ...rest] = Array.from({ length: 101 }, (_, index) => aRequest(`request-${index}`));
    assert.ok(first);

    const { response, pendingReports } = await offer.ven.create(first, ...rest);

    assert.equal(response.responseCode, 454);
    assert.equal(pendingReports.length, 100);
  });
});
