// What the packages of this project use of each other, and nobody else: it may change with any release.
export { isLoopback } from "./loopback.ts";
export { serverIdentityFault, takesAnyServer } from "./server-identity.ts";
export type { ServerIdentityOptions } from "./server-identity.ts";
export { requireClientTls } from "./tls.ts";
export { isWorthTelling, watchedAs, watchedLists, watchedTls } from "./watched-tls.ts";
export type { WatchedList, WatchedMaterial } from "./watched-tls.ts";
export { handledExchange, sentExchange, tapExchange, unhandledExchange } from "./wire-exchange.ts";
export type { ExchangeTimes } from "./wire-exchange.ts";
