import { VenStoreError } from "./ven-store-error.ts";
import type { VenKey } from "./ven-store.ts";

/** Which VENs have their state open, so that each has it alone. */
export class OpenKeys {
  readonly #open = new Set<string>();

  /** Throws `VenStoreError` for one that is open already. */
  add(key: VenKey): void {
    const name = nameOf(key);
    if (this.#open.has(name)) throw openAlready(key);
    this.#open.add(name);
  }

  delete(key: VenKey): void {
    this.#open.delete(nameOf(key));
  }
}

/** Why a VEN's state cannot be opened again. */
export function openAlready({ vtn, ven }: VenKey): VenStoreError {
  const message = `expected a VEN that runs once, but ${JSON.stringify(ven)} runs already at ${JSON.stringify(vtn)}`;
  return new VenStoreError("ERR_OADR_STORE_LOCKED", message);
}

/** Another one for every key, whatever characters it has. */
export function nameOf({ vtn, ven }: VenKey): string {
  return JSON.stringify([vtn, ven]);
}
