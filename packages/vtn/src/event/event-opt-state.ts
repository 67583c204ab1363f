import type { Opt } from "@openleadr/protocol";
import type { EventOpt } from "../opt/opt-record.ts";
import { concerns, type OptSubject } from "../opt/opt-scope.ts";
import type { Store } from "../store/store.ts";
import type { EventAnswer } from "../store/event-store.ts";

/** Whether a VEN, or a part of it, takes part in an event, and what says so. */
export type EventOptState =
  /** The VEN's last answer to the event. */
  | { readonly kind: "oadrCreatedEvent"; readonly optType: Opt; readonly answer: EventAnswer }
  /** An opt of the VEN for the event, which only another one changes; answers do not (rule 206). */
  | { readonly kind: "oadrCreateOpt"; readonly optType: Opt; readonly opt: EventOpt };

/**
 * The opt state of a VEN, or of a part of it, for an event; undefined if neither opt nor answer says anything.
 *
 * @see OpenADR 2.0b, rules 16, 17, 206
 */
export async function eventOptState(
  eventId: string,
  subject: OptSubject,
  store: Pick<Store, "eventOpts" | "venEvent">,
): Promise<EventOptState | undefined> {
  const { venId } = subject;
  const opt = (await store.eventOpts(eventId, venId)).findLast((each) => concerns(each, subject));
  if (opt !== undefined) return { kind: "oadrCreateOpt", optType: opt.optType, opt };
  const answer = (await store.venEvent(eventId, venId))?.delivery?.answer;
  return answer === undefined ? undefined : { kind: "oadrCreatedEvent", optType: answer.optType, answer };
}
