import { isOperationName, operations, type Operation, type OperationName, type Party } from "./operations.ts";
import type { EiResponse } from "./messages/common.ts";
import type { Message } from "./messages/index.ts";
import type { Profile } from "./messages/registration.ts";

/** What the refusing party says of itself, where the schema asks for it. */
export interface Refuser {
  readonly party: Party;
  /** The VEN's ID, once it has one (rule 508). */
  readonly venId?: string | undefined;
  /** The VTN's ID. */
  readonly vtnId?: string | undefined;
  /** The VTN's profiles, which even a refused registration tells (§4.4). */
  readonly profiles?: readonly Profile[] | undefined;
}

/** The requestID by which a message is answered; empty where it has none. */
export function requestIdOf({ payload }: Message): string {
  if ("requestId" in payload) return payload.requestId;
  return "response" in payload && payload.response !== undefined ? payload.response.requestId : "";
}

/** The venID that a message names; undefined where it names none. */
export function venIdOf({ payload }: Message): string | undefined {
  return "venId" in payload ? payload.venId : undefined;
}

/**
 * The fitting payload to refuse a message with; undefined where the answer is empty in any case. For a message that the
 * party is not to receive at all it is oadrResponse.
 *
 * @see OpenADR 2.0b, rule 517, §8.7 and the schema's mandatory members
 */
export function refusalOf(message: Message, response: EiResponse, refuser: Refuser): Message | undefined {
  const { party, vtnId = "", profiles = [] } = refuser;
  const venId = party === "ven" && refuser.venId !== undefined ? { venId: refuser.venId } : {};
  const name = errorAnswerTo(message, party);
  switch (name) {
    case "empty":
      return undefined;
    case "oadrResponse":
    case "oadrCanceledPartyRegistration":
    case "oadrUpdatedReport":
      return { name, payload: { response, ...venId } };
    case "oadrRegisteredReport":
      return { name, payload: { response, reportRequests: [], ...venId } };
    case "oadrCreatedReport":
    case "oadrCanceledReport":
      return { name, payload: { response, pendingReports: [], ...venId } };
    case "oadrCreatedPartyRegistration":
      return { name, payload: { response, vtnId, profiles } };
    case "oadrDistributeEvent":
      // Not empty, whatever the VEN's is (rule 41).
      return { name, payload: { response, requestId: response.requestId || "0", vtnId, events: [] } };
    case "oadrCreatedOpt":
      return { name, payload: { response, optId: optIdOf(message) } };
    case "oadrCanceledOpt":
      return { name, payload: { response, optId: optIdOf(message) } };
  }
}

type ErrorAnswer = (typeof operations)[OperationName]["errorAnswer"];

function errorAnswerTo({ name }: Message, receiver: Party): ErrorAnswer {
  const sender: Party = receiver === "vtn" ? "ven" : "vtn";
  if (!isOperationName(name)) return "oadrResponse";
  const { sentBy, errorAnswer }: Pick<Operation, "sentBy"> & { readonly errorAnswer: ErrorAnswer } = operations[name];
  return sentBy.includes(sender) ? errorAnswer : "oadrResponse";
}

function optIdOf({ payload }: Message): string {
  return "optId" in payload ? (payload.optId ?? "") : "";
}
