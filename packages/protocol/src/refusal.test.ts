import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { encode, refusalOf, requestIdOf, type Message } from "./index.ts";

const response = { responseCode: 459, requestId: "req-7" };
const ven = { party: "ven", venId: "ven-1" } as const;
const profiles = [{ profileName: "2.0b", transports: ["simpleHttp"] }] as const;
const vtn = { party: "vtn", vtnId: "vtn-1", profiles } as const;

describe("refusalOf", () => {
  it("rule 508: carries the venID of a VEN that refuses", () => {
    const message: Message = {
      name: "oadrCancelPartyRegistration",
      payload: { requestId: "req-7", registrationId: "r" },
    };

    const expected = { name: "oadrCanceledPartyRegistration", payload: { response, venId: "ven-1" } };
    assert.deepEqual(refusalOf(message, response, ven), expected);
  });

  it("is nothing where a VEN is sent events, whose answer is always empty", () => {
    const message: Message = {
      name: "oadrDistributeEvent",
      payload: { requestId: "req-7", vtnId: "vtn-1", events: [] },
    };

    assert.equal(refusalOf(message, response, ven), undefined);
  });

  const query: Message = { name: "oadrQueryRegistration", payload: { requestId: "req-7" } };
  const request: Message = { name: "oadrRequestEvent", payload: { requestId: "req-7", venId: "ven-1" } };
  const distribute: Message = { name: "oadrDistributeEvent", payload: { requestId: "req-7", vtnId: "v", events: [] } };
  for (const [message, refuser] of [
    [query, ven],
    [request, ven],
    [distribute, vtn],
  ] as const) {
    it(`is oadrResponse where a ${refuser.party} receives ${message.name}, which it never should`, () => {
      assert.equal(refusalOf(message, response, refuser)?.name, "oadrResponse");
    });
  }

  it("rule 41: has a requestID of its own in oadrDistributeEvent", () => {
    const refusal = refusalOf(request, { responseCode: 463, requestId: "" }, vtn);

    assert.equal(refusal?.name === "oadrDistributeEvent" && refusal.payload.requestId, "0");
  });

  it("has the vtnID and the profiles in oadrCreatedPartyRegistration, so that it is valid", () => {
    const refusal = refusalOf(query, response, vtn);

    assert.deepEqual(refusal?.payload, { response, vtnId: "vtn-1", profiles });
    assert.doesNotThrow(() => encode(refusal));
  });
});

describe("requestIdOf", () => {
  for (const [title, message, requestId] of [
    ["a request's own", { name: "oadrQueryRegistration", payload: { requestId: "req-7" } }, "req-7"],
    ["the one an answer answers", { name: "oadrResponse", payload: { response } }, "req-7"],
    ["none of a message that has none", { name: "oadrPoll", payload: { venId: "ven-1" } }, ""],
  ] as const) {
    it(`gives ${title}`, () => assert.equal(requestIdOf(message), requestId));
  }
});
