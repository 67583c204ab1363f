import { one, optional } from "../schema/field.ts";
import { responseCode } from "../schema/numbers.ts";
import type { AttributeRules } from "../schema/reading.ts";
import { remembered } from "../schema/remembered.ts";
import type { Infer, Schema } from "../schema/schema.ts";
import { oneOfOrExtension, text } from "../schema/scalar.ts";
import { sequence } from "../schema/sequence.ts";
import { SCHEMA_VERSION } from "../enumerations.ts";

/** `ei:EiResponseType`: the outcome of a request. */
const responseFields = sequence({
  /** Application response code, three digits; 200 means success (§8.7). */
  responseCode: one("ei:responseCode", responseCode),
  /** For people, never for programs. */
  responseDescription: optional("ei:responseDescription", text),
  /** That of the request; empty where several requests are answered at once (rule 42). */
  requestId: one("pyld:requestID", text),
});
/** The outcome of a request. */
export interface EiResponse extends Infer<typeof responseFields> {}
export const response: Schema<EiResponse> = remembered(responseFields);

/** `ei:schemaVersion`, which every payload may have and rule 509 demands. */
export const schemaVersion = oneOfOrExtension(Object.values(SCHEMA_VERSION));

/** The attributes of every payload. */
export const payloadAttributes: AttributeRules = { "ei:schemaVersion": schemaVersion };
