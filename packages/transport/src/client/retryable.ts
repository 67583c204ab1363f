import { HttpStatusError, SignatureError, TransportError } from "@openleadr/protocol";

// A repeated request may get another answer: what the standard names (500, 503), and what a gateway between the two says
// while the peer behind it is away (408, 425, 429, 502, 504).
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Whether the same request may succeed later: the peer could not be reached, did not answer in time, or said 500 or
 * 503, or 408, 425, 429, 502 or 504 as gateways do; or an answer was ignored for its signature, as if none had come.
 *
 * Not so for 404, 406, 501 and the like, which the standard forbids to send again unchanged. All operations of OpenADR
 * are idempotent, so a repeated request does no harm.
 *
 * @see OpenADR 2.0b, §9.1.4 to §9.1.7
 */
export function retryable(error: unknown): boolean {
  if (error instanceof HttpStatusError) return passing.has(error.status);
  return error instanceof TransportError || error instanceof SignatureError;
}
