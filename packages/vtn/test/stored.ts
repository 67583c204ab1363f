import type { OadrEvent } from "@openleadr/protocol";
import type { Audience, EventAnswer, EventRecord, MailboxEntry, Registration, Store } from "../src/index.ts";
import { completeEvent } from "../src/event/new-event.ts";
import { anEvent } from "./events.ts";
import { noon } from "./open-vtn.ts";

export function aVen(venId: string, given: Partial<Registration> = {}): Registration {
  return {
    venId,
    registrationId: `registration of ${venId}`,
    venName: `the ${venId}`,
    profileName: "2.0b",
    transportName: "simpleHttp",
    reportOnly: false,
    xmlSignature: false,
    httpPullModel: true,
    registeredAt: noon,
    ...given,
  };
}

export function aRecord(
  eventId: string,
  { modificationNumber = 0, audience = "everyone" }: { modificationNumber?: number; audience?: Audience } = {},
): EventRecord {
  const complete = completeEvent(anEvent({ eventId }), { now: noon, newId: () => eventId });
  const event: OadrEvent = { ...complete, eventDescriptor: { ...complete.eventDescriptor, modificationNumber } };
  return { event, cancelled: false, audience };
}

export function anAnswer(eventId: string, venId: string, optType: EventAnswer["optType"] = "optOut"): EventAnswer {
  return { eventId, venId, modificationNumber: 0, optType, responseCode: 200, answeredAt: noon };
}

export function mail(requestId: string): MailboxEntry {
  return { kind: "message", message: { name: "oadrRegisterReport", payload: { requestId, reports: [] } } };
}

export async function takeAll(store: Store, venId = "kitchen"): Promise<readonly MailboxEntry[]> {
  const taken: MailboxEntry[] = [];
  while (taken.length < 20) {
    const entry = await takeNext(store, venId);
    if (entry === undefined) return taken;
    taken.push(entry);
  }
  throw new Error("expected an end to the mailbox");
}

/** Takes out the first letter that is due; its entry. */
export async function takeNext(store: Store, venId = "kitchen"): Promise<MailboxEntry | undefined> {
  const letter = await store.nextDue(venId, noon);
  if (letter !== undefined) await store.removeLetter(letter);
  return letter?.entry;
}
