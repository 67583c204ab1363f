import assert from "node:assert/strict";
import { minutes } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { Reading, Registration, RequestedReport, Store } from "../src/index.ts";
import { offeredReport } from "../src/report/offered-report.ts";
import { afterNoon } from "./events.ts";
import { noon } from "./open-vtn.ts";
import { anOffer } from "./reports.ts";

const offer = offeredReport(anOffer());

/** What a {@link Store} promises of reports. */
export function testReportStore(name: string, open: () => Promise<Store>): void {
  const opened = async (): Promise<Store> => {
    const store = await open();
    for (const venId of ["kitchen", "pantry"]) await store.register(aRegistered(venId), []);
    return store;
  };

  describe(`${name}: reports`, () => {
    it("replaces the offer and all requests with every offer", async () => {
      const store = await opened();
      await store.putReports("kitchen", [offer], [aRequest("a"), aRequest("b")]);
      const other = { ...offer, reportSpecifierId: "other" };

      await store.putReports("kitchen", [other], [aRequest("b")]);

      assert.deepEqual(await store.offeredReports("kitchen"), [other]);
      assert.deepEqual(await store.offeredReports("pantry"), []);
      assert.equal(await store.reportRequest("kitchen", "a"), undefined);
      assert.deepEqual(await store.reportRequest("kitchen", "b"), aRequest("b"));
      assert.equal(await store.reportRequest("pantry", "b"), undefined);
    });

    it("keeps requests in the order in which they were made, and forgets some", async () => {
      const store = await opened();

      assert.equal(await store.putReportRequests("kitchen", [aRequest("b"), aRequest("a")]), true);
      assert.equal(await store.putReportRequests("kitchen", [aRequest("c")]), true);
      assert.equal(
        await store.putReportRequests("kitchen", [aRequest("b", 1)], { forgotten: ["a", "nonsense"] }),
        true,
      );

      assert.deepEqual(await store.reportRequests("kitchen"), [aRequest("b", 1), aRequest("c")]);
      assert.deepEqual(await store.reportRequests("pantry"), []);
    });

    for (const [title, changed] of [
      ["a new request of an ID that there is", aRequest("a")],
      ["another revision than the next", aRequest("a", 2)],
      ["a change of a request that there is not", aRequest("c", 1)],
    ] as const) {
      it(`refuses ${title}, and changes nothing`, async () => {
        const store = await opened();
        await store.putReportRequests("kitchen", [aRequest("a")]);

        assert.equal(await store.putReportRequests("kitchen", [aRequest("b"), changed], { forgotten: ["a"] }), false);

        assert.deepEqual(await store.reportRequests("kitchen"), [aRequest("a")]);
      });
    }

    it("tells the VEN of a change that is kept, and of none that is refused", async () => {
      const store = await opened();
      const message = { name: "oadrRequestReregistration", payload: { venId: "kitchen" } } as const;

      await store.putReportRequests("kitchen", [aRequest("a")], { message });
      await store.putReportRequests("kitchen", [aRequest("a", 2)], { message });

      const waiting = (await store.letters("kitchen")).map(({ entry }) => entry);
      assert.deepEqual(waiting, [{ kind: "message", message }]);
    });

    it("lets one of two win that change the same request at once", async () => {
      const store = await opened();
      await store.putReportRequests("kitchen", [aRequest("a")]);
      const change = async (): Promise<boolean> => store.putReportRequests("kitchen", [aRequest("a", 1)]);

      assert.deepEqual((await Promise.all([change(), change()])).toSorted(), [false, true]);
    });

    it("keeps readings in the order of time, each VEN's apart", async () => {
      const store = await opened();

      await store.putReadings("kitchen", [aReading(2), aReading(0)]);
      await store.putReadings("kitchen", [aReading(1), aReading(3)]);

      assert.deepEqual(
        await store.readings({ venId: "kitchen" }),
        [0, 1, 2, 3].map((at) => aReading(at)),
      );
      assert.deepEqual(await store.readings({ venId: "pantry" }), []);
      assert.deepEqual(await store.readings({ venId: "nobody" }), []);
    });

    it("rule 346: keeps the later one of two readings of one data point and start", async () => {
      const store = await opened();
      await store.putReadings("kitchen", [aReading(0), aReading(1), aReading(2)]);

      await store.putReadings("kitchen", [aReading(1, { value: 7 }), aReading(1, { rId: "fridge", value: 8 })]);

      const query = { venId: "kitchen", rId: "oven" };
      assert.deepEqual(
        (await store.readings(query)).map(({ value }) => value),
        [0, 7, 2],
      );
      assert.deepEqual(await store.readings({ ...query, rId: "fridge" }), [aReading(1, { rId: "fridge", value: 8 })]);
    });

    it("finds readings by report, data point and span, from the start up to its end", async () => {
      const store = await opened();
      const other = { reportSpecifierId: "other" };
      await store.putReadings(
        "kitchen",
        [0, 1, 2, 3].map((at) => aReading(at)),
      );
      await store.putReadings("kitchen", [aReading(1, other), aReading(1, { rId: "fridge" })]);

      const span = { from: afterNoon(minutes(1)), to: afterNoon(minutes(3)) };
      const query = { venId: "kitchen", reportSpecifierId: "usage", rId: "oven", ...span };

      assert.deepEqual(await store.readings(query), [aReading(1), aReading(2)]);
      assert.deepEqual(await store.readings({ venId: "kitchen", ...other }), [aReading(1, other)]);
      assert.equal((await store.readings({ venId: "kitchen", ...span })).length, 4);
    });

    it("keeps readings when the VEN offers its reports again, and erases them with a new registration", async () => {
      const store = await opened();
      await store.putReports("kitchen", [offer], []);
      await store.putReadings("kitchen", [aReading(0)]);
      await store.putReports("kitchen", [offer], []);
      const registration = await store.registration("kitchen");

      assert.deepEqual(await store.readings({ venId: "kitchen" }), [aReading(0)]);
      assert.ok(registration);
      await store.register(registration, []);
      assert.deepEqual(await store.readings({ venId: "kitchen" }), []);
      assert.deepEqual(await store.offeredReports("kitchen"), []);
    });
  });
}

export function aRegistered(venId: string): Registration {
  const kind = { profileName: "2.0b", transportName: "simpleHttp", httpPullModel: true } as const;
  const flags = { reportOnly: false, xmlSignature: false, registeredAt: noon };
  return { venId, registrationId: `registration of ${venId}`, ...kind, ...flags };
}

/** A request of one data point. */
export function aRequest(reportRequestId: string, revision = 0): RequestedReport {
  const specifierPayloads = [{ rId: "oven", readingType: "x-notApplicable" }] as const;
  const spans = { granularity: minutes(1), reportBackDuration: minutes(1) };
  const reportSpecifier = { reportSpecifierId: "usage", ...spans, specifierPayloads };
  return {
    venId: "kitchen",
    reportRequestId,
    reportSpecifierId: "usage",
    state: "requested",
    requestedAt: noon,
    request: { reportRequestId, reportSpecifier },
    requestId: "id-1",
    isMail: true,
    revision,
  };
}

/** A reading of some minutes after noon, which are its value. */
export function aReading(
  minute: number,
  given: { reportSpecifierId?: string; rId?: string; value?: number } = {},
): Reading {
  const place = { reportSpecifierId: "usage", rId: "oven", dtstart: afterNoon(minutes(minute)) };
  return { ...place, kind: "number", value: minute, ...given };
}
