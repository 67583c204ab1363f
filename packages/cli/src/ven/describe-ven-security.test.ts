import assert from "node:assert/strict";
import type { VenStatus } from "@openleadr/ven";
import { describe, it } from "vitest";
import { describeVen } from "./describe-ven.ts";

const [fingerprint, expiresAt] = ["09:71:9E:0E:51:C0:8F:05:56:C9", new Date("2026-06-01T00:00:00Z")];

describe("what the command says of a VEN's security", () => {
  for (const [status, what, about] of [
    [
      { type: "pushRefused", reason: "expected another", address: "192.0.2.7", fingerprint },
      "push refused",
      "from 192.0.2.7: expected another",
    ],
    [
      { type: "securityReduced", option: "signatures.authorities" },
      "security reduced",
      "whoever has a certificate of the CAs may sign as the VTN",
    ],
    [
      {
        type: "certificateExpiring",
        role: "own",
        fingerprint,
        subject: "CN=kitchen",
        expiresAt,
        expiry: { state: "expired" },
      },
      "certificate expires",
      "own, CN=kitchen: expired",
    ],
    [
      { type: "revocationListExpiring", issuer: "CN=CA", expiresAt, expiry: { state: "expired" } },
      "revocation list ends",
      "that of CN=CA: expired",
    ],
  ] as const satisfies readonly (readonly [VenStatus, string, string])[]) {
    it(`says "${what}": ${about}`, () => assert.deepEqual(describeVen(status), { what, about }));
  }
});
