import assert from "node:assert/strict";
import { certificateFingerprint, seconds } from "@openleadr/protocol";
import type { PushOptions, SecurityEvent } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { createTestCa, type Identity } from "../../../transport/test/certificates.ts";
import { anEvent } from "./open-push.ts";
import {
  issue,
  openOverTls,
  openServer,
  tlsOf,
  venIdentity,
  venOf,
  vtnIdentity,
  type OpenOverTls,
  type OverTlsOptions,
  type PushedVenOptions,
} from "./over-tls.ts";

const [pantry, gateway, renewed] = [issue("pantry"), issue("gateway"), issue("kitchen")];
const fingerprintOf = ({ certificate }: Identity): string => certificateFingerprint(certificate);

/** What became of the first message to a VEN whose server shows that certificate: delivered, or why not. */
async function outcome(
  shown: Identity,
  options: OverTlsOptions = {},
  ven: PushedVenOptions = {},
): Promise<{ readonly received: number; readonly error: string | undefined }> {
  await using server = await openServer(shown);
  await using open = await openOverTls({ ...options, push: { maxAttempts: 1, ...options.push } });
  await using _ = await started(open, { ...ven, ...server.push });
  const status = await open.told("delivered", "deliveryFailed");
  return { received: server.exchanges.length, error: status.type === "deliveryFailed" ? status.error : undefined };
}

async function started(open: OpenOverTls, options: PushedVenOptions): Promise<AsyncDisposable> {
  const ven = venOf(open, options);
  await ven.start();
  return ven;
}

const refusals = (events: readonly SecurityEvent[]) => events.filter(({ type }) => type === "serverRefused");

describe("the server of a VEN that is bound to a certificate", () => {
  it("is sent what is for the VEN if it shows the VEN's own", async () => {
    assert.deepEqual(await outcome(venIdentity), { received: 1, error: undefined });
  });

  it("is sent nothing if it shows another one of the same CA, which is told", async () => {
    await using server = await openServer(pantry);
    await using open = await openOverTls();
    await using _ = await started(open, server.push);

    const { error, tries } = await open.told("deliveryRetried");

    assert.equal(server.exchanges.length, 0);
    const reason = `server certificate: expected that of the VEN kitchen, got ${fingerprintOf(pantry)}`;
    assert.ok(error.endsWith(`: ${reason}`), error);
    const about = { venId: "kitchen", address: "127.0.0.1", fingerprint: fingerprintOf(pantry) };
    assert.deepEqual([refusals(open.events), tries], [[{ type: "serverRefused", reason: error, ...about }], 1]);
  });

  it("is sent nothing the second time either, until it shows the VEN's own", async () => {
    await using server = await openServer(pantry);
    await using open = await openOverTls();
    await using _ = await started(open, server.push);
    await open.told("deliveryRetried");

    await open.clock.advance(seconds(2));
    await open.told("deliveryRetried");
    const before = server.exchanges.length;
    server.listener.replaceTls(tlsOf(venIdentity));
    await open.clock.advance(seconds(3));
    await open.told("delivered");

    assert.deepEqual([before, server.exchanges.length, refusals(open.events).length], [0, 1, 2]);
  });

  it("costs the VEN its messages in the end, if it goes on", async () => {
    const { received, error } = await outcome(pantry);

    assert.equal(received, 0);
    assert.match(error ?? "", /expected that of the VEN kitchen/);
  });

  it("may show the one that was accepted for the VEN, until the VEN registers with it", async () => {
    await using server = await openServer(venIdentity);
    await using open = await openOverTls();
    await using ven = venOf(open, server.push);
    await ven.start();
    await open.told("delivered");
    await open.clock.advance(seconds(1));
    await open.vtn.vens.accept({ fingerprint: fingerprintOf(renewed), venId: "kitchen" });

    server.listener.replaceTls(tlsOf(renewed));
    await open.vtn.events.create(anEvent("new-certificate"));
    await open.told("eventsSent");
    server.listener.replaceTls(tlsOf(venIdentity));
    await open.vtn.events.create(anEvent("old-certificate"));
    await open.told("eventsSent");
    await using again = venOf(open, { identity: renewed, ...server.push });
    await again.start();
    const { error } = await open.told("deliveryRetried");

    assert.match(error, /expected that of the VEN kitchen/);
    assert.equal((await open.vtn.vens.get("kitchen"))?.fingerprint, fingerprintOf(renewed));
  });

  it("may show a new one once a list of one's own has it, and the VEN has shown it", async () => {
    let fingerprint = fingerprintOf(venIdentity);
    const venLookup = (venId: string) => (venId === "kitchen" ? { registrationId: "r-1", fingerprint } : undefined);
    await using server = await openServer(venIdentity);
    await using open = await openOverTls({ venLookup });
    await using ven = venOf(open, server.push);
    await ven.start();
    await open.told("delivered");

    fingerprint = fingerprintOf(renewed);
    server.listener.replaceTls(tlsOf(renewed));
    ven.replaceTls(tlsOf(renewed));
    await ven.createOpt({ optType: "optOut", optReason: "economic", availability: [aSpan] });
    await open.vtn.events.create(anEvent());
    await open.told("eventsSent");

    assert.deepEqual(refusals(open.events), []);
  });

  it("may show any of the VEN's name where VENs are known by it", async () => {
    const identifyBy = "commonName";

    assert.equal((await outcome(renewed, { identifyBy })).error, undefined);
    assert.match((await outcome(pantry, { identifyBy })).error ?? "", /expected that of the VEN kitchen/);
  });
});

const aSpan = { dtstart: new Date("2026-06-02T00:00:00Z"), duration: seconds(3600) };

describe("the server of a VEN that is bound to no certificate", () => {
  const listen = { port: 0, tls: { ...tlsOf(vtnIdentity), clientCertificate: "optional" } } as const;

  it("may show any but that of another VEN", async () => {
    await using open = await openOverTls({ listen, push: { maxAttempts: 1 } });
    await using ofPantry = await openServer(pantry);
    await using _ = await started(open, { venName: "pantry", identity: pantry, ...ofPantry.push });
    await open.told("delivered");
    await using elsewhere = await openServer(gateway);
    const anonymous = { certificate: "", key: "" };

    await using __ = await started(open, { venName: "one", identity: anonymous, ...elsewhere.push });
    await open.told("delivered");
    await using ___ = await started(open, { venName: "two", identity: anonymous, ...ofPantry.push });
    const { venId } = await open.told("deliveryFailed");

    assert.deepEqual([venId, ofPantry.exchanges.length, elsewhere.exchanges.length], ["two", 1, 1]);
  });
});

describe("push.serverCertificate", () => {
  const rows: readonly (readonly [string, PushOptions["serverCertificate"], boolean])[] = [
    ["the VEN's own", () => "own", false],
    ["any", () => "any", true],
    ["those of a list it is in", () => [fingerprintOf(pantry), fingerprintOf(gateway)], true],
    ["those of a list it is not in", () => [fingerprintOf(pantry)], false],
    ["any for another VEN", ({ venId }) => (venId === "pantry" ? "any" : "own"), false],
  ];
  for (const [title, serverCertificate, isTaken] of rows) {
    it(`${isTaken ? "lets" : "does not let"} a gateway pass where it takes ${title}`, async () => {
      const { received, error } = await outcome(gateway, { push: { serverCertificate } });

      assert.deepEqual([received, error === undefined], isTaken ? [1, true] : [0, false]);
    });
  }

  it("lets all VENs behind one gateway pass", async () => {
    await using server = await openServer(gateway);
    await using open = await openOverTls({ push: { serverCertificate: () => [fingerprintOf(gateway)] } });
    await using _ = await started(open, server.push);
    await open.told("delivered");
    await using __ = await started(open, { venName: "pantry", identity: pantry, ...server.push });
    await open.told("delivered");

    assert.deepEqual([server.exchanges.length, refusals(open.events)], [2, []]);
  });

  it("takes nothing of another CA all the same", async () => {
    const { error } = await outcome(issue("gateway", createTestCa("Another CA")), {
      push: { serverCertificate: () => "any" },
    });

    assert.match(error ?? "", /certificate/);
  });
});
