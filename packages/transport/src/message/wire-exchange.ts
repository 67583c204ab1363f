import {
  HttpStatusError,
  isSuccess,
  MalformedMessageError,
  operations,
  venIdOf,
  type Deviation,
  type Message,
  type MessageName,
  type OperationName,
  type Party,
  type Service,
} from "@openleadr/protocol";
import { statusOf, type Exchange, type Peer } from "../handler.ts";
import type { Logger } from "../logger.ts";
import type { SentRequest } from "./message-client.ts";
import type { Handled } from "./message-handler.ts";
import type { RefusedRequest } from "../server/request-listener.ts";

/** How an exchange ended: what the one who was asked said. */
export type ExchangeVerdict =
  | { readonly kind: "accepted" }
  /** Refused with an application response code, in an HTTP 200 (§8.7). */
  | { readonly kind: "refused"; readonly responseCode: number; readonly reason: string }
  /** Refused with an HTTP status and an empty body (§9.1). `reason` is for us; the peer does not see it. */
  | { readonly kind: "rejected"; readonly status: number; readonly reason: string }
  /** We asked, and got no answer, or one that counts for nothing: no message, no answer to ours, one of somebody else. */
  | { readonly kind: "failed"; readonly reason: string };

/** One request and its answer, as they went over the wire. */
export interface WireExchange {
  /** Who sent the request. */
  readonly sentBy: Party;
  /** The other side. Of a request of ours, `address` is the host that it is sent to; empty where that has none. */
  readonly peer: Peer;
  /** The HTTP headers of the request, names in lower case; empty in memory, and for a request of ours. */
  readonly headers: Exchange["headers"];
  /** Undefined where the request names none. */
  readonly service: Service | undefined;
  /** When the request had come as a whole; when ours was sent. */
  readonly receivedAt: Date;
  /** When the answer was ready; when ours was answered, or had failed. */
  readonly answeredAt: Date;
  /** The document as it came, decompressed, or as it was sent; undefined where it was refused before it was read. */
  readonly request: Buffer | undefined;
  /** The document that answers; undefined for an empty answer, and for none. */
  readonly answer: string | undefined;
  /** What the request is; undefined where it could not be read. */
  readonly message: MessageName | undefined;
  /** The venID that the request names, whether or not it is the sender's; of what a VTN sends, that of the VEN it is for. */
  readonly venId: string | undefined;
  readonly verdict: ExchangeVerdict;
  /** Where what came differs from the schema: why it was refused, or what tolerant reading let pass. */
  readonly deviations: readonly Deviation[];
}

/** When an exchange began and ended. */
export type ExchangeTimes = Pick<WireExchange, "receivedAt" | "answeredAt">;

/** Shows an exchange to whoever looks; what they throw is logged and changes nothing. */
export function tapExchange(
  {
    onExchange,
    logger,
  }: { readonly onExchange?: ((exchange: WireExchange) => void) | undefined; readonly logger: Logger },
  exchange: () => WireExchange,
): void {
  if (onExchange === undefined) return;
  try {
    onExchange(exchange());
  } catch (error) {
    logger.error({ error }, "exchange listener failed");
  }
}

/** A request of the peer's that reached the handler. */
export function handledExchange(
  sentBy: Party,
  { exchange, handled }: { readonly exchange: Exchange; readonly handled: Handled },
  times: ExchangeTimes,
): WireExchange {
  const { peer, headers, service, body } = exchange;
  const { message, deviations, answer, xml, error } = handled;
  return {
    sentBy,
    peer,
    headers,
    service,
    ...times,
    request: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    answer: xml,
    message: message?.name,
    venId: message === undefined ? undefined : venIdOf(message),
    verdict: error !== undefined && answer === undefined ? rejected(error) : verdictOf(answer),
    deviations,
  };
}

/** A request of the peer's that was refused before it reached the handler. */
export function unhandledExchange(
  sentBy: Party,
  { peer, headers, service, status, error }: RefusedRequest,
  now: Date,
): WireExchange {
  return {
    sentBy,
    peer,
    headers,
    service,
    receivedAt: now,
    answeredAt: now,
    request: undefined,
    answer: undefined,
    message: undefined,
    venId: undefined,
    verdict: { kind: "rejected", status, reason: reasonOf(error) },
    deviations: [],
  };
}

/** A request of ours. `venId` is that of the VEN it is for where the message does not say. */
export function sentExchange(
  sentBy: Party,
  { sent, address, venId }: { readonly sent: SentRequest; readonly address: string; readonly venId?: string },
  times: ExchangeTimes,
): WireExchange {
  const { message, xml, document, error } = sent;
  const { deviations = error instanceof MalformedMessageError ? error.deviations : [] } = sent;
  return {
    sentBy,
    peer: { address },
    headers: {},
    service: operations[message.name as OperationName].service,
    ...times,
    request: Buffer.from(xml),
    answer: document,
    message: message.name,
    venId: venId ?? venIdOf(message),
    verdict: sentVerdict(sent),
    deviations,
  };
}

function sentVerdict({ answer, error }: SentRequest): ExchangeVerdict {
  const said = verdictOf(answer);
  if (error === undefined || said.kind === "refused") return said;
  const reason = reasonOf(error);
  return error instanceof HttpStatusError
    ? { kind: "rejected", status: error.status, reason }
    : { kind: "failed", reason };
}

function rejected(error: unknown): Extract<ExchangeVerdict, { readonly kind: "rejected" }> {
  return { kind: "rejected", status: statusOf(error), reason: reasonOf(error) };
}

/** What an answer says; an empty one says yes. */
function verdictOf(answer: Message | undefined): ExchangeVerdict {
  const response = answer !== undefined && "response" in answer.payload ? answer.payload.response : undefined;
  if (response === undefined || isSuccess(response.responseCode)) return { kind: "accepted" };
  const { responseCode, responseDescription: reason = "" } = response;
  return { kind: "refused", responseCode, reason };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
