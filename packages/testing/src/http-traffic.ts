import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";

/** A request as a server of this process has it. */
interface Served {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Watches the HTTP requests that this process sends (with `undici`, as `httpTransport` and `fetch` do), from when it is
 * made until it is disposed of: for a {@link ManualClock} that VENs and VTNs share over real sockets.
 *
 * A request that has reached a server of this process is no traffic until that answers it: the server may be waiting for
 * the clock itself.
 */
export class HttpTraffic implements Disposable {
  readonly #sent = new Set<unknown>();
  readonly #served = new Set<Served>();
  readonly #listeners: readonly (readonly [string, (message: unknown) => void])[] = [
    ["undici:request:create", (message) => void this.#sent.add(requestOf(message))],
    ["undici:request:trailers", (message) => void this.#sent.delete(requestOf(message))],
    ["undici:request:error", (message) => void this.#sent.delete(requestOf(message))],
    ["http.server.request.start", (message) => this.#serve(message as Served)],
  ];

  constructor() {
    for (const [channel, listener] of this.#listeners) subscribe(channel, listener);
  }

  /** Whether a request, or the answer to one, is on its way. */
  get isUnderWay(): boolean {
    return this.#sent.size > [...this.#served].filter(isWithServer).length;
  }

  [Symbol.dispose](): void {
    for (const [channel, listener] of this.#listeners) unsubscribe(channel, listener);
  }

  #serve(served: Served): void {
    this.#served.add(served);
    served.response.once("close", () => this.#served.delete(served));
  }
}

function requestOf(message: unknown): unknown {
  return (message as { readonly request: unknown }).request;
}

/** Whether it has come as a whole, and nothing has gone back. */
function isWithServer({ request, response }: Served): boolean {
  return request.complete && !response.writableEnded;
}
