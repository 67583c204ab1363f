import { crc32 } from "node:zlib";
import { VenStoreError } from "../ven-store-error.ts";
import type { StoreChange, StoredEntry, VenKey } from "../ven-store.ts";
import type { Connection } from "./connection.ts";

/** What one VEN writes. */
export interface Batch {
  readonly key: VenKey;
  readonly changes: readonly StoreChange[];
}

/** The entries in the file, with a checksum each: SQLite notices damage to its structure, not to what is in it. */
export class EntryTable {
  readonly #connection: Connection;
  readonly #file: string;

  constructor(connection: Connection, file: string) {
    this.#connection = connection;
    this.#file = file;
  }

  /** Throws `VenStoreError` for what is not as it was written. */
  of(key: VenKey): StoredEntry[] {
    const row = this.#rowOf(key);
    if (row === undefined) return [];
    const entries = this.#connection.all<StoredEntry & { readonly checksum: number }>(select, row);
    return entries.map(({ kind, id, text, checksum }) => {
      if (checksumOf({ kind, id, text }) === checksum) return { kind, id, text };
      throw new VenStoreError("ERR_OADR_STORE_DAMAGED", `${this.#file}: damaged (${kind} ${JSON.stringify(id)})`);
    });
  }

  /** All or nothing. */
  writeAll(batches: readonly Batch[]): void {
    this.#connection.atomically(() => {
      for (const batch of batches) this.#write(batch);
    });
  }

  #write({ key, changes }: Batch): void {
    const row = this.#rowOf(key) ?? this.#addRow(key);
    // What goes makes room for what comes, which counts in a file that is full.
    for (const { kind, id, text } of changes) if (text === undefined) this.#connection.first(remove, row, kind, id);
    for (const { kind, id, text } of changes)
      if (text !== undefined) this.#connection.first(upsert, row, kind, id, text, checksumOf({ kind, id, text }));
  }

  #rowOf({ vtn, ven }: VenKey): number | undefined {
    return this.#connection.first<{ id: number }>("SELECT id FROM ven WHERE vtn = ? AND ven = ?", vtn, ven)?.id;
  }

  #addRow({ vtn, ven }: VenKey): number {
    const added = this.#connection.first<{ id: number }>(
      "INSERT INTO ven (vtn, ven) VALUES (?, ?) RETURNING id",
      vtn,
      ven,
    );
    if (added === undefined) throw new Error("an insertion without a result");
    return added.id;
  }
}

const select = "SELECT kind, id, text, checksum FROM entry WHERE ven = ? ORDER BY position";
const remove = "DELETE FROM entry WHERE ven = ? AND kind = ? AND id = ?";
const upsert = `INSERT INTO entry (ven, kind, id, text, checksum) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (ven, kind, id) DO UPDATE SET text = excluded.text, checksum = excluded.checksum`;

function checksumOf({ kind, id, text }: StoredEntry): number {
  return crc32(`${kind}\0${id}\0${text}`);
}
