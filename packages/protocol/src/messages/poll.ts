import { one, optional } from "../schema/field.ts";
import type { Infer, Schema } from "../schema/schema.ts";
import { text } from "../schema/scalar.ts";
import { sequence } from "../schema/sequence.ts";
import { payloadAttributes, response } from "./common.ts";

const oadrPollFields = sequence({ venId: one("ei:venID", text) }, payloadAttributes);
/**
 * A VEN that pulls asks whether anything waits for it.
 *
 * @see OpenADR 2.0b, §8.6, rules 500–502
 */
export interface OadrPoll extends Infer<typeof oadrPollFields> {}
export const oadrPoll: Schema<OadrPoll> = oadrPollFields;

const oadrResponseFields = sequence(
  {
    response: one("ei:eiResponse", response),
    /** Sent by a VEN, always (rule 508). */
    venId: optional("ei:venID", text),
  },
  payloadAttributes,
);
/**
 * An outcome and nothing else: that a request was heard, or why it was not, or that nothing waits.
 *
 * @see OpenADR 2.0b, §8.6, rule 500
 */
export interface OadrResponse extends Infer<typeof oadrResponseFields> {}
export const oadrResponse: Schema<OadrResponse> = oadrResponseFields;
