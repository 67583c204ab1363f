import { describe, it } from "vitest";

import { after, anEvent, aSignal, distribute } from "../../test/messages.ts";
import { expectValid, expectViolation } from "../../test/rules.ts";
import { hours, seconds } from "../time.ts";

describe("oadrDistributeEvent", () => {
  it("rule 41: refuses an empty requestID", () => {
    const { name, payload } = distribute(anEvent());

    expectViolation(
      { name, payload: { ...payload, requestId: "" } },
      {
        rule: 41,
        path: "requestId",
        message: 'expected a requestID, got ""',
      },
    );
  });

  it("rule 41: refuses an empty requestID also without events", () => {
    const { name, payload } = distribute();

    expectViolation(
      { name, payload: { ...payload, requestId: "" } },
      {
        rule: 41,
        path: "requestId",
        message: 'expected a requestID, got ""',
      },
    );
  });

  it("rule 63: accepts no venID, one, and other targets beside it", () => {
    expectValid(distribute(anEvent({ targets: [] })));
    expectValid(distribute(anEvent({ targets: [{ groupId: "a" }, { groupId: "b" }, { venId: "ven-1" }] })));
  });

  it("rule 63: refuses two venIDs", () => {
    expectViolation(distribute(anEvent(), anEvent({ targets: [{ venId: "a" }, { groupId: "g" }, { venId: "b" }] })), {
      rule: 63,
      path: "events[1].targets",
      message: 'expected at most one venId, got ["a","b"]',
    });
  });

  it("rule 105: accepts a notification of 0", () => {
    const activePeriod = { dtstart: after(60), duration: hours(1), notification: seconds(0) };

    expectValid(distribute(anEvent({ activePeriod })));
  });

  it("rule 105: refuses an active period without notification", () => {
    expectViolation(distribute(anEvent({ activePeriod: { dtstart: after(60), duration: hours(1) } })), {
      rule: 105,
      path: "events[0].activePeriod.notification",
      message: "expected a duration, got nothing",
    });
  });

  it("rule 107: accepts the same signalID in two events", () => expectValid(distribute(anEvent(), anEvent())));

  it("rule 107: refuses the same signalID twice in an event", () => {
    const signals = [aSignal(), aSignal({ signalId: "s-2" }), aSignal()];

    expectViolation(distribute(anEvent({ signals })), {
      rule: 107,
      path: "events[0].signals[2].signalId",
      message: 'expected an ID that no other signal of the event has, got "s-1"',
    });
  });
});
