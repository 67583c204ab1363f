import { PROFILE_NAME, SERVICE_NAME, TRANSPORT_NAME } from "../enumerations.ts";
import { many, one, oneOrMore, optional } from "../schema/field.ts";
import type { Infer, Schema } from "../schema/schema.ts";
import { boolean, oneOf, text } from "../schema/scalar.ts";
import { sequence } from "../schema/sequence.ts";
import { only } from "../schema/wrapper.ts";
import { durationProp } from "./calendar.ts";
import { payloadAttributes, response } from "./common.ts";

const profileName = oneOf(Object.values(PROFILE_NAME));
const transportName = oneOf(Object.values(TRANSPORT_NAME));

const info = sequence({ key: one("oadr:oadrKey", text), value: one("oadr:oadrValue", text) });

const profileFields = sequence({
  profileName: one("oadr:oadrProfileName", profileName),
  transports: one(
    "oadr:oadrTransports",
    only(oneOrMore("oadr:oadrTransport", only(one("oadr:oadrTransportName", transportName)))),
  ),
});
/** A profile that a VTN speaks, and over which transports. */
export interface Profile extends Infer<typeof profileFields> {}
const profile: Schema<Profile> = profileFields;

const serviceInfo = sequence({
  serviceName: one("oadr:oadrServiceName", oneOf(Object.values(SERVICE_NAME))),
  infos: oneOrMore("oadr:oadrInfo", info),
});

const extension = sequence({
  extensionName: one("oadr:oadrExtensionName", text),
  infos: many("oadr:oadrInfo", info),
});

const oadrQueryRegistrationFields = sequence({ requestId: one("pyld:requestID", text) }, payloadAttributes);
/**
 * A VEN asks what a VTN can do, before it registers.
 *
 * @see OpenADR 2.0b, §8.4, rules 401, 404
 */
export interface OadrQueryRegistration extends Infer<typeof oadrQueryRegistrationFields> {}
export const oadrQueryRegistration: Schema<OadrQueryRegistration> = oadrQueryRegistrationFields;

const oadrCreatePartyRegistrationFields = sequence(
  {
    requestId: one("pyld:requestID", text),
    /** Only when registering again (rule 402). */
    registrationId: optional("ei:registrationID", text),
    /** When registering again, or when the VTN gave it out beforehand (rule 402). */
    venId: optional("ei:venID", text),
    profileName: one("oadr:oadrProfileName", profileName),
    transportName: one("oadr:oadrTransportName", transportName),
    /** Where the VTN pushes to; left out by a VEN that pulls. */
    transportAddress: optional("oadr:oadrTransportAddress", text),
    /** A VEN that only reports, and takes no events. */
    reportOnly: one("oadr:oadrReportOnly", boolean),
    /** The VEN signs its messages. */
    xmlSignature: one("oadr:oadrXmlSignature", boolean),
    venName: optional("oadr:oadrVenName", text),
    /** Over HTTP: the VEN pulls (true) or is pushed to (rule 402). */
    httpPullModel: optional("oadr:oadrHttpPullModel", boolean),
  },
  payloadAttributes,
);
/**
 * A VEN registers, or registers again.
 *
 * @see OpenADR 2.0b, §8.4, rules 401–407
 */
export interface OadrCreatePartyRegistration extends Infer<typeof oadrCreatePartyRegistrationFields> {}
export const oadrCreatePartyRegistration: Schema<OadrCreatePartyRegistration> = oadrCreatePartyRegistrationFields;

const oadrCreatedPartyRegistrationFields = sequence(
  {
    response: one("ei:eiResponse", response),
    registrationId: optional("ei:registrationID", text),
    venId: optional("ei:venID", text),
    vtnId: one("ei:vtnID", text),
    /** Every profile and transport of the VTN, also when it refuses (§4.4). */
    profiles: one("oadr:oadrProfiles", only(oneOrMore("oadr:oadrProfile", profile))),
    /** How often a VEN that pulls is to poll. */
    requestedOadrPollFreq: optional("oadr:oadrRequestedOadrPollFreq", durationProp),
    serviceSpecificInfo: optional("oadr:oadrServiceSpecificInfo", only(many("oadr:oadrService", serviceInfo))),
    extensions: optional("oadr:oadrExtensions", only(many("oadr:oadrExtension", extension))),
  },
  payloadAttributes,
);
/**
 * What a VTN can do, and the registration where there is one.
 *
 * @see OpenADR 2.0b, §8.4, rules 403, 404
 */
export interface OadrCreatedPartyRegistration extends Infer<typeof oadrCreatedPartyRegistrationFields> {}
export const oadrCreatedPartyRegistration: Schema<OadrCreatedPartyRegistration> = oadrCreatedPartyRegistrationFields;

const oadrRequestReregistrationFields = sequence({ venId: one("ei:venID", text) }, payloadAttributes);
/**
 * A VTN wants a VEN to register again.
 *
 * @see OpenADR 2.0b, §8.4, rule 401
 */
export interface OadrRequestReregistration extends Infer<typeof oadrRequestReregistrationFields> {}
export const oadrRequestReregistration: Schema<OadrRequestReregistration> = oadrRequestReregistrationFields;

const oadrCancelPartyRegistrationFields = sequence(
  {
    requestId: one("pyld:requestID", text),
    registrationId: one("ei:registrationID", text),
    venId: optional("ei:venID", text),
  },
  payloadAttributes,
);
/**
 * Either party ends a registration.
 *
 * @see OpenADR 2.0b, §8.4, rules 401, 407
 */
export interface OadrCancelPartyRegistration extends Infer<typeof oadrCancelPartyRegistrationFields> {}
export const oadrCancelPartyRegistration: Schema<OadrCancelPartyRegistration> = oadrCancelPartyRegistrationFields;

const oadrCanceledPartyRegistrationFields = sequence(
  {
    response: one("ei:eiResponse", response),
    registrationId: optional("ei:registrationID", text),
    venId: optional("ei:venID", text),
  },
  payloadAttributes,
);
/**
 * The registration has ended, or why it has not.
 *
 * @see OpenADR 2.0b, §8.4, rule 407
 */
export interface OadrCanceledPartyRegistration extends Infer<typeof oadrCanceledPartyRegistrationFields> {}
export const oadrCanceledPartyRegistration: Schema<OadrCanceledPartyRegistration> = oadrCanceledPartyRegistrationFields;
