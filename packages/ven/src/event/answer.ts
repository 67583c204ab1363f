import { isSuccess, type Opt } from "@openleadr/protocol";
import type { EventAnswer } from "./handlers.ts";
import type { Answer } from "./record.ts";

/** What an application answered, checked. Throws `TypeError` or `RangeError` for what is no answer. */
export function answerOf(given: EventAnswer): Answer {
  const {
    optType,
    responseCode = 200,
    responseDescription,
  } = typeof given === "object" && given !== null ? given : { optType: given };
  if (!isOpt(optType)) throw new TypeError(`expected optIn | optOut, got ${JSON.stringify(given)}`);
  if (!Number.isInteger(responseCode) || responseCode < 100 || responseCode > 599)
    throw new RangeError(`responseCode: expected a number from 100 to 599, got ${responseCode}`);
  if (optType === "optIn" && !isSuccess(responseCode))
    throw new RangeError(`responseCode: expected a success with optIn, got ${responseCode}`);
  return { responseCode, optType, ...(responseDescription !== undefined && { responseDescription }) };
}

export const optIn: Answer = { responseCode: 200, optType: "optIn" };
export const optOut: Answer = { responseCode: 200, optType: "optOut" };

function isOpt(text: unknown): text is Opt {
  return text === "optIn" || text === "optOut";
}
