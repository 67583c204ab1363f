import assert from "node:assert/strict";
import { HttpStatusError, MalformedMessageError, TransportError } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { retryable } from "../index.ts";

const fault = { path: "document", expected: "XML", got: "something else" };

describe("retryable (§9.1.4 to §9.1.7)", () => {
  for (const [title, error, verdict] of [
    ["a broken connection", new TransportError("ECONNRESET"), true],
    ["a time-out", new TransportError("no answer", { code: "ERR_OADR_TIMEOUT" }), true],
    ["an answer that cannot be read", new MalformedMessageError("ERR_OADR_NOT_WELL_FORMED", [fault]), false],
    ["a mistake of ours", new TypeError("x is not a function"), false],
    ["an abort", new DOMException("aborted", "AbortError"), false],
  ] as const) {
    it(`says ${verdict ? "yes" : "no"} to ${title}`, () => assert.equal(retryable(error), verdict));
  }

  for (const status of [408, 425, 429, 500, 502, 503, 504]) {
    it(`says yes to status ${status}`, () => assert.equal(retryable(new HttpStatusError(status, "")), true));
  }
  for (const status of [301, 400, 401, 403, 404, 406, 413, 415, 501, 505]) {
    it(`says no to status ${status}`, () => assert.equal(retryable(new HttpStatusError(status, "")), false));
  }
});
