import assert from "node:assert/strict";
import { seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { describeVen } from "./describe-ven.ts";

describe("what happens to a VEN, in words", () => {
  it("says why a registration failed, without the line break that OpenSSL ends with", () => {
    const line = describeVen({ type: "registrationFailed", error: new Error("wrong version:\n"), retryIn: seconds(2) });

    assert.deepEqual(line, { what: "registration failed", about: "wrong version:; tries again in 2 s" });
  });
});
