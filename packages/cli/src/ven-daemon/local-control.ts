import type { IncomingMessage } from "node:http";
import { eventStatus, NotAllowedError, OPT, seconds, type Clock, type Opt } from "@openleadr/protocol";
import type { Ven } from "@openleadr/ven";
import { isLoopback } from "@openleadr/transport/internal";
import type { DaemonLog } from "./daemon-log.ts";
import { textOf } from "./text-of.ts";
import { unlessAborted } from "./unless-aborted.ts";
import { within } from "./within.ts";

/** What a person at the device reaches. */
export interface ControlParts {
  readonly ven: Ven;
  readonly log: DaemonLog;
  readonly clock: Clock;
  /** Aborts when the daemon ends. */
  readonly signal: AbortSignal;
}

/** An answer of HTTP, with JSON. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How long somebody waits to hear what the VTN says; the device does as it is told before. */
const patience = seconds(5);

/**
 * Lets a person at the device see the events, and change the VEN's answer to one: `GET /events`,
 * `POST /events/ID/respond`.
 *
 * It asks for a loopback address, so that no other machine can; and for a loopback name and JSON, so that no page of a
 * browser on this machine can speak in a person's place.
 */
export async function control(request: IncomingMessage, parts: ControlParts): Promise<JsonAnswer> {
  const { method = "", url = "", headers, socket } = request;
  if (!isLoopback(socket.localAddress?.replace(/^::ffff:/, "") ?? ""))
    return refusal(403, "expected a request to a loopback address, such as 127.0.0.1");
  if (!isLoopback((headers.host ?? "").replace(/:\d+$/, "")))
    return refusal(403, "expected a loopback name, such as localhost, as the host");
  const path = url.replace(/\?.*/, "");
  if (path === "/events") return method === "GET" ? eventsOf(parts) : notAllowed("GET");
  const [, id] = /^\/events\/([^/]+)\/respond$/.exec(path) ?? [];
  if (id === undefined) return refusal(404, "expected /events or /events/ID/respond");
  if (method !== "POST") return notAllowed("POST");
  if (!/^application\/json *(?:;|$)/i.test(headers["content-type"] ?? ""))
    return refusal(415, "expected the content type application/json");
  const optType = await optTypeIn(request);
  const eventId = decoded(id);
  if (optType === undefined || eventId === undefined)
    return refusal(400, 'expected {"optType": "optIn"} or {"optType": "optOut"} for an eventID in UTF-8');
  return respond({ eventId, optType }, parts);
}

async function respond(
  { eventId, optType }: { readonly eventId: string; readonly optType: Opt },
  { ven, log, clock, signal }: ControlParts,
): Promise<JsonAnswer> {
  const responding = ven.respond(eventId, optType);
  try {
    const isTaken = await within({ limit: patience, clock, signal }, (ending) => unlessAborted(responding, ending));
    log.write("info", "answer changed by hand", { eventId, optType });
    return { status: 200, body: { eventId, optType, vtn: isTaken ? "told" : "refused" } };
  } catch (error) {
    if (error instanceof RangeError) return refusal(404, error.message);
    if (error instanceof NotAllowedError) return refusal(409, error.message);
    if (error instanceof DOMException && error.name === "AbortError") return refusal(503, "the VEN is being stopped");
    // The answer has changed all the same, and the VTN hears of it later.
    log.write("info", "answer changed by hand", { eventId, optType, vtn: "pending" });
    return { status: 202, body: { eventId, optType, vtn: "pending" } };
  }
}

function eventsOf({ ven, clock }: ControlParts): JsonAnswer {
  const now = clock.now();
  const body = ven.events.map(({ eventDescriptor: { eventId, ...descriptor }, activePeriod, signals }) => ({
    eventId,
    modificationNumber: descriptor.modificationNumber,
    marketContext: descriptor.marketContext,
    eventStatus: eventStatus(activePeriod, { now }),
    optType: ven.optTypeOf(eventId),
    start: activePeriod.dtstart,
    end: activePeriod.duration === 0 ? undefined : new Date(activePeriod.dtstart.getTime() + activePeriod.duration),
    signals: signals.map(({ signalName, signalType }) => ({ signalName, signalType })),
  }));
  return { status: 200, body };
}

async function optTypeIn(request: IncomingMessage): Promise<Opt | undefined> {
  try {
    const { optType } = (JSON.parse(await textOf(request, 1024)) ?? {}) as { readonly optType?: unknown };
    return [OPT.OPT_IN, OPT.OPT_OUT].find((each) => each === optType);
  } catch {
    return undefined;
  }
}

function decoded(id: string): string | undefined {
  try {
    return decodeURIComponent(id);
  } catch {
    return undefined;
  }
}

function notAllowed(allow: string): JsonAnswer {
  return { ...refusal(405, `expected ${allow}`), headers: { allow } };
}

function refusal(status: number, error: string): JsonAnswer {
  return { status, body: { error } };
}
