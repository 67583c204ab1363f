import { hours } from "@openleadr/protocol";
import type { Peer } from "@openleadr/transport";
import type { ResolvedVenOptions } from "../options.ts";
import { tell } from "../tell.ts";

/**
 * Tells of pushes that were refused for who sent them: once an hour for each peer, and of 100 peers an hour, so that whoever
 * is refused cannot fill a log.
 */
export class RefusedPushes {
  readonly #options: ResolvedVenOptions;
  readonly #told = new Set<string>();
  #endsAt = 0;

  constructor(options: ResolvedVenOptions) {
    this.#options = options;
  }

  add({ address, fingerprint }: Peer, reason: string): void {
    if (!this.#isNew(fingerprint ?? address)) return;
    this.#options.logger.warn({ peer: address, fingerprint, reason }, "push refused");
    tell({ type: "pushRefused", reason, address, fingerprint }, this.#options);
  }

  #isNew(peer: string): boolean {
    const now = this.#options.clock.now().getTime();
    if (now >= this.#endsAt) {
      this.#told.clear();
      this.#endsAt = now + hours(1);
    }
    if (this.#told.has(peer) || this.#told.size >= mostPeers) return false;
    this.#told.add(peer);
    return true;
  }
}

const mostPeers = 100;
