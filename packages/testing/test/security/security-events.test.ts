import assert from "node:assert/strict";
import { encode, hours, minutes, seconds, systemClock } from "@openleadr/protocol";
import { httpTransport, inMemoryTransport, type Peer } from "@openleadr/transport";
import type { SecurityEvent, VtnOptions } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { certificate, keys } from "../../../protocol/test/certificates.ts";
import { createTestCa } from "../../../transport/test/certificates.ts";
import { aRegistration, openVtn, type OpenVtn } from "../../../vtn/test/open-vtn.ts";
import { endOf, kitchen, pantry, stranger } from "./certified.ts";

const { address, fingerprint } = stranger.peer;
const ca = createTestCa();
const expired = ca.issue({ notAfter: new Date(Date.now() - hours(1)) });

describe("security events", () => {
  it("tell of each attempt to register, and what became of it", async () => {
    const decisions = [true, "pending", false] as const;
    let asked = 0;
    await using open = await watched({ onCreatePartyRegistration: () => decisions[asked++] ?? false });
    const apply = () => endOf(open, stranger.peer).call("oadrCreatePartyRegistration", aRegistration({ venName: "v" }));

    await apply();
    await assert.rejects(apply(), { responseCode: 463 });
    await assert.rejects(apply(), { responseCode: 463 });

    const attempt = { type: "registrationAttempt", venName: "v", venId: undefined, address, fingerprint };
    assert.deepEqual(
      open.events,
      ["accepted", "pending", "refused"].map((outcome) => ({ ...attempt, outcome })),
    );
  });

  it("tell of a venID that is not that of the certificate", async () => {
    await using open = await watched();
    const { venId } = await endOf(open, kitchen.peer).register("kitchen");

    await assert.rejects(endOf(open, stranger.peer).call("oadrPoll", { venId }), { responseCode: 463 });

    const event = { type: "identityMismatch", message: "oadrPoll", venId, address, fingerprint };
    assert.deepEqual(open.events.slice(1), [event]);
  });

  it("tell of a VEN that has another certificate", async () => {
    await using open = await watched();
    const { venId, registrationId } = await endOf(open, kitchen.peer).register("kitchen");
    open.clock.advance(seconds(1));
    await open.vtn.vens.accept({ fingerprint, venId });

    await endOf(open, stranger.peer).call("oadrCreatePartyRegistration", aRegistration({ venId, registrationId }));

    const before = kitchen.peer.fingerprint;
    assert.deepEqual(open.events[1], { type: "certificateChanged", venId, before, address, fingerprint });
  });

  it("tell of a client without a certificate", async () => {
    await using open = await watched({
      listen: { port: 0, tls: { ...ca.issue(), ca: ca.certificate } },
      clock: undefined,
    });
    await using transport = httpTransport({ url: open.vtn.url ?? "", tls: { ca: ca.certificate } });

    await assert.rejects(transport("OadrPoll", "<a/>"), { status: 403 });

    const reason = "refused with HTTP status 403: client certificate: none";
    const origin = { address: "127.0.0.1", fingerprint: undefined };
    assert.deepEqual(open.events.at(-1), { type: "certificateRefused", reason, ...origin });
  });

  for (const [title, fault, issued] of [
    ["is missing", "none", undefined],
    ["is of another CA", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", createTestCa("Other CA").issue()],
    ["has expired", "CERT_HAS_EXPIRED", expired],
  ] as const) {
    it(`tell of a client whose handshake was ended as its certificate ${title}, up to the limit`, async () => {
      await using open = await watched({
        listen: { port: 0, tls: { ...ca.issue(), ca: ca.certificate, unauthorized: "endHandshake" } },
        clock: systemClock,
        failureLimit: { failures: 2, per: hours(1) },
      });
      for (let tries = 0; tries < 4; tries++) {
        await using transport = httpTransport({ url: open.vtn.url ?? "", tls: { ca: ca.certificate, ...issued } });
        await assert.rejects(transport("OadrPoll", "<a/>"), { code: "ERR_OADR_TRANSPORT" });
      }

      const origin = { address: "127.0.0.1", fingerprint: undefined };
      const refused = { type: "certificateRefused", reason: `client certificate: ${fault}`, ...origin };
      const [first, second, third, ...more] = open.events.filter(({ type }) => type !== "certificateExpiring");
      assert.deepEqual([first, second, third?.type, more], [refused, refused, "rateLimited", []]);
    });
  }

  it("tell of a VEN's certificate 60, 30 and 7 days before its end, and at its end", async () => {
    const own = certificate({ subject: "kitchen", key: keys.p256, to: "2026-08-01" });
    await using open = await watched();
    await endOf(open, { ...kitchen.peer, certificate: own }).register("kitchen");
    const told: unknown[] = [];

    for (let day = 0; day < 63; day++) {
      const before = open.events.length;
      open.clock.advance(hours(24));
      for (let turns = 0; turns < 5; turns++) await Promise.resolve();
      for (const event of open.events.slice(before))
        if (event.type === "certificateExpiring") told.push([event.venId, event.subject, day + 1, event.expiry.state]);
    }

    assert.deepEqual(
      told,
      [1, 31, 54, 61].map((day) => ["id-1", "CN=kitchen", day, day === 61 ? "expired" : "expiresSoon"]),
    );
  });

  it("go on when the listener throws", async () => {
    await using open = await openVtn({
      listen: false,
      onSecurityEvent: () => {
        throw new Error("no");
      },
    });

    assert.equal((await endOf(open, kitchen.peer).register("kitchen")).venId, "id-1");
    assert.equal(open.errors.length, 1);
  });
});

describe("failureLimit", () => {
  const failureLimit = { failures: 2, per: minutes(1) };

  it("refuses with 403 what a peer fails at too often, and tells of it once", async () => {
    await using open = await watched({ failureLimit });
    const { venId } = await endOf(open, kitchen.peer).register("kitchen");
    const poll = () => endOf(open, stranger.peer).call("oadrPoll", { venId });

    for (let tries = 0; tries < 2; tries++) await assert.rejects(poll(), { responseCode: 463 });
    for (let tries = 0; tries < 2; tries++) await assert.rejects(poll(), { status: 403 });

    const until = new Date(open.clock.now().getTime() + minutes(1));
    assert.deepEqual(
      open.events.slice(1).map(({ type }) => type),
      ["identityMismatch", "identityMismatch", "rateLimited"],
    );
    assert.deepEqual(open.events.at(-1), { type: "rateLimited", failure: "identity", until, address, fingerprint });
  });

  it("begins anew when its time is over", async () => {
    await using open = await watched({ failureLimit });
    const { venId } = await endOf(open, kitchen.peer).register("kitchen");
    const poll = () => endOf(open, stranger.peer).call("oadrPoll", { venId });
    for (let tries = 0; tries < 3; tries++) await assert.rejects(poll());

    open.clock.advance(minutes(1));

    await assert.rejects(poll(), { responseCode: 463 });
  });

  it("keeps from registering who has tried in vain too often, and asks no handler", async () => {
    let asked = 0;
    await using open = await watched({ failureLimit, onCreatePartyRegistration: () => (asked += 1) < 0 });
    const apply = () => endOf(open, stranger.peer).call("oadrCreatePartyRegistration", aRegistration({ venName: "v" }));

    for (let tries = 0; tries < 2; tries++) await assert.rejects(apply(), { responseCode: 463 });
    await assert.rejects(apply(), { status: 403 });

    assert.equal(asked, 2);
    assert.deepEqual(
      open.events.map(({ type }) => type),
      ["registrationAttempt", "registrationAttempt", "rateLimited"],
    );
  });

  it("harms nobody else, and nothing else that the peer does", async () => {
    await using open = await watched({ failureLimit });
    const [own, other] = [endOf(open, kitchen.peer), endOf(open, pantry.peer)];
    const { venId } = await own.register("kitchen");
    const others = await other.register("pantry");
    for (let tries = 0; tries < 4; tries++) await assert.rejects(other.call("oadrPoll", { venId }));

    assert.equal((await other.call("oadrPoll", { venId: others.venId }))?.name, "oadrResponse");
    assert.equal((await own.call("oadrPoll", { venId }))?.name, "oadrResponse");
    await assert.rejects(endOf(open, stranger.peer).call("oadrPoll", { venId }), { responseCode: 463 });
  });

  it("tells of bad signatures only so often", async () => {
    await using open = await watched({ failureLimit, signatures: { policy: "required" } });
    const poll = encode({ name: "oadrPoll", payload: { venId: "ven-1" } });

    for (let tries = 0; tries < 4; tries++)
      await assert.rejects(inMemoryTransport(open.vtn.handler)("OadrPoll", poll), { status: 403 });

    assert.deepEqual(
      open.events.map(({ type }) => type),
      ["signatureRejected", "signatureRejected", "rateLimited"],
    );
  });

  it("counts those without a certificate by their address", async () => {
    await using open = await watched({ failureLimit, onCreatePartyRegistration: () => false });
    const apply = (peer: Peer) => endOf(open, peer).call("oadrCreatePartyRegistration", aRegistration());
    for (let tries = 0; tries < 2; tries++) await assert.rejects(apply({ address: "192.0.2.1" }));

    await assert.rejects(apply({ address: "192.0.2.1" }), { status: 403 });
    await assert.rejects(apply({ address: "192.0.2.2" }), { responseCode: 463 });
  });

  it("counts all addresses of a network of IPv6 together, and tells of each by itself", async () => {
    await using open = await watched({ failureLimit, onCreatePartyRegistration: () => false });
    const apply = (from: string) => endOf(open, { address: from }).call("oadrCreatePartyRegistration", aRegistration());
    for (const from of ["2001:db8::1", "2001:db8::1:1"]) await assert.rejects(apply(from), { responseCode: 463 });

    await assert.rejects(apply("2001:db8::ffff:ffff:ffff:ffff"), { status: 403 });
    await assert.rejects(apply("2001:db8:0:1::1"), { responseCode: 463 });

    const told = open.events.map((event) => ("address" in event ? event.address : undefined));
    assert.deepEqual(told, ["2001:db8::1", "2001:db8::1:1", "2001:db8::ffff:ffff:ffff:ffff", "2001:db8:0:1::1"]);
  });

  it("is off where it is false", async () => {
    await using open = await watched({ failureLimit: false, onCreatePartyRegistration: () => false });
    const apply = () => endOf(open).call("oadrCreatePartyRegistration", aRegistration());

    for (let tries = 0; tries < 100; tries++) await assert.rejects(apply(), { responseCode: 463 });
  });

  for (const [name, limit] of [
    ["failures", { failures: 0, per: minutes(1) }],
    ["per", { failures: 1, per: seconds(0.5) }],
  ] as const) {
    it(`refuses ${name} out of range`, async () => {
      await assert.rejects(openVtn({ listen: false, failureLimit: limit }), {
        name: "RangeError",
        message: new RegExp(`^failureLimit\\.${name}: expected at least 1`),
      });
    });
  }
});

/** A VTN that lets everybody in, unless it is told otherwise, and the security events that it told. */
async function watched(options: Partial<VtnOptions> = {}): Promise<OpenVtn & { readonly events: SecurityEvent[] }> {
  const events: SecurityEvent[] = [];
  const open = await openVtn({ listen: false, onSecurityEvent: (event) => void events.push(event), ...options });
  return Object.assign(open, { events });
}
