import assert from "node:assert/strict";
import { operations, type EiResponse, type Message, type MessageName } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { openVtn } from "./open-vtn.ts";
import { requestsOf, type VenRequestName } from "./requests.ts";

// Section 8.7 and rule 517: which payload carries the error.
// prettier-ignore
const errorAnswers = {
  oadrPoll:                      "oadrResponse",
  oadrCancelPartyRegistration:   "oadrCanceledPartyRegistration",
  oadrCanceledPartyRegistration: "oadrResponse",
  oadrResponse:                  "oadrResponse",
  oadrRequestEvent:              "oadrDistributeEvent",
  oadrCreatedEvent:              "oadrResponse",
  oadrRegisterReport:            "oadrRegisteredReport",
  oadrRegisteredReport:          "oadrResponse",
  oadrCreateReport:              "oadrCreatedReport",
  oadrCreatedReport:             "oadrResponse",
  oadrUpdateReport:              "oadrUpdatedReport",
  oadrUpdatedReport:             "oadrResponse",
  oadrCancelReport:              "oadrCanceledReport",
  oadrCanceledReport:            "oadrResponse",
  oadrCreateOpt:                 "oadrCreatedOpt",
  oadrCancelOpt:                 "oadrCanceledOpt",
} as const satisfies Record<VenRequestName, MessageName>;
const names = Object.keys(errorAnswers) as VenRequestName[];

describe("refusals: a venID that nobody registered", () => {
  for (const name of names) {
    it(`rule 517: ${name} is answered with 463 in ${errorAnswers[name]}`, async () => {
      await using open = await openVtn({ listen: false });

      const answer = await open.answer(requestsOf("nobody")[name]);

      assert.deepEqual(said(answer), [errorAnswers[name], 463, name === "oadrPoll" ? "" : "req-7"]);
    });
  }

  it("rule 512: tells upper case from lower case", async () => {
    await using open = await openVtn({ onCreatePartyRegistration: () => ({ venId: "Kitchen" }) });
    await open.register();

    await assert.rejects(open.call("oadrPoll", { venId: "kITCHEN" }), { responseCode: 463 });
  });
});

describe("refusals: no venID", () => {
  for (const name of ["oadrCancelPartyRegistration", "oadrRegisterReport", "oadrUpdateReport"] as const) {
    it(`rule 33: ${name} without it is answered with 459 in ${errorAnswers[name]}`, async () => {
      await using open = await openVtn({ listen: false });
      const { name: _, payload } = requestsOf("")[name];
      const { venId: __, ...rest } = payload;

      const answer = await open.answer({ name, payload: rest } as Message);

      assert.deepEqual(said(answer), [errorAnswers[name], 459, "req-7"]);
    });
  }
});

describe("refusals: the wrong service", () => {
  for (const name of names.filter((each) => each !== "oadrResponse")) {
    it(`${name} is answered with 459 in ${errorAnswers[name]}`, async () => {
      await using open = await openVtn({ listen: false });
      const { venId } = await open.register();
      const wrongService = operations[name].service === "EiEvent" ? "EiReport" : "EiEvent";

      const answer = await open.answer(requestsOf(venId)[name], wrongService);

      assert.deepEqual(said(answer), [errorAnswers[name], 459, name === "oadrPoll" ? "" : "req-7"]);
    });
  }

  it("says which service is the right one", async () => {
    await using open = await openVtn();

    const answer = await open.answer(requestsOf("nobody").oadrPoll, "EiEvent");

    assert.match(responseOf(answer)?.responseDescription ?? "", /expected oadrPoll at OadrPoll, got it at EiEvent/);
  });
});

describe("refusals: what a VTN does not receive", () => {
  const response = { responseCode: 200, requestId: "req-7" };
  const profiles = [{ profileName: "2.0b", transports: ["simpleHttp"] }] as const;
  for (const [rule, service, message] of [
    ["rule 401", "EiRegisterParty", { name: "oadrRequestReregistration", payload: { venId: "ven-1" } }],
    [
      "rule 23",
      "EiEvent",
      { name: "oadrDistributeEvent", payload: { requestId: "req-7", vtnId: "vtn-1", events: [] } },
    ],
    [
      "rule 401",
      "EiRegisterParty",
      { name: "oadrCreatedPartyRegistration", payload: { response, vtnId: "vtn-1", profiles } },
    ],
    ["rule 33", "EiOpt", { name: "oadrCreatedOpt", payload: { response, optId: "opt-1" } }],
    ["rule 33", "EiOpt", { name: "oadrCanceledOpt", payload: { response } }],
  ] as const) {
    it(`${rule}: ${message.name} is answered with 459 in oadrResponse`, async () => {
      await using open = await openVtn({ listen: false });

      const answer = await open.answer(message, service);

      const requestId = message.name === "oadrRequestReregistration" ? "" : "req-7";
      assert.deepEqual(said(answer), ["oadrResponse", 459, requestId]);
    });
  }
});

describe("refusals: the payload", () => {
  it("rule 41: has a requestID of its own in oadrDistributeEvent, whatever the VEN's is", async () => {
    await using open = await openVtn();

    const answer = await open.answer({ name: "oadrRequestEvent", payload: { requestId: "", venId: "nobody" } });

    const response = { responseCode: 463, responseDescription: "not registered", requestId: "" };
    const payload = { response, requestId: "0", vtnId: "vtn-1", events: [] };
    assert.deepEqual(answer, { name: "oadrDistributeEvent", payload });
  });

  it("has the optID in oadrCreatedOpt", async () => {
    await using open = await openVtn();

    const answer = await open.answer(requestsOf("nobody").oadrCreateOpt);

    assert.equal(answer?.name === "oadrCreatedOpt" && answer.payload.optId, "opt-1");
  });
});

function responseOf(message: Message | undefined): EiResponse | undefined {
  return message !== undefined && "response" in message.payload ? message.payload.response : undefined;
}

function said(message: Message | undefined): readonly unknown[] {
  const response = responseOf(message);
  return [message?.name, response?.responseCode, response?.requestId];
}
