import { isSuccess } from "../response-codes.ts";
import { violation, type Rule } from "./rule.ts";

/** Rule 402: a registration over HTTP says pull or push, one for push says where to, and a renewed one who it is. */
export const registrationContent: Rule<"oadrCreatePartyRegistration"> = function* ({ payload }) {
  const { transportName, httpPullModel, transportAddress, registrationId, venId } = payload;
  if (transportName === "simpleHttp" && httpPullModel === undefined) {
    yield violation(402, "httpPullModel", {
      expected: "true | false, as the transport is simpleHttp",
      got: httpPullModel,
    });
  }
  const pushes = transportName === "xmpp" || httpPullModel === false;
  if (pushes && isMissing(transportAddress)) {
    yield violation(402, "transportAddress", { expected: "an address, as messages are pushed", got: transportAddress });
  }
  if (!isMissing(registrationId) && isMissing(venId)) {
    yield violation(402, "venId", { expected: "a venID beside the registrationID", got: venId });
  }
};

/** Rules 403 and 404: the answer to a registration gives its IDs, and that to a query both of them or neither. */
export const registrationAnswer: Rule<"oadrCreatedPartyRegistration"> = function* ({ payload }, { answers }) {
  if (!isSuccess(payload.response.responseCode)) return;
  const isRegistration = answers?.name === "oadrCreatePartyRegistration";
  const isIncomplete = isMissing(payload.registrationId) !== isMissing(payload.venId);
  for (const name of ["registrationId", "venId"] as const) {
    if (!isMissing(payload[name]) || !(isRegistration || isIncomplete)) continue;
    const expected = isRegistration ? "an ID" : "an ID beside the other one";
    yield violation(isRegistration ? 403 : 404, name, { expected, got: payload[name] });
  }
  if (isRegistration && answers.payload.httpPullModel === true && payload.requestedOadrPollFreq === undefined) {
    yield violation(403, "requestedOadrPollFreq", { expected: "a duration, as the VEN pulls", got: undefined });
  }
};

/** Absent, or empty, which is as good (rule 46). */
function isMissing(text: string | undefined): boolean {
  return text === undefined || text === "";
}
