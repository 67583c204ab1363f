import { detached } from "@openleadr/protocol/internal";
import { nameOf, openAlready } from "./open-keys.ts";
import type { StoreChange, StoredEntry, StoredVen, VenKey, VenStore } from "./ven-store.ts";

/** Keeps the state of any number of VENs as long as the object lives: a VEN that is made anew goes on where it was. */
export class MemoryVenStore implements VenStore {
  readonly #vens = new Map<string, MemoryVen>();

  async open(key: VenKey): Promise<StoredVen> {
    const name = nameOf(key);
    const ven = this.#vens.get(name) ?? { entries: new Map<string, StoredEntry>(), isOpen: false };
    if (ven.isOpen) throw openAlready(key);
    ven.isOpen = true;
    this.#vens.set(name, ven);
    return new OpenMemoryVen(ven);
  }
}

interface MemoryVen {
  readonly entries: Map<string, StoredEntry>;
  isOpen: boolean;
}

class OpenMemoryVen implements StoredVen {
  readonly #ven: MemoryVen;
  #isClosed = false;

  constructor(ven: MemoryVen) {
    this.#ven = ven;
  }

  async read(): Promise<readonly StoredEntry[]> {
    return [...this.#ven.entries.values()];
  }

  async write(changes: readonly StoreChange[]): Promise<void> {
    for (const change of changes) apply(this.#ven.entries, change);
  }

  async close(): Promise<void> {
    if (!this.#isClosed) this.#ven.isOpen = false;
    this.#isClosed = true;
  }
}

function apply(entries: Map<string, StoredEntry>, { kind, id, text }: StoreChange): void {
  const name = JSON.stringify([kind, id]);
  if (text === undefined) entries.delete(name);
  // JSON comes in many pieces, which take more memory than what they say.
  else entries.set(name, { kind, id, text: detached(text) });
}
