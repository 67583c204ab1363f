import assert from "node:assert/strict";
import { minutes, powerReal, seconds } from "@openleadr/protocol";
import { ManualClock } from "../src/index.ts";
import { inMemoryTransport } from "@openleadr/transport";
import { Ven } from "@openleadr/ven";
import { Vtn, type ReportState, type VtnOptions, type VtnStatus } from "@openleadr/vtn";
import { describe, it } from "vitest";

const everyMinute = { reportSpecifierId: "usage", granularity: minutes(1) };

/** A VEN that offers a meter, and a VTN, in a time of their own. */
async function openReportingPair(options: Partial<VtnOptions> = {}) {
  const clock = new ManualClock();
  const statuses: VtnStatus[] = [];
  const vtn = new Vtn({
    vtnId: "vtn-1",
    onCreatePartyRegistration: () => ({ venId: "ven-1" }),
    listen: false,
    clock,
    pollFrequency: seconds(10),
    onStatus: (status) => void statuses.push(status),
    ...options,
  });
  await vtn.start();
  const transport = inMemoryTransport(vtn.handler);
  const ven = new Ven({ transport, clock, venName: "a VEN", onEvent: () => "optIn" });
  const point = { reportSpecifierId: "usage", rId: "power", resourceId: "meter" };
  ven.addReport({ ...point, measurement: powerReal(), collect: () => 1.5 });
  await ven.start();
  return {
    vtn,
    ven,
    clock,
    statuses,
    states: async (): Promise<readonly ReportState[]> =>
      (await vtn.reports.requests("ven-1")).map(({ state }) => state),
    count: async (): Promise<number> => (await vtn.reports.readings({ venId: "ven-1" })).length,
    async [Symbol.asyncDispose](): Promise<void> {
      await ven.stop();
      await vtn.stop();
    },
  };
}

describe("a VEN that reports to a VTN", () => {
  it("sends one report at once when it is asked for one", async () => {
    await using pair = await openReportingPair();

    await pair.vtn.reports.request("ven-1", { reportSpecifierId: "usage" });
    await pair.clock.advance(seconds(20));

    assert.deepEqual(await pair.states(), ["completed"]);
    const [reading] = await pair.vtn.reports.readings({ venId: "ven-1" });
    assert.deepEqual([reading?.value, reading?.dataPoint?.unit, reading?.dataPoint?.resourceId], [1.5, "W", "meter"]);
  });

  it("reports by a rule until that is removed", async () => {
    await using pair = await openReportingPair({ reportRules: [{ name: "all", granularity: minutes(1) }] });
    await pair.clock.advance(minutes(5));
    const before = [await pair.states(), await pair.count()];

    await pair.vtn.reports.removeRule("all");
    await pair.clock.advance(minutes(5));

    assert.deepEqual(before, [["pending"], 5]);
    assert.deepEqual([await pair.states(), await pair.count()], [["cancelled"], 5]);
  });

  for (const inUpdatedReport of [false, true]) {
    const how = inUpdatedReport ? "in oadrUpdatedReport" : "in oadrCancelReport";

    it(`rules 328, 345: sends one more report when it is told so ${how}`, async () => {
      await using pair = await openReportingPair();
      const [made] = await pair.vtn.reports.request("ven-1", { ...everyMinute, reportBackDuration: minutes(5) });
      await pair.clock.advance(minutes(6));
      const before = await pair.count();

      const cancellation = { reportToFollow: true, inUpdatedReport };
      await pair.vtn.reports.cancel("ven-1", [made?.reportRequestId ?? ""], cancellation);
      await pair.clock.advance(minutes(30));
      const [state, after] = [await pair.states(), await pair.count()];
      await pair.clock.advance(minutes(30));

      assert.equal(before, 5);
      assert.deepEqual(state, ["cancelled"]);
      assert.ok(after > before);
      assert.equal(await pair.count(), after);
    });
  }

  it("offers its reports again and again when metadata are asked for periodically", async () => {
    await using pair = await openReportingPair({ onRegisterReport: () => ({ granularity: minutes(1) }) });

    await pair.vtn.reports.request("ven-1", { reportSpecifierId: "METADATA", reportBackDuration: minutes(2) });
    await pair.clock.advance(minutes(7));

    assert.ok(pair.statuses.filter(({ type }) => type === "reportsRegistered").length >= 4);
    assert.deepEqual(await pair.states(), ["pending", "pending"]);
  });

  it("rule 329: lists what is pending as the VTN has it", async () => {
    await using pair = await openReportingPair({ onRegisterReport: () => ({ granularity: minutes(1) }) });

    await pair.vtn.reports.request("ven-1", [everyMinute, { reportSpecifierId: "usage" }]);
    await pair.clock.advance(minutes(2));

    assert.deepEqual(await pair.states(), ["pending", "pending", "completed"]);
    assert.deepEqual(
      pair.statuses.filter(({ type }) => type === "pendingReportsDiffer"),
      [],
    );
  });
});
