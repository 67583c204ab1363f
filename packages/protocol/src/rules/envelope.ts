import { violation, type Rule } from "./rule.ts";

/**
 * Rules 1, 45 and 509, of what was received: instants end in Z, there is no schemaLocation, there is a schemaVersion.
 *
 * What is sent keeps them by the way it is written.
 */
export const envelopeContent: Rule = function* (_message, { envelope }) {
  if (envelope === undefined) return;
  for (const path of envelope.unzoned) {
    yield { rule: 1, path, message: "expected a date-time that ends in Z, got one without a time zone" };
  }
  if (envelope.schemaLocation) {
    yield { rule: 45, path: "@xsi:schemaLocation", message: "expected no schemaLocation, got one" };
  }
  if (envelope.schemaVersion === undefined) {
    yield violation(509, "@ei:schemaVersion", { expected: '"2.0b"', got: undefined });
  }
};
