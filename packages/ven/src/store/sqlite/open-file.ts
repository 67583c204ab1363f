import { randomUUID } from "node:crypto";
import { existsSync, linkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { VenStoreError } from "../ven-store-error.ts";
import { Connection } from "./connection.ts";
import { initialise, migrate, requireOurs, requireVersion } from "./migrations.ts";
import { sqliteApi, type SqliteApi } from "./sqlite-api.ts";
import { storeErrorOf } from "./sqlite-error.ts";

/**
 * Opens a file, or makes it; nobody else can open it until it is closed, or this process has ended. What is not as it
 * should be is left as it is.
 */
export async function openFile(file: string, maxBytes: number | undefined): Promise<Connection> {
  const api = await sqliteApi();
  try {
    if (!existsSync(file)) create(api, file);
    if (statSync(file).size === 0) throw damaged(file, "empty");
    const connection = openExisting(api, file);
    if (maxBytes !== undefined) limit(connection, maxBytes);
    return connection;
  } catch (error) {
    throw storeErrorOf(error, file);
  }
}

function openExisting(api: SqliteApi, file: string): Connection {
  const connection = new Connection(api, file);
  try {
    // The lock stays from here on, and nothing is written before the file is known to be ours and sound.
    connection.exec("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
    requireOurs(connection, file);
    requireHealth(connection, file);
    const version = requireVersion(connection, file);
    connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    migrate(connection, version);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function limit(connection: Connection, maxBytes: number): void {
  const { page_size: pageBytes = 4096 } = connection.first<{ page_size: number }>("PRAGMA page_size") ?? {};
  connection.exec(`PRAGMA max_page_count = ${Math.floor(maxBytes / pageBytes)}`);
}

function requireHealth(connection: Connection, file: string): void {
  const { quick_check: verdict = "" } = connection.first<{ quick_check: string }>("PRAGMA quick_check(1)") ?? {};
  if (verdict !== "ok") throw damaged(file, `damaged (${verdict})`);
}

/**
 * The file appears under its name when it is complete, so that an empty one is known to be damaged. Of two processes
 * that make it at once, one succeeds.
 */
function create(api: SqliteApi, file: string): void {
  const rest = [`${file}-wal`, `${file}-journal`].find((name) => existsSync(name));
  if (rest !== undefined) throw damaged(file, `missing, but ${rest} belongs to it; remove that to begin anew`);
  const draft = `${file}.${randomUUID()}`;
  try {
    // What one VEN must know of the other users of the machine need not.
    writeFileSync(draft, "", { mode: 0o600, flag: "wx" });
    const connection = new Connection(api, draft);
    try {
      connection.exec("PRAGMA synchronous = FULL");
      initialise(connection);
    } finally {
      connection.close();
    }
    linkSync(draft, file);
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function isAlreadyThere(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}

function damaged(file: string, what: string): VenStoreError {
  return new VenStoreError("ERR_OADR_STORE_DAMAGED", `${file}: ${what}`);
}
