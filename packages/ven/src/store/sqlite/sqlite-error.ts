import { VenStoreError, type VenStoreErrorCode } from "../ven-store-error.ts";

/** What SQLite threw, as an error of ours that names the file. */
export function storeErrorOf(error: unknown, file: string): VenStoreError {
  if (error instanceof VenStoreError) return error;
  const [code, what] = meanings[primaryCodeOf(error)] ?? ["ERR_OADR_STORE", "cannot be used"];
  const detail = error instanceof Error ? error.message : String(error);
  return new VenStoreError(code, `${file}: ${what} (${detail})`, { cause: error });
}

/** By the primary result codes of SQLite. */
const meanings: Partial<Record<number, readonly [VenStoreErrorCode, string]>> = {
  5: ["ERR_OADR_STORE_LOCKED", "another process uses it"],
  6: ["ERR_OADR_STORE_LOCKED", "another process uses it"],
  8: ["ERR_OADR_STORE", "cannot be written to"],
  10: ["ERR_OADR_STORE", "the disk failed"],
  11: ["ERR_OADR_STORE_DAMAGED", "damaged"],
  13: ["ERR_OADR_STORE_FULL", "no room left"],
  14: ["ERR_OADR_STORE", "cannot be opened"],
  26: ["ERR_OADR_STORE_DAMAGED", "not a SQLite file"],
};

/** Extended result codes tell more in their higher bits. */
function primaryCodeOf(error: unknown): number {
  const { errcode } = (error ?? {}) as { readonly errcode?: unknown };
  return typeof errcode === "number" ? errcode & 0xff : 0;
}
