import type { Envelope } from "../envelope.ts";
import type { RuleViolation } from "../errors.ts";
import type { Message, MessageName } from "../messages/index.ts";
import type { Party } from "../operations.ts";
import { show } from "../schema/place.ts";
import { formatDuration } from "../time.ts";

/** What the rules need to know beside the message. */
export interface RuleContext {
  /** Who sends the message, or sent it. */
  readonly sender: Party;
  /** The present instant, on which rule 29 depends. */
  readonly now: Date;
  /** The message that this one answers, or fulfils; rules that need it are left out without it. */
  readonly answers?: Message | undefined;
  /** What came around the message, of one that was received: rules 1, 45 and 509 look at it. */
  readonly envelope?: Pick<Envelope, "schemaVersion" | "schemaLocation" | "unzoned"> | undefined;
}

/** Finds the breaches of one rule, or of a few that belong together, in a message that is valid by the schema. */
export type Rule<Name extends MessageName = MessageName> = (
  message: Message<Name>,
  context: RuleContext,
) => Iterable<RuleViolation>;

/** What was expected, in words, and what came: any value, or a span of time. */
export type Difference =
  { readonly expected: string; readonly got: unknown } | { readonly expected: string; readonly gotSpan: number };

/** A breach of a rule in one place. */
export function violation(rule: number, path: string, difference: Difference): RuleViolation {
  const got = "gotSpan" in difference ? showSpan(difference.gotSpan) : show(difference.got);
  return { rule, path, message: `expected ${difference.expected}, got ${got}` };
}

/** A span as messages show it, e.g. `PT15M`. */
export function showSpan(span: number): string {
  return formatDuration(span) ?? `${span} ms`;
}
