import { httpTransport, type HttpTransport, type Transport } from "@openleadr/transport";
import type { Registration } from "../store/registration-store.ts";
import { pushUrl } from "./push-address.ts";
import type { ResolvedPushOptions } from "./push-options.ts";

interface Shared {
  readonly transport: HttpTransport;
  readonly venIds: Set<string>;
}

/**
 * The connections to VENs: open as long as there is something to send, and shared by VENs that have one address, such as
 * those behind a gateway.
 */
export class PushTransports {
  readonly #push: ResolvedPushOptions;
  readonly #byUrl = new Map<string, Shared>();
  readonly #urls = new Map<string, string>();
  readonly #closing = new Set<Promise<void>>();

  constructor(push: ResolvedPushOptions) {
    this.#push = push;
  }

  /** What leads to a VEN; to be released. Throws `RangeError` for an address that is none, or must not be called any more. */
  use(registration: Registration): Transport {
    const { transportFor, hosts } = this.#push;
    if (transportFor !== undefined) return transportFor(registration);
    const { venId, transportAddress = "" } = registration;
    const url = pushUrl(transportAddress);
    if (!hosts.allowsHost(url.hostname)) throw new RangeError(`${url.hostname} may not be called`);
    if (this.#urls.get(venId) !== url.href) this.release(venId);
    const shared = this.#byUrl.get(url.href) ?? this.#open(url);
    shared.venIds.add(venId);
    this.#urls.set(venId, url.href);
    return shared.transport;
  }

  /** A VEN needs no connection for now. */
  release(venId: string): void {
    const href = this.#urls.get(venId) ?? "";
    this.#urls.delete(venId);
    const shared = this.#byUrl.get(href);
    if (shared === undefined) return;
    shared.venIds.delete(venId);
    if (shared.venIds.size > 0) return;
    this.#byUrl.delete(href);
    this.#close(shared);
  }

  /** Resolves when all connections that were released are closed. */
  async closed(): Promise<void> {
    await Promise.all(this.#closing);
  }

  #open(url: URL): Shared {
    const { tls, requestTimeout, hosts } = this.#push;
    const secure = url.protocol === "https:" && tls !== undefined ? { tls } : {};
    const transport = httpTransport({ url, requestTimeout, lookup: hosts.lookup, ...secure });
    const shared = { transport, venIds: new Set<string>() };
    this.#byUrl.set(url.href, shared);
    return shared;
  }

  #close({ transport }: Shared): void {
    const closing = transport.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
