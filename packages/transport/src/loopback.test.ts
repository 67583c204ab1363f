import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { isLoopback } from "./loopback.ts";

describe("a host", () => {
  for (const host of ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"]) {
    it(`is this machine as ${host}`, () => assert.ok(isLoopback(host)));
  }
  for (const host of [
    "0.0.0.0",
    "::",
    "192.168.0.1",
    "example.com",
    "localhost.example.com",
    "127.0.0.1.example.com",
  ]) {
    it(`is another machine as ${host}`, () => assert.ok(!isLoopback(host)));
  }
});
