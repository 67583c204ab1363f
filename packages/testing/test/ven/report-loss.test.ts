import assert from "node:assert/strict";
import { hours, HttpStatusError, minutes } from "@openleadr/protocol";
import type { Transport } from "@openleadr/transport";
import { describe, it } from "vitest";
import { instant } from "./acting-ven.ts";
import { aStartedBench, counting, dataOf, handOut, meter } from "./reporting-ven.ts";
import {
  aBench,
  aRequest,
  createReport,
  refusing,
  registered,
  ScriptedVtn,
  type Bench,
  type Script,
} from "./scripted-vtn.ts";

const everyMinute = { granularity: "PT1M", back: "PT1M", dtstart: "2026-01-01T00:01:00Z" };

/** The starts of the intervals that reached the VTN, in the order in which they did. */
function starts(bench: Bench): readonly (string | undefined)[] {
  return dataOf(bench).map(({ dtstart }) => dtstart?.toISOString().slice(11, 19));
}

describe("EiReport of a VEN: nothing is lost", () => {
  it("sends again what a VTN could not take that failed for a reason of its own", async () => {
    await using bench = await aStartedBench([{ ...meter, collect: counting() }]);
    bench.vtn.script = { oadrUpdateReport: refusing("oadrUpdateReport", 469) };
    await handOut(bench, createReport(aRequest(everyMinute)));
    await bench.clock.advanceTo(instant("00:04:30"));
    bench.vtn.forget();
    bench.vtn.script = {};

    await bench.clock.advanceTo(instant("00:06:30"));

    assert.deepEqual(starts(bench), ["00:01:00", "00:02:00", "00:03:00", "00:04:00", "00:05:00"]);
    assert.ok(bench.told("reportFailed").every(({ retryIn }) => retryIn !== false));
  });

  it("rule 314: sends values that come late after those that were before them", async () => {
    const late = [0, 1, 2, -2, 4, 5].map((minute) => new Date(Date.UTC(2026, 0, 1, 0, 3 + minute)));
    await using bench = await aStartedBench([
      { ...meter, collect: ({ dtstart }) => [{ dtstart: late.shift() ?? dtstart, value: late.length }] },
    ]);
    await handOut(bench, createReport(aRequest(everyMinute)));
    bench.vtn.isDown = true;
    await bench.clock.advanceTo(instant("00:07:30"));

    bench.vtn.isDown = false;
    await bench.clock.advance(minutes(3));

    assert.deepEqual(starts(bench).slice(0, 5), ["00:03:00", "00:04:00", "00:05:00", "00:01:00", "00:07:00"]);
    assert.equal(bench.ven.reportRequests[0]?.unsent.length, 0);
  });

  it("sends less at once to a VTN that it is too much for", async () => {
    const vtn = new ScriptedVtn();
    const transport: Transport = async (service, xml, signal) => {
      if (!vtn.isDown && xml.length > 12_000) throw new HttpStatusError(413, "too large");
      return vtn.transport(service, xml, signal);
    };
    await using bench = { ...(await aStartedBench([meter], { transport })), vtn };
    await handOut(bench, createReport(aRequest(everyMinute)));
    vtn.isDown = true;
    await bench.clock.advance(hours(2));

    vtn.isDown = false;
    await bench.clock.advance(minutes(30));

    assert.equal(bench.told("reportFailed").filter(({ error }) => error instanceof HttpStatusError).length, 2);
    assert.deepEqual([bench.ven.reportRequests[0]?.unsent, bench.told("reportDropped")], [[], []]);
    assert.equal(new Set(starts(bench)).size, 149);
  });

  for (const [pollInterval, longest] of [
    [minutes(1), 60],
    [hours(1), 300],
  ] as const) {
    it(`tries what was asked for once every ${longest} s at the most, where it polls every ${pollInterval / 1000} s`, async () => {
      const name = "oadrCreatedPartyRegistration";
      await using bench = aBench(
        {},
        {
          oadrCreatePartyRegistration: ({ requestId }) => ({
            name,
            payload: { ...registered(requestId).payload, requestedOadrPollFreq: pollInterval },
          }),
        },
      );
      bench.ven.addReport(meter);
      await bench.ven.start();
      bench.vtn.script = { oadrCreatedReport: takesAnswer(bench) };
      bench.vtn.queue.push(createReport(aRequest()));

      await bench.clock.advance(hours(2));

      const delays = bench.told("reportFailed").map(({ retryIn }) => Number(retryIn) / 1000);
      assert.deepEqual(delays.slice(0, 6), [1, 2, 4, 8, 16, 32]);
      assert.deepEqual([Math.max(...delays), delays.at(-1)], [longest, longest]);
    });
  }

  for (const status of [404, 406, 501]) {
    it(`does not send the same again soon after HTTP status ${status}`, async () => {
      let tries = 0;
      const vtn = new ScriptedVtn();
      const transport: Transport = async (service, xml, signal) => {
        if (!xml.includes("oadrUpdateReport") || ++tries > 3) return vtn.transport(service, xml, signal);
        throw new HttpStatusError(status, "not here");
      };
      await using bench = { ...(await aStartedBench([meter], { transport })), vtn };
      await handOut(bench, createReport(aRequest({ ...everyMinute, granularity: "PT10S", back: "PT10S" })));

      await bench.clock.advance(minutes(20));

      const failed = bench.told("reportFailed").map(({ retryIn }) => retryIn);
      assert.deepEqual(failed, [minutes(5), minutes(5), minutes(5)]);
      assert.equal(bench.ven.reportRequests[0]?.unsent.length, 0);
      assert.equal(new Set(starts(bench)).size, 115);
    });
  }
});

/** A VTN that is down as soon as it has heard that a request was taken. */
function takesAnswer({ vtn }: Bench): NonNullable<Script["oadrCreatedReport"]> {
  return ({ response }) => {
    vtn.isDown = true;
    return { name: "oadrResponse", payload: { response, venId: "ven-1" } };
  };
}
