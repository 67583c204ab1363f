import { seconds, type Duration } from "@openleadr/protocol";

/** Throws `RangeError` for a span that VENs are not to poll in. */
export function requirePollFrequency(pollFrequency: Duration | undefined): void {
  if (pollFrequency === undefined || (pollFrequency >= seconds(1) && Number.isFinite(pollFrequency))) return;
  throw new RangeError(`pollFrequency: expected at least 1 s, got ${pollFrequency} ms`);
}
