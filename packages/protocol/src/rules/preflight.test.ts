import assert from "node:assert/strict";
import { describe, it } from "vitest";

import {
  aBaseline,
  aDescription,
  after,
  aMetadataReport,
  anActiveEvent,
  anEvent,
  aSignal,
  distribute,
  intervals,
  noon,
  register,
  without,
  descriptor,
} from "../../test/messages.ts";
import type { Message, Payload } from "../messages/index.ts";
import { hours, minutes, seconds } from "../time.ts";
import type { EventDraft } from "./corrections/event.ts";
import type { MeasurementDraft, ReportDraft } from "./corrections/report.ts";
import { preflight, type DraftMessage } from "./preflight.ts";

const context = { sender: "vtn", now: noon } as const;

const targetless = without(anEvent(), "targets");
const unanswered = without(anEvent(), "responseRequired");

function draftEvents(...events: readonly EventDraft[]): DraftMessage {
  return { name: "oadrDistributeEvent", payload: { requestId: "d-1", vtnId: "vtn-1", events } };
}

function draftReports(...reports: readonly ReportDraft[]): DraftMessage {
  return { name: "oadrRegisterReport", payload: { requestId: "q-1", venId: "ven-1", reports } };
}

function measuring(measurement: MeasurementDraft): ReportDraft {
  return aMetadataReport({
    reportName: "x-mine",
    reportDescriptions: [aDescription({ measurement: measurement as never })],
  });
}

function created(requestId: string): Message<"oadrCreatedEvent"> {
  const answer = {
    responseCode: 200,
    requestId: "d-1",
    eventId: "event-1",
    modificationNumber: 0,
    optType: "optIn",
  } as const;
  const payload = { response: { responseCode: 200, requestId }, eventResponses: [answer], venId: "ven-1" };
  return { name: "oadrCreatedEvent", payload };
}

const unlike = intervals(1, 2).map((interval) => ({ ...interval, uid: "x" }));
const half = intervals(1, 2).map((interval, index) => ({ ...interval, uid: index === 0 ? "0" : "x" }));
const renumber = 'uid changed from "x", "x" to "0", "1"';

const cases: readonly (readonly [
  title: string,
  draft: DraftMessage,
  corrected: Message,
  corrections: readonly object[],
])[] = [
  [
    "lists targets that come by kind",
    draftEvents({ ...targetless, targetsByType: { groupIds: ["g"], venIds: ["ven-1"] } }),
    distribute(anEvent({ targets: [{ groupId: "g" }, { venId: "ven-1" }] })),
    [{ path: "events[0].targets", message: 'changed from targetsByType to [{"groupId":"g"},{"venId":"ven-1"}]' }],
  ],
  [
    "takes targets in both forms that agree, in silence",
    draftEvents({ ...anEvent(), targetsByType: { venIds: ["ven-1"] } }),
    distribute(anEvent()),
    [],
  ],
  [
    "lists no targets where there are none",
    draftEvents(targetless),
    distribute(anEvent({ targets: [] })),
    [{ path: "events[0].targets", message: "changed from nothing to []" }],
  ],
  [
    "requires an answer where nothing is said",
    draftEvents(anEvent({ responseRequired: "never" }), unanswered),
    distribute(anEvent({ responseRequired: "never" }), anEvent()),
    [{ path: "events[1].responseRequired", message: 'changed from nothing to "always"' }],
  ],
  [
    "requires an answer where something else is said",
    draftEvents({ ...unanswered, responseRequired: "Always" }),
    distribute(anEvent()),
    [{ path: "events[0].responseRequired", message: 'changed from "Always" to "always"' }],
  ],
  [
    "dates the creation of an event now",
    draftEvents({ ...anEvent(), eventDescriptor: without(descriptor("far"), "createdDateTime") }),
    distribute(anEvent()),
    [
      {
        path: "events[0].eventDescriptor.createdDateTime",
        message: "changed from nothing to 2026-06-01T12:00:00.000Z",
      },
    ],
  ],
  [
    "rule 2: numbers the intervals of a signal",
    draftEvents(anEvent({ signals: [aSignal(), aSignal({ signalId: "s-2", intervals: unlike })] })),
    distribute(anEvent({ signals: [aSignal(), aSignal({ signalId: "s-2" })] })),
    [{ rule: 2, path: "events[0].signals[1].intervals", message: renumber }],
  ],
  [
    "rule 2: numbers intervals of which some are numbered",
    draftEvents(anEvent({ signals: [aSignal({ intervals: half })] })),
    distribute(anEvent()),
    [{ rule: 2, path: "events[0].signals[0].intervals", message: 'uid changed from "0", "x" to "0", "1"' }],
  ],
  [
    "rule 101: numbers the intervals of a baseline",
    draftEvents(anEvent({ baseline: aBaseline({ intervals: unlike }) })),
    distribute(anEvent({ baseline: aBaseline({ intervals: intervals(1, 2) }) })),
    [{ rule: 101, path: "events[0].baseline.intervals", message: renumber }],
  ],
  [
    "rule 8: gives the active period the length of its signals",
    draftEvents(anEvent({ activePeriod: { dtstart: after(60), duration: hours(2), notification: minutes(5) } })),
    distribute(anEvent({ activePeriod: { dtstart: after(60), duration: hours(1), notification: minutes(5) } })),
    [
      {
        rule: 8,
        path: "events[0].activePeriod.duration",
        message: "changed from PT2H to PT1H, the sum of the intervals",
      },
    ],
  ],
  [
    "rule 14: clears the current value of SIMPLE while the event is far",
    draftEvents(
      anEvent({
        signals: [aSignal({ signalId: "x", signalName: "x-mine", currentValue: 5 }), aSignal({ currentValue: 2 })],
      }),
    ),
    distribute(
      anEvent({
        signals: [aSignal({ signalId: "x", signalName: "x-mine", currentValue: 5 }), aSignal({ currentValue: 0 })],
      }),
    ),
    [
      {
        rule: 14,
        path: "events[0].signals[1].currentValue",
        message: "changed from 2 to 0, as the event is not active",
      },
    ],
  ],
  [
    "rule 14: keeps the current value of SIMPLE while the event is active",
    draftEvents(anActiveEvent({ signals: [aSignal({ currentValue: 1 })] })),
    distribute(anActiveEvent({ signals: [aSignal({ currentValue: 1 })] })),
    [],
  ],
  [
    "rule 331: puts METADATA_ before the name of a report",
    draftReports(aMetadataReport({ reportName: "TELEMETRY_USAGE" })),
    register(aMetadataReport()),
    [
      {
        rule: 331,
        path: "reports[0].reportName",
        message: 'changed from "TELEMETRY_USAGE" to "METADATA_TELEMETRY_USAGE"',
      },
    ],
  ],
  [
    "rule 331: keeps names of one's own",
    draftReports(aMetadataReport({ reportName: "x-mine" })),
    register(aMetadataReport({ reportName: "x-mine" })),
    [],
  ],
  [
    "rule 311: gives metadata the reportRequestID 0",
    draftReports(without(aMetadataReport(), "reportRequestId")),
    register(aMetadataReport()),
    [{ rule: 311, path: "reports[0].reportRequestId", message: 'changed from nothing to "0"' }],
  ],
  [
    "gives the description of a unit the schema's case",
    draftReports(measuring({ name: "energyReal", description: "realenergy", unit: "Wh", scale: "k" })),
    register(measuring({ name: "energyReal", description: "RealEnergy", unit: "Wh", scale: "k" }) as never),
    [
      {
        path: "reports[0].reportDescriptions[0].measurement.description",
        message: 'changed from "realenergy" to "RealEnergy"',
      },
    ],
  ],
  [
    "gives the description of a price the schema's case",
    draftReports(measuring({ name: "currencyPerThm", description: "currencyperkwh", unit: "EUR", scale: "none" })),
    register(measuring({ name: "currencyPerThm", description: "currencyPerKWh", unit: "EUR", scale: "none" }) as never),
    [
      {
        path: "reports[0].reportDescriptions[0].measurement.description",
        message: 'changed from "currencyperkwh" to "currencyPerKWh"',
      },
    ],
  ],
  [
    "makes an unknown unit a custom one",
    draftReports(measuring({ name: "flow", description: "Flow", unit: "l/min" })),
    register(measuring({ name: "customUnit", description: "Flow", unit: "l/min", scale: "none" }) as never),
    [{ path: "reports[0].reportDescriptions[0].measurement.name", message: 'changed from "flow" to "customUnit"' }],
  ],
  [
    "makes a custom one of a unit named like a property of every object",
    draftReports(measuring({ name: "toString", description: "Flow", unit: "l/min" })),
    register(measuring({ name: "customUnit", description: "Flow", unit: "l/min", scale: "none" }) as never),
    [{ path: "reports[0].reportDescriptions[0].measurement.name", message: 'changed from "toString" to "customUnit"' }],
  ],
  [
    "keeps the scale of an unknown unit",
    draftReports(measuring({ name: "flow", description: "Flow", unit: "l/min", scale: "k" })),
    register(measuring({ name: "customUnit", description: "Flow", unit: "l/min", scale: "k" }) as never),
    [{ path: "reports[0].reportDescriptions[0].measurement.name", message: 'changed from "flow" to "customUnit"' }],
  ],
  [
    "rule 42: empties the requestID of the whole where events are answered",
    created("q-1"),
    created(""),
    [{ rule: 42, path: "response.requestId", message: 'changed from "q-1" to ""' }],
  ],
];

describe("preflight with corrections", () => {
  for (const [title, draft, corrected, corrections] of cases) {
    it(title, () => {
      const before = structuredClone(draft);

      const result = preflight(
        draft,
        { ...context, sender: draft.name === "oadrDistributeEvent" ? "vtn" : "ven" },
        { correct: true },
      );

      assert.deepEqual(result, { message: corrected, corrections, violations: [] });
      assert.deepEqual(draft, before);
    });
  }

  it("leaves a message alone that needs none", () => {
    const message = distribute(anEvent({ baseline: aBaseline() }));

    assert.deepEqual(preflight(message, context, { correct: true }), { message, corrections: [], violations: [] });
  });

  it("rule 42: leaves an empty requestID, and an error's, alone", () => {
    const { payload } = created("q-1");
    const response = { responseCode: 452, requestId: "q-1" };
    const refusal: Message = { name: "oadrCreatedEvent", payload: { ...without(payload, "eventResponses"), response } };

    assert.deepEqual(preflight(created(""), { ...context, sender: "ven" }, { correct: true }).corrections, []);
    assert.deepEqual(preflight(refusal, { ...context, sender: "ven" }, { correct: true }).message, refusal);
  });

  it("rule 8: corrects nothing where signals differ in length", () => {
    const message = distribute(
      anEvent({ signals: [aSignal(), aSignal({ signalId: "s-2", intervals: intervals(1) })] }),
    );

    const { corrections, violations } = preflight(message, context, { correct: true });

    assert.deepEqual(corrections, []);
    assert.deepEqual(
      violations.map(({ rule, path }) => [rule, path]),
      [[8, "events[0].signals[1].intervals"]],
    );
  });

  it("rule 8: corrects nothing where an interval has no duration", () => {
    const timeless = aSignal({ signalId: "s-2", intervals: intervals(1, 2).map((each) => without(each, "duration")) });
    const message = distribute(anEvent({ signals: [aSignal({ intervals: intervals(1) }), timeless] }));

    const { corrections } = preflight(message, context, { correct: true });

    assert.deepEqual(corrections, []);
  });

  it("rule 8: corrects nothing in an open-ended event", () => {
    const activePeriod = { dtstart: after(60), duration: seconds(0), notification: minutes(5) };

    const { corrections, violations } = preflight(distribute(anEvent({ activePeriod })), context, { correct: true });

    assert.deepEqual(corrections, []);
    assert.deepEqual(
      violations.map(({ rule }) => rule),
      [8],
    );
  });

  it("rule 9: corrects no levels", () => {
    const message = distribute(anEvent({ signals: [aSignal({ intervals: intervals(1, 4) })] }));

    const result = preflight(message, context, { correct: true });

    assert.deepEqual(result.message, message);
    assert.deepEqual(
      result.violations.map(({ rule }) => rule),
      [9],
    );
  });

  it("refuses targets in two forms that disagree", () => {
    const draft = draftEvents({ ...anEvent(), targetsByType: { venIds: ["ven-2"] } });

    assert.throws(() => preflight(draft, context, { correct: true }), { name: "RangeError", message: /same targets/ });
  });
});

describe("preflight without corrections", () => {
  it("reports what breaks a rule, and changes nothing", () => {
    const message = distribute(anEvent({ signals: [aSignal({ intervals: unlike, currentValue: 1 })] }));

    const result = preflight(message, context);

    assert.equal(result.message, message);
    assert.deepEqual(result.corrections, []);
    assert.deepEqual(
      result.violations.map(({ rule }) => rule),
      [2, 2, 14],
    );
  });

  it("is what a caller gets who says so", () => {
    const payload: Payload<"oadrCreatedEvent"> = created("q-1").payload;

    assert.deepEqual(
      preflight({ name: "oadrCreatedEvent", payload }, { ...context, sender: "ven" }, { correct: false }),
      {
        message: created("q-1"),
        corrections: [],
        violations: [],
      },
    );
  });
});
