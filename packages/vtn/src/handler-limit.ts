import { TransportError, type Clock, type Duration } from "@openleadr/protocol";
import type { ResolvedVtnOptions } from "./options.ts";

/**
 * Options whose handlers have to end in time: one that does not is given up, its signal aborts, and what it answers
 * later counts for nothing. The signal aborts as well when the peer leaves.
 */
export function withTimeLimit(options: ResolvedVtnOptions): ResolvedVtnOptions {
  const { handlerTimeout, clock } = options;
  if (handlerTimeout === false) return options;
  const limited = Object.entries(options).flatMap(([name, handler]: [string, unknown]) =>
    isHandler(name, handler) ? [[name, limit(handler, { name, handlerTimeout, clock })] as const] : [],
  );
  return { ...options, ...Object.fromEntries(limited) };
}

type AnyHandler = (...given: readonly unknown[]) => unknown;

/** Those that are asked and waited for; `onStatus`, `onExchange` and `onSecurityEvent` are only told. */
function isHandler(name: string, value: unknown): value is AnyHandler {
  if (name === "onStatus" || name === "onExchange" || name === "onSecurityEvent") return false;
  return typeof value === "function" && (name === "venLookup" || /^on[A-Z]/.test(name));
}

interface Limit {
  readonly name: string;
  readonly handlerTimeout: Duration;
  readonly clock: Clock;
}

function limit(handler: AnyHandler, by: Limit): AnyHandler {
  return async (...given) => {
    const ending = new AbortController();
    const outer = given.find(hasSignal)?.signal;
    const leave = (): void => ending.abort(outer?.reason);
    if (outer?.aborted === true) leave();
    outer?.addEventListener("abort", leave, { once: true });
    const ended = new AbortController();
    try {
      const answer = handler(...given.map((each) => (hasSignal(each) ? { ...each, signal: ending.signal } : each)));
      return answer instanceof Promise ? await Promise.race([answer, deadline(by, ending, ended.signal)]) : answer;
    } finally {
      outer?.removeEventListener("abort", leave);
      ended.abort();
    }
  };
}

/** Rejects when the time is over. */
async function deadline({ name, handlerTimeout, clock }: Limit, ending: AbortController, ended: AbortSignal) {
  await clock.sleep(handlerTimeout, ended);
  const error = new TransportError(`${name}: expected an answer within ${handlerTimeout} ms, got none`, {
    code: "ERR_OADR_TIMEOUT",
  });
  ending.abort(error);
  throw error;
}

function hasSignal(given: unknown): given is { readonly signal: AbortSignal } {
  return typeof given === "object" && given !== null && "signal" in given && given.signal instanceof AbortSignal;
}
