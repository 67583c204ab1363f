import type { EiResponse, Message } from "@openleadr/protocol";

/** An `eiResponse` of 200. */
export function success(requestId: string): EiResponse {
  return { responseCode: 200, responseDescription: "OK", requestId };
}

/** The oadrResponse that says a message was heard, or that nothing waits. */
export function acknowledgement(requestId: string): Message<"oadrResponse"> {
  return { name: "oadrResponse", payload: { response: success(requestId) } };
}
