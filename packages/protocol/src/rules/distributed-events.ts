import { eventsOf } from "./events.ts";
import { violation, type Rule } from "./rule.ts";

/** Rule 41: the requestID of an oadrDistributeEvent is not empty. */
export const distributeRequestId: Rule<"oadrDistributeEvent"> = function* ({ payload }) {
  if (payload.requestId === "") yield violation(41, "requestId", { expected: "a requestID", got: "" });
};

/** Rule 63: an event's target names at most one venID. */
export const oneVenId: Rule<"oadrDistributeEvent"> = function* (message) {
  for (const { event, path } of eventsOf(message)) {
    const venIds = event.targets.flatMap((target) => ("venId" in target ? [target.venId] : []));
    if (venIds.length > 1) yield violation(63, `${path}.targets`, { expected: "at most one venId", got: venIds });
  }
};

/** Rule 105: an active period has a notification. */
export const notification: Rule<"oadrDistributeEvent"> = function* (message) {
  for (const { event, path } of eventsOf(message)) {
    const got = event.activePeriod.notification;
    if (got === undefined) yield violation(105, `${path}.activePeriod.notification`, { expected: "a duration", got });
  }
};

/** Rule 107: no two signals of an event have the same signalID. */
export const signalIds: Rule<"oadrDistributeEvent"> = function* (message) {
  for (const { event, path } of eventsOf(message)) {
    const seen = new Set<string>();
    for (const [index, { signalId }] of event.signals.entries()) {
      const expected = "an ID that no other signal of the event has";
      if (seen.has(signalId)) yield violation(107, `${path}.signals[${index}].signalId`, { expected, got: signalId });
      seen.add(signalId);
    }
  }
};
