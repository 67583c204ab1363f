import type { EntryKind } from "./entry-kind.ts";
import type { Notebook } from "./notebook.ts";

/** Items of one owner that were written together. */
export interface Chunk<T> {
  readonly owner: string;
  readonly items: readonly T[];
}

interface OpenChunk<T> {
  readonly id: string;
  readonly items: Set<T>;
}

interface Owned<T> {
  /** Where each item is, or is about to be. */
  readonly chunks: Map<T, OpenChunk<T>>;
  /** What is to be written next. */
  open: OpenChunk<T> | undefined;
}

/**
 * Items that come and go one by one, and of which many make one entry of the store: each is written once, with the others
 * that came since the last write, and an entry is dropped when all in it have gone. What goes before that may come back
 * after a restart.
 */
export class ChunkLog<T extends object> {
  readonly #notebook: Notebook;
  readonly #kind: EntryKind<Chunk<T>>;
  readonly #owners = new Map<string, Owned<T>>();
  #lastId = 0;

  /** Begins with what is in the store. */
  constructor(notebook: Notebook, kind: EntryKind<Chunk<T>>) {
    this.#notebook = notebook;
    this.#kind = kind;
    for (const [id, { owner, items }] of notebook.take(kind)) {
      this.#lastId = Math.max(this.#lastId, Number(id));
      const chunk = { id, items: new Set(items) };
      const { chunks } = this.#ownedBy(owner);
      for (const item of items) chunks.set(item, chunk);
    }
  }

  get owners(): readonly string[] {
    return [...this.#owners.keys()];
  }

  /** The items of one owner, in the order in which they came. */
  of(owner: string): readonly T[] {
    return [...(this.#owners.get(owner)?.chunks.keys() ?? [])];
  }

  /** Has items written with whatever is written next; those that are there already remain. */
  add(owner: string, items: readonly T[]): void {
    const owned = this.#ownedBy(owner);
    for (const item of items) {
      if (owned.chunks.has(item)) continue;
      const chunk = (owned.open ??= this.#newChunk(owner));
      chunk.items.add(item);
      owned.chunks.set(item, chunk);
    }
  }

  delete(owner: string, items: readonly T[]): void {
    const owned = this.#ownedBy(owner);
    for (const item of items) {
      const chunk = owned.chunks.get(item);
      if (chunk === undefined) continue;
      owned.chunks.delete(item);
      chunk.items.delete(item);
      if (chunk.items.size === 0) this.#drop(owned, chunk);
    }
    if (owned.chunks.size === 0) this.#owners.delete(owner);
  }

  /** Deletes all items of one owner. */
  clear(owner: string): void {
    this.delete(owner, this.of(owner));
  }

  #ownedBy(owner: string): Owned<T> {
    const owned = this.#owners.get(owner) ?? { chunks: new Map<T, OpenChunk<T>>(), open: undefined };
    this.#owners.set(owner, owned);
    return owned;
  }

  #newChunk(owner: string): OpenChunk<T> {
    const chunk = { id: String(++this.#lastId), items: new Set<T>() };
    this.#notebook.noteLater(this.#kind, chunk.id, () => {
      // What comes from now on is another one.
      const owned = this.#owners.get(owner);
      if (owned?.open === chunk) owned.open = undefined;
      return chunk.items.size === 0 ? undefined : { owner, items: [...chunk.items] };
    });
    return chunk;
  }

  #drop(owned: Owned<T>, { id }: OpenChunk<T>): void {
    if (owned.open?.id === id) owned.open = undefined;
    this.#notebook.noteLater(this.#kind, id, () => undefined);
  }
}
