import { describe, it } from "vitest";

import { expectValid, expectViolation } from "../../test/rules.ts";
import type { Message, Payload } from "../messages/index.ts";

const optIn = {
  responseCode: 200,
  requestId: "d-1",
  eventId: "event-1",
  modificationNumber: 0,
  optType: "optIn",
} as const;

function created(responseCode: number, answers: Partial<Payload<"oadrCreatedEvent">>): Message<"oadrCreatedEvent"> {
  return {
    name: "oadrCreatedEvent",
    payload: { response: { responseCode, requestId: "" }, venId: "ven-1", ...answers },
  };
}

describe("oadrCreatedEvent", () => {
  it("rule 35: accepts answers to events", () => expectValid(created(200, { eventResponses: [optIn] })));

  it("rule 35: accepts an error without answers to events", () => expectValid(created(452, {})));

  for (const [what, answers, got] of [
    ["no list", {}, "nothing"],
    ["an empty list", { eventResponses: [] }, "[]"],
  ] as const) {
    it(`rule 35: refuses success with ${what} of answers to events`, () => {
      expectViolation(created(200, answers), {
        rule: 35,
        path: "eventResponses",
        message: `expected at least one answer to an event, as response says 200, got ${got}`,
      });
    });
  }
});
