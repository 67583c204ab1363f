import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { networkOf } from "./network-of.ts";

describe("networkOf", () => {
  for (const [address, network] of [
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::6", "2001:db8:1:2::/64"],
    ["2001:db8::6", "2001:db8:0:0::/64"],
    ["2001:0db8:0000:0000:0001::", "2001:db8:0:0::/64"],
    ["1:2:3:4:5:6:7::", "1:2:3:4::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["in-memory", "in-memory"],
    ["", ""],
  ] as const) {
    it(`takes ${address} for ${network}`, () => assert.equal(networkOf(address), network));
  }
});
