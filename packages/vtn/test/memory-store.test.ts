import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { MemoryStore } from "../src/index.ts";
import { offeredReport } from "../src/report/offered-report.ts";
import { anOffer } from "./reports.ts";
import { aReading, aRegistered } from "./store-contract-reports.ts";
import { testStore } from "./store-contract.ts";

describe("MemoryStore", () => {
  it("keeps the latest readings of each data point, as many as it is told", async () => {
    const store = new MemoryStore({ readingsPerDataPoint: 2 });
    await store.register(aRegistered("kitchen"), []);

    await store.putReadings(
      "kitchen",
      [0, 3, 1, 2].map((at) => aReading(at)),
    );
    await store.putReadings("kitchen", [aReading(0), aReading(1, { rId: "fridge" })]);

    const kept = [aReading(2), aReading(3), aReading(1, { rId: "fridge" })];
    assert.deepEqual(await store.readings({ venId: "kitchen" }), kept);
  });

  it("forgets the readings of data points that are no longer offered", async () => {
    const store = new MemoryStore();
    await store.register(aRegistered("kitchen"), []);
    const other = { reportSpecifierId: "other" };
    await store.putReadings("kitchen", [aReading(0), aReading(0, { rId: "fridge" }), aReading(0, other)]);

    await store.putReports("kitchen", [offeredReport(anOffer("usage", ["oven"]))], []);

    assert.deepEqual(await store.readings({ venId: "kitchen" }), [aReading(0)]);
  });

  for (const readingsPerDataPoint of [0, 1.5, Number.NaN]) {
    it(`refuses to keep ${readingsPerDataPoint} readings`, () => {
      assert.throws(() => new MemoryStore({ readingsPerDataPoint }), {
        name: "RangeError",
        message: /readingsPerDataPoint/,
      });
    });
  }
});

testStore("MemoryStore", async () => new MemoryStore());
