import { fromJson, milliseconds, toJson, type OadrEvent } from "@openleadr/protocol";
import type { EntryKind } from "../store/entry-kind.ts";
import { requireShape } from "../store/shape.ts";
import type { EventRecord, Verdict } from "./record.ts";

/** A record as text; `event` is in the JSON form of its message. */
interface EventJson extends Pick<EventRecord, "requestId" | "answer" | "given" | "isSuperseded"> {
  readonly event: unknown;
  readonly startOffsetMs: number;
  readonly stopsAt?: string;
}

/**
 * An event's record, by its eventID. What a device is being told counts as told when it has heard it: after a crash it is
 * told again.
 */
export const eventEntry: EntryKind<EventRecord> = {
  kind: "event",
  format: 1,
  toJson({ event, requestId, answer, startOffset, given, heard, stopsAt, isSuperseded }): EventJson {
    return {
      event: jsonOf(event),
      requestId,
      answer,
      startOffsetMs: startOffset,
      given: heard ?? given,
      ...(stopsAt !== undefined && { stopsAt: stopsAt.toISOString() }),
      ...(isSuperseded === true && { isSuperseded }),
    };
  },
  fromJson(json): EventRecord {
    const { event, startOffsetMs, stopsAt, ...rest } = json as EventJson;
    return {
      ...rest,
      event: eventOf(event),
      startOffset: milliseconds(startOffsetMs),
      ...(stopsAt !== undefined && { stopsAt: new Date(stopsAt) }),
    };
  },
};

/** The answer to a version of an event that was refused, by its eventID. */
export const refusalEntry: EntryKind<Verdict> = verdictEntry("event-refusal");

/** The answer to the cancellation of an event, by its eventID. */
export const cancellationEntry: EntryKind<Verdict> = verdictEntry("event-cancellation");

function verdictEntry(kind: string): EntryKind<Verdict> {
  return { kind, format: 1, toJson: (verdict) => verdict, fromJson: verdictOf };
}

function verdictOf(json: unknown): Verdict {
  const verdict = json as Verdict;
  requireShape(verdict, { modificationNumber: "number", answer: "object" });
  requireShape(verdict.answer, { responseCode: "number", optType: "text" });
  return verdict;
}

function jsonOf(event: OadrEvent): unknown {
  const { payload } = toJson({
    name: "oadrDistributeEvent",
    payload: { requestId: "", vtnId: "", events: [event] },
  });
  return (payload as unknown as { readonly events: readonly unknown[] }).events[0];
}

function eventOf(json: unknown): OadrEvent {
  const message = fromJson({ name: "oadrDistributeEvent", payload: { requestId: "", vtnId: "", events: [json] } });
  const [event] = message.name === "oadrDistributeEvent" ? message.payload.events : [];
  if (event === undefined) throw new TypeError("expected an event");
  return event;
}
