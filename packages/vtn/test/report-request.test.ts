import assert from "node:assert/strict";
import { hours, milliseconds, minutes, seconds, type OadrReport } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { ReportOrder } from "../src/index.ts";
import { afterNoon } from "./events.ts";
import { expectMessage, noon, openVtn, type OpenVtn } from "./open-vtn.ts";
import { openOffering } from "./reporting.ts";
import { aHistoryOffer, anOffer, aStatusOffer, reading, someData } from "./reports.ts";

const everything: readonly OadrReport[] = [anOffer(), aStatusOffer(), aHistoryOffer()];
const fiveMinutes = { granularity: minutes(1), reportBackDuration: minutes(5) };
const lately = { dtstart: afterNoon(minutes(-30)), duration: minutes(30) };

/** What is sent of an order. */
async function sent(open: OpenVtn, order: ReportOrder) {
  const ven = await openOffering(open, everything);
  await open.vtn.reports.request(ven.venId, order);
  const { reportRequests } = expectMessage("oadrCreateReport", await ven.poll());
  return reportRequests[0]?.reportSpecifier;
}

describe("vtn.reports.request", () => {
  it("rule 324: asks for one report at once where no more is said", async () => {
    await using open = await openVtn();

    assert.deepEqual(await sent(open, { reportSpecifierId: "usage" }), {
      reportSpecifierId: "usage",
      granularity: seconds(0),
      reportBackDuration: seconds(0),
      specifierPayloads: [
        { rId: "oven", readingType: "x-notApplicable" },
        { rId: "fridge", readingType: "x-notApplicable" },
      ],
    });
  });

  for (const [title, order, expected] of [
    [
      "usage every five minutes, from now for ever",
      { reportSpecifierId: "usage", ...fiveMinutes },
      { ...fiveMinutes, reportInterval: { dtstart: noon, duration: seconds(0) } },
    ],
    [
      "status from in two minutes, for five",
      {
        reportSpecifierId: "status",
        granularity: minutes(1),
        reportInterval: { dtstart: afterNoon(minutes(2)), duration: minutes(5) },
      },
      { reportInterval: { dtstart: afterNoon(minutes(2)), duration: minutes(5) }, reportBackDuration: minutes(1) },
    ],
    [
      "changes only",
      { reportSpecifierId: "status", granularity: seconds(0), reportBackDuration: minutes(1) },
      { granularity: seconds(0), reportBackDuration: minutes(1) },
    ],
    [
      "the history of half an hour, once",
      { reportSpecifierId: "history", reportInterval: lately },
      { granularity: seconds(0), reportBackDuration: seconds(0), reportInterval: lately },
    ],
    [
      "all history since an instant",
      { reportSpecifierId: "history", reportInterval: { ...lately, duration: seconds(0) } },
      { reportInterval: { ...lately, duration: seconds(0) } },
    ],
    [
      "metadata with the data point 0, whatever is named",
      { reportSpecifierId: "METADATA", rIds: ["xyz"] },
      { specifierPayloads: [{ rId: "0", readingType: "x-notApplicable" }] },
    ],
    [
      "metadata again and again",
      { reportSpecifierId: "METADATA", reportBackDuration: minutes(1) },
      { reportBackDuration: minutes(1), reportInterval: { dtstart: noon, duration: seconds(0) } },
    ],
  ] as const) {
    it(`rules 308, 317, 324, 325, 327: asks for ${title}`, async () => {
      await using open = await openVtn();

      const specifier = await sent(open, order);

      assert.deepEqual(specifier, { ...specifier, ...expected });
    });
  }

  it("asks for several reports in one message", async () => {
    await using open = await openVtn();
    const ven = await openOffering(open, everything);

    const made = await open.vtn.reports.request(ven.venId, [
      { reportSpecifierId: "status" },
      { reportSpecifierId: "usage" },
    ]);
    const { reportRequests, venId } = expectMessage("oadrCreateReport", await ven.poll());

    assert.equal(venId, ven.venId);
    assert.deepEqual(
      reportRequests.map(({ reportRequestId }) => reportRequestId),
      made.map(({ reportRequestId }) => reportRequestId),
    );
  });

  for (const [title, rule, given] of [
    ["a report that is not offered", 300, { reportSpecifierId: "nonsense" }],
    ["a data point that is not offered", 300, { rIds: ["oven", "cellar"] }],
    ["no data point", 300, { rIds: [] }],
    ["a data point twice", 308, { rIds: ["oven", "oven"] }],
    ["denser data than are offered", 317, { granularity: seconds(9) }],
    ["reports more often than data are taken", 317, { granularity: seconds(0), reportBackDuration: seconds(9) }],
    ["fewer data than reports", 317, { granularity: minutes(2), reportBackDuration: minutes(1) }],
    ["a granularity below 0", 317, { granularity: seconds(-1), reportBackDuration: minutes(1) }],
    [
      "history by granularity",
      317,
      { reportSpecifierId: "history", granularity: minutes(1), reportBackDuration: seconds(0), reportInterval: lately },
    ],
    [
      "history again and again",
      324,
      { reportSpecifierId: "history", reportBackDuration: minutes(5), reportInterval: lately },
    ],
    ["history of no period", 324, { reportSpecifierId: "history" }],
    ["a reportBackDuration below 0", 324, { granularity: seconds(0), reportBackDuration: minutes(-1) }],
    ["history to come", 325, { reportSpecifierId: "history", reportInterval: { dtstart: noon, duration: minutes(1) } }],
    ["a period that is over", 325, { ...fiveMinutes, reportInterval: lately }],
    ["a period below 0", 325, { ...fiveMinutes, reportInterval: { dtstart: noon, duration: minutes(-1) } }],
    [
      "older history than is kept",
      340,
      { reportSpecifierId: "history", reportInterval: { dtstart: afterNoon(hours(-2)), duration: hours(1) } },
    ],
    ["more data than are kept", 340, { granularity: seconds(10), reportBackDuration: hours(2) }],
  ] as const) {
    it(`rules 300, 308, 312, 317, 324, 325, 340: refuses to ask for ${title}, and sends nothing`, async () => {
      await using open = await openVtn({ listen: false });
      const ven = await openOffering(open, everything);

      const order: ReportOrder = { reportSpecifierId: "usage", ...given };

      await assert.rejects(open.vtn.reports.request(ven.venId, [{ reportSpecifierId: "status" }, order]), {
        code: "ERR_OADR_RULE",
        message: new RegExp(`rule ${rule}: expected`),
      });
      assert.deepEqual(await ven.requests(), []);
      assert.equal((await ven.poll()).name, "oadrResponse");
    });
  }

  it("rule 1: refuses fractions of a second, and sends nothing", async () => {
    await using open = await openVtn({ listen: false });
    const ven = await openOffering(open);
    const order = { reportSpecifierId: "usage", granularity: milliseconds(10_500) };

    await assert.rejects(open.vtn.reports.request(ven.venId, order), { code: "ERR_OADR_INVALID" });

    assert.deepEqual(await ven.requests(), []);
  });

  it("refuses a VEN that is not registered", async () => {
    await using open = await openVtn({ listen: false });

    await assert.rejects(open.vtn.reports.request("nobody", { reportSpecifierId: "METADATA" }), {
      name: "RangeError",
      message: /"nobody"/,
    });
  });
});

describe("what becomes of a request", () => {
  it("rule 329: is requested, then pending once the VEN lists it", async () => {
    await using open = await openVtn();
    const ven = await openOffering(open);
    const [made] = await open.vtn.reports.request(ven.venId, { reportSpecifierId: "usage", ...fiveMinutes });
    const { requestId } = expectMessage("oadrCreateReport", await ven.poll());

    assert.deepEqual(await ven.states(), ["requested"]);
    assert.equal(await ven.created([made?.reportRequestId ?? ""], { requestId }), 200);

    assert.deepEqual(await ven.states(), ["pending"]);
    assert.equal(open.statuses.findLast(({ type }) => type !== "delivered")?.type, "reportCreated");
  });

  it("rules 324, 329: is created when the VEN lists nothing to come, and completed by its one report", async () => {
    await using open = await openVtn();
    const ven = await openOffering(open);
    const [made] = await open.vtn.reports.request(ven.venId, { reportSpecifierId: "usage" });
    await ven.created([]);
    const created = await ven.states();

    await ven.send(someData(made?.reportRequestId ?? "", [{ dtstart: noon, payloads: [reading("oven", 1)] }]));

    assert.deepEqual([created, await ven.states()], [["created"], ["completed"]]);
    assert.ok(open.statuses.every(({ type }) => type !== "pendingReportsDiffer"));
  });

  it("is pending when data come, though the VEN has said nothing", async () => {
    await using open = await openVtn({ listen: false });
    const ven = await openOffering(open);
    const [made] = await open.vtn.reports.request(ven.venId, { reportSpecifierId: "usage", ...fiveMinutes });

    await ven.send(someData(made?.reportRequestId ?? "", [{ dtstart: noon, payloads: [reading("oven", 1)] }]));

    assert.deepEqual(await ven.states(), ["pending"]);
  });

  for (const code of [452, 453, 454, 461]) {
    it(`rule 340: is refused with ${code}, while another one of the message is pending`, async () => {
      await using open = await openVtn({ listen: false });
      const ven = await openOffering(open, everything);
      const [good, bad] = await open.vtn.reports.request(ven.venId, [
        { reportSpecifierId: "usage", ...fiveMinutes },
        { reportSpecifierId: "status", ...fiveMinutes },
      ]);
      const { requestId } = expectMessage("oadrCreateReport", await ven.poll());

      await ven.created([good?.reportRequestId ?? ""], { requestId, code });

      assert.deepEqual(await ven.states(), ["pending", "refused"]);
      assert.equal((await ven.requests())[1]?.refusal?.responseCode, code);
      const refused = [bad?.reportRequestId];
      assert.deepEqual(
        open.statuses.findLast(({ type }) => type === "reportCreated"),
        { type: "reportCreated", venId: ven.venId, responseCode: code, refused },
      );
    });
  }

  it("takes an answer without requestID for that to the oldest question", async () => {
    await using open = await openVtn({ listen: false });
    const ven = await openOffering(open, everything);
    for (const reportSpecifierId of ["usage", "status"])
      await open.vtn.reports.request(ven.venId, { reportSpecifierId, ...fiveMinutes });

    await ven.created([], { code: 454 });

    assert.deepEqual(await ven.states(), ["refused", "requested"]);
  });

  it("takes an answer for that to the message that it names", async () => {
    await using open = await openVtn({ listen: false });
    const ven = await openOffering(open, everything);
    for (const reportSpecifierId of ["usage", "status"])
      await open.vtn.reports.request(ven.venId, { reportSpecifierId, ...fiveMinutes });
    await ven.poll();
    const { requestId } = expectMessage("oadrCreateReport", await ven.poll());

    await ven.created([], { requestId, code: 454 });

    assert.deepEqual(await ven.states(), ["requested", "refused"]);
  });

  it("is completed when its time is over", async () => {
    await using open = await openVtn({ listen: false });
    const ven = await openOffering(open);
    await ven.pending({ ...fiveMinutes, reportInterval: { dtstart: noon, duration: minutes(10) } });

    open.clock.advance(minutes(10));

    assert.deepEqual(await ven.states(), ["completed"]);
  });

  it("rule 329: tells where the VEN's list of pending reports differs", async () => {
    await using open = await openVtn({ listen: false });
    const ven = await openOffering(open);
    const id = await ven.pending(fiveMinutes);

    await ven.created(["nonsense"]);

    const { venId } = ven;
    const difference = { type: "pendingReportsDiffer", venId, missing: [id], unknown: ["nonsense"] } as const;
    assert.deepEqual(open.statuses.at(-1), difference);
    assert.deepEqual(await ven.states(), ["created"]);
  });

  it("rule 322: gives every request an ID of its own", async () => {
    await using open = await openVtn({ listen: false, newId: () => "id-1" });
    const ven = await openOffering(open);
    await open.vtn.reports.request(ven.venId, { reportSpecifierId: "usage" });

    await assert.rejects(open.vtn.reports.request(ven.venId, { reportSpecifierId: "usage" }), { name: "RangeError" });
  });

  it("is remembered when it has ended, up to a hundred of them", async () => {
    await using open = await openVtn({ listen: false });
    const ven = await openOffering(open);
    for (let count = 0; count < 103; count++) {
      await open.vtn.reports.request(ven.venId, { reportSpecifierId: "usage" });
      await ven.created([], { code: 454 });
    }

    const requests = await ven.requests();

    assert.equal(requests.length, 101);
  });
});

describe("requests for metadata", () => {
  it("rules 304, 311: are fulfilled by metadata that name them, and by no others", async () => {
    await using open = await openVtn();
    const ven = await openOffering(open);
    const [once] = await open.vtn.reports.request(ven.venId, { reportSpecifierId: "METADATA" });
    await ven.created([]);

    await assert.rejects(ven.offer([anOffer()], "nonsense"), { message: "refused with 452" });
    const before = await ven.states();
    await ven.offer([anOffer()], once?.reportRequestId);

    assert.deepEqual([before, await ven.states()], [["created"], ["completed"]]);
  });

  it("rule 306: outlive new metadata, which end all other requests", async () => {
    await using open = await openVtn();
    const ven = await openOffering(open);
    const metadata = await ven.pending({ reportSpecifierId: "METADATA", reportBackDuration: minutes(1) });
    const usage = await ven.pending(fiveMinutes);

    await ven.offer([anOffer()], metadata);

    assert.deepEqual(
      (await ven.requests()).map(({ reportRequestId, state }) => [reportRequestId, state]),
      [[metadata, "pending"]],
    );
    const data = someData(usage, [{ dtstart: noon, payloads: [reading("oven", 1)] }]);
    assert.equal((await ven.send(data)).response.responseCode, 452);
  });

  it("rule 306: have the VEN give up a request that it may not have got yet", async () => {
    await using open = await openVtn();
    const ven = await openOffering(open);
    const [made] = await open.vtn.reports.request(ven.venId, { reportSpecifierId: "usage", ...fiveMinutes });

    await ven.offer([anOffer()]);

    assert.equal((await ven.poll()).name, "oadrCreateReport");
    const { reportRequestIds } = expectMessage("oadrCancelReport", await ven.poll());
    assert.deepEqual(reportRequestIds, [made?.reportRequestId]);
  });
});
