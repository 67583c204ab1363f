import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryVenStore, type VenStore } from "@openleadr/ven";
import { SqliteVenStore } from "@openleadr/ven/sqlite";
import { describe, it } from "vitest";

const boiler = { vtn: "https://vtn.example.com/", ven: "boiler" };

interface OpenedStore extends AsyncDisposable {
  readonly store: VenStore;
}

function inMemory(): OpenedStore {
  return { store: new MemoryVenStore(), [Symbol.asyncDispose]: async () => {} };
}

function inFile(): OpenedStore {
  const folder = mkdtempSync(join(tmpdir(), "openleadr-store-"));
  const store = new SqliteVenStore({ file: join(folder, "vens.sqlite") });
  return {
    store,
    async [Symbol.asyncDispose]() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

for (const [name, open] of [
  ["MemoryVenStore", inMemory],
  ["SqliteVenStore", inFile],
] as const) {
  describe(`a store of VENs, ${name}`, () => {
    it("has nothing of a VEN that it does not know", async () => {
      await using opened = open();

      const state = await opened.store.open(boiler);

      assert.deepEqual(await state.read(), []);
    });

    it("gives back what was written, in the order in which it first came", async () => {
      await using opened = open();
      const state = await opened.store.open(boiler);

      await state.write([entry("event", "b", "1"), entry("event", "a", 'Ünï "2"\n\u{1F50B}'), entry("opts", "", "3")]);
      await state.write([entry("event", "b", "4"), entry("event", "c", "5")]);

      assert.deepEqual(await state.read(), [
        entry("event", "b", "4"),
        entry("event", "a", 'Ünï "2"\n\u{1F50B}'),
        entry("opts", "", "3"),
        entry("event", "c", "5"),
      ]);
    });

    it("drops what is dropped, also what it has not", async () => {
      await using opened = open();
      const state = await opened.store.open(boiler);
      await state.write([entry("event", "a", "1"), entry("event", "b", "2")]);

      await state.write([drop("event", "a"), drop("event", "z"), drop("opts", "b")]);

      assert.deepEqual(await state.read(), [entry("event", "b", "2")]);
    });

    it("makes changes in the order of the calls", async () => {
      await using opened = open();
      const state = await opened.store.open(boiler);

      await Promise.all([
        state.write([entry("event", "a", "1")]),
        state.write([drop("event", "a")]),
        state.write([entry("event", "a", "2")]),
      ]);

      assert.deepEqual(await state.read(), [entry("event", "a", "2")]);
    });

    it("keeps the VENs apart, by VTN and by name", async () => {
      await using opened = open();
      const keys = [boiler, { ...boiler, ven: "charger" }, { ...boiler, vtn: "" }, { vtn: "boiler", ven: boiler.vtn }];

      const states = await Promise.all(keys.map((key) => opened.store.open(key)));
      await Promise.all(states.map((state, index) => state.write([entry("event", "a", String(index))])));

      const texts = await Promise.all(states.map(async (state) => (await state.read()).map(({ text }) => text)));
      assert.deepEqual(texts, [["0"], ["1"], ["2"], ["3"]]);
    });

    it("keeps what was written for whoever opens it next", async () => {
      await using opened = open();
      const state = await opened.store.open(boiler);
      await state.write([entry("event", "a", "1")]);
      await state.close();

      const next = await opened.store.open(boiler);

      assert.deepEqual(await next.read(), [entry("event", "a", "1")]);
    });

    it("lets one at a time have a VEN", async () => {
      await using opened = open();
      const state = await opened.store.open(boiler);

      await assert.rejects(opened.store.open(boiler), {
        code: "ERR_OADR_STORE_LOCKED",
        message: /"boiler" runs already/,
      });
      await state.close();
      await state.close();

      await opened.store.open(boiler);
      await assert.rejects(opened.store.open(boiler), { code: "ERR_OADR_STORE_LOCKED" });
    });
  });
}

function entry(kind: string, id: string, text: string) {
  return { kind, id, text };
}

function drop(kind: string, id: string) {
  return { kind, id, text: undefined };
}
