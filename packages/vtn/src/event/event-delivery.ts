import { InvalidIdError } from "@openleadr/protocol";
import type { EventAnswer, EventRecord, EventVen } from "../store/event-store.ts";
import type { Store } from "../store/store.ts";

/** How far an event has got at one VEN. */
export interface ListedDelivery {
  readonly eventId: string;
  readonly venId: string;
  /** The version that this is about: the event's. */
  readonly modificationNumber: number;
  /**
   * `queued`: it waits for the VEN to poll, or for a push to succeed. `sent`: the VEN has it, and is to answer, unless the
   * event asks for no answer. `answered`. `failed`: the VTN gave up, since the VEN could not be reached or did not answer
   * in the defined number of tries (rule 52); `events.resend` tries again. `withheld`: the event names the VEN, which only
   * reports (`oadrReportOnly`), and gets it if it registers to take events before the event is over.
   */
  readonly state: "queued" | "sent" | "answered" | "failed" | "withheld";
  /** How often this version was sent. */
  readonly tries: number;
  /** When this version was sent for the first time, and for the last. */
  readonly firstSentAt?: Date;
  readonly lastSentAt?: Date;
  /** Why the last try failed. */
  readonly error?: string;
  /** When the VTN gave up. */
  readonly failedAt?: Date;
  /** The VEN's last answer, to this version or to an earlier one. */
  readonly answer?: EventAnswer;
}

/**
 * How far an event has got at each of its VENs, and at those that it names and that only report. Rejects with
 * {@link InvalidIdError} for an unknown event.
 */
export async function listDeliveries(eventId: string, store: Store): Promise<readonly ListedDelivery[]> {
  const record = await store.event(eventId);
  if (record === undefined) throw new InvalidIdError(`there is no event ${eventId}`);
  const sent = (await store.deliveries(eventId)).map((ven) => deliveryOf(record, ven));
  const { modificationNumber } = record.event.eventDescriptor;
  const withheld = (await store.withheldFrom(eventId)).map((venId): ListedDelivery => ({
    eventId,
    venId,
    modificationNumber,
    state: "withheld",
    tries: 0,
  }));
  return [...sent, ...withheld];
}

function deliveryOf({ event }: EventRecord, { venId, delivery }: EventVen): ListedDelivery {
  const { eventId, modificationNumber } = event.eventDescriptor;
  const about = { eventId, venId, modificationNumber };
  const answer = delivery?.answer === undefined ? {} : { answer: delivery.answer };
  if (delivery?.sent !== modificationNumber) return { ...about, state: "queued", tries: 0, ...answer };
  const { tries, firstSentAt, lastSentAt, error, failedAt } = delivery;
  const times = { tries, firstSentAt, lastSentAt, ...(error !== undefined && { error }) };
  if (answer.answer?.modificationNumber === modificationNumber)
    return { ...about, state: "answered", ...times, ...answer };
  if (failedAt !== undefined) return { ...about, state: "failed", ...times, failedAt, ...answer };
  return { ...about, state: delivery.arrived ? "sent" : "queued", ...times, ...answer };
}
