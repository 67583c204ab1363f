import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { isSameUri } from "./uri.ts";

describe("isSameUri", () => {
  for (const [one, other] of [
    ["http://market.example.com/heat", "HTTP://Market.Example.COM/heat"],
    ["http://market.example.com", "http://market.example.com/"],
    ["http://market.example.com:80/heat", "http://market.example.com/heat"],
    ["https://market.example.com:443/heat", "https://market.example.com/heat"],
    ["http://market.example.com:/heat", "http://market.example.com/heat"],
    ["http://market/%7eheat", "http://market/~heat"],
    ["http://market/h%c3%a4t", "http://market/h%C3%A4t"],
    ["http://market/a/./b/../heat", "http://market/a/heat"],
    ["OADR://Heat", "oadr://heat"],
    ["URN:market:Heat", "urn:market:Heat"],
    ["Heat%2dPump", "Heat-Pump"],
  ] as const) {
    it(`rule 512: takes ${one} and ${other} for one`, () => {
      assert.equal(isSameUri(one, other), true);
    });
  }

  for (const [one, other] of [
    ["http://market/heat", "http://market/Heat"],
    ["http://market/heat", "http://market/heat/"],
    ["http://market/heat", "https://market/heat"],
    ["http://market:8080/heat", "http://market/heat"],
    ["http://User@market/heat", "http://user@market/heat"],
    ["http://market/a%2Fb", "http://market/a/b"],
    ["http://market/heat?a=B", "http://market/heat?a=b"],
    ["http://market/?a=/../b", "http://market/?b"],
    ["urn:market:heat", "urn:market:Heat"],
    ["Heat", "heat"],
    ["", "heat"],
  ] as const) {
    it(`rule 512: tells ${one} from ${other}`, () => {
      assert.equal(isSameUri(one, other), false);
    });
  }
});
