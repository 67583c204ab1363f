import assert from "node:assert/strict";
import { minutes, type OadrReport } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { ReportUpdate } from "../src/index.ts";
import { afterNoon } from "./events.ts";
import { expectMessage, noon, openVtn, type OpenVtn } from "./open-vtn.ts";
import { openOffering, type ReportingVen } from "./reporting.ts";
import { anOffer, aStatusOffer, reading, someData } from "./reports.ts";

const fiveMinutes = { granularity: minutes(1), reportBackDuration: minutes(5) };

/** Data of the oven. */
function data(reportRequestId: string, minute = 0): OadrReport {
  const dtstart = afterNoon(minutes(minute));
  return someData(reportRequestId, [{ dtstart, payloads: [reading("oven", 1)] }], { dtstart });
}

/** What a VEN is told to cancel with its next poll; undefined for nothing. */
async function cancelled(ven: ReportingVen) {
  const message = await ven.poll();
  return message.name === "oadrResponse" ? undefined : expectMessage("oadrCancelReport", message);
}

/** A VEN with one report that is pending. */
async function reportingVen(open: OpenVtn): Promise<{ readonly ven: ReportingVen; readonly id: string }> {
  const ven = await openOffering(open, [anOffer(), aStatusOffer()]);
  return { ven, id: await ven.pending(fiveMinutes) };
}

describe("vtn.reports.cancel", () => {
  for (const reportToFollow of [false, true]) {
    it(`rules 336, 345: sends oadrCancelReport with reportToFollow ${reportToFollow}`, async () => {
      await using open = await openVtn();
      const { ven, id } = await reportingVen(open);
      const status = await ven.pending({ reportSpecifierId: "status", ...fiveMinutes });

      await open.vtn.reports.cancel(ven.venId, [id, status], { reportToFollow });
      const message = await cancelled(ven);

      const { venId } = ven;
      const { requestId = "" } = message ?? {};
      assert.deepEqual(message, { requestId, reportRequestIds: [id, status], reportToFollow, venId });
      assert.equal(await ven.canceled([], { requestId }), 200);
      assert.deepEqual(await ven.states(), ["cancelled", "cancelled"]);
      const news = { type: "reportsCancelled", venId, responseCode: 200, reportRequestIds: [id, status] } as const;
      assert.deepEqual(
        open.statuses.findLast(({ type }) => type !== "delivered"),
        news,
      );
    });
  }

  it("rule 336: takes what the VEN could not cancel for pending, and the rest for cancelled", async () => {
    await using open = await openVtn();
    const { ven, id } = await reportingVen(open);
    const status = await ven.pending({ reportSpecifierId: "status", ...fiveMinutes });
    await open.vtn.reports.cancel(ven.venId, [id, status]);
    const { requestId = "" } = (await cancelled(ven)) ?? {};

    await ven.canceled([status], { requestId, code: 452 });

    assert.deepEqual(await ven.states(), ["cancelled", "pending"]);
  });

  it("takes an answer for that to the cancellation that it names", async () => {
    await using open = await openVtn({ listen: false });
    const { ven, id } = await reportingVen(open);
    const status = await ven.pending({ reportSpecifierId: "status", ...fiveMinutes });
    await open.vtn.reports.cancel(ven.venId, [id]);
    await open.vtn.reports.cancel(ven.venId, [status]);
    await cancelled(ven);
    const { requestId = "" } = (await cancelled(ven)) ?? {};

    await ven.canceled([id], { requestId });

    assert.deepEqual(await ven.states(), ["pending", "cancelled"]);
  });

  it("rule 336: refuses to cancel a request that another VEN has, and cancels none", async () => {
    await using open = await openVtn({ listen: false });
    const { ven, id } = await reportingVen(open);
    const pantry = await open.register("pantry");
    await open.call("oadrRegisterReport", { requestId: "req-7", reports: [anOffer()], venId: pantry.venId });
    const [other] = await open.vtn.reports.request(pantry.venId, { reportSpecifierId: "usage" });

    const cancelling = open.vtn.reports.cancel(ven.venId, [id, other?.reportRequestId ?? ""]);

    await assert.rejects(cancelling, { responseCode: 452, message: /rule 336: / });
    assert.deepEqual(await ven.states(), ["pending"]);
    assert.equal(await cancelled(ven), undefined);
  });

  it("refuses to cancel what has been cancelled", async () => {
    await using open = await openVtn({ listen: false });
    const { ven, id } = await reportingVen(open);
    await open.vtn.reports.cancel(ven.venId, [id]);
    await ven.canceled([]);

    await assert.rejects(open.vtn.reports.cancel(ven.venId, [id]), { message: /got one that is cancelled/ });
  });
});

describe("cancelling in oadrUpdatedReport", () => {
  for (const reportToFollow of [false, true]) {
    it(`rules 328, 345: cancels the reports of the data, with reportToFollow ${reportToFollow}`, async () => {
      await using open = await openVtn();
      const { ven, id } = await reportingVen(open);
      const other = await ven.pending({ reportSpecifierId: "status", ...fiveMinutes });

      await open.vtn.reports.cancel(ven.venId, [id, other], { reportToFollow, inUpdatedReport: true });
      const before = await ven.states();
      const { cancelReport } = await ven.send(data(id));

      const { venId } = ven;
      const requestId = cancelReport?.requestId;
      assert.deepEqual(cancelReport, { requestId, reportRequestIds: [id], reportToFollow, venId });
      assert.deepEqual(before, ["pending", "pending"]);
      assert.deepEqual(await ven.states(), ["cancelled", "pending"]);
      assert.equal(await cancelled(ven), undefined);
    });
  }

  it("cancels with reportToFollow and without in two answers, as one message has but one", async () => {
    await using open = await openVtn();
    const { ven, id } = await reportingVen(open);
    const second = await ven.pending(fiveMinutes);
    await open.vtn.reports.cancel(ven.venId, [id], { inUpdatedReport: true });
    await open.vtn.reports.cancel(ven.venId, [second], { inUpdatedReport: true, reportToFollow: true });

    const answers = [await ven.send(data(id), data(second)), await ven.send(data(second, 5))];

    assert.deepEqual(
      answers.map(({ cancelReport }) => [cancelReport?.reportRequestIds, cancelReport?.reportToFollow]),
      [
        [[id], false],
        [[second], true],
      ],
    );
  });

  it("rule 335: sends oadrCancelReport when reports go on", async () => {
    await using open = await openVtn();
    const { ven, id } = await reportingVen(open);
    await open.vtn.reports.cancel(ven.venId, [id], { inUpdatedReport: true });
    await ven.send(data(id));

    const { response, cancelReport } = await ven.send(data(id, 5));

    assert.deepEqual([response.responseCode, cancelReport], [200, undefined]);
    assert.deepEqual((await cancelled(ven))?.reportRequestIds, [id]);
    await ven.send(data(id, 10));
    assert.equal(await cancelled(ven), undefined);
  });

  it("rules 335, 345: sends oadrCancelReport when more than the one report follows", async () => {
    await using open = await openVtn();
    const { ven, id } = await reportingVen(open);
    await open.vtn.reports.cancel(ven.venId, [id], { inUpdatedReport: true, reportToFollow: true });
    await ven.send(data(id));

    await ven.send(data(id, 5));
    const afterOne = await cancelled(ven);
    await ven.send(data(id, 10));

    assert.equal(afterOne, undefined);
    assert.deepEqual((await cancelled(ven))?.reportToFollow, false);
  });
});

describe("data of reports that have ended", () => {
  it("rule 335: are taken while the cancellation is on its way", async () => {
    const updates: ReportUpdate[] = [];
    await using open = await openVtn({ onUpdateReport: (update) => void updates.push(update) });
    const { ven, id } = await reportingVen(open);
    await open.vtn.reports.cancel(ven.venId, [id]);

    const { response } = await ven.send(data(id));

    assert.equal(response.responseCode, 200);
    assert.equal(updates.length, 1);
    assert.deepEqual((await cancelled(ven))?.reportRequestIds, [id]);
    assert.equal(await cancelled(ven), undefined);
  });

  it("rule 335: are taken after it, and the VEN is told again", async () => {
    await using open = await openVtn();
    const { ven, id } = await reportingVen(open);
    await open.vtn.reports.cancel(ven.venId, [id]);
    const { requestId = "" } = (await cancelled(ven)) ?? {};
    await ven.canceled([], { requestId });

    const { response } = await ven.send(data(id));

    assert.equal(response.responseCode, 200);
    assert.deepEqual((await cancelled(ven))?.reportRequestIds, [id]);
  });

  it("rules 341, 346: are taken when the time is over, as the last report and corrections come late", async () => {
    await using open = await openVtn();
    const ven = await openOffering(open);
    const id = await ven.pending({ ...fiveMinutes, reportInterval: { dtstart: noon, duration: minutes(5) } });
    open.clock.advance(minutes(6));

    const codes = [(await ven.send(data(id))).response.responseCode, (await ven.send(data(id))).response.responseCode];

    assert.deepEqual(codes, [200, 200]);
    assert.deepEqual(await ven.states(), ["completed"]);
    assert.equal(await cancelled(ven), undefined);
  });
});
