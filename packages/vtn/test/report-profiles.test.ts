import assert from "node:assert/strict";
import {
  customUnit,
  energyReal,
  hours,
  minutes,
  powerReal,
  pulseCount,
  type Measurement,
  type OadrReport,
  type ReportDescription,
  type StreamPayload,
  type XmlTree,
} from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { ReportOrder, ReportUpdate } from "../src/index.ts";
import { afterNoon } from "./events.ts";
import { noon, openVtn } from "./open-vtn.ts";
import { openOffering } from "./reporting.ts";
import { anOffer, reading, someData } from "./reports.ts";

interface Profile {
  readonly metadata: NonNullable<OadrReport["reportName"]>;
  readonly measurement?: Measurement;
  readonly description?: Partial<ReportDescription>;
  readonly payload: StreamPayload;
  readonly order: Omit<ReportOrder, "reportSpecifierId">;
  readonly expected: object;
}

const atom = "http://www.w3.org/2005/Atom";
const feed: XmlTree = { name: "feed", namespace: atom, namespaces: { "": atom } };
const aNumber = reading("point", 1.5);
const online = { online: true, manualOverride: false, loadControlState: { setPoint: { current: 20 } } };
const status = { kind: "reportPayload", rId: "point", value: online } as const;
const every = { granularity: minutes(1), reportBackDuration: minutes(5) };
const past = { reportInterval: { dtstart: afterNoon(hours(-1)), duration: hours(1) } };
const asStatus = { reportType: "x-resourceStatus", readingType: "x-notApplicable" } as const;

// prettier-ignore
const profiles: readonly Profile[] = [
  { metadata: "METADATA_TELEMETRY_USAGE", measurement: powerReal({ scale: "k" }), payload: aNumber, order: every,
    expected: { kind: "number", value: 1.5, unit: "W", scale: "k" } },
  { metadata: "METADATA_TELEMETRY_USAGE", measurement: energyReal(), payload: aNumber, order: every,
    expected: { kind: "number", value: 1.5, unit: "Wh", scale: "none" } },
  { metadata: "METADATA_TELEMETRY_USAGE", measurement: pulseCount(0.001), payload: aNumber, order: {},
    expected: { kind: "number", value: 1.5, unit: "count", scale: undefined } },
  { metadata: "METADATA_TELEMETRY_STATUS", description: asStatus, payload: status, order: every,
    expected: { kind: "status", value: online, unit: undefined, scale: undefined } },
  { metadata: "METADATA_HISTORY_USAGE", measurement: energyReal({ scale: "M" }), payload: aNumber, order: past,
    expected: { kind: "number", value: 1.5, unit: "Wh", scale: "M" } },
  { metadata: "METADATA_HISTORY_GREENBUTTON", measurement: { name: "gbDataDescription", feed }, order: past,
    payload: { kind: "gbPayload", feed }, expected: { kind: "greenButton", value: feed, unit: undefined, scale: undefined } },
  { metadata: "x-FLOW", measurement: customUnit("Flow", "l/min"), description: { reportType: "x-flow", readingType: "x-probe" },
    payload: aNumber, order: every, expected: { kind: "number", value: 1.5, unit: "l/min", scale: "none" } },
];

function metadataOf({ metadata, measurement, description }: Profile): OadrReport {
  const [described] = anOffer("specifier", ["point"]).reportDescriptions;
  const { measurement: _, ...rest } = described ?? {};
  const point = { ...rest, ...(measurement && { measurement }), ...description } as ReportDescription;
  return { ...anOffer("specifier"), reportName: metadata, reportDescriptions: [point] };
}

describe("the reports of the standard, and others", () => {
  for (const profile of profiles) {
    const name = profile.metadata.replace("METADATA_", "");

    it(`rule 331: offers, requests and takes ${name} of ${profile.measurement?.name ?? "no measurement"}`, async () => {
      const updates: ReportUpdate[] = [];
      await using open = await openVtn({ onUpdateReport: (update) => void updates.push(update) });
      const ven = await openOffering(open, [metadataOf(profile)]);

      const [offered] = await open.vtn.reports.offered(ven.venId);
      const id = await ven.pending({ reportSpecifierId: "specifier", ...profile.order });
      const names = { reportSpecifierId: "specifier", reportName: name as NonNullable<OadrReport["reportName"]> };
      const { response } = await ven.send(someData(id, [{ dtstart: noon, payloads: [profile.payload] }], names));

      const [got] = updates[0]?.readings ?? [];
      const { unit, scale } = got?.dataPoint ?? {};
      assert.equal(offered?.reportName, name);
      assert.deepEqual([response.responseCode, got?.rId, got?.dataPoint], [200, "point", offered.dataPoints[0]]);
      assert.deepEqual({ kind: got?.kind, value: got?.value, unit, scale }, profile.expected);
      assert.deepEqual(await open.vtn.reports.readings({ venId: ven.venId }), updates[0]?.readings);
    });
  }
});

describe("vtn.reports.offered", () => {
  it("rules 302, 307, 312, 343: tells all that a VEN says of its data points", async () => {
    await using open = await openVtn();
    const [description] = anOffer("usage", ["sum"]).reportDescriptions;
    if (description === undefined) throw new Error("expected a data point");
    const described = {
      ...description,
      reportDataSource: [{ groupId: "north" }, { resourceId: "oven" }, { resourceId: "fridge" }],
      reportSubject: [{ endDeviceAsset: "Thermostat" }],
      marketContext: "http://example.com/heat",
    };
    const ven = await openOffering(open, [{ ...anOffer(), reportDescriptions: [described] }]);

    assert.deepEqual(await open.vtn.reports.offered(ven.venId), [
      {
        reportSpecifierId: "usage",
        reportName: "TELEMETRY_USAGE",
        duration: minutes(60),
        createdDateTime: noon,
        dataPoints: [
          {
            rId: "sum",
            reportType: "usage",
            readingType: "Direct Read",
            measurement: powerReal({ scale: "k" }),
            unit: "W",
            scale: "k",
            resourceId: "oven",
            dataSources: described.reportDataSource,
            deviceClasses: ["Thermostat"],
            marketContext: "http://example.com/heat",
            samplingRate: description.samplingRate,
          },
        ],
      },
    ]);
  });

  it("rule 306: tells what was offered last, and nothing else", async () => {
    await using open = await openVtn();
    const ven = await openOffering(open, [anOffer("a"), anOffer("b")]);

    await ven.offer([anOffer("b")]);

    const offered = await open.vtn.reports.offered(ven.venId);
    assert.deepEqual(
      offered.map(({ reportSpecifierId }) => reportSpecifierId),
      ["b"],
    );
    assert.deepEqual(await open.vtn.reports.offered("nobody"), []);
  });

  for (const [title, reports] of [
    ["a report twice", [anOffer("a"), anOffer("a")]],
    ["a data point twice", [anOffer("a", ["oven", "oven"])]],
  ] as const) {
    it(`rule 308: refuses with 452 to be offered ${title}, and keeps what was offered`, async () => {
      await using open = await openVtn();
      const ven = await openOffering(open, [anOffer("before")]);

      await assert.rejects(ven.offer(reports), { message: "refused with 452" });

      assert.equal((await open.vtn.reports.offered(ven.venId))[0]?.reportSpecifierId, "before");
    });
  }
});
