import type { Infer, Schema } from "../schema/schema.ts";
import { oadrCreatedEvent, oadrDistributeEvent, oadrRequestEvent } from "./event.ts";
import { oadrCanceledOpt, oadrCancelOpt, oadrCreatedOpt, oadrCreateOpt } from "./opt.ts";
import { oadrPoll, oadrResponse } from "./poll.ts";
import {
  oadrCanceledPartyRegistration,
  oadrCancelPartyRegistration,
  oadrCreatedPartyRegistration,
  oadrCreatePartyRegistration,
  oadrQueryRegistration,
  oadrRequestReregistration,
} from "./registration.ts";
import {
  oadrCanceledReport,
  oadrCancelReport,
  oadrCreatedReport,
  oadrCreateReport,
  oadrRegisteredReport,
  oadrRegisterReport,
  oadrUpdatedReport,
  oadrUpdateReport,
} from "./report.ts";

/** The 23 payloads of OpenADR 2.0b, by the name of their element. */
export const messages = {
  oadrPoll,
  oadrQueryRegistration,
  oadrCreatePartyRegistration,
  oadrCreatedPartyRegistration,
  oadrRequestReregistration,
  oadrCancelPartyRegistration,
  oadrCanceledPartyRegistration,
  oadrRequestEvent,
  oadrDistributeEvent,
  oadrCreatedEvent,
  oadrCreateOpt,
  oadrCreatedOpt,
  oadrCancelOpt,
  oadrCanceledOpt,
  oadrRegisterReport,
  oadrRegisteredReport,
  oadrCreateReport,
  oadrCreatedReport,
  oadrUpdateReport,
  oadrUpdatedReport,
  oadrCancelReport,
  oadrCanceledReport,
  oadrResponse,
} as const satisfies Record<string, Schema<unknown>>;

/** The name of a payload's element. */
export type MessageName = keyof typeof messages;

/** The content of the payload of that name. */
export type Payload<Name extends MessageName> = Infer<(typeof messages)[Name]>;

/** A message: one of the 23 payloads with its name. */
export type Message<Name extends MessageName = MessageName> = {
  [N in Name]: { readonly name: N; readonly payload: Payload<N> };
}[Name];

/** Whether a word names one of the 23 payloads. */
export function isMessageName(name: string): name is MessageName {
  return Object.hasOwn(messages, name);
}
