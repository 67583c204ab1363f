export { SqliteVenStore } from "./sqlite-ven-store.ts";
export type { SqliteVenStoreOptions } from "./sqlite-ven-store.ts";
