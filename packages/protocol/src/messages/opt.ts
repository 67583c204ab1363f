import { OPT_REASON } from "../enumerations.ts";
import { one, optional, optionalSpread } from "../schema/field.ts";
import type { Infer, Schema } from "../schema/schema.ts";
import { anyUri, oneOfOrExtension, text } from "../schema/scalar.ts";
import { sequence } from "../schema/sequence.ts";
import { dateTime } from "../schema/times.ts";
import { vavailability } from "./calendar.ts";
import { payloadAttributes, response } from "./common.ts";
import { optType, qualifiedEventId } from "./event.ts";
import { targets } from "./target.ts";

const oadrCreateOptFields = sequence(
  {
    /** Need not be unique (rule 204). */
    optId: one("ei:optID", text),
    optType: one("ei:optType", optType),
    optReason: one("ei:optReason", oneOfOrExtension(Object.values(OPT_REASON))),
    /** The schedule counts only for events of this programme (rule 205). */
    marketContext: optional("emix:marketContext", anyUri),
    venId: one("ei:venID", text),
    /** The schedule's spans; left out when an event is meant (rule 206). */
    vavailability: optional("xcal:vavailability", vavailability),
    createdDateTime: one("ei:createdDateTime", dateTime),
    requestId: one("pyld:requestID", text),
    /** The event meant, as `eventId` and `modificationNumber`; left out for a schedule (rule 206). */
    qualifiedEventId: optionalSpread("ei:qualifiedEventID", qualifiedEventId),
    /** The resources meant; all of the VEN's when empty (rule 202). */
    targets: one("ei:eiTarget", targets),
    /** Classes of devices (rule 209). */
    deviceClasses: optional("oadr:oadrDeviceClass", targets),
  },
  payloadAttributes,
);
/**
 * A VEN opts in or out: for spans of time, or for one event.
 *
 * @see OpenADR 2.0b, §8.5, rules 200–210
 */
export interface OadrCreateOpt extends Infer<typeof oadrCreateOptFields> {}
export const oadrCreateOpt: Schema<OadrCreateOpt> = oadrCreateOptFields;

const oadrCreatedOptFields = sequence(
  { response: one("ei:eiResponse", response), optId: one("ei:optID", text) },
  payloadAttributes,
);
/**
 * The opt state was taken, or why it was not.
 *
 * @see OpenADR 2.0b, §8.5, rule 207
 */
export interface OadrCreatedOpt extends Infer<typeof oadrCreatedOptFields> {}
export const oadrCreatedOpt: Schema<OadrCreatedOpt> = oadrCreatedOptFields;

const oadrCancelOptFields = sequence(
  { requestId: one("pyld:requestID", text), optId: one("ei:optID", text), venId: one("ei:venID", text) },
  payloadAttributes,
);
/**
 * A VEN takes opt schedules back.
 *
 * @see OpenADR 2.0b, §8.5, rules 204, 211
 */
export interface OadrCancelOpt extends Infer<typeof oadrCancelOptFields> {}
export const oadrCancelOpt: Schema<OadrCancelOpt> = oadrCancelOptFields;

const oadrCanceledOptFields = sequence(
  { response: one("ei:eiResponse", response), optId: optional("ei:optID", text) },
  payloadAttributes,
);
/**
 * The opt schedules are gone, or why they are not.
 *
 * @see OpenADR 2.0b, §8.5, rule 207
 */
export interface OadrCanceledOpt extends Infer<typeof oadrCanceledOptFields> {}
export const oadrCanceledOpt: Schema<OadrCanceledOpt> = oadrCanceledOptFields;
