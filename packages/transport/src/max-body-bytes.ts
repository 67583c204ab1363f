import { resolveLimits } from "@openleadr/protocol/internal";

/** The largest body, by default that of the largest document. Throws `RangeError` unless it is a whole number above 0. */
export function resolveMaxBodyBytes(maxBodyBytes: number = resolveLimits().maxBytes): number {
  if (Number.isSafeInteger(maxBodyBytes) && maxBodyBytes >= 1) return maxBodyBytes;
  throw new RangeError(`maxBodyBytes: expected a whole number, at least 1, got ${maxBodyBytes}`);
}
