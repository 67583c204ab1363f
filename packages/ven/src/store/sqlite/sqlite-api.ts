import { VenStoreError } from "../ven-store-error.ts";

/** The part of the API of `node:sqlite` that we use. */
export interface SqliteApi {
  readonly DatabaseSync: new (file: string) => SqliteDatabase;
}

/** A connection. */
export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

/** A prepared statement. */
export interface SqliteStatement {
  get(...values: readonly SqliteValue[]): unknown;
  all(...values: readonly SqliteValue[]): unknown[];
}

export type SqliteValue = string | number;

/** Node's own SQLite where it has one, else a package with the same API. */
export async function sqliteApi(): Promise<SqliteApi> {
  const own = process.getBuiltinModule("node:sqlite") as SqliteApi | undefined;
  if (own !== undefined) return own;
  try {
    return await import("@photostructure/sqlite");
  } catch (cause) {
    const message = "expected a SQLite: that of Node.js 22.13 or later, or the package @photostructure/sqlite";
    throw new VenStoreError("ERR_OADR_STORE", message, { cause });
  }
}
