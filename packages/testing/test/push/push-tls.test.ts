import assert from "node:assert/strict";
import { certificateFingerprint } from "@openleadr/protocol";
import type { ListenerTlsOptions } from "@openleadr/transport";
import { Ven } from "@openleadr/ven";
import { describe, it } from "vitest";
import { createTestCa, type Identity } from "../../../transport/test/certificates.ts";
import { anEvent, openPush, type OpenPush } from "./open-push.ts";

const ca = createTestCa();
// They are to be valid by the clock of the machine and by that of the tests.
const notBefore = new Date("2026-01-01T00:00:00Z");
const vtnIdentity = ca.issue({ name: "vtn", notBefore });
const venIdentity = ca.issue({ name: "kitchen", notBefore });

const tlsOf = ({ certificate, key }: Identity) =>
  ({ certificate, key, ca: ca.certificate }) satisfies ListenerTlsOptions;

/** A VTN that listens and pushes with its certificate. */
async function openOverTls(): Promise<OpenPush> {
  const allowedHosts = ["127.0.0.1"];
  return openPush({
    listen: { port: 0, tls: tlsOf(vtnIdentity) },
    push: { allowedHosts, tls: tlsOf(vtnIdentity) },
  });
}

interface VenIdentities {
  /** What the VEN listens with. @default what it registers with */
  readonly server?: Identity;
  /** @default any of the CA */
  readonly vtnFingerprint?: string;
}

function venOf({ url: vtnUrl, clock }: OpenPush, { server = venIdentity, vtnFingerprint }: VenIdentities = {}): Ven {
  const push = { listen: { port: 0, tls: tlsOf(server) }, vtnFingerprint };
  return new Ven({ vtnUrl, venName: "kitchen", tls: tlsOf(venIdentity), push, clock, onEvent: () => "optIn" });
}

describe("push over mutual TLS", () => {
  for (const vtnFingerprint of [undefined, certificateFingerprint(vtnIdentity.certificate)]) {
    it(`rules 38, 68: brings an event to a VEN that takes ${vtnFingerprint ?? "any VTN of its CA"}`, async () => {
      await using open = await openOverTls();
      const ven = venOf(open, vtnFingerprint === undefined ? {} : { vtnFingerprint });
      await ven.start();

      await open.vtn.events.create(anEvent());

      assert.equal((await open.vtn.events.response("event-1", "kitchen")).optType, "optIn");
      assert.equal((await open.vtn.vens.get("kitchen"))?.fingerprint, certificateFingerprint(venIdentity.certificate));
      await ven.stop();
    });
  }

  it("sends nothing to a server whose certificate is of another CA", async () => {
    await using open = await openOverTls();
    const stranger = createTestCa("Another CA").issue({ name: "kitchen", notBefore });
    const ven = venOf(open, { server: stranger });
    await ven.start();

    const { message, error } = await open.told("deliveryRetried");

    assert.equal(message, "oadrRegisterReport");
    assert.match(error, /certificate/);
    await ven.stop();
  });

  it("makes a dead letter of what a VEN refuses that wants another VTN's certificate", async () => {
    await using open = await openOverTls();
    const ven = venOf(open, {
      vtnFingerprint: certificateFingerprint(ca.issue({ name: "other", notBefore }).certificate),
    });
    await ven.start();

    const { error } = await open.told("deliveryFailed");

    assert.match(error, /403/);
    await ven.stop();
  });
});
