import assert from "node:assert/strict";
import { certificateFingerprint, hours, seconds } from "@openleadr/protocol";
import { Vtn, type PushOptions } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { createTestCa, type Identity } from "../../../transport/test/certificates.ts";
import { anEvent } from "./open-push.ts";
import { ca, issue, openOverTls, openServer, tlsOf, venIdentity, venOf, vtnIdentity } from "./over-tls.ts";

const renewed = issue("vtn");
const fingerprintOf = ({ certificate }: Identity): string => certificateFingerprint(certificate);

describe("replacePushTls", () => {
  it("has a VTN show the new certificate with the next message that it pushes", async () => {
    await using server = await openServer(venIdentity);
    await using open = await openOverTls();
    await using ven = venOf(open, server.push);
    await ven.start();
    await open.told("delivered");

    open.vtn.replacePushTls(tlsOf(renewed));
    await open.vtn.events.create(anEvent());
    await open.told("eventsSent");

    const shown = server.exchanges.map(({ peer }) => peer.fingerprint);
    assert.deepEqual(shown, [fingerprintOf(vtnIdentity), fingerprintOf(renewed)]);
  });

  it("reaches a VEN that is just being tried again", async () => {
    const otherCa = createTestCa("Another CA");
    await using server = await openServer(issue("kitchen", otherCa));
    await using open = await openOverTls({ push: { serverCertificate: () => "any" } });
    await using ven = venOf(open, server.push);
    await ven.start();
    await open.told("deliveryRetried");

    open.vtn.replacePushTls({ ...tlsOf(renewed), ca: [ca.certificate, otherCa.certificate] });
    await open.clock.advance(seconds(2));
    await open.told("delivered");

    assert.deepEqual(
      server.exchanges.map(({ peer }) => peer.fingerprint),
      [fingerprintOf(renewed)],
    );
  });

  it("is no way around what the server of a VEN has to show", async () => {
    await using server = await openServer(issue("pantry"));
    await using open = await openOverTls();
    await using ven = venOf(open, server.push);
    await ven.start();
    await open.told("deliveryRetried");

    open.vtn.replacePushTls(tlsOf(renewed));
    await open.clock.advance(seconds(2));
    const { error } = await open.told("deliveryRetried");

    assert.match(error, /expected that of the VEN kitchen/);
  });

  it("refuses half of one, and pushes as before", async () => {
    await using server = await openServer(venIdentity);
    await using open = await openOverTls();
    await using ven = venOf(open, server.push);
    await ven.start();

    const half = { ...tlsOf(renewed), key: undefined };
    assert.throws(() => open.vtn.replacePushTls(half), { name: "TypeError", message: /^push\.tls\.key: expected/ });

    await open.told("delivered");
    assert.equal(server.exchanges[0]?.peer.fingerprint, fingerprintOf(vtnIdentity));
  });

  for (const [title, push, message] of [
    ["does not push", false, /a VTN that pushes, got one that does not$/],
    ["pushes without TLS", {}, /pushes with TLS, got one that pushes without$/],
  ] as const) {
    it(`is refused by a VTN that ${title}`, () => {
      const vtn = new Vtn({ vtnId: "vtn", push });

      assert.throws(() => vtn.replacePushTls(tlsOf(renewed)), { name: "TypeError", message });
    });
  }
});

describe("push.tls", () => {
  const rows: readonly (readonly [string, PushOptions["tls"], RegExp])[] = [
    ["a certificate without its key", { certificate: vtnIdentity.certificate }, /^push\.tls\.key: expected/],
    ["a key without its certificate", { key: vtnIdentity.key }, /^push\.tls\.certificate: expected/],
    [
      "the key of another certificate",
      { ...vtnIdentity, key: venIdentity.key },
      /^push\.tls: expected .* belong together/,
    ],
    [
      "the key of another kind",
      { ...vtnIdentity, key: ca.issue({ kind: "rsa" }).key },
      /^push\.tls\.key: expected that of/,
    ],
    ["text that is no certificate", { ca: "ca" }, /^push\.tls\.ca: expected/],
  ];
  for (const [title, tls, message] of rows) {
    it(`is refused before the VTN starts with ${title}`, () => {
      assert.throws(() => new Vtn({ vtnId: "vtn", listen: false, push: { tls } }), { name: "TypeError", message });
    });
  }

  it("is refused before the VTN starts with a fingerprint that is none", () => {
    const push = { tls: { serverFingerprint: "ab" } };

    assert.throws(() => new Vtn({ vtnId: "vtn", listen: false, push }), {
      name: "RangeError",
      message: /^push\.tls\.serverFingerprint: expected/,
    });
  });

  it("is watched, so that the end of its certificate is told, too", async () => {
    const notBefore = new Date("2026-01-01T00:00:00Z");
    const [listening, pushing, next] = [9, 8, 7].map((day) =>
      ca.issue({ notBefore, notAfter: new Date(`2026-06-0${day}T00:00:00Z`) }),
    ) as [Identity, Identity, Identity];
    await using open = await openOverTls({
      listen: { port: 0, tls: tlsOf(listening) },
      push: { tls: tlsOf(pushing) },
    });

    open.vtn.replacePushTls(tlsOf(next));
    await open.clock.advance(hours(1));

    const told = open.events.flatMap((event) =>
      event.type === "certificateExpiring" && event.role === "own" ? [event.fingerprint] : [],
    );
    assert.deepEqual(told, [listening, pushing, next].map(fingerprintOf));
  });
});
