import { VenStoreError } from "./ven-store-error.ts";
import type { StoredEntry } from "./ven-store.ts";

/** How entries of one kind become text and back, exactly. */
export interface EntryKind<T> {
  readonly kind: string;
  /** The version of that text. A newer one must not be read; an older one is for `fromJson` to understand. */
  readonly format: number;
  toJson(value: T): unknown;
  /** Whatever this throws means that the entry is damaged. */
  fromJson(json: unknown, format: number): T;
}

/** The text of an entry. */
export function textOf<T>(kind: EntryKind<T>, value: T): string {
  return JSON.stringify({ format: kind.format, value: kind.toJson(value) });
}

/** What the text of an entry says. Throws `VenStoreError` for a damaged one, and one of a newer version. */
export function valueOf<T>(kind: EntryKind<T>, { id, text }: StoredEntry): T {
  const name = `${kind.kind} ${JSON.stringify(id)}`;
  const { format, value } = parse(text, name);
  if (format > kind.format) {
    const reason = `expected format ${kind.format} or older, got ${format}: a newer @openleadr/ven wrote it`;
    throw new VenStoreError("ERR_OADR_STORE_NEWER", `${name}: ${reason}`);
  }
  try {
    return kind.fromJson(value, format);
  } catch (cause) {
    throw damaged(name, cause);
  }
}

function parse(text: string, name: string): { readonly format: number; readonly value: unknown } {
  try {
    const { format, value } = JSON.parse(text) as { readonly format?: unknown; readonly value?: unknown };
    if (typeof format !== "number") throw new TypeError("expected a format");
    return { format, value };
  } catch (cause) {
    throw damaged(name, cause);
  }
}

function damaged(name: string, cause: unknown): VenStoreError {
  return new VenStoreError("ERR_OADR_STORE_DAMAGED", `${name}: damaged`, { cause });
}
