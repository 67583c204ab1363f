import assert from "node:assert/strict";
import { once } from "node:events";
import { hours, minutes, seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { expectMessage } from "./open-vtn.ts";
import { aMetadataRequest, aOneShot, aRequest, gridLoad, openOffer, type ReportingVen } from "./own-reports.ts";

describe("own reports: cancellation", () => {
  it("rules 329, 336: ends several requests, and says what is still pending", async () => {
    await using offer = await openOffer([gridLoad()]);
    await offer.ven.create(aRequest("a"), aRequest("b"), aRequest("c"));

    const answer = await offer.ven.cancel(["a", "c"]);

    assert.deepEqual(answer, {
      response: { responseCode: 200, responseDescription: "OK", requestId: "req-7" },
      pendingReports: ["b"],
      venId: offer.ven.venId,
    });
    await offer.clock.advance(minutes(2));
    assert.deepEqual(await offer.ven.data(), ["b: 12:00:00 0, 12:01:00 1"]);
  });

  it("rules 304, 336: answers 452 for an unknown one of several, and ends the others", async () => {
    await using offer = await openOffer([gridLoad()]);
    await offer.ven.create(aRequest("a"), aRequest("b"));

    const { response, pendingReports } = await offer.ven.cancel(["a", "x"]);

    assert.equal(response.responseCode, 452);
    assert.deepEqual(pendingReports, ["b"]);
  });

  it("rule 304: does not end the request of another VEN", async () => {
    await using offer = await openOffer([gridLoad()]);
    await offer.ven.create(aRequest("a"));
    const other = await offer.open.register("pantry");

    const payload = { requestId: "req-7", reportRequestIds: ["a"], reportToFollow: false, venId: other.venId } as const;
    const answer = await offer.open.answer({ name: "oadrCancelReport", payload });

    assert.equal(expectMessage("oadrCanceledReport", answer).response.responseCode, 452);
    assert.equal((await offer.open.vtn.ownReports.requests(offer.ven.venId)).length, 1);
  });

  it("rule 345: sends one more report at once where that is to follow, and then none", async () => {
    await using offer = await openOffer([gridLoad()]);
    await offer.ven.create(aRequest("a"));
    await offer.clock.advance(minutes(1));

    await offer.ven.cancel(["a"], true);

    assert.deepEqual(await offer.ven.data(), ["a: 12:00:00 0"]);
    await offer.clock.advance(hours(1));
    assert.deepEqual(await offer.ven.data(), []);
    assert.deepEqual(await offer.open.vtn.ownReports.requests(), []);
  });

  it("rule 345: samples for the report to follow where nothing was sampled yet", async () => {
    await using offer = await openOffer([gridLoad()]);
    await offer.ven.create(aRequest("a"));
    await offer.clock.advance(seconds(30));

    await offer.ven.cancel(["a"], true);

    assert.deepEqual(await offer.ven.data(), ["a: 11:59:30 59"]);
  });

  it("rules 327, 345: ends a request for metadata, with one more", async () => {
    await using offer = await openOffer([gridLoad()]);
    await offer.ven.create(aMetadataRequest("m", { reportBackDuration: hours(1) }));
    await offer.ven.poll();

    await offer.ven.cancel(["m"], true);

    assert.equal(expectMessage("oadrRegisterReport", await offer.ven.poll()).reportRequestId, "m");
    assert.deepEqual(await offer.open.vtn.ownReports.requests(), []);
  });

  for (const [what, reportToFollow, follows] of [
    ["ends at once", false, []],
    ["sends one more where that is to follow", true, ["a: 12:01:00 1"]],
  ] as const) {
    it(`rule 328: ${what} after a cancellation in oadrUpdatedReport`, async () => {
      await using offer = await openOffer([gridLoad()]);
      await offer.ven.create(aRequest("a", { reportBackDuration: minutes(1) }));
      await offer.clock.advance(minutes(1));

      assert.equal(await updatedWithCancel(offer.ven, ["a"], reportToFollow), 200);

      await offer.clock.advance(minutes(1));
      assert.deepEqual((await offer.ven.data()).length, follows.length);
      assert.deepEqual(await offer.open.vtn.ownReports.requests(), []);
    });
  }

  it("rule 328: refuses to cancel another request than the one that was answered, with 452", async () => {
    await using offer = await openOffer([gridLoad()]);
    await offer.ven.create(aRequest("a"), aRequest("b", { reportBackDuration: minutes(5) }));
    await offer.clock.advance(minutes(2));

    assert.equal(await updatedWithCancel(offer.ven, ["a", "b"]), 452);

    const left = await offer.open.vtn.ownReports.requests();
    assert.deepEqual(
      left.map(({ request }) => request.reportRequestId),
      ["b"],
    );
  });

  it("ends a request that the VEN does not know any more", async () => {
    await using offer = await openOffer([gridLoad()]);
    await offer.ven.create(aRequest("a"));
    await offer.clock.advance(minutes(2));
    const { requestId } = expectMessage("oadrUpdateReport", await offer.ven.poll());

    await offer.ven.updated(requestId, { response: { responseCode: 452, requestId } });

    assert.deepEqual(await offer.open.vtn.ownReports.requests(), []);
  });

  for (const [what, request] of [
    ["a periodic request", aRequest("a", { reportBackDuration: minutes(1) })],
    ["a request for one report", aOneShot("a")],
  ] as const) {
    it(`ends ${what} while its handler is asked, and sends nothing`, async () => {
      const asked = new AbortController();
      const collect = async (): Promise<number> => {
        await once(asked.signal, "abort");
        return 1;
      };
      const [point] = gridLoad().dataPoints;
      assert.ok(point);
      await using offer = await openOffer([gridLoad({ dataPoints: [{ ...point, collect }] })]);
      await offer.ven.create(request);
      await offer.clock.advance(minutes(1));

      await offer.ven.cancel(["a"]);
      asked.abort();
      await offer.clock.settle();

      assert.deepEqual(await offer.ven.data(), []);
    });
  }
});

async function updatedWithCancel(
  ven: ReportingVen,
  reportRequestIds: readonly [string, ...string[]],
  reportToFollow = false,
): Promise<number> {
  const { requestId } = expectMessage("oadrUpdateReport", await ven.poll());
  const cancelReport = { requestId, reportRequestIds, reportToFollow, venId: ven.venId };
  return ven.updated(requestId, { cancelReport });
}
