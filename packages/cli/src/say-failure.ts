import { sayDuration } from "./say.ts";

/** What did not work, and when it is tried again; `false` for never. */
export interface Failure {
  readonly error: Error;
  readonly retryIn: number | false;
}

/** A failure, in words. */
export function sayFailure({ error, retryIn }: Failure): string {
  // What OpenSSL says ends with a line break.
  return `${error.message.trim()}; ${retryIn === false ? "given up" : `tries again in ${sayDuration(retryIn)}`}`;
}
