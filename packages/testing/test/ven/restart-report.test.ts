import assert from "node:assert/strict";
import { hours, minutes } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { instant } from "./acting-ven.ts";
import { meter, reporting, sent, status } from "./reporting-ven.ts";
import { aSite, WatchedStore } from "./restarting-ven.ts";
import { aRequest, createReport, later } from "./scripted-vtn.ts";

/** A reading each minute, a report every five, from 00:00:10 on. */
const everyMinute = createReport(aRequest({ granularity: "PT1M", back: "PT5M", dtstart: "2026-01-01T00:00:00Z" }));

describe("the reports of a VEN that is started again", () => {
  it("go on with what was sampled, without being offered or asked for anew", async () => {
    await using site = aSite();
    let value = 0;
    const counter = { ...meter, collect: () => ++value };
    const first = await reporting(site, [counter]);
    site.vtn.queue.push(everyMinute);
    await site.clock.advanceTo(instant("00:03:30"));
    await first.ven.stop();

    const second = await reporting(site, [counter]);
    await site.clock.advanceTo(instant("00:05:30"));

    assert.ok(!site.vtn.names.includes("oadrRegisterReport"));
    assert.deepEqual(sent(second), ["00:05:00: 00:00:00=1 00:01:00=2 00:02:00=3 00:03:00=4 00:04:00=5"]);
  });

  for (const [what, start] of [
    ["", {}],
    [" from midnight on", { dtstart: "2026-01-01T00:00:00Z" }],
  ] as const) {
    it(`rule 306: go on where metadata are wanted every day${what}`, async () => {
      await using site = aSite();
      const first = await reporting(site);
      const daily = { reportRequestId: "metadata", reportSpecifierId: "METADATA", granularity: "P1D", back: "P1D" };
      site.vtn.queue.push(createReport(aRequest({ ...daily, ...start })));
      await site.clock.advance(minutes(1));
      site.vtn.queue.push(everyMinute);
      await site.clock.advanceTo(instant("00:03:30"));
      await first.ven.stop();

      const second = await reporting(site);
      await site.clock.advanceTo(instant("00:05:30"));
      const before = site.vtn.payloads("oadrRegisterReport").length;
      await site.clock.advance(hours(24));

      assert.deepEqual([before, site.vtn.payloads("oadrRegisterReport").length], [0, 1]);
      assert.equal(sent(second)[0], "00:05:00: 00:01:00=4 00:02:00=4 00:03:00=4 00:04:00=4");
    });
  }

  it("begin with what was requested as it stopped", async () => {
    await using site = aSite();
    const first = await reporting(site);
    const answer = later();
    site.vtn.script = {
      oadrPoll: async () => {
        await answer.promise;
        return everyMinute;
      },
    };
    await site.clock.advanceTo(instant("00:00:10"));
    const stopping = first.ven.stop();
    answer.happen();
    await stopping;

    site.vtn.script = {};
    const second = await reporting(site);
    await site.clock.advanceTo(instant("00:05:30"));

    assert.ok(!site.vtn.names.includes("oadrRegisterReport"));
    assert.deepEqual(sent(second), ["00:05:00: 00:00:00=4 00:01:00=4 00:02:00=4 00:03:00=4 00:04:00=4"]);
  });

  it("send what a VTN that was away does not have yet, in order", async () => {
    await using site = aSite();
    const values = [1.5, Infinity, -Infinity, NaN, 0];
    const odd = { ...meter, collect: () => values.shift() ?? 9 };
    const first = await reporting(site, [odd, status]);
    site.vtn.queue.push(everyMinute);
    await site.clock.advanceTo(instant("00:02:30"));
    site.vtn.isDown = true;
    await site.clock.advanceTo(instant("00:12:30"));
    const before = first.ven.reportRequests;
    await first.ven.stop();

    const second = await reporting(site, [odd, status]);
    assert.deepEqual(second.ven.reportRequests, before);
    site.vtn.isDown = false;
    await site.clock.advanceTo(instant("00:19:00"));

    const starts = site.vtn
      .payloads("oadrUpdateReport")
      .flatMap(({ reports }) => reports.flatMap(({ intervals = [] }) => intervals))
      .map(({ dtstart }) => dtstart?.toISOString().slice(14, 16));
    assert.deepEqual(
      starts,
      Array.from({ length: 15 }, (_, minute) => String(minute).padStart(2, "0")),
    );
    assert.deepEqual(second.ven.reportRequests[0]?.unsent, []);
  });

  it("rule 306: end where something else is on offer by now", async () => {
    await using site = aSite();
    const first = await reporting(site);
    site.vtn.queue.push(everyMinute);
    await site.clock.advanceTo(instant("00:03:30"));
    await first.ven.stop();

    const second = await reporting(site, [meter, status]);
    await site.clock.advance(minutes(10));

    assert.equal(site.vtn.payloads("oadrRegisterReport").length, 1);
    assert.deepEqual([sent(second), second.ven.reportRequests], [[], []]);
    await second.ven.stop();
    const third = await reporting(site, [meter, status]);
    assert.deepEqual(third.ven.reportRequests, []);
  });

  it("go on where the data points are given no IDs, and in whatever order they are offered", async () => {
    await using site = aSite();
    const { rId: _, reportSpecifierId: __, ...anonymous } = meter;
    const other = { ...anonymous, resourceId: "annex", collect: () => 5 };
    const first = await reporting(site, [anonymous, other]);
    const { reportSpecifierId, rId } = first.ven.addReport({ ...anonymous, collect: () => 6 });
    await site.clock.settle();
    site.vtn.queue.push(
      createReport(
        aRequest({
          granularity: "PT1M",
          back: "PT1M",
          reportSpecifierId,
          rIds: [rId],
          dtstart: "2026-01-01T00:00:00Z",
        }),
      ),
    );
    await site.clock.advanceTo(instant("00:03:30"));
    await first.ven.stop();

    const second = await reporting(site, [other, anonymous, { ...anonymous, collect: () => 6 }]);
    await site.clock.advanceTo(instant("00:05:30"));

    assert.equal(rId, "meter-powerReal-2");
    assert.ok(!site.vtn.names.includes("oadrRegisterReport"));
    assert.deepEqual(sent(second), ["00:04:00: 00:03:00=6", "00:05:00: 00:04:00=6"]);
  });

  it("go on where the data points are offered as soon as the VEN has started", async () => {
    await using site = aSite();
    const first = await reporting(site);
    site.vtn.queue.push(everyMinute);
    await site.clock.advanceTo(instant("00:03:30"));
    await first.ven.stop();
    site.vtn.forget();

    const second = site.aVen();
    await second.ven.start();
    second.ven.addReport(meter);
    await site.clock.advanceTo(instant("00:05:30"));

    assert.ok(!site.vtn.names.includes("oadrRegisterReport"));
    assert.equal(sent(second).length, 1);
  });

  it("are told to be dropped where something else is on offer by now", async () => {
    await using site = aSite();
    const first = await reporting(site);
    site.vtn.queue.push(everyMinute);
    await site.clock.advanceTo(instant("00:03:30"));
    site.vtn.isDown = true;
    await site.clock.advanceTo(instant("00:12:30"));
    await first.ven.stop();
    site.vtn.isDown = false;

    const second = await reporting(site, [meter, status]);

    assert.deepEqual(second.told("reportDropped"), [
      {
        type: "reportDropped",
        reportRequestId: "request-1",
        intervals: 10,
        from: instant("00:00"),
        to: instant("00:09"),
      },
    ]);
  });

  it("stay cancelled", async () => {
    await using site = aSite();
    const first = await reporting(site);
    site.vtn.queue.push(everyMinute);
    await site.clock.advanceTo(instant("00:03:30"));
    site.vtn.queue.push({
      name: "oadrCancelReport",
      payload: { requestId: "cancel-1", reportRequestIds: ["request-1"], reportToFollow: false, venId: "ven-1" },
    });
    await site.clock.advance(minutes(1));
    await first.ven.stop();

    const second = await reporting(site);

    assert.deepEqual(second.ven.reportRequests, []);
  });
});

describe("what a VEN writes for reports", () => {
  it("is one for each report before it is sent and one when it is taken, and none for a reading", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    await reporting(site);
    site.vtn.queue.push(
      createReport(aRequest({ granularity: "PT1M", back: "PT15M", dtstart: "2026-01-01T00:00:00Z" })),
    );
    await site.clock.advanceTo(instant("00:20"));
    store.writes.length = 0;

    await site.clock.advanceTo(instant("2026-01-02T00:20"));

    assert.equal(store.writes.length, 24 * 4 * 2);
  });

  it("is a write every 15 minutes where reports are rare", async () => {
    const store = new WatchedStore();
    await using site = aSite(store);
    await reporting(site);
    site.vtn.queue.push(createReport(aRequest({ granularity: "PT1M", back: "PT1H", dtstart: "2026-01-01T00:00:00Z" })));
    await site.clock.advanceTo(instant("00:05"));
    store.writes.length = 0;

    await site.clock.advanceTo(instant("00:55"));

    assert.deepEqual(
      store.writes.map((names) => names.map((name) => name.replace(/ .*/, "")).toSorted()),
      Array.from({ length: 3 }, () => ["report-readings", "report-request", "report-sampled"]),
    );
  });
});
