import assert from "node:assert/strict";
import { hours, minutes, powerReal, seconds, type Message } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { OwnReport } from "../src/index.ts";
import { expectMessage, aRegistration, noon, openVtn } from "./open-vtn.ts";
import { aMetadataRequest, aOneShot, aRequest, gridHistory, gridLoad, halfASecond, openOffer } from "./own-reports.ts";

const collect = (): number => 1;
const measurement = powerReal({ scale: "k" });

describe("own reports: metadata", () => {
  it("rules 301, 305, 308, 311, 312, 331: come with the first poll after a new registration", async () => {
    await using open = await openVtn({ ownReports: [gridLoad(), gridHistory({ duration: hours(24) })] });
    const created = await open.call("oadrCreatePartyRegistration", aRegistration());

    const message = await open.answer({ name: "oadrPoll", payload: { venId: created?.payload.venId ?? "" } });

    const { reports, reportRequestId } = expectMessage("oadrRegisterReport", message);
    assert.equal(reportRequestId, undefined);
    const point = { rId: "load", reportType: "usage", measurement, readingType: "Direct Read" };
    const samplingRate = { minPeriod: minutes(1), maxPeriod: hours(1), onChange: false };
    const common = { reportRequestId: "0", createdDateTime: noon };
    assert.deepEqual(reports, [
      {
        duration: hours(1),
        reportDescriptions: [{ ...point, samplingRate }],
        ...common,
        reportSpecifierId: "grid",
        reportName: "METADATA_TELEMETRY_USAGE",
      },
      {
        duration: hours(24),
        reportDescriptions: [point],
        ...common,
        reportSpecifierId: "history",
        reportName: "METADATA_HISTORY_USAGE",
      },
    ]);
  });

  it("tells what a data point is about, and keeps names of one's own", async () => {
    const about = {
      rId: "price/é 1",
      reportSubject: [{ endDeviceAsset: "Thermostat" }],
      reportDataSource: [{ resourceId: "market" }],
      reportType: "price",
      readingType: "Estimated",
      marketContext: "oadr://market",
      samplingRate: { minPeriod: minutes(5), maxPeriod: hours(2), onChange: true },
    } as const;
    const report: OwnReport = { reportSpecifierId: "p", reportName: "x-PRICE", dataPoints: [{ ...about, collect }] };
    await using offer = await openOffer([]);

    await offer.open.vtn.ownReports.offer(report);

    const [told] = expectMessage("oadrRegisterReport", await offer.ven.poll()).reports;
    assert.equal(told?.reportName, "x-PRICE");
    assert.equal(told.duration, hours(2));
    assert.deepEqual(told.reportDescriptions, [about]);
  });

  it("are those of the reports that a VEN is to see", async () => {
    const forPantry = gridLoad({ isFor: ({ venName }) => venName === "pantry" });
    await using open = await openVtn({ ownReports: [forPantry, gridHistory()], listen: false });
    const seen: unknown[] = [];

    for (const venName of ["kitchen", "pantry"]) {
      const created = await open.call("oadrCreatePartyRegistration", aRegistration({ venName }));
      const message = await open.answer({ name: "oadrPoll", payload: { venId: created?.payload.venId ?? "" } });
      seen.push(idsIn(message));
    }

    assert.deepEqual(seen, [["history"], ["grid", "history"]]);
  });

  it("rule 306: are sent whole when a report is offered, which ends the VEN's requests", async () => {
    await using offer = await openOffer([gridLoad()]);
    await offer.ven.create(aRequest());

    await offer.open.vtn.ownReports.offer(gridHistory());

    const metadata = await offer.ven.poll();
    await offer.ven.register(expectMessage("oadrRegisterReport", metadata).requestId, []);
    assert.deepEqual(idsIn(metadata), ["grid", "history"]);
    assert.deepEqual(await offer.open.vtn.ownReports.requests(), []);
    await offer.clock.advance(hours(1));
    assert.deepEqual(await offer.ven.data(), []);
  });

  it("rule 306: are sent without a report that is withdrawn, and empty after the last", async () => {
    await using offer = await openOffer([gridLoad()]);

    await offer.open.vtn.ownReports.withdraw("grid");

    assert.deepEqual(idsIn(await offer.ven.poll()), []);
    await assert.rejects(offer.open.vtn.ownReports.withdraw("grid"), RangeError);
  });

  it("rule 306: leave periodic requests for metadata as they are", async () => {
    await using offer = await openOffer([gridLoad()]);
    await offer.ven.create(aMetadataRequest("m", { reportBackDuration: hours(1) }), aRequest("d"));
    const requested = async () =>
      (await offer.open.vtn.ownReports.requests()).map(({ request }) => request.reportRequestId);

    await offer.open.vtn.ownReports.announce(offer.ven.venId);

    assert.deepEqual(await requested(), ["m"]);
  });

  it("are not sent to VENs that a change does not concern", async () => {
    await using offer = await openOffer([gridHistory()], { listen: false });

    await offer.open.vtn.ownReports.offer(gridLoad({ isFor: () => false }));

    assert.equal((await offer.ven.poll()).name, "oadrResponse");
  });

  it("rules 301, 308, 311, 327: answer a request for METADATA, whatever its rID", async () => {
    await using offer = await openOffer([gridLoad()]);

    const { response, pendingReports } = await offer.ven.create(aMetadataRequest("m", { rIds: ["any"] } as object));

    assert.deepEqual([response.responseCode, response.requestId, pendingReports], [200, "req-7", ["m"]]);
    const { reportRequestId, reports } = expectMessage("oadrRegisterReport", await offer.ven.poll());
    assert.equal(reportRequestId, "m");
    assert.deepEqual(
      reports.map((report) => report.reportRequestId),
      ["0"],
    );
    assert.deepEqual(await offer.open.vtn.ownReports.requests(), []);
  });

  it("rule 301: answer a request for METADATA where nothing is offered", async () => {
    await using offer = await openOffer([]);

    await offer.ven.create(aMetadataRequest("m"));

    assert.deepEqual(idsIn(await offer.ven.poll()), []);
  });

  it("rules 324, 327: are sent again and again where that is asked for", async () => {
    await using offer = await openOffer([gridLoad()], { listen: false });
    await offer.ven.create(aMetadataRequest("m", { reportBackDuration: minutes(90) }));
    const came: string[] = [];

    for (let hour = 0; hour < 4; hour++) {
      const message = await offer.ven.poll();
      if (message.name === "oadrRegisterReport") {
        came.push(`${hour} h: ${message.payload.reportRequestId}`);
        await offer.ven.register(message.payload.requestId, []);
      }
      await offer.clock.advance(hours(1));
    }

    assert.deepEqual(came, ["0 h: m", "2 h: m", "3 h: m"]);
  });

  it("rule 344: are answered with requests, which are taken", async () => {
    await using offer = await openOffer([gridLoad()]);

    const answer = await offer.ven.register("id-3", [aRequest("a"), aOneShot("b")]);

    const { response, pendingReports, venId } = expectMessage("oadrCreatedReport", answer);
    assert.deepEqual(response, { responseCode: 200, responseDescription: "OK", requestId: "id-3" });
    assert.deepEqual(pendingReports, ["a", "b"]);
    assert.equal(venId, offer.ven.venId);
    assert.deepEqual(await offer.ven.data(), ["b: 11:59:00 59"]);
  });

  it("are answered without requests, which is acknowledged", async () => {
    await using offer = await openOffer([gridLoad()]);

    const answer = await offer.ven.register("id-3", []);

    assert.equal(expectMessage("oadrResponse", answer).response.requestId, "id-3");
  });

  const [point] = gridLoad().dataPoints;
  assert.ok(point);
  // prettier-ignore
  for (const [title, report, error] of [
    ["rule 305: without data points", gridLoad({ dataPoints: [] }), { code: "ERR_OADR_RULE" }],
    ["rule 307: about a resource", gridLoad({ dataPoints: [{ ...point, reportSubject: [{ resourceId: "a" }] }] }), { code: "ERR_OADR_RULE" }],
    ["rule 308: with one data point twice", gridLoad({ dataPoints: [point, point] }), { code: "ERR_OADR_RULE" }],
    ["rule 312: of less time than between two samples", gridLoad({ duration: minutes(1) }), { code: "ERR_OADR_RULE" }],
    ["rule 331: in a unit that its name does not allow", gridLoad({ reportName: "TELEMETRY_STATUS" }), { code: "ERR_OADR_RULE" }],
    ["without an ID", gridLoad({ reportSpecifierId: "" }), RangeError],
    ["with a data point without an ID", gridLoad({ dataPoints: [{ ...point, rId: "" }] }), RangeError],
    ["without a handler", gridLoad({ dataPoints: [{ ...point, collect: undefined as never }] }), TypeError],
    ["sampled all the time", gridLoad({ dataPoints: [{ ...point, samplingRate: { minPeriod: seconds(0) } }] }), RangeError],
    ["sampled less often than at least", gridLoad({ dataPoints: [{ ...point, samplingRate: { minPeriod: hours(2) } }] }), RangeError],
    ["sampled at fractions of a second", gridLoad({ dataPoints: [{ ...point, samplingRate: { minPeriod: halfASecond } }] }), { code: "ERR_OADR_INVALID" }],
  ] as const) {
    it(`refuses to offer a report ${title}`, async () => {
      await using offer = await openOffer([], { listen: false });

      await assert.rejects(offer.open.vtn.ownReports.offer(report), error);

      assert.equal((await offer.ven.poll()).name, "oadrResponse");
    });
  }

  it("rule 308: refuses two reports of one ID among the options", async () => {
    await assert.rejects(openVtn({ ownReports: [gridLoad(), gridLoad()], listen: false }), RangeError);
  });

  it("announces nothing to a VEN that is not registered", async () => {
    await using open = await openVtn({ listen: false });

    await assert.rejects(open.vtn.ownReports.announce("nobody"), RangeError);
  });
});

function idsIn(message: Message | undefined): readonly string[] {
  return expectMessage("oadrRegisterReport", message).reports.map(({ reportSpecifierId }) => reportSpecifierId);
}
