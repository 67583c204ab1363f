import { describe, it } from "vitest";

import { aDescription, aMetadataReport, anEvent, anOpt, aSignal, distribute, register } from "../../test/messages.ts";
import { expectValid, expectViolation } from "../../test/rules.ts";
import { SIGNAL_TARGET_MRID } from "../enumerations.ts";
import type { Message } from "../messages/index.ts";
import type { Target } from "../messages/target.ts";

type Naming = (classes: readonly Target[]) => Message;

const places: readonly (readonly [rule: number, what: string, path: string, naming: Naming])[] = [
  [
    111,
    "the target of a signal",
    "events[0].signals[0].deviceClasses",
    (deviceClasses) => distribute(anEvent({ signals: [aSignal({ deviceClasses })] })),
  ],
  [209, "the device classes of an opt", "deviceClasses", (deviceClasses) => anOpt({ deviceClasses })],
  [
    307,
    "the subject of a data point",
    "reports[0].reportDescriptions[0].reportSubject",
    (reportSubject) => register(aMetadataReport({ reportDescriptions: [aDescription({ reportSubject })] })),
  ],
];

describe("device classes", () => {
  for (const [rule, what, path, naming] of places) {
    it(`rule ${rule}: accepts the standard's classes in ${what}`, () => {
      expectValid(naming(Object.values(SIGNAL_TARGET_MRID).map((endDeviceAsset) => ({ endDeviceAsset }))));
    });

    it(`rule ${rule}: accepts a class of one's own in ${what}`, () => {
      expectValid(naming([{ endDeviceAsset: "x-kettle" }]));
    });

    for (const [target, got] of [
      [{ resourceId: "r-1" }, '{"resourceId":"r-1"}'],
      [{ endDeviceAsset: "Kettle" }, '{"endDeviceAsset":"Kettle"}'],
      [{ endDeviceAsset: "thermostat" }, '{"endDeviceAsset":"thermostat"}'],
    ] as const) {
      it(`rule ${rule}: refuses ${got} in ${what}`, () => {
        const message = `expected a device class of the standard, or x-…, as endDeviceAsset, got ${got}`;

        expectViolation(naming([{ endDeviceAsset: "EVSE" }, target]), { rule, path: `${path}[1]`, message });
      });
    }

    it(`rule ${rule}: refuses to leave ${what} empty`, () => {
      expectViolation(naming([]), { rule, path, message: "expected at least one device class, or nothing, got []" });
    });
  }
});
