import assert from "node:assert/strict";
import { certificateFingerprint, minutes } from "@openleadr/protocol";
import { inMemoryTransport, type Peer } from "@openleadr/transport";
import { describe, it } from "vitest";
import { certificate, keys } from "../../protocol/test/certificates.ts";
import type { KnownVen, SecurityEvent } from "../src/index.ts";
import { anEvent } from "./events.ts";
import { aRegistration, clientOf, expectMessage, openVtn, type OpenVtn } from "./open-vtn.ts";

const oneFingerprint = "09:71:9E:0E:51:C0:8F:05:56:C9";
const otherFingerprint = "29:38:E4:2D:39:D1:71:F7:48:58";

const kitchen: KnownVen = { registrationId: "registration-1", venName: "kitchen" };
const listed = { listen: false, venLookup: (venId: string) => (venId === "ven-1" ? kitchen : undefined) } as const;

describe("venLookup", () => {
  it("serves a VEN that only the user's list knows, with its metadata and events", async () => {
    await using open = await openVtn(listed);
    await open.vtn.events.create(anEvent());

    const names: (string | undefined)[] = [];
    for (let polls = 0; polls < 3; polls++) names.push((await open.call("oadrPoll", { venId: "ven-1" }))?.name);

    assert.deepEqual(names, ["oadrRegisterReport", "oadrDistributeEvent", "oadrResponse"]);
    assert.equal((await open.vtn.vens.get("ven-1"))?.venName, "kitchen");
  });

  it("puts a VEN into the store once, whose messages come at the same time", async () => {
    await using open = await openVtn(listed);

    const poll = () => open.call("oadrPoll", { venId: "ven-1" });
    const answers = await Promise.all([poll(), poll(), poll()]);

    const names = answers.map((answer) => answer?.name ?? "").toSorted((a, b) => a.localeCompare(b));
    assert.deepEqual(names, ["oadrRegisterReport", "oadrResponse", "oadrResponse"]);
  });

  it("rule 517: refuses with 463 a VEN that the list does not know, though the store does", async () => {
    let ven: KnownVen | undefined = kitchen;
    await using open = await openVtn({ listen: false, venLookup: () => ven });
    await open.call("oadrPoll", { venId: "ven-1" });

    ven = undefined;

    await assert.rejects(open.call("oadrPoll", { venId: "ven-1" }), { responseCode: 463 });
  });

  it("is asked with every message, and told who sends it", async () => {
    const asked: unknown[] = [];
    await using open = await openVtn({
      listen: false,
      venLookup: (venId, { peer }) => (asked.push([venId, peer.address]) > 0 ? kitchen : undefined),
    });

    await open.call("oadrPoll", { venId: "ven-1" });
    await open.call("oadrPoll", { venId: "ven-1" });

    assert.deepEqual(asked, [
      ["ven-1", "in-memory"],
      ["ven-1", "in-memory"],
    ]);
  });

  it("refuses with 463 whoever shows another certificate than the list has", async () => {
    await using open = await openVtn({ listen: false, venLookup: () => ({ ...kitchen, fingerprint: oneFingerprint }) });
    const own = from(open, oneFingerprint);

    await assert.rejects(open.call("oadrPoll", { venId: "ven-1" }), { responseCode: 463 });
    assert.equal((await own.call("oadrPoll", { venId: "ven-1" }))?.name, "oadrRegisterReport");
  });

  it("binds a VEN for which the list has no certificate to the first that it shows", async () => {
    const events: SecurityEvent[] = [];
    await using open = await openVtn({ ...listed, onSecurityEvent: (event) => void events.push(event) });
    await open.call("oadrPoll", { venId: "ven-1" });

    await from(open, oneFingerprint).call("oadrPoll", { venId: "ven-1" });

    for (const other of [open, from(open, otherFingerprint)])
      await assert.rejects(other.call("oadrPoll", { venId: "ven-1" }), { responseCode: 463 });
    assert.equal((await from(open, oneFingerprint).call("oadrPoll", { venId: "ven-1" }))?.name, "oadrResponse");
    const origin = { address: "192.0.2.7", fingerprint: oneFingerprint };
    assert.deepEqual(events[0], { type: "certificateChanged", venId: "ven-1", before: undefined, ...origin });
  });

  it("binds no VEN to the certificate of another one, and takes it for nobody else", async () => {
    await using open = await openVtn({ ...listed, venLookup: () => kitchen });
    await from(open, oneFingerprint).call("oadrPoll", { venId: "ven-1" });
    await open.call("oadrPoll", { venId: "ven-2" });

    for (const venId of ["ven-2", "ven-3"])
      await assert.rejects(from(open, oneFingerprint).call("oadrPoll", { venId }), { responseCode: 463 });

    const bound = (await open.vtn.vens.list()).map(({ venId, fingerprint }) => [venId, fingerprint]);
    assert.deepEqual(bound, [
      ["ven-1", oneFingerprint],
      ["ven-2", undefined],
    ]);
  });

  it("binds a VEN to the first common name that it shows, where that counts", async () => {
    await using open = await openVtn({ ...listed, identifyBy: "commonName" });
    const show = (subject: string) => clientOf(inMemoryTransport(open.vtn.handler, peerNamed(subject)));

    await show("kitchen").call("oadrPoll", { venId: "ven-1" });

    await assert.rejects(show("pantry").call("oadrPoll", { venId: "ven-1" }), { responseCode: 463 });
    assert.equal((await show("kitchen").call("oadrPoll", { venId: "ven-1" }))?.name, "oadrResponse");
  });

  it("tells once of a certificate without a name that the list has now, where names count", async () => {
    const events: SecurityEvent[] = [];
    const onSecurityEvent = (event: SecurityEvent): void => void events.push(event);
    let fingerprint: string | undefined;
    const venLookup = (): KnownVen => ({ ...kitchen, fingerprint });
    await using open = await openVtn({ ...listed, identifyBy: "commonName", venLookup, onSecurityEvent });
    await clientOf(inMemoryTransport(open.vtn.handler, peerNamed("kitchen"))).call("oadrPoll", { venId: "ven-1" });

    fingerprint = oneFingerprint;
    for (let polls = 0; polls < 3; polls++) await from(open, oneFingerprint).call("oadrPoll", { venId: "ven-1" });

    assert.deepEqual(
      events.map(({ type }) => type),
      ["certificateChanged"],
    );
  });

  it("rule 400: says which registrationID is the VEN's", async () => {
    await using open = await openVtn(listed);
    const cancel = { requestId: "req-1", venId: "ven-1", registrationId: "registration-2" };

    await assert.rejects(open.call("oadrCancelPartyRegistration", cancel), { responseCode: 452 });
    const answer = await open.call("oadrCancelPartyRegistration", { ...cancel, registrationId: "registration-1" });

    assert.equal(answer?.payload.response.responseCode, 200);
  });

  it("lets a VEN register with a venID that the list knows", async () => {
    await using open = await openVtn({ ...listed, onCreatePartyRegistration: undefined });

    const answer = await open.call("oadrCreatePartyRegistration", aRegistration({ venId: "ven-1" }));

    assert.deepEqual([answer?.payload.venId, answer?.payload.registrationId], ["ven-1", "registration-1"]);
    await assert.rejects(open.call("oadrCreatePartyRegistration", aRegistration({ venId: "ven-2" })), {
      responseCode: 463,
    });
  });

  it("answers 469 when it fails, and stores nothing", async () => {
    await using open = await openVtn({ listen: false, venLookup: () => Promise.reject(new Error("no database")) });

    await assert.rejects(open.call("oadrPoll", { venId: "ven-1" }), { responseCode: 469 });

    assert.deepEqual(await open.vtn.vens.list(), []);
  });

  it("says how often a VEN is to poll", async () => {
    await using open = await openVtn({ listen: false, venLookup: () => ({ ...kitchen, pollFrequency: minutes(5) }) });
    const renewed = aRegistration({ venId: "ven-1", registrationId: "registration-1" });

    const answer = await open.answer({ name: "oadrCreatePartyRegistration", payload: renewed });

    assert.equal(expectMessage("oadrCreatedPartyRegistration", answer).requestedOadrPollFreq, minutes(5));
  });
});

/** The end of a VEN that shows a certificate with that fingerprint. */
function from({ vtn }: OpenVtn, fingerprint: string) {
  return clientOf(inMemoryTransport(vtn.handler, { address: "192.0.2.7", fingerprint }));
}

/** Somebody who shows a certificate with that common name. */
function peerNamed(subject: string): Peer {
  const shown = certificate({ subject, key: keys.p256 });
  return { address: "192.0.2.7", certificate: shown, fingerprint: certificateFingerprint(shown.raw) };
}
