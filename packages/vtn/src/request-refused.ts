import { responseFor, venIdOf, type Message, type Service } from "@openleadr/protocol";
import { RefusedRequestError, statusOf, type Exchange } from "@openleadr/transport";
import type { VtnStatus } from "./status.ts";

/** Where a request came from, and where to. */
type Place = Pick<Exchange, "peer"> & { readonly service: Service | undefined; readonly url?: string };

/** News of a request that was refused. */
export function requestRefused(
  error: unknown,
  { peer, service, url }: Place,
  message?: Message,
): Extract<VtnStatus, { readonly type: "requestRefused" }> {
  const asked = service === undefined ? url : undefined;
  const place = { type: "requestRefused", address: peer.address, service, url: asked } as const;
  const known = { message: message?.name, venId: message === undefined ? undefined : venIdOf(message) };
  if (message === undefined || error instanceof RefusedRequestError)
    return { ...place, ...known, responseCode: undefined, status: statusOf(error), reason: reasonOf(error) };
  const { responseCode, responseDescription: reason = "" } = responseFor(error, "");
  return { ...place, ...known, responseCode, status: 200, reason };
}

function reasonOf(error: unknown): string {
  if (error instanceof RefusedRequestError) return error.reason;
  return error instanceof Error ? error.message : String(error);
}
