import {
  currencyPerKWh,
  hours,
  minutes,
  powerReal,
  type Duration,
  type OadrEvent,
  type Payload,
} from "@openleadr/protocol";
import type { NewEvent, NewSignal, Vtn } from "@openleadr/vtn";

/** T, the moment at which an operator presses the button. */
export const now = new Date("2026-06-01T12:00:00Z");

/** What a harness has the operator of a VTN do, and what its VEN must get then. */
export interface EventPrompt {
  readonly title: string;
  readonly events: readonly NewEvent[];
  /** The events in the order in which they must come, each in words: see {@link inWords}. */
  readonly expected: readonly string[];
  /** What the operator does next, once the VEN has answered; `resend` when the VEN gets the same again. */
  readonly next?: { readonly act: (vtn: Vtn, venId: string) => Promise<unknown>; readonly expected: readonly string[] };
}

const boilerAndPump = [{ resourceId: "boiler" }, { resourceId: "pump" }];

/** A SIMPLE event, `begin` minutes from T, of intervals of `length` minutes with these levels. */
function simple(
  eventId: string,
  begin: number,
  given: Partial<NewEvent> & { levels?: number[]; length?: number } = {},
): NewEvent {
  const { levels = [1], length = 5, activePeriod, eventDescriptor, ...rest } = given;
  return {
    eventDescriptor: { eventId, marketContext: "http://market-1", ...eventDescriptor },
    signals: [level(levels, minutes(length))],
    ...rest,
    activePeriod: { dtstart: at(begin), ...activePeriod },
  };
}

function level(levels: readonly number[], duration: Duration): NewSignal {
  return { intervals: levels.map((value) => ({ duration, value })) };
}

function price(values: readonly number[], duration: Duration): NewSignal {
  return {
    signalName: "ELECTRICITY_PRICE",
    signalType: "price",
    measurement: currencyPerKWh("EUR"),
    intervals: values.map((value) => ({ duration, value })),
  };
}

const dispatch: NewSignal = {
  signalName: "LOAD_DISPATCH",
  signalType: "setpoint",
  measurement: powerReal({ scale: "k" }),
  intervals: [{ duration: minutes(5), value: 40 }],
};

const baseline: NonNullable<NewEvent["baseline"]> = {
  dtstart: at(-24 * 60),
  duration: hours(2),
  baselineId: "baseline-1",
  baselineName: "yesterday",
  resourceIds: ["boiler", "pump"],
  measurement: currencyPerKWh("EUR"),
  intervals: [
    { duration: hours(1), uid: "0", value: 3.05 },
    { duration: hours(1), uid: "1", value: 3.08 },
  ],
};

const priorities = (priority: number, marketContext = "http://market-1") => ({
  eventDescriptor: { priority, marketContext },
});

// The times after T are in minutes: "T+10+5" begins in 10 minutes and lasts 5.
export const eventPrompts: readonly EventPrompt[] = [
  {
    title: "rule 32: 010: one pending event for two resources",
    events: [simple("a", 10, { targets: boilerAndPump })],
    expected: ["a#0 far T+10+5 SIMPLE level 1"],
  },
  {
    title: "rule 510: 038: LOAD_DISPATCH as a set point",
    events: [simple("a", 1, { signals: [dispatch] })],
    expected: ["a#0 far T+1+5 LOAD_DISPATCH setpoint 40"],
  },
  {
    title: "rules 102, 108, 510: 041: prices of two hours with a baseline from yesterday",
    events: [simple("a", 10, { signals: [price([3.14, 3.17], hours(1))], baseline, targets: boilerAndPump })],
    expected: ["a#0 far T+10+120 ELECTRICITY_PRICE price 3.14,3.17 baseline T-1440 3.05,3.08 of boiler,pump"],
  },
  {
    title: "rules 106, 107: 011 and 012: a level and a price in one event",
    events: [simple("a", 1, { signals: [level([2], minutes(5)), price([3.14], minutes(5))] })],
    expected: ["a#0 far T+1+5 SIMPLE level 2; ELECTRICITY_PRICE price 3.14"],
  },
  {
    title: "rule 510: 065: level 2 in a minute",
    events: [simple("a", 1, { levels: [2] })],
    expected: ["a#0 far T+1+5 SIMPLE level 2"],
  },
  {
    title: "rule 12: A_Ex_0452: one event in 5 minutes",
    events: [simple("a", 5)],
    expected: ["a#0 far T+5+5 SIMPLE level 1"],
  },
  {
    title: "rule 12: A_Ex_0420 and 0430: one event in 1 minute, one in 2",
    events: [simple("a", 1), simple("b", 2)],
    expected: ["a#0 far T+1+5 SIMPLE level 1", "b#0 far T+2+5 SIMPLE level 1"],
  },
  {
    title: "rules 20, 29: A_Ex_0484: an event that began a minute ago, and then lasts 6 minutes",
    events: [simple("a", -1)],
    expected: ["a#0 active T-1+5 SIMPLE level 1"],
    next: {
      act: (vtn) => vtn.events.modify("a", { signals: [level([1], minutes(6))] }),
      expected: ["a#1 active T-1+6 SIMPLE level 1"],
    },
  },
  {
    title: "rule 20: A_Ex_0490: an active event whose last interval grows by a minute",
    events: [simple("a", -1, { levels: [1, 2], length: 5 })],
    expected: ["a#0 active T-1+10 SIMPLE level 1,2"],
    next: {
      act: (vtn) =>
        vtn.events.modify("a", {
          signals: [
            {
              intervals: [
                { duration: minutes(5), value: 1 },
                { duration: minutes(6), value: 2 },
              ],
            },
          ],
        }),
      expected: ["a#1 active T-1+11 SIMPLE level 1,2"],
    },
  },
  {
    title: "rules 15, 50: A_Ex_0440 and 0450: two events of an hour, four hours apart",
    events: [simple("a", 60, { length: 60 }), simple("b", 300, { length: 60 })],
    expected: ["a#0 far T+60+60 SIMPLE level 1", "b#0 far T+300+60 SIMPLE level 1"],
  },
  {
    title: "rules 15, 50: A_Ex_0655: three events of an hour, two hours apart",
    events: [simple("a", 60, { length: 60 }), simple("b", 180, { length: 60 }), simple("c", 300, { length: 60 })],
    expected: ["a#0 far T+60+60 SIMPLE level 1", "b#0 far T+180+60 SIMPLE level 1", "c#0 far T+300+60 SIMPLE level 1"],
  },
  {
    title: "rule 12: A_Ex_0468: an event that wants no answer",
    events: [simple("a", 5, { responseRequired: "never" })],
    expected: ["a#0 far T+5+5 SIMPLE level 1, no answer"],
  },
  {
    title: "rule 502: A_Ex_0464: the same events once more, on demand",
    events: [simple("a", 5)],
    expected: ["a#0 far T+5+5 SIMPLE level 1"],
    next: { act: (vtn, venId) => vtn.events.resend("a", venId), expected: ["a#0 far T+5+5 SIMPLE level 1"] },
  },
  ...(["always", "never"] as const).map((responseRequired): EventPrompt => {
    const answer = responseRequired === "never" ? ", no answer" : "";
    return {
      title: `rules 5, 20: A_Ex_0470 and 0480: a start a minute later, answer ${responseRequired}`,
      events: [simple("a", 5, { responseRequired })],
      expected: [`a#0 far T+5+5 SIMPLE level 1${answer}`],
      next: {
        act: (vtn) => vtn.events.modify("a", { activePeriod: { dtstart: at(6) } }),
        expected: [`a#1 far T+6+5 SIMPLE level 1${answer}`],
      },
    };
  }),
  ...(["always", "never"] as const).map((responseRequired): EventPrompt => {
    const answer = responseRequired === "never" ? ", no answer" : "";
    return {
      title: `rules 10, 50: A_Ex_0492 and 0498: an event called off, answer ${responseRequired}`,
      events: [simple("a", 5, { responseRequired })],
      expected: [`a#0 far T+5+5 SIMPLE level 1${answer}`],
      next: { act: (vtn) => vtn.events.cancel("a"), expected: [`a#1 cancelled T+5+5 SIMPLE level 1${answer}`] },
    };
  }),
  {
    title: "rules 3, 15: A_Ex_0510 and 0520: four events of two programmes, of several priorities",
    events: [
      simple("none", -1, priorities(0)),
      simple("later", 60, priorities(1)),
      simple("second", -1, priorities(2, "http://market-2")),
      simple("first", -1, priorities(1, "http://market-2")),
    ],
    expected: [
      "first#0 active T-1+5 p1 SIMPLE level 1",
      "second#0 active T-1+5 p2 SIMPLE level 1",
      "none#0 active T-1+5 p0 SIMPLE level 1",
      "later#0 far T+60+5 p1 SIMPLE level 1",
    ],
  },
  {
    title: "rules 15, 50: A_Ex_0525: two events, of which the earlier one is called off and keeps its place",
    events: [simple("a", 60), simple("b", 120)],
    expected: ["a#0 far T+60+5 SIMPLE level 1", "b#0 far T+120+5 SIMPLE level 1"],
    next: {
      act: (vtn) => vtn.events.cancel("a"),
      expected: ["a#1 cancelled T+60+5 SIMPLE level 1", "b#0 far T+120+5 SIMPLE level 1"],
    },
  },
  {
    title: "rule 13: A_Ex_0527: a ramp-up of 4 minutes that is to come, and one that has begun",
    events: [
      simple("to come", 5, { activePeriod: { dtstart: at(5), rampUp: minutes(4) } }),
      simple("begun", 3, { activePeriod: { dtstart: at(3), rampUp: minutes(4) } }),
    ],
    expected: ["begun#0 near T+3+5 SIMPLE level 1, ramp-up 4", "to come#0 far T+5+5 SIMPLE level 1, ramp-up 4"],
  },
  {
    title: "rules 30, 31: A_Ex_0432: three intervals with ramp-up, recovery and a random start",
    events: [
      simple("a", 5, {
        levels: [1, 2, 1],
        activePeriod: { dtstart: at(5), rampUp: minutes(1), recovery: minutes(1), startAfter: minutes(1) },
      }),
    ],
    expected: ["a#0 far T+5+15 SIMPLE level 1,2,1, ramp-up 1, recovery 1, start-after 1"],
  },
  {
    title: "rules 50, 502: A_Ex_0657: an event in a minute that is called off",
    events: [simple("a", 1)],
    expected: ["a#0 far T+1+5 SIMPLE level 1"],
    next: { act: (vtn) => vtn.events.cancel("a"), expected: ["a#1 cancelled T+1+5 SIMPLE level 1"] },
  },
  {
    title: "rules 15, 50: A_Ex_0660 and 0680: an event for soon beside one that is there already",
    events: [simple("far", 600)],
    expected: ["far#0 far T+600+5 SIMPLE level 1"],
    next: {
      act: (vtn) => vtn.events.create(simple("soon", 1, { levels: [3] })),
      expected: ["soon#0 far T+1+5 SIMPLE level 3", "far#0 far T+600+5 SIMPLE level 1"],
    },
  },
  {
    title: "rules 30, 66: A_Ex_0685: a random start within 2 minutes",
    events: [simple("a", 1, { activePeriod: { dtstart: at(1), startAfter: minutes(2) } })],
    expected: ["a#0 far T+1+5 SIMPLE level 1, start-after 2"],
  },
  {
    title: "rules 15, 50: A_Ex_0750: two events an hour and two hours from now",
    events: [simple("a", 60, { levels: [3] }), simple("b", 120, { levels: [3] })],
    expected: ["a#0 far T+60+5 SIMPLE level 3", "b#0 far T+120+5 SIMPLE level 3"],
  },
];

/** Events of a message in words: ID, version, status, when, how important, signals, and what else there is. */
export function inWords({ events }: Payload<"oadrDistributeEvent">): string[] {
  return events.map(eventInWords);
}

function eventInWords({ eventDescriptor, activePeriod, signals, baseline, responseRequired }: OadrEvent): string {
  const { eventId, modificationNumber, eventStatus, priority } = eventDescriptor;
  const { dtstart, duration, rampUp, recovery, startAfter } = activePeriod;
  const said = signals.map(
    ({ signalName, signalType, intervals }) =>
      `${signalName} ${signalType} ${intervals.map(({ value }) => value).join()}`,
  );
  const when = `T${minutesFrom(dtstart)}+${duration / 60_000}`;
  const yesterday =
    baseline === undefined
      ? ""
      : ` baseline T${minutesFrom(baseline.dtstart)} ${baseline.intervals.map(({ value }) => value).join()} of ${baseline.resourceIds?.join()}`;
  const spans = Object.entries({ "ramp-up": rampUp, recovery, "start-after": startAfter }).map(([name, span]) =>
    span === undefined ? "" : `, ${name} ${span / 60_000}`,
  );
  const answer = responseRequired === "never" ? ", no answer" : "";
  const importance = priority === undefined ? "" : ` p${priority}`;
  return `${eventId}#${modificationNumber} ${eventStatus} ${when}${importance} ${said.join("; ")}${yesterday}${spans.join("")}${answer}`;
}

function minutesFrom(instant: Date): string {
  const span = (instant.getTime() - now.getTime()) / 60_000;
  return span < 0 ? `${span}` : `+${span}`;
}

function at(minutesAfter: number): Date {
  return new Date(now.getTime() + minutes(1) * minutesAfter);
}
