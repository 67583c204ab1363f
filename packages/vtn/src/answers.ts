import type { EiResponse, Message } from "@openleadr/protocol";

/** An `eiResponse` of 200. */
export function success(requestId: string): EiResponse {
  return { responseCode: 200, responseDescription: "OK", requestId };
}

/** The oadrResponse that says a message was heard. */
export function acknowledgement(requestId: string): Message<"oadrResponse"> {
  return { name: "oadrResponse", payload: { response: success(requestId) } };
}

/** The oadrResponse that says nothing waits; frozen, so that it is written once and not for every poll. */
export const nothingWaits: Message<"oadrResponse"> = Object.freeze({
  name: "oadrResponse",
  payload: Object.freeze({ response: Object.freeze(success("")) }),
});
