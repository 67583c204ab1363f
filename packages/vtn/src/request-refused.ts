import { responseFor, venIdOf, type Message, type Service } from "@openleadr/protocol";
import { RefusedRequestError, statusOf, type Exchange } from "@openleadr/transport";
import type { VtnStatus } from "./status.ts";

/** News of a request that was refused. */
export function requestRefused(
  error: unknown,
  { peer, service }: Pick<Exchange, "peer"> & { readonly service: Service | undefined },
  message?: Message,
): Extract<VtnStatus, { readonly type: "requestRefused" }> {
  const place = { type: "requestRefused", address: peer.address, service } as const;
  const known = { message: message?.name, venId: message === undefined ? undefined : venIdOf(message) };
  if (message === undefined || error instanceof RefusedRequestError) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...place, ...known, responseCode: undefined, status: statusOf(error), reason };
  }
  const { responseCode, responseDescription: reason = "" } = responseFor(error, "");
  return { ...place, ...known, responseCode, status: 200, reason };
}
