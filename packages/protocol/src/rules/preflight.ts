import type { RuleViolation } from "../errors.ts";
import type { Message } from "../messages/index.ts";
import type { CorrectedPart, Correction } from "./corrections/correction.ts";
import { correctDistributeEvent, type OadrDistributeEventDraft } from "./corrections/event.ts";
import { correctRegisterReport, type OadrRegisterReportDraft } from "./corrections/report.ts";
import { checkRules } from "./index.ts";
import type { RuleContext } from "./rule.ts";

/** A message before its corrections: what can be filled in may be missing. */
export type DraftMessage =
  | Message
  | { readonly name: "oadrDistributeEvent"; readonly payload: OadrDistributeEventDraft }
  | { readonly name: "oadrRegisterReport"; readonly payload: OadrRegisterReportDraft };

/** What {@link preflight} found. */
export interface PreflightResult {
  /** The message, with the corrections in it. What was handed in is unchanged. */
  readonly message: Message;
  /** What was changed, in the order in which it was. */
  readonly corrections: readonly Correction[];
  /** The breaches of rules that are left. */
  readonly violations: readonly RuleViolation[];
}

/**
 * Checks a message that is about to be sent, and corrects it when asked.
 *
 * Corrected are, and each correction is reported:
 * - in events: `targetsByType` becomes `targets`; a missing or invalid `responseRequired` becomes `"always"`; a missing
 *   `createdDateTime` becomes now; uids are numbered (rules 2 and 101); the active period takes the duration that all
 *   signals agree on, unless it is open-ended (rule 8); the current value of SIMPLE becomes 0 while the event is not
 *   active (rule 14);
 * - in metadata reports: the name gets its `METADATA_` (rule 331); a missing reportRequestID becomes 0 (rule 311); the
 *   description of a unit gets the case of the schema's; an unknown unit becomes a custom one;
 * - in oadrCreatedEvent: the requestID of the whole is emptied where events are answered (rule 42).
 *
 * Nothing else is changed. Throws `RangeError` when `targets` and `targetsByType` of an event disagree.
 */
export function preflight(
  message: Message,
  context: RuleContext,
  options?: { readonly correct?: false },
): PreflightResult;
export function preflight(
  draft: DraftMessage,
  context: RuleContext,
  options: { readonly correct: true },
): PreflightResult;
export function preflight(
  draft: DraftMessage,
  context: RuleContext,
  options: { readonly correct?: boolean } = {},
): PreflightResult {
  const corrections: Correction[] = [];
  const message =
    options.correct === true ? correct(draft, { path: "", now: context.now, corrections }) : (draft as Message);
  return { message, corrections, violations: checkRules(message, context) };
}

function correct(draft: DraftMessage, part: CorrectedPart): Message {
  const { name } = draft;
  if (name === "oadrDistributeEvent") return { name, payload: correctDistributeEvent(draft.payload, part) };
  if (name === "oadrRegisterReport") return { name, payload: correctRegisterReport(draft.payload, part) };
  if (name === "oadrCreatedEvent") return correctCreatedEvent(draft, part);
  return draft;
}

function correctCreatedEvent(message: Message<"oadrCreatedEvent">, { corrections }: CorrectedPart): Message {
  const { response, eventResponses = [] } = message.payload;
  if (eventResponses.length === 0 || response.requestId === "") return message;
  const change = `changed from ${JSON.stringify(response.requestId)} to ""`;
  corrections.push({ rule: 42, path: "response.requestId", message: change });
  return { ...message, payload: { ...message.payload, response: { ...response, requestId: "" } } };
}
