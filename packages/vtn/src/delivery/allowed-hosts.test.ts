import assert from "node:assert/strict";
import { promisify } from "node:util";
import { describe, it } from "vitest";
import { hostGuard, type AllowedHosts } from "./allowed-hosts.ts";

describe("hosts that may be called", () => {
  for (const host of ["93.184.215.14", "[2606:2800:21f:cb07:6820:80da:af6b:8b2c]", "ven.example.com"])
    it(`public: allows ${host}`, () => assert.equal(hostGuard(["public"]).allowsHost(host), true));

  // prettier-ignore
  for (const host of [
    "127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "198.18.0.1", "[::1]", "[::]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[ff02::1]",
  ])
    it(`public: refuses ${host}`, () => assert.equal(hostGuard(["public"]).allowsHost(host), false));

  for (const [allowed, host, expected] of [
    ["any", "127.0.0.1", true],
    ["any", "localhost", true],
    [["10.20.0.0/16"], "10.20.3.4", true],
    [["10.20.0.0/16"], "10.21.3.4", false],
    [["10.20.0.0/16"], "93.184.215.14", false],
    [["10.20.0.0/16"], "ven.example.com", true],
    [["10.20.0.7"], "10.20.0.7", true],
    [["10.20.0.7"], "10.20.0.8", false],
    [["fd12::/16"], "[fd12::5]", true],
    [["public", "10.0.0.0/8"], "10.1.2.3", true],
    [["ven.example.com"], "VEN.example.com", true],
    [["ven.example.com"], "other.example.com", false],
    [["ven.example.com"], "93.184.215.14", false],
    [["*.example.com"], "ven.example.com", true],
    [["*.example.com"], "example.com", false],
    [["*.example.com"], "ven.example.com.evil.net", false],
    [[], "ven.example.com", false],
    [[], "93.184.215.14", false],
  ] as readonly (readonly [AllowedHosts, string, boolean])[]) {
    const verb = expected ? "allows" : "refuses";
    it(`${JSON.stringify(allowed)}: ${verb} ${host}`, () =>
      assert.equal(hostGuard(allowed).allowsHost(host), expected));
  }

  for (const entry of ["10.0.0.0/33", "10.0.0.0/", "::1/129", "http://ven.example.com", "*", "", "a b"])
    it(`takes no rule ${JSON.stringify(entry)}`, () => assert.throws(() => hostGuard([entry]), RangeError));

  it("does not resolve a name that stands for an address that may not be called", async () => {
    const lookup = promisify(hostGuard(["public"]).lookup);

    await assert.rejects(lookup("localhost", { all: true }), /localhost is .*, which may not be called/);
    await assert.rejects(lookup("localhost", {}), /which may not be called/);
  });

  it("resolves a name that is listed, whatever it stands for", async () => {
    const lookup = promisify(hostGuard(["localhost"]).lookup);

    assert.ok(Array.isArray(await lookup("localhost", { all: true })));
    assert.equal(await lookup("localhost", { family: 4 }), "127.0.0.1");
  });
});
