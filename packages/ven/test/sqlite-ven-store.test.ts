import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SqliteVenStore } from "@openleadr/ven/sqlite";
import { describe, it } from "vitest";
import { sqliteApi } from "../src/store/sqlite/sqlite-api.ts";

const boiler = { vtn: "https://vtn.example.com/", ven: "boiler" };

/** A folder for one test. */
function aFolder() {
  const folder = mkdtempSync(join(tmpdir(), "openleadr-store-"));
  return {
    file: join(folder, "vens.sqlite"),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** A file with some events of a VEN in it. */
async function aFile(file: string): Promise<void> {
  await using store = new SqliteVenStore({ file });
  const state = await store.open(boiler);
  await state.write(Array.from({ length: 20 }, (_, index) => entry(`event-${index}`, "text ".repeat(500))));
}

async function inSql(file: string, sql: string): Promise<void> {
  const { DatabaseSync } = await sqliteApi();
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

describe("SqliteVenStore", () => {
  it("keeps what was written for the next process, readable for its user alone", async () => {
    using folder = aFolder();
    await aFile(folder.file);

    await using store = new SqliteVenStore({ file: pathToFileURL(folder.file) });
    const entries = await (await store.open(boiler)).read();

    assert.equal(entries.length, 20);
    if (process.platform !== "win32") assert.equal(statSync(folder.file).mode & 0o777, 0o600);
  });

  it("refuses a file that another store uses, and takes it when that has closed", async () => {
    using folder = aFolder();
    const first = new SqliteVenStore(folder);
    await first.open(boiler);
    await using second = new SqliteVenStore(folder);

    await assert.rejects(second.open(boiler), { code: "ERR_OADR_STORE_LOCKED", message: inUse(folder.file) });
    await first.close();

    await second.open(boiler);
  });

  it("refuses a file that another process uses, and takes it when that was killed", async () => {
    using folder = aFolder();
    await aFile(folder.file);
    const other = spawn(process.execPath, ["-e", holdingTheFile], {
      env: { ...process.env, FILE: folder.file },
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(other.stdout, "data");
    await using store = new SqliteVenStore(folder);

    await assert.rejects(store.open(boiler), { code: "ERR_OADR_STORE_LOCKED", message: inUse(folder.file) });
    other.kill("SIGKILL");
    await once(other, "exit");

    await store.open(boiler);
  });

  for (const [what, damage, code] of [
    ["garbage", (file: string) => writeFileSync(file, "garbage ".repeat(1000)), "ERR_OADR_STORE_DAMAGED"],
    ["an empty file", (file: string) => truncateSync(file, 0), "ERR_OADR_STORE_DAMAGED"],
    ["a truncated file", (file: string) => truncateSync(file, 16_384), "ERR_OADR_STORE_DAMAGED"],
    ["a file with a page overwritten", (file: string) => overwrite(file, 4096), "ERR_OADR_STORE_DAMAGED"],
    [
      "a file of something else",
      (file: string) => inSql(file, "PRAGMA application_id = 1; PRAGMA journal_mode = DELETE"),
      "ERR_OADR_STORE_DAMAGED",
    ],
    [
      "a file of a newer version",
      (file: string) => inSql(file, "INSERT INTO migration VALUES (99)"),
      "ERR_OADR_STORE_NEWER",
    ],
  ] as const) {
    it(`refuses ${what}, names it, and leaves it as it is`, async () => {
      using folder = aFolder();
      await aFile(folder.file);
      await damage(folder.file);
      const before = readFileSync(folder.file);
      await using store = new SqliteVenStore(folder);

      await assert.rejects(store.open(boiler), (error: Error & { code: string }) => {
        assert.equal(error.code, code);
        return error.message.startsWith(`${folder.file}: `);
      });

      assert.deepEqual(readFileSync(folder.file), before);
    });
  }

  it("refuses an entry that has decayed, and names it", async () => {
    using folder = aFolder();
    await aFile(folder.file);
    await inSql(folder.file, "UPDATE entry SET text = replace(text, 'text', 'test') WHERE id = 'event-7'");
    await using store = new SqliteVenStore(folder);
    const state = await store.open(boiler);

    await assert.rejects(state.read(), { code: "ERR_OADR_STORE_DAMAGED", message: /damaged \(event "event-7"\)$/ });
  });

  it("does not begin anew where only the log of a file is left", async () => {
    using folder = aFolder();
    writeFileSync(`${folder.file}-wal`, "left over");
    await using store = new SqliteVenStore(folder);

    await assert.rejects(store.open(boiler), {
      code: "ERR_OADR_STORE_DAMAGED",
      message: /: missing, but .*-wal belongs/,
    });

    assert.equal(existsSync(folder.file), false);
  });

  it("says that a folder is missing, and takes it once it is there", async () => {
    using folder = aFolder();
    await using store = new SqliteVenStore({ file: join(folder.file, "vens.sqlite") });

    await assert.rejects(store.open(boiler), { code: "ERR_OADR_STORE", message: /vens\.sqlite: .*ENOENT/ });
  });

  it("tells that there is no room, keeps what it has, and goes on when there is room again", async () => {
    using folder = aFolder();
    await using store = new SqliteVenStore({ ...folder, maxBytes: 65_536 });
    const state = await store.open(boiler);
    await state.write([entry("event-1", "x".repeat(20_000))]);

    const large = [entry("event-2", "small"), entry("event-3", "y".repeat(60_000))];
    await assert.rejects(state.write(large), { code: "ERR_OADR_STORE_FULL", message: /: no room left/ });
    assert.deepEqual(await state.read(), [entry("event-1", "x".repeat(20_000))]);
    await state.write([{ kind: "event", id: "event-1", text: undefined }]);
    await state.write([entry("event-3", "y".repeat(30_000))]);

    assert.deepEqual(await state.read(), [entry("event-3", "y".repeat(30_000))]);
  });

  it("has room for what comes in what goes with the same write", async () => {
    using folder = aFolder();
    await using store = new SqliteVenStore({ ...folder, maxBytes: 65_536 });
    const state = await store.open(boiler);
    await state.write([entry("event-1", "x".repeat(40_000))]);

    await state.write([entry("event-2", "y".repeat(40_000)), { kind: "event", id: "event-1", text: undefined }]);

    assert.deepEqual(await state.read(), [entry("event-2", "y".repeat(40_000))]);
  });

  it("writes no more once closed", async () => {
    using folder = aFolder();
    const store = new SqliteVenStore(folder);
    const state = await store.open(boiler);
    const written = state.write([entry("event-1", "x")]);

    await Promise.all([store.close(), store.close()]);
    await written;

    await assert.rejects(state.write([entry("event-2", "x")]), { code: "ERR_OADR_STORE", message: /closed already$/ });
    await assert.rejects(store.open(boiler), { code: "ERR_OADR_STORE" });
  });

  for (const [name, options] of [
    ["file", { file: "" }],
    ["maxBytes", { file: "vens.sqlite", maxBytes: 65_535 }],
  ] as const) {
    it(`refuses a ${name} out of range`, () => {
      assert.throws(() => new SqliteVenStore(options), {
        name: "RangeError",
        message: new RegExp(`^${name}: expected`),
      });
    });
  }
});

/** What a second process runs. */
const holdingTheFile = `
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite") ?? require("@photostructure/sqlite");
  const database = new DatabaseSync(process.env.FILE);
  database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE");
  console.log("held");
  setInterval(() => database, 1000);
`;

function entry(id: string, text: string) {
  return { kind: "event", id, text };
}

function inUse(file: string): RegExp {
  return new RegExp(`^${file.replaceAll(".", "\\.")}: another process uses it`);
}

function overwrite(file: string, from: number): void {
  const bytes = readFileSync(file);
  bytes.fill(0xab, from, from + 4096);
  writeFileSync(file, bytes);
}
