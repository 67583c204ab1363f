import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { hours } from "@openleadr/protocol";
import { ManualClock } from "@openleadr/testing";
import { describe, it } from "vitest";
import { createCa, createCrl, generateCertificates, parseCrl, revocationReasons, revoke } from "../src/index.ts";

const [ca, otherCa] = [await createCa({ commonName: "CA" }), await createCa({ commonName: "CA" })];
const { certificate } = await generateCertificates("ven-1", { ca });
const other = await generateCertificates("ven-2", { ca });
const { serialNumber } = new X509Certificate(certificate);

describe("a revocation list", () => {
  it("begins empty, and says when the next is due", () => {
    const clock = new ManualClock("2026-01-01T00:00:00Z");

    const list = parseCrl(createCrl(ca, { clock, validity: hours(24) }), ca.certificate);

    assert.deepEqual(list, {
      thisUpdate: new Date("2026-01-01T00:00:00Z"),
      nextUpdate: new Date("2026-01-02T00:00:00Z"),
      number: 1n,
      revoked: [],
    });
  });

  for (const reason of revocationReasons) {
    it(`tells of a certificate, when and why: ${reason}`, () => {
      const clock = new ManualClock("2026-01-01T00:00:00Z");

      const { revoked } = parseCrl(revoke([certificate], ca, { clock, reason }), ca.certificate);

      const why = reason === "unspecified" ? {} : { reason };
      assert.deepEqual(revoked, [{ serialNumber, revokedAt: clock.now(), ...why }]);
    });
  }

  it("keeps what was revoked before, and does not revoke it again", () => {
    const first = revoke([certificate], ca, { reason: "superseded" });

    const second = revoke([certificate, other.certificate, other.certificate], ca, { previous: first });
    const third = createCrl(ca, { previous: second });

    const [before, after] = [parseCrl(first), parseCrl(third)];
    assert.deepEqual([before.number, after.number], [1n, 3n]);
    assert.deepEqual(after.revoked[0], before.revoked[0]);
    assert.equal(after.revoked.length, 2);
  });

  it("does not revoke the CA itself", () => {
    assert.throws(() => revoke([ca.certificate], ca), {
      code: "ERR_PKI_REFUSED",
      message: "certificate: expected one that this CA issued, got its own",
    });
  });

  it("takes no certificate and no earlier list of another CA, even one of the same name", () => {
    assert.throws(() => revoke([certificate], otherCa), {
      code: "ERR_PKI_REFUSED",
      message: "certificate: expected one that this CA issued, got CN=ven-1 of another",
    });
    assert.throws(() => createCrl(otherCa, { previous: createCrl(ca) }), { code: "ERR_PKI_REFUSED" });
  });
});
