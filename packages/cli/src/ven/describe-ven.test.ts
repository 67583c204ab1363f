import assert from "node:assert/strict";
import { seconds, SignatureError } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { describeVen } from "./describe-ven.ts";

describe("what happens to a VEN, in words", () => {
  it("says why a registration failed, without the line break that OpenSSL ends with", () => {
    const line = describeVen({ type: "registrationFailed", error: new Error("wrong version:\n"), retryIn: seconds(2) });

    assert.deepEqual(line, { what: "registration failed", about: "wrong version:; tries again in 2 s" });
  });

  it("says how a VEN that is registered hears of things", () => {
    const ids = { venId: "kitchen", vtnId: "vtn", registrationId: "1", pollInterval: seconds(10) };
    const transportAddress = "https://kitchen.example.com";

    const [polling, pushed] = [{}, { transportAddress }].map((how) =>
      describeVen({ type: "registered", ...ids, ...how }),
    );

    assert.equal(polling?.about, "with vtn as kitchen, polls every 10 s");
    assert.equal(pushed?.about, "with vtn as kitchen, is pushed to at https://kitchen.example.com");
  });

  it("says whose signature was refused", () => {
    const error = new SignatureError("ERR_OADR_SIGNATURE_MISSING", {
      path: "oadrPayload",
      expected: "one",
      got: "none",
    });

    const line = describeVen({ type: "pollFailed", error, retryIn: seconds(1) });

    assert.equal(line?.about, "the VTN's answer: oadrPayload: expected one, got none; tries again in 1 s");
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
