import { both, ven, vtn, type ConformanceRule } from "./rule.ts";

/** The rules of polling and those that hold for all services. */
// prettier-ignore
export const generalRules: readonly ConformanceRule[] = [
  { number: 500, service: "general", binds: both, title: "polling",
    demands: "A VEN that pulls sends oadrPoll at the interval it was told, and at once again until nothing waits. Each answer is one message, or oadrResponse; what that message asks for is answered by a request of the VEN's." },
  { number: 501, service: "general", binds: both, transport: "http", title: "who supports oadrPoll",
    demands: "Every VTN, and every VEN over HTTP." },
  { number: 502, service: "general", binds: both, title: "events in answer to a poll",
    demands: "New or changed events wait for the next poll; a status that only time has changed should not. What is sent is always all events to come or active." },
  { number: 506, service: "general", binds: both, profile: "2.0a", title: "2.0a",
    demands: "A 2.0b VTN serves 2.0a VENs as well; a 2.0b VEN may work with a 2.0a VTN." },
  { number: 507, service: "general", binds: both, transport: "xmpp", title: "XMPP",
    demands: "A VTN offers XMPP, a VEN may use it; over it messages are pushed and nobody polls." },
  { number: 508, service: "general", binds: ven, title: "venID",
    demands: "A VEN puts its venID into every message that has room for it; a VTN may leave it out where the schema does." },
  { number: 509, service: "general", binds: both, title: "schemaVersion",
    demands: "Every message has an ei:schemaVersion." },
  { number: 510, service: "general", binds: both, title: "the least to support",
    demands: "The signals SIMPLE, ELECTRICITY_PRICE with price and LOAD_DISPATCH with setpoint; on the VEN the reports METADATA, TELEMETRY_STATUS and TELEMETRY_USAGE with a hundred points kept, and oadrCreateOpt for events; on the VTN registering reports, and targets of venID and resourceID." },
  { number: 511, service: "general", binds: both, transport: "http", title: "URLs",
    demands: "A service's URL ends in /OpenADR2/Simple/2.0b/ and its name, after an optional prefix; equivalent spellings are accepted." },
  { number: 512, service: "general", binds: both, title: "comparing names",
    demands: "Case counts in venID and vtnID; market contexts are compared as URIs." },
  { number: 514, service: "general", binds: both, title: "signatures",
    demands: "Signed messages are an option. Where they are agreed on, a message without a valid signature is ignored." },
  { number: 515, service: "general", binds: both, transport: "xmpp", title: "XMPP server",
    demands: "VENs cannot reach each other. Each has one address, whose user name is its certificate's common name; it shows its presence, answers pings, and finds the services by discovery." },
  { number: 516, service: "general", binds: both, title: "expired certificates",
    demands: "Nothing is exchanged with a peer whose certificate has expired." },
  { number: 517, service: "general", binds: vtn, title: "kinds of refusal",
    demands: "A peer that cannot be authenticated gets HTTP 403 or its like over XMPP, one that is not registered 463, a registered one with a wrong ID 452." },
];
