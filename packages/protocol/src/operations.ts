import type { ServiceName } from "./enumerations.ts";
import type { MessageName } from "./messages/index.ts";

/** A service of the standard; each has a URL of its own. */
export type Service = ServiceName;

/** One of the two parties: a virtual end node or a virtual top node. */
export type Party = "ven" | "vtn";

/** What may be asked of the party that serves it: over which service, and what may come back. */
export interface Operation {
  readonly service: Service;
  /** It may come in over any service, being an answer to what came over it. */
  readonly anyService?: boolean;
  /** Who may send the request. */
  readonly sentBy: readonly Party[];
  /** The answers there may be; `empty` is an HTTP 200 without a body. */
  readonly answers: readonly (MessageName | "empty")[];
  /**
   * What some peers answer instead where all is well, against the standard. A client takes it, and tells it as a deviation;
   * we never answer so.
   */
  readonly substitute?: "oadrResponse";
  /** The answer that carries an application error (rule 517, §8.7). */
  readonly errorAnswer: MessageName | "empty";
}

const ven = ["ven"] as const;
const vtn = ["vtn"] as const;
const both = ["ven", "vtn"] as const;
const registerParty = "EiRegisterParty";

/**
 * Every operation of the profile, by the name of the message that asks for it. A message that only ever answers has no
 * row. Over pull, what a VTN asks comes as the answer to oadrPoll, and the VEN's answer is a request of its own.
 *
 * @see OpenADR 2.0b, §8, tables 2 and 5
 */
// prettier-ignore
export const operations = {
  oadrPoll:                      { service: "OadrPoll",    sentBy: ven,  errorAnswer: "oadrResponse",
                                   answers: ["oadrResponse", "oadrDistributeEvent", "oadrCreateReport", "oadrRegisterReport", "oadrCancelReport", "oadrUpdateReport", "oadrCancelPartyRegistration", "oadrRequestReregistration"] },
  oadrQueryRegistration:         { service: registerParty, sentBy: ven,  answers: ["oadrCreatedPartyRegistration"],  errorAnswer: "oadrCreatedPartyRegistration" },
  oadrCreatePartyRegistration:   { service: registerParty, sentBy: ven,  answers: ["oadrCreatedPartyRegistration"],  errorAnswer: "oadrCreatedPartyRegistration" },
  oadrCancelPartyRegistration:   { service: registerParty, sentBy: both, answers: ["oadrCanceledPartyRegistration"], errorAnswer: "oadrCanceledPartyRegistration", substitute: "oadrResponse" },
  oadrCanceledPartyRegistration: { service: registerParty, sentBy: ven,  answers: ["oadrResponse"],                  errorAnswer: "oadrResponse" },
  oadrRequestReregistration:     { service: registerParty, sentBy: vtn,  answers: ["oadrResponse"],                  errorAnswer: "oadrResponse" },
  oadrResponse:                  { service: registerParty, sentBy: ven,  answers: ["empty", "oadrResponse"],         errorAnswer: "oadrResponse", anyService: true },
  oadrRequestEvent:              { service: "EiEvent",     sentBy: ven,  answers: ["oadrDistributeEvent"],           errorAnswer: "oadrDistributeEvent", substitute: "oadrResponse" },
  oadrDistributeEvent:           { service: "EiEvent",     sentBy: vtn,  answers: ["empty"],                         errorAnswer: "empty" },
  oadrCreatedEvent:              { service: "EiEvent",     sentBy: ven,  answers: ["oadrResponse"],                  errorAnswer: "oadrResponse" },
  oadrRegisterReport:            { service: "EiReport",    sentBy: both, answers: ["oadrRegisteredReport"],          errorAnswer: "oadrRegisteredReport" },
  oadrRegisteredReport:          { service: "EiReport",    sentBy: ven,  answers: ["oadrResponse", "oadrCreatedReport"], errorAnswer: "oadrResponse" },
  oadrCreateReport:              { service: "EiReport",    sentBy: both, answers: ["oadrCreatedReport"],             errorAnswer: "oadrCreatedReport" },
  oadrCreatedReport:             { service: "EiReport",    sentBy: both, answers: ["oadrResponse"],                  errorAnswer: "oadrResponse" },
  oadrUpdateReport:              { service: "EiReport",    sentBy: both, answers: ["oadrUpdatedReport"],             errorAnswer: "oadrUpdatedReport" },
  oadrUpdatedReport:             { service: "EiReport",    sentBy: ven,  answers: ["oadrResponse"],                  errorAnswer: "oadrResponse" },
  oadrCancelReport:              { service: "EiReport",    sentBy: both, answers: ["oadrCanceledReport"],            errorAnswer: "oadrCanceledReport" },
  oadrCanceledReport:            { service: "EiReport",    sentBy: ven,  answers: ["oadrResponse"],                  errorAnswer: "oadrResponse" },
  oadrCreateOpt:                 { service: "EiOpt",       sentBy: ven,  answers: ["oadrCreatedOpt"],                errorAnswer: "oadrCreatedOpt" },
  oadrCancelOpt:                 { service: "EiOpt",       sentBy: ven,  answers: ["oadrCanceledOpt"],               errorAnswer: "oadrCanceledOpt" },
} as const satisfies Partial<Record<MessageName, Operation>>;

/** The name of a message that asks for something. */
export type OperationName = keyof typeof operations;

/** The names of the messages that may answer. */
export type AnswerName<Name extends OperationName> = Exclude<(typeof operations)[Name]["answers"][number], "empty">;

/** The names of the messages that a client takes for an answer: those that may be, and the substitute of some peers. */
export type TakenName<Name extends OperationName> =
  | AnswerName<Name>
  | ((typeof operations)[Name] extends { readonly substitute: "oadrResponse" } ? "oadrResponse" : never);

/** Whether a message asks for something, as opposed to only answering. */
export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}
