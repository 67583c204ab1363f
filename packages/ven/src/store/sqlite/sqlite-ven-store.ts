import { resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { OpenKeys } from "../open-keys.ts";
import { VenStoreError } from "../ven-store-error.ts";
import type { StoredVen, VenKey, VenStore } from "../ven-store.ts";
import type { Connection } from "./connection.ts";
import { EntryTable, type Batch } from "./entry-table.ts";
import { openFile } from "./open-file.ts";
import { storeErrorOf } from "./sqlite-error.ts";

/** Options of a {@link SqliteVenStore}. */
export interface SqliteVenStoreOptions {
  /** Where the file is; it is made if there is none, but not its folder. On a disk of this machine, not of another. */
  readonly file: string | URL;
  /**
   * Size up to which the file may grow, at least 65,536; what does not fit then fails as on a full disk. The log beside
   * it (`-wal`) takes about 4 MB more. @default as large as the disk allows
   */
  readonly maxBytes?: number | undefined;
}

/** The file, open, and what is in it. */
interface OpenFile {
  readonly connection: Connection;
  readonly entries: EntryTable;
}

/**
 * Keeps the state of any number of VENs in one SQLite file (WAL, `synchronous=FULL`). What VENs write at the same time
 * is one transaction.
 *
 * The file is opened with the first VEN, and is the process's own until {@link close}, or the end of the process. A file
 * that is in use, damaged, not a VEN store or of a newer version is an error, and is left as it is.
 */
export class SqliteVenStore implements VenStore, AsyncDisposable {
  readonly #file: string;
  readonly #maxBytes: number | undefined;
  readonly #openKeys = new OpenKeys();
  #opening: Promise<OpenFile> | undefined;
  #isClosed = false;
  #batches: Batch[] = [];
  #commit: Promise<void> | undefined;

  /** Throws `RangeError` for options out of range. */
  constructor({ file, maxBytes }: SqliteVenStoreOptions) {
    if (file === "") throw new RangeError('file: expected a path, got ""');
    if (maxBytes !== undefined && !(maxBytes >= 65_536))
      throw new RangeError(`maxBytes: expected at least 65536, got ${maxBytes}`);
    this.#file = resolve(file instanceof URL ? fileURLToPath(file) : file);
    this.#maxBytes = maxBytes;
  }

  async open(key: VenKey): Promise<StoredVen> {
    this.#requireOpen();
    this.#openKeys.add(key);
    try {
      return this.#opened(key, await this.#openFile());
    } catch (error) {
      this.#openKeys.delete(key);
      throw storeErrorOf(error, this.#file);
    }
  }

  /** Finishes what is being written, and closes the file; VENs should have stopped. For good; safe to call twice. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.allSettled([this.#commit]);
    const [opened] = await Promise.allSettled([this.#opening]);
    if (opened.status === "fulfilled") this.#do(() => opened.value?.connection.release());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #opened(key: VenKey, { entries }: OpenFile): StoredVen {
    let isOpen = true;
    return {
      read: async () => {
        this.#requireOpen();
        return this.#do(() => entries.of(key));
      },
      write: async (changes) => {
        this.#requireOpen();
        this.#batches.push({ key, changes });
        await (this.#commit ??= this.#commitSoon(entries));
      },
      close: async () => {
        if (isOpen) this.#openKeys.delete(key);
        isOpen = false;
      },
    };
  }

  async #openFile(): Promise<OpenFile> {
    const opening = (this.#opening ??= connect(this.#file, this.#maxBytes));
    try {
      return await opening;
    } catch (error) {
      // What was in use or full may be free by the next time.
      if (this.#opening === opening) this.#opening = undefined;
      throw error;
    }
  }

  /** A sync of the disk costs more than anything else here, so that all who write in one turn share one. */
  async #commitSoon(entries: EntryTable): Promise<void> {
    await setImmediate();
    const batches = this.#batches;
    this.#batches = [];
    this.#commit = undefined;
    this.#do(() => entries.writeAll(batches));
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new VenStoreError("ERR_OADR_STORE", `${this.#file}: closed already`);
  }

  #do<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeErrorOf(error, this.#file);
    }
  }
}

async function connect(file: string, maxBytes: number | undefined): Promise<OpenFile> {
  const connection = await openFile(file, maxBytes);
  return { connection, entries: new EntryTable(connection, file) };
}
