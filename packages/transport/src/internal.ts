// What the packages of this project use of each other, and nobody else: it may change with any release.
export { isLoopback } from "./loopback.ts";
export { serverIdentityFault, takesAnyServer } from "./tls/server-identity.ts";
export type { ServerIdentityOptions } from "./tls/server-identity.ts";
export { requireClientTls } from "./tls/tls.ts";
export { isWorthTelling, watchedAs, watchedLists, watchedTls } from "./tls/watched-tls.ts";
export type { WatchedList, WatchedMaterial } from "./tls/watched-tls.ts";
export { handledExchange, sentExchange, tapExchange, unhandledExchange } from "./message/wire-exchange.ts";
export type { ExchangeTimes } from "./message/wire-exchange.ts";
