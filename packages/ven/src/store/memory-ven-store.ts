import { detached } from "@openleadr/protocol";
import { nameOf, OpenKeys } from "./open-keys.ts";
import type { StoreChange, StoredEntry, StoredVen, VenKey, VenStore } from "./ven-store.ts";

/** Keeps the state of any number of VENs as long as the object lives: a VEN that is made anew goes on where it was. */
export class MemoryVenStore implements VenStore {
  readonly #vens = new Map<string, Map<string, StoredEntry>>();
  readonly #openKeys = new OpenKeys();

  async open(key: VenKey): Promise<StoredVen> {
    this.#openKeys.add(key);
    const name = nameOf(key);
    const entries = this.#vens.get(name) ?? new Map<string, StoredEntry>();
    this.#vens.set(name, entries);
    let isOpen = true;
    return {
      read: async () => [...entries.values()],
      write: async (changes) => {
        for (const change of changes) apply(entries, change);
      },
      close: async () => {
        if (isOpen) this.#openKeys.delete(key);
        isOpen = false;
      },
    };
  }
}

function apply(entries: Map<string, StoredEntry>, { kind, id, text }: StoreChange): void {
  const name = JSON.stringify([kind, id]);
  if (text === undefined) entries.delete(name);
  // JSON comes in many pieces, which take more memory than what they say.
  else entries.set(name, { kind, id, text: detached(text) });
}
