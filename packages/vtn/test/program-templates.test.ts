import assert from "node:assert/strict";
import {
  currencyPerKWh,
  hours,
  minutes,
  powerReal,
  temperature,
  type Duration,
  type Target,
} from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { NewEvent, NewSignal } from "../src/index.ts";
import { afterNoon } from "./events.ts";
import { openVtn } from "./open-vtn.ts";

const resources: readonly Target[] = ["oven", "pump"].map((resourceId) => ({ resourceId }));
const perKWh = currencyPerKWh("EUR");
const load = powerReal({ scale: "k" });

/** What the programmes of the DR Program Guide send, one event of each kind. */
const events: Readonly<Record<string, Omit<NewEvent, "responseRequired">>> = {
  "critical peak price, with three steps and a price": {
    activePeriod: { dtstart: afterNoon(hours(25)), notification: hours(24) },
    signals: [simple(hours(2), 1, 2, 1), { ...price(hours(2), 0.5, 0.75, 0.5), measurement: perKWh }],
    targets: resources,
  },
  "capacity bidding": {
    activePeriod: { dtstart: afterNoon(hours(25)), notification: hours(24) },
    signals: [
      simple(hours(4), 1),
      { signalName: "BID_LOAD", signalType: "setpoint", measurement: load, intervals: values(hours(4), 100) },
      { signalName: "BID_PRICE", signalType: "price", measurement: perKWh, intervals: values(hours(4), 0.2) },
    ],
    targets: resources,
  },
  "thermostats by offset": {
    activePeriod: { dtstart: afterNoon(minutes(0)), startAfter: minutes(5) },
    signals: [
      simple(hours(2), 1),
      control("x-loadControlLevelOffset", { value: 2, measurement: temperature("celsius") }),
    ],
  },
  "thermostats by cycling": {
    activePeriod: { dtstart: afterNoon(minutes(0)), startAfter: minutes(5) },
    signals: [simple(hours(2), 1), control("x-loadControlCapacity", { value: 0.5 })],
  },
  "fast dispatch, less than before": {
    activePeriod: {
      dtstart: afterNoon(minutes(10)),
      notification: minutes(10),
      rampUp: minutes(2),
      recovery: minutes(3),
    },
    signals: [
      simple(minutes(10), 2),
      { signalName: "LOAD_DISPATCH", signalType: "delta", measurement: load, intervals: values(minutes(10), -500) },
    ],
    targets: resources,
  },
  "fast dispatch without an end": {
    activePeriod: { dtstart: afterNoon(minutes(0)) },
    signals: [
      { signalName: "LOAD_DISPATCH", signalType: "setpoint", measurement: load, intervals: values(minutes(0), 500) },
    ],
    targets: resources,
  },
  "a tariff for vehicles at home": {
    activePeriod: { dtstart: afterNoon(hours(12)), notification: hours(24) },
    signals: [simple(hours(6), 0, 1, 2, 0), { ...price(hours(6), 0.1, 0.25, 0.5, 0.1), measurement: perKWh }],
  },
  "an hour's price for vehicles elsewhere": {
    activePeriod: { dtstart: afterNoon(hours(1)), notification: hours(1) },
    signals: [{ ...price(hours(1), 0.42), measurement: perKWh }],
  },
  "a day of hourly prices": {
    activePeriod: { dtstart: afterNoon(hours(12)), notification: hours(12) },
    signals: [
      { ...price(hours(1), ...Array.from({ length: 24 }, (_, hour) => 0.2 + hour / 100)), measurement: perKWh },
    ],
  },
};

describe("EiEvent: what programmes send", () => {
  for (const [title, event] of Object.entries(events)) {
    it(`sends ${title}, as it was created`, async () => {
      await using open = await openVtn();
      const ven = await open.register();
      const targets = [...(event.targets ?? []), { venId: ven.venId }];

      const created = await open.vtn.events.create({ ...event, eventDescriptor: { priority: 1 }, targets });

      assert.deepEqual(await ven.drain(), ["oadrDistributeEvent"]);
      assert.deepEqual((await ven.requestEvents()).events, [created]);
      assert.equal(await ven.respond({ eventId: created.eventDescriptor.eventId }), 200);
    });
  }

  it("rules 101, 102, 105, 106, 108: sends all that an event can hold", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    const { venId } = ven;
    const baseline = {
      dtstart: afterNoon(hours(-23)),
      duration: hours(2),
      intervals: [3.05, 3.08].map((value, uid) => ({ duration: hours(1), uid: String(uid), value })),
      baselineId: "baseline-1",
      resourceIds: ["oven", "pump"],
      baselineName: "yesterday",
      measurement: load,
    };

    const created = await open.vtn.events.create({
      eventDescriptor: { priority: 3, marketContext: "oadr://heat", testEvent: true, vtnComment: "a <drill> & more" },
      activePeriod: {
        dtstart: afterNoon(hours(1)),
        startAfter: minutes(5),
        notification: minutes(30),
        rampUp: minutes(10),
        recovery: minutes(20),
      },
      signals: [simple(hours(1), 1, 2), { ...price(hours(1), 3.14, 3.17), measurement: perKWh }],
      baseline,
      targets: [{ resourceId: "oven" }, { venId }],
      responseRequired: "never",
    });

    const [received] = (await ven.requestEvents()).events;
    assert.deepEqual(received, created);
    assert.deepEqual(received?.baseline, baseline);
    assert.deepEqual(received?.targets, [{ resourceId: "oven" }, { venId }]);
  });
});

function simple(duration: Duration, ...levels: readonly number[]): NewSignal {
  return { signalName: "SIMPLE", signalType: "level", intervals: values(duration, ...levels) };
}

function price(duration: Duration, ...prices: readonly number[]): NewSignal {
  return { signalName: "ELECTRICITY_PRICE", signalType: "price", intervals: values(duration, ...prices) };
}

function control(
  signalType: NonNullable<NewSignal["signalType"]>,
  { value, ...rest }: Pick<NewSignal, "measurement"> & { readonly value: number },
): NewSignal {
  const deviceClasses = [{ endDeviceAsset: "Thermostat" }];
  return { ...rest, signalName: "LOAD_CONTROL", signalType, deviceClasses, intervals: values(hours(2), value) };
}

function values(duration: Duration, ...list: readonly number[]): NewSignal["intervals"] {
  return list.map((value) => ({ duration, value }));
}
