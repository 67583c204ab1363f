import { VenStoreError } from "../ven-store-error.ts";
import type { Connection } from "./connection.ts";

/** What makes of each version of the file the next, the first one of an empty file. Never changed, only added to. */
const migrations: readonly string[] = [
  `CREATE TABLE ven (id INTEGER PRIMARY KEY, vtn TEXT NOT NULL, ven TEXT NOT NULL, UNIQUE (vtn, ven)) STRICT;
   CREATE TABLE entry (
     position INTEGER PRIMARY KEY,
     ven INTEGER NOT NULL REFERENCES ven,
     kind TEXT NOT NULL,
     id TEXT NOT NULL,
     text TEXT NOT NULL,
     checksum INTEGER NOT NULL,
     UNIQUE (ven, kind, id)
   ) STRICT;`,
];

/** Tells our files from other SQLite files: "OVEN" in ASCII. */
const applicationId = 0x4f56454e;

/** Makes an empty file one of ours. */
export function initialise(connection: Connection): void {
  connection.exec(`PRAGMA application_id = ${applicationId}`);
  connection.exec("CREATE TABLE migration (version INTEGER PRIMARY KEY) STRICT");
}

/** Throws `VenStoreError` for a file of something else. */
export function requireOurs(connection: Connection, file: string): void {
  const { application_id: found } = connection.first<{ application_id: number }>("PRAGMA application_id") ?? {};
  if (found !== applicationId)
    throw new VenStoreError("ERR_OADR_STORE_DAMAGED", `${file}: expected a file of VENs, got another SQLite file`);
}

/** The file's version. Throws `VenStoreError` for a newer one than we know. */
export function requireVersion(connection: Connection, file: string): number {
  const row = connection.first<{ version: number | null }>("SELECT max(version) AS version FROM migration");
  const version = row?.version ?? 0;
  if (version <= migrations.length) return version;
  const reason = `expected version ${migrations.length} or older, got ${version}: a newer @openleadr/ven wrote it`;
  throw new VenStoreError("ERR_OADR_STORE_NEWER", `${file}: ${reason}`);
}

/** Brings a file of an older version up to date. */
export function migrate(connection: Connection, version: number): void {
  for (const [index, statements] of migrations.entries()) {
    if (index < version) continue;
    connection.atomically(() => connection.exec(`${statements} INSERT INTO migration VALUES (${index + 1})`));
  }
}
