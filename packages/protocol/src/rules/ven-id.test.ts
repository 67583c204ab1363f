import { describe, it } from "vitest";

import { aRegistration, aSpecifier, request } from "../../test/messages.ts";
import { expectValid, expectViolation } from "../../test/rules.ts";
import type { Message } from "../messages/index.ts";

const response = { responseCode: 200, requestId: "q-1" };

const optional: readonly Message[] = [
  { name: "oadrResponse", payload: { response } },
  { name: "oadrCancelPartyRegistration", payload: { requestId: "q-1", registrationId: "reg-1" } },
  { name: "oadrCanceledPartyRegistration", payload: { response } },
  { name: "oadrRegisterReport", payload: { requestId: "q-1", reports: [] } },
  { name: "oadrRegisteredReport", payload: { response, reportRequests: [] } },
  request(aSpecifier()),
  { name: "oadrCreatedReport", payload: { response, pendingReports: [] } },
  { name: "oadrUpdateReport", payload: { requestId: "q-1", reports: [] } },
  { name: "oadrUpdatedReport", payload: { response } },
  { name: "oadrCancelReport", payload: { requestId: "q-1", reportRequestIds: ["rr-1"], reportToFollow: false } },
  { name: "oadrCanceledReport", payload: { response, pendingReports: [] } },
];

describe("venID", () => {
  for (const message of optional) {
    it(`rule 508: demands it in a VEN's ${message.name}`, () => {
      const expected = { rule: 508, path: "venId", message: "expected the VEN's ID, got nothing" };
      const named = { ...message, payload: { ...message.payload, venId: "ven-1" } } as Message;

      expectViolation(message, expected, { sender: "ven" });
      expectValid(named, { sender: "ven" });
    });

    it(`rule 508: lets a VTN leave it out of ${message.name}`, () => expectValid(message, { sender: "vtn" }));
  }

  it("rule 508: refuses an empty one", () => {
    expectViolation(
      { name: "oadrPoll", payload: { venId: "" } },
      { rule: 508, path: "venId", message: 'expected the VEN\'s ID, got ""' },
    );
  });

  it("rule 508: asks for none before the VEN has one", () => {
    expectValid({ name: "oadrQueryRegistration", payload: { requestId: "q-1" } });
    expectValid(aRegistration());
  });
});
