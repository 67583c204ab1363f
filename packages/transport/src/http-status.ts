import { STATUS_CODES } from "node:http";

/**
 * What the HTTP statuses mean in OpenADR.
 *
 * @see OpenADR 2.0b, §9.1.4 to §9.1.7, and rule 517
 */
const meanings = new Map<number, string>([
  [403, "not authenticated, or the required signature is missing"],
  [404, "operation not supported, or the wrong path"],
  [406, "the message fails the schema, or its content type is not supported"],
  [408, "the request took too long to arrive"],
  [413, "the message is too large"],
  [500, "the peer failed; may be tried again later"],
  [501, "the peer takes POST only"],
  [503, "the peer is busy; to be tried again later"],
]);

/** What an HTTP status says about the request, in words. */
export function meaningOf(status: number): string {
  if (status >= 300 && status < 400) return "redirects are not followed";
  return meanings.get(status) ?? STATUS_CODES[status] ?? "unknown status";
}
