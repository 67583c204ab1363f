import assert from "node:assert/strict";
import { milliseconds, minutes, seconds } from "@openleadr/protocol";
import { inMemoryTransport } from "@openleadr/transport";
import { describe, it } from "vitest";
import type { AcceptedVen } from "../src/index.ts";
import { aRegistration, clientOf, noon, openVtn, type OpenVtn } from "./open-vtn.ts";

const oneFingerprint = "09:71:9E:0E:51:C0:8F:05:56:C9";
const otherFingerprint = "29:38:E4:2D:39:D1:71:F7:48:58";

const byList = { listen: false, onCreatePartyRegistration: undefined } as const;

describe("vens: the accepted list", () => {
  for (const [title, accepted, request, venId] of [
    ["the name of a VEN", { venName: "kitchen" }, { venName: "kitchen" }, "id-1"],
    ["a name that has a venID", { venName: "kitchen", venId: "ven-1" }, { venName: "kitchen" }, "ven-1"],
    ["a fingerprint", { fingerprint: oneFingerprint }, { venName: "whatever" }, "id-1"],
    ["a fingerprint that has a venID", { fingerprint: oneFingerprint, venId: "ven-1" }, {}, "ven-1"],
    ["a venID that was given out beforehand", { venId: "ven-1" }, { venId: "ven-1" }, "ven-1"],
  ] as const) {
    it(`rule 402: lets in by ${title}`, async () => {
      await using open = await openVtn({ ...byList, acceptedVens: [accepted] });

      const answer = await from(open, oneFingerprint).call("oadrCreatePartyRegistration", aRegistration(request));

      assert.equal(answer?.payload.venId, venId);
    });

    it(`rule 402: lets in by ${title}, decided by a person`, async () => {
      await using open = await openVtn(byList);
      await open.vtn.vens.accept(accepted);

      const answer = await from(open, oneFingerprint).call("oadrCreatePartyRegistration", aRegistration(request));

      assert.equal(answer?.payload.venId, venId);
    });
  }

  for (const [title, accepted, request, code] of [
    [
      "another venID than its name has",
      { venName: "kitchen", venId: "ven-1" },
      { venName: "kitchen", venId: "x" },
      452,
    ],
    ["a venID where its name has none", { venName: "kitchen" }, { venName: "kitchen", venId: "x" }, 452],
    ["another venID than its certificate has", { fingerprint: oneFingerprint, venId: "ven-1" }, { venId: "x" }, 463],
  ] as const) {
    it(`rules 400, 402: refuses ${title} with ${code}`, async () => {
      await using open = await openVtn({ ...byList, acceptedVens: [accepted] });

      const call = from(open, oneFingerprint).call("oadrCreatePartyRegistration", aRegistration(request));

      await assert.rejects(call, { responseCode: code });
      assert.deepEqual(await open.vtn.vens.list(), []);
    });
  }

  it("gives a VEN that registers anew the venID it had, which it may bring", async () => {
    await using open = await openVtn({ ...byList, acceptedVens: [{ venName: "kitchen" }] });
    const { venId } = await open.register("kitchen");

    const answer = await open.call("oadrCreatePartyRegistration", aRegistration({ venName: "kitchen", venId }));

    assert.equal(answer?.payload.venId, venId);
  });

  it("lets a VEN that is registered go on that is no longer accepted", async () => {
    await using open = await openVtn(byList);
    await open.vtn.vens.accept({ venName: "kitchen" });
    const { venId, registrationId } = await open.register("kitchen");
    await open.vtn.vens.forget({ venName: "kitchen" });

    const again = aRegistration({ venName: "kitchen", venId, registrationId });

    assert.equal((await open.call("oadrCreatePartyRegistration", again))?.payload.registrationId, registrationId);
  });

  for (const ven of [
    { venName: "" },
    { fingerprint: oneFingerprint, venId: "" },
    {},
    { fingerprint: oneFingerprint, venName: "b" },
  ]) {
    it(`refuses to accept ${JSON.stringify(ven)}`, async () => {
      const accepted = ven as AcceptedVen;
      await using open = await openVtn(byList);

      await assert.rejects(open.vtn.vens.accept(accepted), { name: "RangeError" });
      await assert.rejects(openVtn({ ...byList, acceptedVens: [accepted] }), { name: "RangeError" });
    });
  }
});

describe("vens: who waits", () => {
  it("keeps an unknown VEN waiting until it is accepted", async () => {
    await using open = await openVtn(byList);
    const client = from(open, oneFingerprint);
    const request = aRegistration({ venName: "kitchen" });

    await assert.rejects(client.call("oadrCreatePartyRegistration", request), { responseCode: 463 });
    const [pending] = await open.vtn.vens.pending();
    await open.vtn.vens.accept({ fingerprint: oneFingerprint, venId: "ven-1" });
    const answer = await client.call("oadrCreatePartyRegistration", request);

    assert.deepEqual(pending, {
      subject: { fingerprint: oneFingerprint },
      venName: "kitchen",
      fingerprint: oneFingerprint,
      address: "192.0.2.7",
      profileName: "2.0b",
      transportName: "simpleHttp",
      firstAskedAt: noon,
      lastAskedAt: noon,
    });
    assert.equal(answer?.payload.venId, "ven-1");
    assert.deepEqual(await open.vtn.vens.pending(), []);
  });

  it("gives a VEN that waited the venID that it brought", async () => {
    await using open = await openVtn(byList);
    const request = aRegistration({ venId: "ven-1", venName: "kitchen" });
    await open.answer({ name: "oadrCreatePartyRegistration", payload: request });

    const [pending] = await open.vtn.vens.pending();
    assert.deepEqual(pending?.subject, { venId: "ven-1" });
    await open.vtn.vens.accept(pending.subject);

    assert.equal((await open.call("oadrCreatePartyRegistration", request))?.payload.venId, "ven-1");
  });

  it("gives a VEN that waited the venID of a registered one only where that is named", async () => {
    await using open = await openVtn(byList);
    await open.vtn.vens.accept({ fingerprint: oneFingerprint, venId: "ven-1" });
    await from(open, oneFingerprint).register("kitchen");
    const stranger = from(open, otherFingerprint);
    const request = aRegistration({ venId: "ven-1", venName: "kitchen" });
    await stranger.answer({ name: "oadrCreatePartyRegistration", payload: request });
    open.clock.advance(seconds(1));

    await assert.rejects(open.vtn.vens.accept({ fingerprint: otherFingerprint }), {
      name: "RangeError",
      message: /"ven-1"/,
    });
    await assert.rejects(stranger.call("oadrCreatePartyRegistration", request), { responseCode: 463 });
    await open.vtn.vens.accept({ fingerprint: otherFingerprint, venId: "ven-1" });

    assert.equal((await stranger.call("oadrCreatePartyRegistration", request))?.payload.venId, "ven-1");
  });

  it("tells a VEN that waits the same as one that is refused", async () => {
    await using open = await openVtn(byList);
    const request = { name: "oadrCreatePartyRegistration", payload: aRegistration({ venName: "kitchen" }) } as const;

    const waiting = await open.answer(request);
    await open.vtn.vens.refuse({ venName: "kitchen" });
    const refused = await open.answer(request);

    assert.deepEqual(refused, waiting);
    assert.equal(refused?.name === "oadrCreatedPartyRegistration" && refused.payload.response.responseCode, 463);
    assert.deepEqual(await open.vtn.vens.pending(), []);
    assert.deepEqual(
      open.statuses.map(({ type }) => type),
      ["started", "registrationPending", "registrationRefused"],
    );
  });

  it("asks again what was taken back", async () => {
    await using open = await openVtn(byList);
    await open.vtn.vens.refuse({ venName: "kitchen" });

    assert.equal(await open.vtn.vens.forget({ venName: "kitchen" }), true);
    assert.equal(await open.vtn.vens.forget({ venName: "kitchen" }), false);
    await open.answer({ name: "oadrCreatePartyRegistration", payload: aRegistration({ venName: "kitchen" }) });

    assert.equal((await open.vtn.vens.pending()).length, 1);
    assert.deepEqual(await open.vtn.vens.admissions(), []);
  });

  it("tells of a VEN that waits once, and keeps when it asked first and last", async () => {
    await using open = await openVtn(byList);
    const request = { name: "oadrCreatePartyRegistration", payload: aRegistration({ venName: "kitchen" }) } as const;

    await open.answer(request);
    open.clock.advance(minutes(5));
    await open.answer(request);

    const [pending] = await open.vtn.vens.pending();
    assert.equal(pending?.firstAskedAt.getTime(), noon.getTime());
    assert.equal(pending.lastAskedAt.getTime(), noon.getTime() + minutes(5));
    assert.equal(open.statuses.filter(({ type }) => type === "registrationPending").length, 1);
  });

  it("keeps no more than its limit, and drops who asked least lately", async () => {
    await using open = await openVtn({ ...byList, maxPendingVens: 2 });

    for (const venName of ["a", "b", "a", "c"]) {
      await open.answer({ name: "oadrCreatePartyRegistration", payload: aRegistration({ venName }) });
    }

    assert.deepEqual(
      (await open.vtn.vens.pending()).map(({ venName }) => venName),
      ["a", "c"],
    );
  });

  it("refuses a VEN by which nothing is known to know it again", async () => {
    await using open = await openVtn(byList);

    await assert.rejects(open.call("oadrCreatePartyRegistration", aRegistration()), { responseCode: 463 });

    assert.deepEqual(await open.vtn.vens.pending(), []);
    assert.deepEqual(open.statuses.at(-1), { type: "registrationRefused", venName: undefined, address: "in-memory" });
  });

  it("lets the handler leave a VEN to the lists", async () => {
    await using open = await openVtn({ ...byList, onCreatePartyRegistration: () => "pending" });
    await open.answer({ name: "oadrCreatePartyRegistration", payload: aRegistration({ venName: "kitchen" }) });

    await open.vtn.vens.accept({ venName: "kitchen" });

    assert.equal((await open.register("kitchen")).venId, "id-1");
  });
});

describe("vens: a certificate", () => {
  it("§9.2: stands for one VEN: whoever shows another, or none, is refused with 463", async () => {
    await using open = await openVtn({ listen: false });
    const { venId } = await from(open, oneFingerprint).register("kitchen");
    const other = await from(open, otherFingerprint).register("pantry");

    for (const client of [from(open, otherFingerprint), open]) {
      await assert.rejects(client.call("oadrPoll", { venId }), {
        responseCode: 463,
        responseDescription: "not registered",
      });
    }
    assert.equal((await from(open, oneFingerprint).call("oadrPoll", { venId }))?.name, "oadrResponse");
    assert.notEqual(other.venId, venId);
  });

  it("§9.2: refuses the venID of a VEN without certificate to whoever shows another VEN's", async () => {
    await using open = await openVtn({ listen: false });
    const { venId } = await open.register("kitchen");
    await from(open, otherFingerprint).register("pantry");

    await assert.rejects(from(open, otherFingerprint).call("oadrPoll", { venId }), { responseCode: 463 });
    assert.equal((await from(open, "CC").call("oadrPoll", { venId }))?.name, "oadrResponse");
  });

  for (const venId of ["ven-1", "ven-2", "nobody's"]) {
    it(`§9.2: gives nobody else the venID of its VEN, nor its VEN another: ${venId}`, async () => {
      await using open = await openVtn({ listen: false });
      await from(open, oneFingerprint).call("oadrCreatePartyRegistration", aRegistration({ venId: "ven-1" }));
      await from(open, otherFingerprint).call("oadrCreatePartyRegistration", aRegistration({ venId: "ven-2" }));
      const before = await open.vtn.vens.list();

      const peer = venId === "ven-1" ? otherFingerprint : oneFingerprint;
      const call = from(open, peer).call("oadrCreatePartyRegistration", aRegistration({ venId }));

      await assert.rejects(call, { responseCode: 463 });
      assert.deepEqual(await open.vtn.vens.list(), before);
    });
  }

  it("rule 406: is the same VEN under another name", async () => {
    await using open = await openVtn({ listen: false });
    const { venId } = await from(open, oneFingerprint).register("kitchen");

    assert.equal((await from(open, oneFingerprint).register("pantry")).venId, venId);
    assert.deepEqual(
      (await open.vtn.vens.list()).map(({ venName, fingerprint }) => [venName, fingerprint]),
      [["pantry", oneFingerprint]],
    );
  });

  it("tells two VENs of one name apart", async () => {
    await using open = await openVtn({ listen: false });
    const first = await from(open, oneFingerprint).register("kitchen");
    const second = await from(open, otherFingerprint).register("kitchen");

    assert.notEqual(second.venId, first.venId);
    assert.equal((await open.vtn.vens.list()).length, 2);
  });

  it("is replaced by one that a person accepts for the VEN", async () => {
    await using open = await openVtn(byList);
    await open.vtn.vens.accept({ fingerprint: oneFingerprint, venId: "ven-1" });
    open.clock.advance(seconds(1));
    const { venId, registrationId } = await from(open, oneFingerprint).register("kitchen");
    open.clock.advance(seconds(1));
    await open.vtn.vens.accept({ fingerprint: otherFingerprint, venId });

    const before = [
      await from(open, oneFingerprint).call("oadrPoll", { venId }),
      await from(open, otherFingerprint).call("oadrPoll", { venId }),
    ];
    open.clock.advance(seconds(1));
    const again = aRegistration({ venId, registrationId, venName: "kitchen" });
    const answer = await from(open, otherFingerprint).call("oadrCreatePartyRegistration", again);

    assert.deepEqual(
      before.map((each) => each?.name),
      ["oadrResponse", "oadrResponse"],
    );
    assert.equal(answer?.payload.registrationId, registrationId);
    assert.equal((await open.vtn.vens.get("ven-1"))?.fingerprint, otherFingerprint);
    await assert.rejects(from(open, oneFingerprint).call("oadrPoll", { venId }), { responseCode: 463 });
    await assert.rejects(from(open, oneFingerprint).call("oadrCreatePartyRegistration", again), { responseCode: 463 });
  });
});

describe("vens: poll frequency", () => {
  it("rule 403: is set for one VEN, which learns it when it registers again", async () => {
    await using open = await openVtn();
    const ven = await open.register("kitchen");

    await open.vtn.vens.setPollFrequency(ven.venId, minutes(5));
    const asked = await ven.poll();
    const { venId, registrationId } = ven;
    const again = await open.call("oadrCreatePartyRegistration", aRegistration({ venId, registrationId }));
    const anew = await open.call("oadrCreatePartyRegistration", aRegistration({ venId }));
    const others = await open.call("oadrCreatePartyRegistration", aRegistration());

    assert.equal(asked.name, "oadrRequestReregistration");
    assert.equal(again?.payload.requestedOadrPollFreq, minutes(5));
    assert.equal(anew?.payload.requestedOadrPollFreq, minutes(5));
    assert.equal(others?.payload.requestedOadrPollFreq, seconds(10));
  });

  it("is given by the handler, and taken back by undefined", async () => {
    await using open = await openVtn({ onCreatePartyRegistration: () => ({ pollFrequency: minutes(1) }) });
    const { venId } = await open.register("kitchen");
    const before = await open.vtn.vens.get(venId);

    await open.vtn.vens.setPollFrequency(venId, undefined);

    assert.equal(before?.pollFrequency, minutes(1));
    assert.equal("pollFrequency" in ((await open.vtn.vens.get(venId)) ?? {}), false);
  });

  it("is at least a second, of a VEN that is registered", async () => {
    await using open = await openVtn();
    const { venId } = await open.register("kitchen");

    await assert.rejects(open.vtn.vens.setPollFrequency(venId, milliseconds(999)), {
      message: /^pollFrequency: expected/,
    });
    await assert.rejects(open.vtn.vens.setPollFrequency("nobody", seconds(5)), { name: "RangeError" });
  });
});

describe("vens: whoever is refused by one thing and accepted by another", () => {
  const accepted = { fingerprint: oneFingerprint, venId: "ven-1" };
  const byHandler = { onCreatePartyRegistration: () => ({ venId: "ven-1" }) };
  for (const [title, options, refused, request] of [
    ["the venID that it brings", { acceptedVens: [accepted] }, { venId: "ven-1" }, { venId: "ven-1" }],
    ["the venID that it would get", { acceptedVens: [accepted] }, { venId: "ven-1" }, {}],
    ["the venID that the handler gives", byHandler, { venId: "ven-1" }, {}],
    ["its name", { acceptedVens: [accepted] }, { venName: "kitchen" }, {}],
    ["its certificate", { acceptedVens: [{ venName: "kitchen" }] }, { fingerprint: oneFingerprint }, {}],
  ] as const) {
    it(`is kept out by ${title}, until that is taken back`, async () => {
      await using open = await openVtn({ ...byList, ...options });
      await open.vtn.vens.refuse(refused);
      const payload = aRegistration({ venName: "kitchen", ...request });
      const apply = () => from(open, oneFingerprint).call("oadrCreatePartyRegistration", payload);

      await assert.rejects(apply(), { responseCode: 463 });
      await open.vtn.vens.forget(refused);

      assert.equal((await apply())?.payload.response.responseCode, 200);
    });
  }
});

/** The end of a VEN that shows a certificate with that fingerprint. */
function from({ vtn, clock }: OpenVtn, fingerprint: string) {
  return clientOf(inMemoryTransport(vtn.handler, { address: "192.0.2.7", fingerprint }), clock);
}
