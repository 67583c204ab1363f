import assert from "node:assert/strict";
import { seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { describeVen } from "./describe-ven.ts";

describe("what happens to a VEN, in words", () => {
  it("says why a registration failed, without the line break that OpenSSL ends with", () => {
    const line = describeVen({ type: "registrationFailed", error: new Error("wrong version:\n"), retryIn: seconds(2) });

    assert.deepEqual(line, { what: "registration failed", about: "wrong version:; tries again in 2 s" });
  });

  for (const [title, facts, words] of [
    ["the resource", { handler: "onInForce", resourceId: "boiler" }, "onInForce for boiler: stuck"],
    ["the event", { handler: "onEventStart", eventId: "peak" }, "onEventStart for peak: stuck"],
    ["nothing, for all of the VEN", { handler: "onInForce" }, "onInForce: stuck"],
  ] as const) {
    it(`names ${title} for which a handler failed`, () => {
      const line = describeVen({ type: "handlerFailed", ...facts, error: new Error("stuck") });

      assert.deepEqual(line, { what: "handler failed", about: words });
    });
  }
});
