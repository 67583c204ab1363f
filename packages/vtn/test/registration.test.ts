import assert from "node:assert/strict";
import { InvalidIdError, minutes, seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { anEvent } from "./events.ts";
import { aRegistration, expectMessage, noon, openVtn } from "./open-vtn.ts";

const profiles = [{ profileName: "2.0b", transports: ["simpleHttp"] }];

describe("EiRegisterParty: query", () => {
  it("rule 404: tells profiles and poll frequency, and no IDs of a VEN", async () => {
    await using open = await openVtn({ pollFrequency: seconds(30) });
    await open.register();

    const answer = await open.call("oadrQueryRegistration", { requestId: "req-7" });

    assert.deepEqual(answer?.payload, {
      response: { responseCode: 200, responseDescription: "OK", requestId: "req-7" },
      vtnId: "vtn-1",
      profiles,
      requestedOadrPollFreq: seconds(30),
    });
  });
});

describe("EiRegisterParty: profiles", () => {
  const both = [
    { profileName: "2.0a", transports: ["simpleHttp"] },
    { profileName: "2.0b", transports: ["simpleHttp", "xmpp"] },
  ] as const;

  it("rules 403, 404: announces all that it is configured to, in refusals too", async () => {
    await using open = await openVtn({ profiles: both });
    const refused = { name: "oadrCreatePartyRegistration", payload: aRegistration({ registrationId: "x" }) } as const;

    const answers = [
      await open.answer({ name: "oadrQueryRegistration", payload: { requestId: "req-7" } }),
      await open.answer({ name: "oadrCreatePartyRegistration", payload: aRegistration() }),
      await open.answer(refused),
    ];

    for (const answer of answers) {
      assert.deepEqual(expectMessage("oadrCreatedPartyRegistration", answer).profiles, both);
    }
  });

  it("refuses a VEN of a profile that it does not announce with 469", async () => {
    await using open = await openVtn();

    const call = open.call("oadrCreatePartyRegistration", aRegistration({ profileName: "2.0a" }));

    await assert.rejects(call, { responseCode: 469, message: /2\.0a over simpleHttp/ });
    assert.deepEqual(await open.vtn.vens.list(), []);
  });
});

describe("EiRegisterParty: registration", () => {
  it("rule 403: gives IDs, profiles and poll frequency to a VEN that registers", async () => {
    await using open = await openVtn();

    const answer = await open.call("oadrCreatePartyRegistration", aRegistration({ requestId: "req-7" }));

    assert.deepEqual(answer?.payload, {
      response: { responseCode: 200, responseDescription: "OK", requestId: "req-7" },
      registrationId: "id-2",
      venId: "id-1",
      vtnId: "vtn-1",
      profiles,
      requestedOadrPollFreq: seconds(10),
    });
  });

  it("keeps what the VEN says of itself", async () => {
    await using open = await openVtn();

    await open.call("oadrCreatePartyRegistration", aRegistration({ venName: "kitchen" }));

    assert.deepEqual(await open.vtn.vens.list(), [
      {
        venId: "id-1",
        registrationId: "id-2",
        venName: "kitchen",
        profileName: "2.0b",
        transportName: "simpleHttp",
        reportOnly: false,
        xmlSignature: false,
        httpPullModel: true,
        registeredAt: noon,
        presence: { state: "online", lastContact: noon, address: "127.0.0.1" },
      },
    ]);
  });

  for (const [what, given] of [
    ["to be pushed to, if there is no push", { httpPullModel: false, transportAddress: "http://ven.example.com" }],
    ["to be reached over XMPP", { transportName: "xmpp", transportAddress: "ven@example.com/1" }],
  ] as const) {
    it(`refuses a VEN that wants ${what} with 469, rather than let it wait for ever`, async () => {
      await using open = await openVtn({ push: false });

      const answer = open.call("oadrCreatePartyRegistration", aRegistration(given));

      await assert.rejects(answer, {
        responseCode: 469,
        message: /expected (oadrTransportName simpleHttp|oadrHttpPullModel true)/,
      });
      assert.deepEqual(await open.vtn.vens.list(), []);
    });
  }

  it("rule 402: gives a VEN the venID that it brings, if that is let in", async () => {
    await using open = await openVtn({ onCreatePartyRegistration: ({ venId }) => venId === "ven-of-old" });

    const answer = await open.call("oadrCreatePartyRegistration", aRegistration({ venId: "ven-of-old" }));

    assert.equal(answer?.payload.venId, "ven-of-old");
  });

  it("takes the IDs that the handler gives", async () => {
    const ids = { venId: "ven-1", registrationId: "registration-1" };
    await using open = await openVtn({ onCreatePartyRegistration: () => ids });

    const answer = await open.call("oadrCreatePartyRegistration", aRegistration({ venId: "ven-of-old" }));

    assert.equal(answer?.payload.venId, "ven-1");
    assert.equal(answer.payload.registrationId, "registration-1");
  });

  it("rule 46: takes empty elements for none", async () => {
    const asked: unknown[] = [];
    await using open = await openVtn({ onCreatePartyRegistration: (request) => asked.push(request) > 0 });
    const empty = { requestId: "", registrationId: "", venId: "", venName: "", transportAddress: "" };

    const answer = await open.answer({ name: "oadrCreatePartyRegistration", payload: aRegistration(empty) });

    assert.equal(expectMessage("oadrCreatedPartyRegistration", answer).venId, "id-1");
    assert.deepEqual(asked, [aRegistration({ requestId: "" })]);
  });

  it("asks the handler, with the venID of a VEN that is known and the address it comes from", async () => {
    const asked: unknown[] = [];
    await using open = await openVtn({
      onCreatePartyRegistration: (_request, { venId, peer }) => asked.push([venId, peer.address]) > 0,
    });

    const { venId } = await open.register("kitchen");
    await open.register("kitchen");

    assert.deepEqual(asked, [
      [undefined, "127.0.0.1"],
      [venId, "127.0.0.1"],
    ]);
  });

  it("rule 301: has the VTN's own metadata, of nothing, wait for a VEN that has registered", async () => {
    await using open = await openVtn();
    const created = await open.call("oadrCreatePartyRegistration", aRegistration());

    const answer = await open.call("oadrPoll", { venId: created?.payload.venId ?? "" });

    assert.deepEqual(expectMessage("oadrRegisterReport", answer).reports, []);
  });

  it("rule 50: has the events there are wait for a VEN that has registered", async () => {
    await using open = await openVtn();
    await open.vtn.events.create(anEvent());
    const created = await open.call("oadrCreatePartyRegistration", aRegistration());
    const poll = { venId: created?.payload.venId ?? "" };

    await open.call("oadrPoll", poll);
    const answer = await open.call("oadrPoll", poll);

    assert.equal(expectMessage("oadrDistributeEvent", answer).events.length, 1);
  });

  it("tells who registered", async () => {
    await using open = await openVtn();

    const { venId } = await open.register("kitchen");

    assert.deepEqual(open.statuses.at(1), { type: "registered", venId, venName: "kitchen", again: false });
  });
});

describe("EiRegisterParty: refused registration", () => {
  it("rule 517: refuses with 463, and still tells vtnID and profiles", async () => {
    await using open = await openVtn({ onCreatePartyRegistration: () => false });
    const payload = aRegistration({ requestId: "req-7", venName: "kitchen" });

    const answer = await open.answer({ name: "oadrCreatePartyRegistration", payload });

    assert.deepEqual(expectMessage("oadrCreatedPartyRegistration", answer), {
      response: { responseCode: 463, responseDescription: "registration refused", requestId: "req-7" },
      vtnId: "vtn-1",
      profiles,
    });
    assert.deepEqual(await open.vtn.vens.list(), []);
    assert.deepEqual(open.statuses.at(-1), { type: "registrationRefused", venName: "kitchen", address: "127.0.0.1" });
  });

  it("refuses with the code that the handler throws", async () => {
    const refusal = new InvalidIdError("not the venID we gave you");
    await using open = await openVtn({ onCreatePartyRegistration: () => Promise.reject(refusal) });

    const call = open.call("oadrCreatePartyRegistration", aRegistration({ venId: "ven-of-others" }));

    await assert.rejects(call, { responseCode: 452, responseDescription: "not the venID we gave you" });
  });

  for (const ids of [{ venId: "" }, { registrationId: "" }]) {
    it(`registers nobody when the handler gives ${JSON.stringify(ids)}`, async () => {
      await using open = await openVtn({ onCreatePartyRegistration: () => ids });

      await assert.rejects(open.call("oadrCreatePartyRegistration", aRegistration()), { responseCode: 469 });

      assert.deepEqual(await open.vtn.vens.list(), []);
    });
  }
});

describe("EiRegisterParty: new registration of a registered VEN", () => {
  it("rule 406: keeps the venID and gives a new registrationID", async () => {
    await using open = await openVtn();
    const first = await open.register("kitchen");

    const second = await open.register("kitchen");

    assert.equal(second.venId, first.venId);
    assert.notEqual(second.registrationId, first.registrationId);
    assert.equal((await open.vtn.vens.list()).length, 1);
  });

  it("rule 406: forgets what waited for the VEN, and what was requested of it", async () => {
    await using open = await openVtn({ onRegisterReport: () => ({ granularity: minutes(1) }) });
    const { venId } = await open.register("kitchen");
    await open.vtn.vens.requestReregistration(venId);
    await open.vtn.vens.cancelPartyRegistration(venId);

    await open.call("oadrCreatePartyRegistration", aRegistration({ venName: "kitchen" }));

    assert.equal((await open.call("oadrPoll", { venId }))?.name, "oadrRegisterReport");
    assert.equal((await open.call("oadrPoll", { venId }))?.name, "oadrResponse");
  });

  it("rule 406: sends the events again, though they were answered before", async () => {
    await using open = await openVtn();
    const ven = await open.register("kitchen");
    await open.vtn.events.create(anEvent());
    await ven.drain();
    await ven.respond({ eventId: "event-1" });

    await open.call("oadrCreatePartyRegistration", aRegistration({ venName: "kitchen" }));

    assert.deepEqual(await ven.drain(), ["oadrRegisterReport", "oadrDistributeEvent"]);
    assert.deepEqual(await open.vtn.events.responses("event-1"), []);
  });

  it("rule 406: knows a VEN by the venID that it brings", async () => {
    await using open = await openVtn();
    const { venId } = await open.register("kitchen");

    const answer = await open.call("oadrCreatePartyRegistration", aRegistration({ venId, venName: "pantry" }));

    assert.equal(answer?.payload.venId, venId);
    assert.deepEqual(
      (await open.vtn.vens.list()).map(({ venName }) => venName),
      ["pantry"],
    );
  });

  it("rule 406: ends the old registration when the handler gives another venID", async () => {
    let venId = "ven-1";
    await using open = await openVtn({ onCreatePartyRegistration: () => ({ venId }) });
    await open.register("kitchen");
    venId = "ven-2";

    await open.register("kitchen");

    assert.deepEqual(
      (await open.vtn.vens.list()).map((registration) => registration.venId),
      ["ven-2"],
    );
  });

  it("leaves a VEN alone whose venID another one brings and does not get", async () => {
    await using open = await openVtn({ onCreatePartyRegistration: ({ venName = "" }) => ({ venId: venName }) });
    await open.register("kitchen");

    await open.call("oadrCreatePartyRegistration", aRegistration({ venId: "kitchen", venName: "thief" }));

    assert.deepEqual(
      (await open.vtn.vens.list()).map(({ venId }) => venId),
      ["kitchen", "thief"],
    );
  });
});

describe("EiRegisterParty: re-registration", () => {
  it("keeps both IDs, what waits, and what was answered, and takes what the VEN says now", async () => {
    await using open = await openVtn();
    const { venId, registrationId } = await open.register("kitchen");
    await open.vtn.events.create(anEvent());

    const payload = aRegistration({ venId, registrationId, venName: "pantry" });
    const answer = await open.call("oadrCreatePartyRegistration", payload);

    assert.equal(answer?.payload.venId, venId);
    assert.equal(answer.payload.registrationId, registrationId);
    assert.equal((await open.vtn.vens.list())[0]?.venName, "pantry");
    assert.equal((await open.call("oadrPoll", { venId }))?.name, "oadrDistributeEvent");
    assert.deepEqual(open.statuses.at(-2), { type: "registered", venId, venName: "pantry", again: true });
  });

  for (const [title, ids, code] of [
    ["a registrationID that is not the VEN's", { registrationId: "nonsense" }, 452],
    ["another VEN's registrationID", { registrationId: "id-2" }, 452],
    ["a venID that nobody has", { venId: "nonsense" }, 463],
    ["no venID", { venId: "" }, 459],
  ] as const) {
    it(`rule 400: refuses ${title} with ${code}`, async () => {
      await using open = await openVtn();
      const others = await open.register("others");
      const { venId, registrationId } = await open.register("kitchen");
      const before = await open.vtn.vens.list();
      assert.equal(others.registrationId, "id-2");

      const payload = aRegistration({ requestId: "req-7", venId, registrationId, ...ids });
      const answer = await open.answer({ name: "oadrCreatePartyRegistration", payload });

      const { response } = expectMessage("oadrCreatedPartyRegistration", answer);
      assert.deepEqual([response.responseCode, response.requestId], [code, "req-7"]);
      assert.deepEqual(await open.vtn.vens.list(), before);
    });
  }

  it("rule 401: is asked for with the VEN's next poll", async () => {
    await using open = await openVtn();
    const ven = await open.register();

    await open.vtn.vens.requestReregistration(ven.venId);

    assert.deepEqual(await ven.poll(), { name: "oadrRequestReregistration", payload: { venId: ven.venId } });
    assert.equal((await ven.poll()).name, "oadrResponse");
  });

  it("gives an empty answer to the VEN's oadrResponse, at any service", async () => {
    await using open = await openVtn();
    const { venId } = await open.register();
    const payload = { response: { responseCode: 200, requestId: "" }, venId };

    assert.equal(await open.answer({ name: "oadrResponse", payload }, "EiRegisterParty"), undefined);
    assert.equal(await open.answer({ name: "oadrResponse", payload }, "OadrPoll"), undefined);
  });

  it("takes an oadrResponse without venID", async () => {
    await using open = await openVtn();
    const payload = { response: { responseCode: 200, requestId: "" } };

    assert.equal(await open.answer({ name: "oadrResponse", payload }), undefined);
  });

  it("is not asked of a VEN that is not registered", async () => {
    await using open = await openVtn();

    await assert.rejects(open.vtn.vens.requestReregistration("nobody"), { name: "RangeError", message: /"nobody"/ });
    await assert.rejects(open.vtn.vens.cancelPartyRegistration("nobody"), { name: "RangeError", message: /"nobody"/ });
  });
});
