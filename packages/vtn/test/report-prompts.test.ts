import assert from "node:assert/strict";
import { energyReal, hours, minutes, powerReal, seconds, type OadrReport } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { ReportOrder } from "../src/index.ts";
import { afterNoon } from "./events.ts";
import { expectMessage, noon, openVtn } from "./open-vtn.ts";
import { openOffering } from "./reporting.ts";
import { anOffer, aStatusOffer } from "./reports.ts";

const telemetry = offerOf("usage", "METADATA_TELEMETRY_USAGE");
const history = offerOf("history", "METADATA_HISTORY_USAGE");

/** Power and energy of a meter. */
function offerOf(reportSpecifierId: string, reportName: NonNullable<OadrReport["reportName"]>): OadrReport {
  const [point] = anOffer().reportDescriptions;
  if (point === undefined) throw new Error("expected a data point");
  const power = { ...point, rId: "power", measurement: powerReal() };
  return {
    ...anOffer(reportSpecifierId),
    reportName,
    reportDescriptions: [power, { ...point, rId: "energy", measurement: energyReal() }],
  };
}

const minute = minutes(1);
const none = seconds(0);
const from = (span: number, duration: number) => ({
  dtstart: afterNoon(seconds(span)),
  duration: minutes(duration),
});
const status = { reportSpecifierId: "status", granularity: minute };
const metadata = { reportSpecifierId: "METADATA" };
const all = ["power", "energy"];

interface Prompt {
  readonly title: string;
  readonly orders: readonly ReportOrder[];
  /** reportSpecifierID, granularity, reportBackDuration, reportInterval and data points of each request. */
  readonly expected: readonly (readonly unknown[])[];
}

// What a certification harness asks an operator to send.
// prettier-ignore
const prompts: readonly Prompt[] = [
  { title: "019: status once", orders: [{ reportSpecifierId: "status" }],
    expected: [["status", none, none, undefined, ["oven"]]] },
  { title: "020: status every minute for 5 minutes", orders: [{ ...status, reportInterval: from(0, 5) }],
    expected: [["status", minute, minute, from(0, 5), ["oven"]]] },
  { title: "021: status every minute from in 15 seconds for 10 minutes", orders: [{ ...status, reportInterval: from(15, 10) }],
    expected: [["status", minute, minute, from(15, 10), ["oven"]]] },
  { title: "064: status every minute for 2 minutes", orders: [{ ...status, reportInterval: from(0, 2) }],
    expected: [["status", minute, minute, from(0, 2), ["oven"]]] },
  { title: "055: status on change from in 2 minutes for 5 minutes",
    orders: [{ reportSpecifierId: "status", reportBackDuration: minute, reportInterval: from(120, 5) }],
    expected: [["status", none, minute, from(120, 5), ["oven"]]] },
  { title: "056: status every minute for ever", orders: [status],
    expected: [["status", minute, minute, from(0, 0), ["oven"]]] },
  { title: "025: metadata once", orders: [metadata],
    expected: [["METADATA", none, none, undefined, ["0"]]] },
  { title: "026: metadata every minute for 5 minutes",
    orders: [{ ...metadata, reportBackDuration: minute, reportInterval: from(0, 5) }],
    expected: [["METADATA", none, minute, from(0, 5), ["0"]]] },
  { title: "027: metadata every minute from in 15 seconds for 10 minutes",
    orders: [{ ...metadata, reportBackDuration: minute, reportInterval: from(15, 10) }],
    expected: [["METADATA", none, minute, from(15, 10), ["0"]]] },
  { title: "045: usage once, power and energy", orders: [{ reportSpecifierId: "usage" }],
    expected: [["usage", none, none, undefined, all]] },
  { title: "046: power every minute, sent every 2 minutes, for 10 minutes",
    orders: [{ reportSpecifierId: "usage", rIds: ["power"], granularity: minute, reportBackDuration: minutes(2), reportInterval: from(0, 10) }],
    expected: [["usage", minute, minutes(2), from(0, 10), ["power"]]] },
  { title: "043: all history", orders: [{ reportSpecifierId: "history", reportInterval: { dtstart: afterNoon(hours(-1)), duration: none } }],
    expected: [["history", none, none, { dtstart: afterNoon(hours(-1)), duration: none }, all]] },
  { title: "044: energy of the last 30 minutes", orders: [{ reportSpecifierId: "history", rIds: ["energy"], reportInterval: from(-1800, 30) }],
    expected: [["history", none, none, from(-1800, 30), ["energy"]]] },
  { title: "058: status and usage once, in one message", orders: [{ reportSpecifierId: "status" }, { reportSpecifierId: "usage" }],
    expected: [["status", none, none, undefined, ["oven"]], ["usage", none, none, undefined, all]] },
];

describe("report prompts of certification, by polling", () => {
  for (const { title, orders, expected } of prompts) {
    it(`rules 317, 324, 325: sends ${title}`, async () => {
      await using open = await openVtn();
      const ven = await openOffering(open, [telemetry, aStatusOffer(), history]);

      const made = await open.vtn.reports.request(ven.venId, orders);
      const { reportRequests, requestId } = expectMessage("oadrCreateReport", await ven.poll());
      await ven.created(
        made.map(({ reportRequestId }) => reportRequestId),
        { requestId },
      );

      const sent = reportRequests.map(({ reportSpecifier: { specifierPayloads, ...specifier } }) => [
        specifier.reportSpecifierId,
        specifier.granularity,
        specifier.reportBackDuration,
        specifier.reportInterval,
        specifierPayloads.map(({ rId }) => rId),
      ]);
      assert.deepEqual(sent, expected);
      assert.ok((await ven.states()).every((state) => state === "pending"));
    });
  }

  for (const [title, reportToFollow] of [
    ["022: the end of a report", false],
    ["057: the end of a report with one more to follow", true],
  ] as const) {
    it(`rules 336, 345: sends ${title}`, async () => {
      await using open = await openVtn();
      const ven = await openOffering(open, [aStatusOffer()]);
      const id = await ven.pending({ ...status, reportInterval: { dtstart: noon, duration: none } });

      await open.vtn.reports.cancel(ven.venId, [id], { reportToFollow });

      const cancel = expectMessage("oadrCancelReport", await ven.poll());
      assert.deepEqual([cancel.reportRequestIds, cancel.reportToFollow], [[id], reportToFollow]);
    });
  }
});
