import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { minutes, seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { MemoryStore, Vtn, type Reading, type ReportRule } from "../src/index.ts";
import { aRegistration, expectMessage, noon, openVtn } from "./open-vtn.ts";
import { openOffering } from "./reporting.ts";
import { aHistoryOffer, anOffer, aStatusOffer, reading, someData } from "./reports.ts";

const usage: ReportRule = {
  name: "usage",
  reportName: "TELEMETRY_USAGE",
  measurement: "powerReal",
  granularity: minutes(1),
  reportBackDuration: minutes(5),
};

describe("report rules", () => {
  it("ask every VEN that comes, in the answer to its offer", async () => {
    await using open = await openVtn({ reportRules: [usage] });
    const ven = await openOffering(open, []);

    const requests = await ven.offer([anOffer(), aStatusOffer(), aHistoryOffer()]);

    assert.deepEqual(
      requests.map(({ reportSpecifier: { reportSpecifierId, granularity, reportBackDuration, specifierPayloads } }) => [
        reportSpecifierId,
        granularity,
        reportBackDuration,
        specifierPayloads.map(({ rId }) => rId),
      ]),
      [["usage", minutes(1), minutes(5), ["oven", "fridge"]]],
    );
    assert.deepEqual((await ven.requests())[0]?.rule, "usage");
  });

  it("rule 306: ask again after each new metadata", async () => {
    await using open = await openVtn({ reportRules: [usage] });
    const ven = await openOffering(open);
    const [before] = await ven.requests();

    const [again] = await ven.offer([anOffer("usage", ["cellar"])]);

    assert.notEqual(again?.reportRequestId, before?.reportRequestId);
    assert.deepEqual(
      again?.reportSpecifier.specifierPayloads.map(({ rId }) => rId),
      ["cellar"],
    );
    assert.deepEqual(await ven.states(), ["requested"]);
  });

  it("ask the VENs that are there when a rule is added", async () => {
    await using open = await openVtn();
    const ven = await openOffering(open);

    await open.vtn.reports.addRule(usage);

    const { reportRequests } = expectMessage("oadrCreateReport", await ven.poll());
    assert.deepEqual(
      reportRequests.map(({ reportSpecifier }) => reportSpecifier.granularity),
      [minutes(1)],
    );
  });

  it("ask for the data points that match, of any report but history", async () => {
    await using open = await openVtn({
      reportRules: [{ name: "ovens", reportBackDuration: minutes(1), matches: ({ rId }) => rId === "oven" }],
    });
    const ven = await openOffering(open, []);

    const requests = await ven.offer([anOffer(), aStatusOffer(), aHistoryOffer()]);

    assert.deepEqual(
      requests.map(({ reportSpecifier }) => [
        reportSpecifier.reportSpecifierId,
        reportSpecifier.specifierPayloads.map(({ rId }) => rId),
      ]),
      [
        ["usage", ["oven"]],
        ["status", ["oven"]],
      ],
    );
  });

  it("rule 317: leave out a VEN that offers its data otherwise, and tell it", async () => {
    await using open = await openVtn({
      reportRules: [
        { ...usage, granularity: seconds(1) },
        { ...usage, name: "b" },
      ],
    });

    const ven = await openOffering(open);

    assert.deepEqual(
      (await ven.requests()).map(({ rule }) => rule),
      ["b"],
    );
    const failed = open.statuses.find(({ type }) => type === "reportRuleFailed");
    assert.ok(failed?.type === "reportRuleFailed" && failed.rule === "usage");
    assert.match(String(failed.error), /rule 317/);
  });

  it("have the data of their requests, after new metadata too", async () => {
    const readings: Reading[] = [];
    await using open = await openVtn({
      reportRules: [{ ...usage, onReadings: (news) => void readings.push(...news) }],
    });
    const ven = await openOffering(open);
    const [request] = await ven.offer([anOffer()]);

    await ven.send(someData(request?.reportRequestId ?? "", [{ dtstart: noon, payloads: [reading("oven", 2.5)] }]));

    assert.deepEqual(
      readings.map(({ rId, value }) => [rId, value]),
      [["oven", 2.5]],
    );
  });

  it("end their requests, and ask nobody any more, when they are removed", async () => {
    await using open = await openVtn({ reportRules: [usage] });
    const ven = await openOffering(open);
    const [made] = await ven.requests();

    await open.vtn.reports.removeRule("usage");
    await open.vtn.reports.removeRule("usage");

    const { reportRequestIds } = expectMessage("oadrCancelReport", await ven.poll());
    assert.deepEqual(reportRequestIds, [made?.reportRequestId]);
    assert.equal((await ven.poll()).name, "oadrResponse");
    assert.deepEqual(await ven.offer([anOffer()]), []);
  });

  it("ask a VEN that a store remembers once, and anew when the rule has changed", async () => {
    const store = new MemoryStore();
    const newId = randomUUID;
    const made = async (rule: ReportRule): Promise<readonly unknown[]> => {
      await using open = await openVtn({ store, newId, reportRules: [rule] });
      const [{ venId } = await openOffering(open)] = await open.vtn.vens.list();
      const requests = await open.vtn.reports.requests(venId);
      return requests.map(({ request, cancellation }) => [request.reportSpecifier.granularity, cancellation?.step]);
    };

    const first = await made(usage);
    const unchanged = await made(usage);
    const changed = await made({ ...usage, granularity: seconds(30) });

    assert.deepEqual([first, unchanged], [[[minutes(1), undefined]], [[minutes(1), undefined]]]);
    assert.deepEqual(changed, [
      [minutes(1), "asked"],
      [seconds(30), undefined],
    ]);
  });

  for (const [title, rules] of [
    ["of the same name", [usage, usage]],
    ["without a name", [{ ...usage, name: "" }]],
  ] as const) {
    it(`refuse rules ${title}`, () => {
      const options = { vtnId: "vtn-1", onCreatePartyRegistration: () => true, listen: false } as const;

      assert.throws(() => new Vtn({ ...options, reportRules: rules }), { name: "RangeError", message: /^name: / });
    });
  }

  it("rule 406: ask a VEN that registers anew", async () => {
    await using open = await openVtn({ reportRules: [usage] });
    const ven = await openOffering(open);
    await open.call("oadrCreatePartyRegistration", aRegistration({ venName: "kitchen" }));

    assert.equal((await ven.offer([anOffer()])).length, 1);
  });
});
