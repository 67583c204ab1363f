import type { Delivery, DeliveryOutcome, EventAnswer, Sending } from "./event-store.ts";

/** A delivery after one more try to send that version. */
export function sentDelivery(before: Delivery | undefined, sent: number, { at, arrived }: Sending): Delivery {
  const answer = before?.answer === undefined ? {} : { answer: before.answer };
  const first = { sent, arrived, tries: 1, firstSentAt: at, lastSentAt: at, ...answer };
  if (before?.sent !== sent) return first;
  // Whoever is sent it after the VTN gave up gets a new chance.
  const tries = before.failedAt === undefined ? before.tries + 1 : 1;
  return { ...first, arrived: arrived || before.arrived, tries, firstSentAt: before.firstSentAt };
}

/** A delivery with what became of the last try. */
export function deliveryWith(outcome: DeliveryOutcome, delivery: Delivery): Delivery {
  if ("error" in outcome) return { ...delivery, ...outcome };
  const { error: _, ...rest } = delivery;
  return { ...rest, arrived: true, tries: delivery.arrived ? delivery.tries : 1 };
}

/** A delivery that counts its tries anew. */
export function unsentDelivery({ error: _, failedAt: _failedAt, ...delivery }: Delivery): Delivery {
  return { ...delivery, tries: 0 };
}

/** A delivery that was answered. */
export function answeredDelivery(before: Delivery | undefined, answer: EventAnswer): Delivery {
  const { modificationNumber, answeredAt } = answer;
  if (before === undefined)
    return {
      sent: modificationNumber,
      arrived: true,
      tries: 0,
      firstSentAt: answeredAt,
      lastSentAt: answeredAt,
      answer,
    };
  if (before.sent !== modificationNumber) return { ...before, answer };
  const { error: _, failedAt: _failedAt, ...delivery } = before;
  return { ...delivery, arrived: true, answer };
}
