import type { SqliteApi, SqliteDatabase, SqliteStatement, SqliteValue } from "./sqlite-api.ts";

/** A connection to a SQLite file that prepares each statement once. */
export class Connection {
  readonly #database: SqliteDatabase;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor({ DatabaseSync }: SqliteApi, file: string) {
    this.#database = new DatabaseSync(file);
  }

  /** Runs statements that have no result of interest. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** The first row of a statement, if it has any. */
  first<Row extends object>(sql: string, ...values: readonly SqliteValue[]): Row | undefined {
    return this.#prepared(sql).get(...values) as Row | undefined;
  }

  /** All rows of a statement. */
  all<Row extends object>(sql: string, ...values: readonly SqliteValue[]): Row[] {
    return this.#prepared(sql).all(...values) as Row[];
  }

  /** Does all of the work, or nothing of it when it throws. */
  atomically(work: () => void): void {
    this.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.exec("COMMIT");
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** Writes what is in the log into the file, lets go of both, and closes. */
  release(): void {
    try {
      // Some implementations hold on to a file that was locked until their statements have been collected as garbage.
      this.exec("PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_schema");
    } finally {
      this.close();
    }
  }

  /** Leaves everything as it is. */
  close(): void {
    this.#database.close();
  }

  #prepared(sql: string): SqliteStatement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }

  #rollBack(): void {
    try {
      this.exec("ROLLBACK");
    } catch {
      // After some failures, a full disk among them, SQLite has rolled back by itself.
    }
  }
}
