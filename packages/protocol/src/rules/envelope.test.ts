import { describe, it } from "vitest";

import { without } from "../../test/messages.ts";
import { expectValid, expectViolation } from "../../test/rules.ts";

const poll = { name: "oadrPoll", payload: { venId: "ven-1" } } as const;
const envelope = { schemaVersion: "2.0b", schemaLocation: false, unzoned: [] };

describe("what comes around a message", () => {
  it("is looked at only where it is known", () => {
    expectValid(poll);
    expectValid(poll, { envelope });
  });

  it("rule 1: refuses instants without Z", () => {
    const message = "expected a date-time that ends in Z, got one without a time zone";

    expectViolation(
      poll,
      [
        { rule: 1, path: "oadrCreateOpt/ei:createdDateTime", message },
        { rule: 1, path: "oadrCreateOpt/xcal:vavailability", message },
      ],
      { envelope: { ...envelope, unzoned: ["oadrCreateOpt/ei:createdDateTime", "oadrCreateOpt/xcal:vavailability"] } },
    );
  });

  it("rule 45: refuses a schemaLocation", () => {
    const expected = { rule: 45, path: "@xsi:schemaLocation", message: "expected no schemaLocation, got one" };

    expectViolation(poll, expected, { envelope: { ...envelope, schemaLocation: true } });
  });

  it("rule 509: refuses a message without schemaVersion", () => {
    expectViolation(
      poll,
      { rule: 509, path: "@ei:schemaVersion", message: 'expected "2.0b", got nothing' },
      { envelope: without(envelope, "schemaVersion") },
    );
  });
});
