import assert from "node:assert/strict";
import { minutes, seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { Letter, MailboxEntry, Store } from "../src/index.ts";
import { afterNoon } from "./events.ts";
import { noon } from "./open-vtn.ts";
import { aRecord, aVen, mail, takeAll, takeNext } from "./stored.ts";

const word: MailboxEntry = { kind: "events" };
const later = { dueAt: afterNoon(minutes(1)) };

/** What a {@link Store} promises of mailboxes; part of `testStore`. */
export function testMailboxes(name: string, open: () => Promise<Store>): void {
  describe(`${name}: mailboxes`, () => {
    it("gives back what was put in, in that order, and keeps it", async () => {
      const store = await openWith(open, [mail("a")]);
      for (const entry of [mail("b"), word, mail("c")]) await store.enqueue("kitchen", entry);

      assert.deepEqual(entriesOf(await store.letters("kitchen")), [mail("a"), mail("b"), word, mail("c")]);
      assert.deepEqual(await takeAll(store), [mail("a"), mail("b"), word, mail("c")]);
      assert.deepEqual(await store.letters("kitchen"), []);
      assert.deepEqual(await store.letters("nobody"), []);
    });

    it("gives every letter an ID of its own, and tells it", async () => {
      const store = await openWith(open);
      await store.register(aVen("pantry"), []);

      const ids = [
        await store.enqueue("kitchen", mail("a")),
        await store.enqueue("kitchen", word),
        await store.enqueue("pantry", mail("a")),
      ];

      assert.equal(new Set(ids).size, 3);
      assert.deepEqual(
        [...(await store.letters("kitchen")), ...(await store.letters("pantry"))].map(({ letterId }) => letterId),
        ids,
      );
      const [letter] = await store.letters("kitchen");
      const { letterId = "", revision = 0 } = letter ?? {};
      assert.deepEqual(letter, { letterId, venId: "kitchen", entry: mail("a"), state: "queued", tries: 0, revision });
    });

    it("puts word of an event into the mailboxes of its VENs, once", async () => {
      const store = await openWith(open);
      await store.register(aVen("pantry"), []);

      await store.putEvent(aRecord("a", { audience: [{ venId: "kitchen" }, { venId: "nobody" }] }));
      await store.putEvent(aRecord("b"));

      assert.deepEqual(await takeAll(store, "kitchen"), [word]);
      assert.deepEqual(await takeAll(store, "pantry"), [word]);
    });

    it("passes over letters that are not due yet", async () => {
      const store = await openWith(open, [mail("a"), mail("b")]);
      await store.putLetter({ ...(await firstOf(store)), ...later });

      assert.deepEqual(await takeNext(store), mail("b"));
      assert.equal(await store.nextDue("kitchen", afterNoon(seconds(59))), undefined);
      assert.deepEqual((await store.nextDue("kitchen", afterNoon(seconds(60))))?.entry, mail("a"));
    });

    it("passes over dead letters, and lists them", async () => {
      const store = await openWith(open, [mail("a"), mail("b")]);
      await store.register(aVen("pantry"), [mail("c")]);
      const dead = await store.putLetter({ ...(await firstOf(store)), state: "failed", error: "out of reach" });
      await store.putLetter({ ...(await firstOf(store, "pantry")), state: "failed" });

      assert.deepEqual(await takeAll(store), [mail("b")]);
      assert.deepEqual(await store.letters("kitchen"), [dead]);
      assert.deepEqual(await store.deadLetters("kitchen"), [dead]);
      assert.deepEqual(entriesOf(await store.deadLetters()), [mail("a"), mail("c")]);
    });

    it("keeps all of a letter, in its place", async () => {
      const store = await openWith(open, [mail("a"), mail("b")]);
      const letter = await firstOf(store);
      const sent = { ...letter, ...later, state: "sent", tries: 2, triedAt: noon, error: "no answer" } as const;

      const kept = await store.putLetter(sent);

      assert.deepEqual({ ...kept, revision: 0 }, { ...sent, revision: 0 });
      assert.notEqual(kept?.revision, letter.revision);
      assert.deepEqual((await store.letters("kitchen"))[0], kept);
    });

    it("changes no letter that somebody else has changed", async () => {
      const store = await openWith(open, [mail("a")]);
      const letter = await firstOf(store);
      const changes = [1, 2].map((tries) => store.putLetter({ ...letter, tries }));

      const kept = (await Promise.all(changes)).filter((change) => change !== undefined);

      assert.deepEqual(await store.letters("kitchen"), kept);
      assert.equal(kept.length, 1);
      assert.equal(await store.removeLetter(letter), false);
      assert.deepEqual(await store.letters("kitchen"), kept);
    });

    it("erases a letter once", async () => {
      const store = await openWith(open, [mail("a")]);
      const letter = await firstOf(store);

      assert.deepEqual(await Promise.all([store.removeLetter(letter), store.removeLetter(letter)]), [true, false]);
      assert.equal(await store.putLetter(letter), undefined);
      assert.deepEqual(await store.letters("kitchen"), []);
    });
  });

  describe(`${name}: word of events`, () => {
    it("joins word that is queued, in its place and due at once, and no longer lets the old be taken", async () => {
      const store = await openWith(open, [word, mail("a")]);
      const failing = await store.putLetter({ ...(await firstOf(store)), ...later, tries: 1, error: "out of reach" });

      const letterId = await store.enqueue("kitchen", { kind: "events", withdrawn: true });

      const [joined] = await store.letters("kitchen");
      assert.equal(joined?.letterId, letterId);
      assert.deepEqual([joined.entry, joined.dueAt, joined.tries], [{ ...word, withdrawn: true }, undefined, 1]);
      assert.equal(await store.removeLetter({ ...joined, revision: failing?.revision ?? 0 }), false);
      assert.deepEqual(await takeAll(store), [{ ...word, withdrawn: true }, mail("a")]);
    });

    it("keeps both reasons why events are to be sent", async () => {
      const store = await openWith(open);

      await store.enqueue("kitchen", { kind: "events", withdrawn: true });
      await store.enqueue("kitchen", { kind: "events", again: true });
      await store.enqueue("kitchen", word);

      assert.deepEqual(await takeAll(store), [{ ...word, withdrawn: true, again: true }]);
    });

    for (const state of ["sent", "failed"] as const) {
      it(`puts new word in place of word that is ${state}, at the end`, async () => {
        const store = await openWith(open, [word, mail("a")]);
        const old = await store.putLetter({ ...(await firstOf(store)), ...later, state, tries: 3 });

        const letterId = await store.enqueue("kitchen", word);

        const letters = await store.letters("kitchen");
        assert.deepEqual(entriesOf(letters), [mail("a"), word]);
        assert.notEqual(letterId, old?.letterId);
        assert.deepEqual([letters[1]?.state, letters[1]?.tries, letters[1]?.dueAt], ["queued", 0, undefined]);
        assert.equal(old !== undefined && (await store.removeLetter(old)), false);
      });
    }
  });

  describe(`${name}: mailboxes of VENs that are pushed to`, () => {
    it("names the VENs that have something waiting", async () => {
      const store = await open();
      await store.register(aVen("pull"), [mail("a")]);
      await store.register(aVen("nothing", { httpPullModel: false }), []);
      await store.register(aVen("queued", { httpPullModel: false }), [mail("a")]);
      await store.register(aVen("dead", { httpPullModel: false }), [mail("a")]);
      await store.putLetter({ ...(await firstOf(store, "dead")), state: "failed" });

      assert.deepEqual(await store.venIdsToPush(), ["queued"]);
    });

    it("tells when something has become due, once it is stored", async () => {
      const store = await open();
      const seen: [string, number][] = [];
      const looks: Promise<unknown>[] = [];
      const look = async (venId: string) => seen.push([venId, (await store.letters(venId)).length]);
      const stop = store.watchMailboxes((venId) => void looks.push(look(venId)));
      const settled = async () => Promise.all(looks);

      await store.register(aVen("pull"), [mail("a")]);
      await store.register(aVen("kitchen", { httpPullModel: false }), [mail("a")]);
      await settled();
      await store.enqueue("kitchen", mail("b"));
      await settled();
      await store.putEvent(aRecord("event-1"));
      await settled();
      const letter = await store.putLetter({ ...(await firstOf(store)), ...later });
      await settled();
      if (letter !== undefined) await store.putLetter({ ...letter, state: "failed" });
      await settled();

      assert.deepEqual(seen, [
        ["kitchen", 1],
        ["kitchen", 2],
        ["kitchen", 3],
      ]);
      stop();
      await store.enqueue("kitchen", mail("c"));
      assert.equal(looks.length, 3);
    });

    it("tells when a VEN with letters registers again to be pushed to", async () => {
      const store = await openWith(open, [mail("a")]);
      const told: string[] = [];
      store.watchMailboxes((venId) => void told.push(venId));

      await store.updateRegistration(aVen("kitchen", { httpPullModel: false }));

      assert.deepEqual(told, ["kitchen"]);
    });

    it("tells when a letter is to be sent again", async () => {
      const store = await open();
      await store.register(aVen("kitchen", { httpPullModel: false }), [mail("a")]);
      const dead = await store.putLetter({ ...(await firstOf(store)), state: "failed" });
      const told: string[] = [];
      store.watchMailboxes((venId) => void told.push(venId));

      if (dead !== undefined) await store.putLetter({ ...dead, state: "queued" });

      assert.deepEqual(told, ["kitchen"]);
    });
  });
}

async function openWith(open: () => Promise<Store>, entries: readonly MailboxEntry[] = []): Promise<Store> {
  const store = await open();
  await store.register(aVen("kitchen"), entries);
  return store;
}

async function firstOf(store: Store, venId = "kitchen"): Promise<Letter> {
  const [letter] = await store.letters(venId);
  if (letter === undefined) throw new Error("expected a letter, got none");
  return letter;
}

function entriesOf(letters: readonly Letter[]): readonly MailboxEntry[] {
  return letters.map(({ entry }) => entry);
}
