import {
  isSuccess,
  responseFor,
  venIdOf,
  type Deviation,
  type Message,
  type MessageName,
  type Party,
  type Service,
} from "@openleadr/protocol";
import {
  RefusedRequestError,
  statusOf,
  type Exchange,
  type Handled,
  type Peer,
  type RefusedRequest,
} from "@openleadr/transport";
import type { VtnContext } from "./context.ts";
import type { VtnStatus } from "./status.ts";

/** How an exchange ended: what this VTN said to a VEN, or a VEN to a push. */
export type ExchangeVerdict =
  | { readonly kind: "accepted" }
  /** Refused with an application response code, in an HTTP 200 (§8.7). */
  | { readonly kind: "refused"; readonly responseCode: number; readonly reason: string }
  /** Refused with an HTTP status and an empty body (§9.1). `reason` is for us; the peer does not see it. */
  | { readonly kind: "rejected"; readonly status: number; readonly reason: string }
  /** A push that brought no answer, or one that counts for nothing: no message, no answer to it, of another VEN. */
  | { readonly kind: "failed"; readonly reason: string };

/** One exchange with a VEN, as it went over the wire. */
export interface VtnExchange {
  /** Who sent the request: a VEN, or this VTN if it is a push. */
  readonly sentBy: Party;
  /** The other side. Of a push, `address` is the host in the VEN's oadrTransportAddress. */
  readonly peer: Peer;
  /** The HTTP headers of the request, names in lower case; empty in memory, and for a push. */
  readonly headers: Exchange["headers"];
  /** Undefined where the request names none. */
  readonly service: Service | undefined;
  /** When the request had come as a whole; when a push was sent. */
  readonly receivedAt: Date;
  /** When the answer was ready; when a push was answered, or had failed. */
  readonly answeredAt: Date;
  /** The document as it came, decompressed, or as it was pushed; undefined where it was refused before it was read. */
  readonly request: Buffer | undefined;
  /** The document that answers; undefined for an empty answer, and for none. */
  readonly answer: string | undefined;
  /** What the request is; undefined where it could not be read. */
  readonly message: MessageName | undefined;
  /** The venID that the request names, whether or not it is the sender's; of a push, that of the VEN it is for. */
  readonly venId: string | undefined;
  readonly verdict: ExchangeVerdict;
  /**
   * Where what came differs from the schema, a request or the answer to a push: why it was refused, or what tolerant
   * reading let pass.
   */
  readonly deviations: readonly Deviation[];
}

/** Shows an exchange to `onExchange`, if anybody looks. */
export function tapExchange(
  { onExchange, logger }: Pick<VtnContext, "onExchange" | "logger">,
  exchange: () => VtnExchange,
): void {
  if (onExchange === undefined) return;
  try {
    onExchange(exchange());
  } catch (error) {
    logger.error({ error }, "exchange listener failed");
  }
}

/** What is to be told of an exchange that reached the handler. */
export function handledExchange(
  { peer, headers, service, body }: Exchange,
  { message, deviations, answer, xml, error }: Handled,
  times: Pick<VtnExchange, "receivedAt" | "answeredAt">,
): VtnExchange {
  return {
    sentBy: "ven",
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

/** What is to be told of a request that was refused before it reached the handler. */
export function unhandledExchange({ peer, headers, service, status, error }: RefusedRequest, now: Date): VtnExchange {
  return {
    sentBy: "ven",
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

/** News of a request that was refused. */
export function requestRefused(
  error: unknown,
  { peer, service }: Pick<Exchange, "peer"> & { readonly service: Service | undefined },
  message?: Message,
): Extract<VtnStatus, { readonly type: "requestRefused" }> {
  const place = { type: "requestRefused", address: peer.address, service } as const;
  const known = { message: message?.name, venId: message === undefined ? undefined : venIdOf(message) };
  if (message === undefined || error instanceof RefusedRequestError) {
    const { status, reason } = rejected(error);
    return { ...place, ...known, responseCode: undefined, status, reason };
  }
  const { responseCode, responseDescription: reason = "" } = responseFor(error, "");
  return { ...place, ...known, responseCode, status: 200, reason };
}

function rejected(error: unknown): Extract<ExchangeVerdict, { readonly kind: "rejected" }> {
  return { kind: "rejected", status: statusOf(error), reason: reasonOf(error) };
}

/** What an answer says; an empty one says yes. */
export function verdictOf(answer: Message | undefined): ExchangeVerdict {
  const response = answer !== undefined && "response" in answer.payload ? answer.payload.response : undefined;
  if (response === undefined || isSuccess(response.responseCode)) return { kind: "accepted" };
  const { responseCode, responseDescription: reason = "" } = response;
  return { kind: "refused", responseCode, reason };
}

/** An error, in words. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
