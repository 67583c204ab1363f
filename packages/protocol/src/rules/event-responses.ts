import { isSuccess } from "../response-codes.ts";
import { violation, type Rule } from "./rule.ts";

/** Rule 35: an oadrCreatedEvent has eventResponses unless its eiResponse tells an error. */
export const eventResponses: Rule<"oadrCreatedEvent"> = function* ({ payload }) {
  const { response, eventResponses: got = [] } = payload;
  if (got.length > 0 || !isSuccess(response.responseCode)) return;
  const expected = `at least one answer to an event, as response says ${response.responseCode}`;
  yield violation(35, "eventResponses", { expected, got: payload.eventResponses });
};
