import assert from "node:assert/strict";
import { certificateFingerprint } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { createTestCa } from "../../../transport/test/certificates.ts";
import { anEvent } from "./open-push.ts";
import { issue, openOverTls, tlsOf, venIdentity, venOf, vtnIdentity } from "./over-tls.ts";

describe("push over mutual TLS", () => {
  for (const vtnFingerprint of [undefined, certificateFingerprint(vtnIdentity.certificate)]) {
    it(`rules 38, 68: brings an event to a VEN that knows it by ${vtnFingerprint ?? "its host name"}`, async () => {
      await using open = await openOverTls();
      const ven = venOf(open, { push: { listen: { port: 0, tls: tlsOf(venIdentity) }, vtnFingerprint } });
      await ven.start();

      await open.vtn.events.create(anEvent());

      assert.equal((await open.vtn.events.response("event-1", "kitchen")).optType, "optIn");
      assert.equal((await open.vtn.vens.get("kitchen"))?.fingerprint, certificateFingerprint(venIdentity.certificate));
      await ven.stop();
    });
  }

  it("sends nothing to a server whose certificate is of another CA, and tells of it", async () => {
    await using open = await openOverTls();
    const stranger = issue("kitchen", createTestCa("Another CA"));
    const ven = venOf(open, { push: { listen: { port: 0, tls: tlsOf(stranger) } } });
    await ven.start();

    const { message, error } = await open.told("deliveryRetried");

    assert.equal(message, "oadrRegisterReport");
    assert.match(error, /certificate/);
    assert.deepEqual(open.events.at(-1), {
      type: "serverRefused",
      venId: "kitchen",
      reason: error,
      address: "127.0.0.1",
      fingerprint: undefined,
    });
    await ven.stop();
  });

  it("makes a dead letter of what a VEN refuses that wants another VTN's certificate", async () => {
    await using open = await openOverTls();
    const vtnFingerprint = certificateFingerprint(issue("other").certificate);
    const ven = venOf(open, { push: { listen: { port: 0, tls: tlsOf(venIdentity) }, vtnFingerprint } });
    await ven.start();

    const { error } = await open.told("deliveryFailed");

    assert.match(error, /403/);
    await ven.stop();
  });
});
