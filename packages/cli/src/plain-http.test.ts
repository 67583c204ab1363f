import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { isLoopback } from "./plain-http.ts";

describe("plain HTTP", () => {
  for (const host of ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"]) {
    it(`stays within the machine with ${host}`, () => assert.ok(isLoopback(host)));
  }
  for (const host of [
    "0.0.0.0",
    "::",
    "192.168.0.1",
    "example.com",
    "localhost.example.com",
    "127.0.0.1.example.com",
  ]) {
    it(`leaves the machine with ${host}`, () => assert.ok(!isLoopback(host)));
  }
});
