import { SignatureError } from "@openleadr/protocol";
import { sayDuration } from "./say.ts";

/** What did not work, and when it is tried again; `false` for never. */
export interface Failure {
  readonly error: Error;
  readonly retryIn: number | false;
}

/** A failure, in words. */
export function sayFailure({ error, retryIn }: Failure): string {
  const whose = error instanceof SignatureError ? "the VTN's answer: " : "";
  // What OpenSSL says ends with a line break.
  return `${whose}${error.message.trim()}; ${retryIn === false ? "given up" : `tries again in ${sayDuration(retryIn)}`}`;
}
