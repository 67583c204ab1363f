import type { Message, OadrReport } from "@openleadr/protocol";
import type { MailboxEntry } from "../store/mailbox-store.ts";
import type { Registration } from "../store/registration-store.ts";

/** Makes ready for a VEN that is about to be registered: what waits for it. */
export type Welcome = (registration: Registration) => Promise<readonly MailboxEntry[]>;

/**
 * The VTN's own metadata, also when there are none, and the events that there may be.
 *
 * @see OpenADR 2.0b, rules 50, 301 and 405
 */
export function eventsAndMetadata(payload: {
  readonly requestId: string;
  readonly reports: readonly OadrReport[];
}): readonly MailboxEntry[] {
  return [mail({ name: "oadrRegisterReport", payload }), { kind: "events" }];
}

/** A message, as it waits in a mailbox. */
export function mail(message: Message): MailboxEntry {
  return { kind: "message", message };
}
