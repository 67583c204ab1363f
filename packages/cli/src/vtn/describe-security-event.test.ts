import assert from "node:assert/strict";
import type { ReducingOption } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { describeSecurityEvent } from "./describe-security-event.ts";

describe("what the command says of settings that make a VTN less safe", () => {
  for (const [option, about] of [
    ["listen.tls", "plain HTTP, and nobody must sign: whoever reaches the VTN may speak for any VEN"],
    ["listen.tls.clientCertificate", "VENs may come without a certificate"],
    ["listen.proxy.clientCertificate", "VENs may come through the proxy without a certificate"],
    ["signatures.sha1", "signatures with SHA-1 count"],
    ["push.tls.checkHostName", "servers that are pushed to may show a certificate for any host"],
    ["push.plainHttp", "VENs with a certificate may be pushed to in plain HTTP"],
    ["push.serverCertificate", "servers that are pushed to may show any certificate of the CAs"],
  ] as const satisfies readonly (readonly [ReducingOption, string])[]) {
    it(`says of ${option}: ${about}`, () => {
      const said = describeSecurityEvent({ type: "securityReduced", option });

      assert.deepEqual(said, { what: "security reduced", about });
    });
  }
});
