import assert from "node:assert/strict";
import { Ven } from "@openleadr/ven";
import { describe, it } from "vitest";

const onEvent = (): "optIn" => "optIn";

describe("replaceTls", () => {
  it("is refused by a VEN with a transport of its own", () => {
    const ven = new Ven({ transport: () => Promise.resolve(undefined), venName: "kitchen", onEvent });

    assert.throws(() => ven.replaceTls({}), /^TypeError: tls: expected a VEN with a vtnUrl, got a transport$/);
  });

  it("is refused for a VTN without TLS", () => {
    const ven = new Ven({ vtnUrl: "http://127.0.0.1:9", venName: "kitchen", onEvent });

    assert.throws(() => ven.replaceTls({}), /^TypeError: tls: expected an https: URL to go with it, got "http:/);
  });
});

describe("replacePushTls", () => {
  for (const [what, push, reason] of [
    ["a VEN that polls", undefined, /^TypeError: tls: expected a VEN with push, got one that polls$/],
    ["a VEN that does not listen itself", { listen: false, address: "https://ven.example.com" }, /that listens, got/],
  ] as const) {
    it(`is refused by ${what}`, () => {
      const ven = new Ven({ vtnUrl: "http://127.0.0.1:9", venName: "kitchen", onEvent, push });

      assert.throws(() => ven.replacePushTls({ certificate: "c", key: "k" }), reason);
    });
  }
});
