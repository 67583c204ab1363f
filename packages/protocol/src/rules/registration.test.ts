import { describe, it } from "vitest";

import { aRegistration, without } from "../../test/messages.ts";
import { expectValid, expectViolation } from "../../test/rules.ts";
import type { Message, Payload } from "../messages/index.ts";
import { seconds } from "../time.ts";

const modelless = without(aRegistration().payload, "httpPullModel");

function accepted(
  changes: Partial<Payload<"oadrCreatedPartyRegistration">> = {},
): Message<"oadrCreatedPartyRegistration"> {
  return {
    name: "oadrCreatedPartyRegistration",
    payload: {
      response: { responseCode: 200, requestId: "q-1" },
      vtnId: "vtn-1",
      profiles: [{ profileName: "2.0b", transports: ["simpleHttp"] }],
      ...changes,
    },
  };
}

const ids = { registrationId: "reg-1", venId: "ven-1" };
const query: Message = { name: "oadrQueryRegistration", payload: { requestId: "q-1" } };

describe("oadrCreatePartyRegistration", () => {
  for (const [what, registration] of [
    ["a VEN that pulls", aRegistration()],
    ["a VEN that is pushed to", aRegistration({ httpPullModel: false, transportAddress: "https://ven.example" })],
    [
      "a VEN on XMPP",
      { ...aRegistration(), payload: { ...modelless, transportName: "xmpp", transportAddress: "ven@x/1" } },
    ],
    ["a venID given beforehand", aRegistration({ venId: "ven-1" })],
    ["a VEN registered before", aRegistration(ids)],
  ] as const) {
    it(`rule 402: accepts ${what}`, () => expectValid(registration));
  }

  it("rule 402: refuses simpleHttp without httpPullModel", () => {
    expectViolation(
      { name: "oadrCreatePartyRegistration", payload: modelless },
      {
        rule: 402,
        path: "httpPullModel",
        message: "expected true | false, as the transport is simpleHttp, got nothing",
      },
    );
  });

  for (const [what, registration, got] of [
    ["push", aRegistration({ httpPullModel: false }), "nothing"],
    ["push with an empty address", aRegistration({ httpPullModel: false, transportAddress: "" }), '""'],
    ["XMPP", aRegistration({ transportName: "xmpp" }), "nothing"],
  ] as const) {
    it(`rule 402: refuses ${what} without address`, () => {
      expectViolation(registration, {
        rule: 402,
        path: "transportAddress",
        message: `expected an address, as messages are pushed, got ${got}`,
      });
    });
  }

  it("rule 402: refuses a registrationID without venID", () => {
    expectViolation(aRegistration({ registrationId: "reg-1" }), {
      rule: 402,
      path: "venId",
      message: "expected a venID beside the registrationID, got nothing",
    });
  });
});

describe("oadrCreatedPartyRegistration", () => {
  it("rule 403: accepts IDs and a polling interval", () => {
    expectValid(accepted({ ...ids, requestedOadrPollFreq: seconds(10) }), { answers: aRegistration() });
  });

  it("rule 403: accepts a VEN that is pushed to without polling interval", () => {
    expectValid(accepted(ids), { answers: aRegistration({ httpPullModel: false }) });
  });

  it("rule 403: refuses a registration without IDs", () => {
    expectViolation(
      accepted({ requestedOadrPollFreq: seconds(10) }),
      [
        { rule: 403, path: "registrationId", message: "expected an ID, got nothing" },
        { rule: 403, path: "venId", message: "expected an ID, got nothing" },
      ],
      { answers: aRegistration() },
    );
  });

  it("rule 403: refuses a VEN that pulls without polling interval", () => {
    expectViolation(
      accepted(ids),
      { rule: 403, path: "requestedOadrPollFreq", message: "expected a duration, as the VEN pulls, got nothing" },
      { answers: aRegistration() },
    );
  });

  it("rule 403: asks nothing of a refusal", () => {
    expectValid(accepted({ response: { responseCode: 452, requestId: "q-1" } }), { answers: aRegistration() });
  });

  it("rule 404: accepts the answer to a query with both IDs or none", () => {
    expectValid(accepted(), { answers: query });
    expectValid(accepted(ids), { answers: query });
  });

  for (const [given, missing] of [
    ["venId", "registrationId"],
    ["registrationId", "venId"],
  ] as const) {
    it(`rule 404: refuses ${given} without ${missing}`, () => {
      const expected = { rule: 404, path: missing, message: "expected an ID beside the other one, got nothing" };

      expectViolation(accepted({ [given]: "id-1" }), expected, { answers: query });
      expectViolation(accepted({ [given]: "id-1" }), expected);
    });
  }
});
