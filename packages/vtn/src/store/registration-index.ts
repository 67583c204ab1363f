import type { Registration, RegistrationKey } from "./registration-store.ts";

const keys: readonly RegistrationKey[] = ["venName", "fingerprint", "commonName", "registrationId"];

/** Finds registrations in memory by what they can be found by, without looking at all of them. */
export class RegistrationIndex {
  readonly #venIds = new Map<string, Set<string>>();

  /** The venID of the first registration that has that. */
  find(key: RegistrationKey, value: string): string | undefined {
    const [venId] = this.#venIds.get(`${key}:${value}`) ?? [];
    return venId;
  }

  add(registration: Registration): void {
    for (const entry of entriesOf(registration)) {
      const venIds = this.#venIds.get(entry);
      if (venIds === undefined) this.#venIds.set(entry, new Set([registration.venId]));
      else venIds.add(registration.venId);
    }
  }

  remove(registration: Registration | undefined): void {
    if (registration === undefined) return;
    for (const entry of entriesOf(registration)) {
      const venIds = this.#venIds.get(entry);
      venIds?.delete(registration.venId);
      if (venIds?.size === 0) this.#venIds.delete(entry);
    }
  }
}

function entriesOf(registration: Registration): readonly string[] {
  return keys.flatMap((key) => (registration[key] === undefined ? [] : `${key}:${registration[key]}`));
}
