import assert from "node:assert/strict";

import type { RuleViolation } from "../src/errors.ts";
import type { Message, MessageName } from "../src/messages/index.ts";
import { checkRules } from "../src/rules/index.ts";
import type { RuleContext } from "../src/rules/rule.ts";
import { noon } from "./messages.ts";

/** Asserts that a message keeps all rules. What is left out of the context is its usual sender, and noon. */
export function expectValid(message: Message, context: Partial<RuleContext> = {}): void {
  assert.deepEqual(check(message, context), []);
}

/** Asserts that a message breaks a rule, in these places and no others. */
export function expectViolation(
  message: Message,
  expected: RuleViolation | readonly RuleViolation[],
  context: Partial<RuleContext> = {},
): void {
  assert.deepEqual(check(message, context), [expected].flat());
}

function check(message: Message, context: Partial<RuleContext>): readonly RuleViolation[] {
  return checkRules(message, { sender: ofVtn.has(message.name) ? "vtn" : "ven", now: noon, ...context });
}

const ofVtn: ReadonlySet<MessageName> = new Set<MessageName>([
  "oadrDistributeEvent",
  "oadrCreatedPartyRegistration",
  "oadrRequestReregistration",
  "oadrCreatedOpt",
  "oadrCanceledOpt",
  "oadrCreateReport",
  "oadrRegisteredReport",
]);
