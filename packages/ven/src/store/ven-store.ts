/** Whose state it is: that of a VEN, at a VTN. */
export interface VenKey {
  readonly vtn: string;
  readonly ven: string;
}

/** One thing that a VEN must not forget, such as an event. `kind` and `id` together are its name. */
export interface StoredEntry {
  readonly kind: string;
  readonly id: string;
  /** What there is to know about it. A store keeps it as it is, and need not understand it. */
  readonly text: string;
}

/** An entry to keep, in place of one of that name if there is one; or, without a text, the name of one to drop. */
export interface StoreChange extends Pick<StoredEntry, "kind" | "id"> {
  readonly text: string | undefined;
}

/**
 * Where VENs keep what they must not forget: registrations, events, answers, opts.
 *
 * What fails rejects with a {@link VenStoreError}.
 */
export interface VenStore {
  /**
   * Opens the state of one VEN, which is empty for one that is not known yet. Rejects while another one, in this process
   * or elsewhere, has it open.
   */
  open(key: VenKey): Promise<StoredVen>;
}

/** The state of one VEN, open. Each operation is atomic. */
export interface StoredVen {
  /** All entries, in the order in which each first came. */
  read(): Promise<readonly StoredEntry[]>;
  /**
   * Makes all of the changes or, when it rejects, none. Resolves once they would survive a loss of power, if the store
   * outlives the process at all. Changes are made in the order of the calls.
   */
  write(changes: readonly StoreChange[]): Promise<void>;
  /** Lets others open it. Safe to call twice. */
  close(): Promise<void>;
}
