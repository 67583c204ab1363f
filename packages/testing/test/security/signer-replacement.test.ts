import assert from "node:assert/strict";
import { certificateFingerprint, createSigner, hours, seconds, type Signer } from "@openleadr/protocol";
import { inMemoryTransport } from "@openleadr/transport";
import { Ven, VenClient, type VenStatus } from "@openleadr/ven";
import { Vtn, type VtnOptions } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { certificate, keys } from "../../../protocol/test/certificates.ts";
import { ManualClock } from "../../src/index.ts";
import { authority, kitchen, pantry, stranger, vtnParty } from "./certified.ts";

const policy = { policy: "required", authorities: [authority] } as const;
const vtnFingerprint = vtnParty.peer.fingerprint;
const aLookEveryHour = hours(1);

describe("signers that are replaced while all goes on", () => {
  it("a VEN signs with the new one from the next message on", async () => {
    const clock = new ManualClock();
    await using vtn = aVtn({ clock });
    await vtn.start();
    const failed: VenStatus[] = [];
    let polls = 0;
    await using ven = new Ven({
      transport: inMemoryTransport(vtn.handler, kitchen.peer),
      venName: "kitchen",
      signatures: { signer: kitchen.signer, vtnFingerprint },
      clock,
      onEvent: () => "optIn",
      onStatus(status) {
        if (status.type === "polled") polls += 1;
        if (status.type === "pollFailed") failed.push(status);
      },
    });
    await ven.start();
    const venId = ven.venId ?? "";
    await vtn.vens.setSignatures(venId, { signerFingerprints: [pantry.peer.fingerprint] });
    for (let tries = 0; failed.length === 0 && tries < 50; tries++) await clock.advance(seconds(1));
    const refused = failed.length;

    ven.replaceSigner(pantry.signer);
    const before = polls;
    await clock.advance(seconds(60));

    assert.ok(refused > 0 && polls > before);
    assert.equal(failed.length, refused);
    assert.equal(ven.venId, venId);
  });

  it("a VTN signs with the new one from the next answer on", async () => {
    const clock = new ManualClock();
    await using vtn = aVtn({ clock });
    await vtn.start();
    const transport = inMemoryTransport(vtn.handler, kitchen.peer);
    const signatures = { signer: kitchen.signer, vtnFingerprint: pantry.peer.fingerprint };
    await using client = new VenClient({ transport, clock, signatures });
    await assert.rejects(client.queryRegistration(), { code: "ERR_OADR_SIGNATURE_UNTRUSTED" });

    vtn.replaceSigner(pantry.signer);

    assert.equal((await client.queryRegistration()).vtnId, "vtn");
  });

  it("whoever does not sign has none to replace", () => {
    const ven = new Ven({ transport: async () => undefined, venName: "kitchen", onEvent: () => "optIn" });
    const vtn = new Vtn({ vtnId: "vtn", listen: false, signatures: { policy: "required" } });

    for (const [party, name] of [
      [ven, "VEN"],
      [vtn, "VTN"],
    ] as const) {
      const message = `signer: expected a ${name} with signatures.signer, got one that does not sign`;
      assert.throws(() => party.replaceSigner(stranger.signer), { name: "TypeError", message });
    }
  });
});

describe("certificates of signers that are about to end", () => {
  it("are told by the VEN, those of a new signer, too", async () => {
    const clock = new ManualClock("2026-06-01T12:00:00Z");
    await using vtn = aVtn({ clock, pollFrequency: aLookEveryHour });
    await vtn.start();
    const told: unknown[] = [];
    await using ven = new Ven({
      transport: inMemoryTransport(vtn.handler),
      venName: "kitchen",
      signatures: { signer: endingSigner("soon", "2026-06-20"), vtnFingerprint },
      clock,
      onEvent: () => "optIn",
      onStatus(status) {
        if (status.type === "certificateExpiring") told.push([status.subject, status.expiry]);
      },
    });
    await ven.start();

    ven.replaceSigner(endingSigner("sooner", "2026-06-04"));
    await clock.advance(aLookEveryHour);

    assert.deepEqual(told, [
      ["CN=soon", { state: "expiresSoon", within: 30, daysLeft: 18 }],
      ["CN=sooner", { state: "expiresSoon", within: 7, daysLeft: 2 }],
    ]);
  });

  it("are told by the VTN, those of a new signer, too", async () => {
    const clock = new ManualClock("2026-06-01T12:00:00Z");
    const told: unknown[] = [];
    await using vtn = aVtn({
      clock,
      signatures: { ...policy, signer: endingSigner("soon", "2026-06-20") },
      onSecurityEvent(event) {
        if (event.type === "certificateExpiring") told.push([event.venId, event.subject, event.expiry]);
      },
    });
    await vtn.start();
    await clock.advance(hours(24));

    vtn.replaceSigner(endingSigner("sooner", "2026-06-05"));
    await clock.advance(aLookEveryHour);

    assert.deepEqual(told, [
      [undefined, "CN=soon", { state: "expiresSoon", within: 30, daysLeft: 18 }],
      [undefined, "CN=sooner", { state: "expiresSoon", within: 7, daysLeft: 2 }],
    ]);
  });
});

describe("certificates of peers' signers that are about to end", () => {
  it("are told by the VTN of a VEN's, and by the VEN of the VTN's", async () => {
    const clock = new ManualClock("2026-06-01T12:00:00Z");
    const [ofVen, ofVtn] = [endingSigner("kitchen", "2026-06-20"), endingSigner("vtn", "2026-06-05")];
    const told: string[] = [];
    await using vtn = aVtn({
      clock,
      pollFrequency: aLookEveryHour,
      signatures: { ...policy, signer: ofVtn },
      onSecurityEvent(event) {
        if (event.type === "certificateExpiring" && event.role === "ven") told.push(`${event.venId}: ${event.subject}`);
      },
    });
    await vtn.start();
    await using ven = new Ven({
      transport: inMemoryTransport(vtn.handler),
      venName: "kitchen",
      venId: "ven-1",
      signatures: { signer: ofVen, vtnFingerprint: certificateFingerprint(ofVtn.certificates[0].raw) },
      clock,
      onEvent: () => "optIn",
      onStatus(status) {
        if (status.type === "certificateExpiring" && status.role === "vtn") told.push(`VTN: ${status.subject}`);
      },
    });
    await ven.start();

    await clock.advance(aLookEveryHour);

    assert.deepEqual(new Set(told), new Set(["VTN: CN=vtn", "ven-1: CN=kitchen"]));
  });
});

function endingSigner(subject: string, to: string): Signer {
  const issuer = { subject: "CA", key: keys.ca };
  const own = certificate({ subject, key: keys.p256, issuer, to });
  return createSigner({ key: keys.p256, certificates: [own] });
}

function aVtn(options: Partial<VtnOptions>): Vtn {
  return new Vtn({
    vtnId: "vtn",
    listen: false,
    pollFrequency: seconds(1),
    onCreatePartyRegistration: () => true,
    signatures: { signer: vtnParty.signer, ...policy },
    ...options,
  });
}
