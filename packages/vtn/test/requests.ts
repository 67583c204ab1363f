import { minutes, type Message, type OperationName } from "@openleadr/protocol";
import { noon } from "./open-vtn.ts";

const requestId = "req-7";
const response = { responseCode: 200, requestId };
const pendingReports: readonly string[] = [];
const reportRequests = [
  {
    reportRequestId: "request-1",
    reportSpecifier: {
      reportSpecifierId: "METADATA",
      granularity: minutes(0),
      reportBackDuration: minutes(0),
      specifierPayloads: [{ rId: "0", readingType: "x-notApplicable" as const }],
    },
  },
];
const anOpt = { optId: "opt-1", optType: "optOut", optReason: "notParticipating", targets: [] } as const;

/** The name of a message that a VEN sends under its venID. */
export type VenRequestName = Exclude<
  OperationName,
  "oadrQueryRegistration" | "oadrCreatePartyRegistration" | "oadrRequestReregistration" | "oadrDistributeEvent"
>;

/** Every message that a VEN sends under its venID; the requestID is `req-7` where there is one. */
export function requestsOf(venId: string): { readonly [Name in VenRequestName]: Message<Name> } {
  // prettier-ignore
  return {
    oadrPoll:                      { name: "oadrPoll",                      payload: { venId } },
    oadrCancelPartyRegistration:   { name: "oadrCancelPartyRegistration",   payload: { requestId, registrationId: "registration-1", venId } },
    oadrCanceledPartyRegistration: { name: "oadrCanceledPartyRegistration", payload: { response, registrationId: "registration-1", venId } },
    oadrResponse:                  { name: "oadrResponse",                  payload: { response, venId } },
    oadrRequestEvent:              { name: "oadrRequestEvent",              payload: { requestId, venId } },
    oadrCreatedEvent:              { name: "oadrCreatedEvent",              payload: { response, eventResponses: [], venId } },
    oadrRegisterReport:            { name: "oadrRegisterReport",            payload: { requestId, reports: [], venId } },
    oadrRegisteredReport:          { name: "oadrRegisteredReport",          payload: { response, reportRequests: [], venId } },
    oadrCreateReport:              { name: "oadrCreateReport",              payload: { requestId, reportRequests, venId } },
    oadrCreatedReport:             { name: "oadrCreatedReport",             payload: { response, pendingReports, venId } },
    oadrUpdateReport:              { name: "oadrUpdateReport",              payload: { requestId, reports: [], venId } },
    oadrUpdatedReport:             { name: "oadrUpdatedReport",             payload: { response, venId } },
    oadrCancelReport:              { name: "oadrCancelReport",              payload: { requestId, reportRequestIds: ["request-1"], reportToFollow: false, venId } },
    oadrCanceledReport:            { name: "oadrCanceledReport",            payload: { response, pendingReports, venId } },
    oadrCreateOpt:                 { name: "oadrCreateOpt",                 payload: { ...anOpt, venId, createdDateTime: noon, requestId, eventId: "event-1", modificationNumber: 0 } },
    oadrCancelOpt:                 { name: "oadrCancelOpt",                 payload: { requestId, optId: "opt-1", venId } },
  };
}
