import { both, type ConformanceRule } from "./rule.ts";

/** The rules of EiRegisterParty. */
// prettier-ignore
export const registrationRules: readonly ConformanceRule[] = [
  { number: 400, service: "EiRegisterParty", binds: both, title: "checking IDs",
    demands: "A wrong venID, vtnID or registrationID is answered 452." },
  { number: 401, service: "EiRegisterParty", binds: both, title: "directions",
    demands: "Queries and registrations come from the VEN, the wish for a new registration from the VTN, a cancellation from either. A VEN without registration registers when it starts, and some time after a cancellation." },
  { number: 402, service: "EiRegisterParty", binds: both, title: "content of oadrCreatePartyRegistration",
    demands: "Over simpleHttp it has oadrHttpPullModel, and for push oadrTransportAddress. The registrationID is there only to register again, with the venID; in a first registration the VTN has given a venID beforehand." },
  { number: 403, service: "EiRegisterParty", binds: both, title: "answer to a registration",
    demands: "It lists all profiles and transports and gives registrationID and venID, and for a VEN that pulls the polling interval." },
  { number: 404, service: "EiRegisterParty", binds: both, title: "answer to a query",
    demands: "It lists all profiles and transports; it has registrationID and venID only for a VEN that is registered." },
  { number: 405, service: "EiRegisterParty", binds: both, title: "how to begin",
    demands: "Registration comes first and nothing is heeded without one. After a new one the parties exchange their metadata and the VEN asks for its events; after a renewed one they need not." },
  { number: 406, service: "EiRegisterParty", binds: both, title: "registering anew",
    demands: "When a registered VEN registers as new, the VTN forgets its reports and registration; the VEN takes the IDs it is given." },
  { number: 407, service: "EiRegisterParty", binds: both, title: "cancelled registration",
    demands: "Who receives oadrCancelPartyRegistration forgets everything about the other." },
];
