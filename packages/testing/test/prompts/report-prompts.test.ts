import assert from "node:assert/strict";
import { energyReal, hours, minutes, powerReal, seconds, type Duration, type OadrReport } from "@openleadr/protocol";
import type { ReportOrder } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { openPush, type OpenPush } from "../push/open-push.ts";
import { now } from "./event-prompts.ts";
import { aPromptedVen, models, type PromptedVen } from "./prompted-ven.ts";

const minute = minutes(1);
const none = seconds(0);
const from = (span: number, duration: number) => ({
  dtstart: after(seconds(span)),
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
  { title: "043: all history", orders: [{ reportSpecifierId: "history", reportInterval: { dtstart: after(hours(-1)), duration: none } }],
    expected: [["history", none, none, { dtstart: after(hours(-1)), duration: none }, all]] },
  { title: "044: energy of the last 30 minutes", orders: [{ reportSpecifierId: "history", rIds: ["energy"], reportInterval: from(-1800, 30) }],
    expected: [["history", none, none, from(-1800, 30), ["energy"]]] },
  { title: "058: status and usage once, in one message", orders: [{ reportSpecifierId: "status" }, { reportSpecifierId: "usage" }],
    expected: [["status", none, none, undefined, ["oven"]], ["usage", none, none, undefined, all]] },
];

for (const model of models) {
  describe(`report prompts of certification, by ${model}`, () => {
    for (const { title, orders, expected } of prompts) {
      it(`rules 317, 324, 325: ${title}`, async () => {
        await using open = await openPush();
        await using ven = await anOfferingVen(model, open);

        await open.vtn.reports.request(ven.venId, orders);

        const { reportRequests } = await ven.next("oadrCreateReport");
        const sent = reportRequests.map(({ reportSpecifier: { specifierPayloads, ...specifier } }) => [
          specifier.reportSpecifierId,
          specifier.granularity,
          specifier.reportBackDuration,
          specifier.reportInterval,
          specifierPayloads.map(({ rId }) => rId),
        ]);
        assert.deepEqual(sent, expected);
        assert.ok(await ven.isIdle());
      });
    }

    for (const [title, reportToFollow] of [
      ["022: the end of a report", false],
      ["057: the end of a report with one more to follow", true],
    ] as const) {
      it(`rules 336, 345: ${title}`, async () => {
        await using open = await openPush();
        await using ven = await anOfferingVen(model, open);
        const [made] = await open.vtn.reports.request(ven.venId, [status]);
        await ven.next("oadrCreateReport");

        await open.vtn.reports.cancel(ven.venId, [made?.reportRequestId ?? ""], { reportToFollow });

        const cancel = await ven.next("oadrCancelReport");
        assert.deepEqual([cancel.reportRequestIds, cancel.reportToFollow], [[made?.reportRequestId], reportToFollow]);
      });
    }
  });
}

/** A VEN that is registered, and has offered state, usage and history. */
async function anOfferingVen(model: (typeof models)[number], open: OpenPush): Promise<PromptedVen> {
  const ven = await aPromptedVen(model, open);
  await ven.register();
  const reports = [
    offerOf("usage", "METADATA_TELEMETRY_USAGE"),
    offerOf("status", "METADATA_TELEMETRY_STATUS"),
    offerOf("history", "METADATA_HISTORY_USAGE"),
  ];
  await ven.call("oadrRegisterReport", { requestId: "req-7", reports, venId: ven.venId });
  return ven;
}

/** The state of an oven, or power and energy of a meter. */
function offerOf(reportSpecifierId: string, reportName: NonNullable<OadrReport["reportName"]>): OadrReport {
  const samplingRate = { minPeriod: seconds(10), maxPeriod: minutes(60), onChange: true };
  const state = { rId: "oven", reportType: "x-resourceStatus", readingType: "x-notApplicable", samplingRate } as const;
  const usage = { reportType: "usage", readingType: "Direct Read", samplingRate } as const;
  const power = { ...usage, rId: "power", measurement: powerReal() };
  const energy = { ...usage, rId: "energy", measurement: energyReal() };
  return {
    duration: minutes(60),
    reportDescriptions: reportSpecifierId === "status" ? [state] : [power, energy],
    reportRequestId: "0",
    reportSpecifierId,
    reportName,
    createdDateTime: now,
  };
}

function after(span: Duration): Date {
  return new Date(now.getTime() + span);
}
