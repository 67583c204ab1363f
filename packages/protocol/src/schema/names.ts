import { scalar, type Scalar } from "./scalar.ts";

const nameStart = String.raw`A-Z_a-z\xC0-\xD6\xD8-\xF6\xF8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\u{10000}-\u{EFFFF}`;
const nameRest = String.raw`${nameStart}\-.0-9\xB7\u0300-\u036F\u203F-\u2040`;
const pattern = new RegExp(`^[${nameStart}][${nameRest}]*$`, "u");

/** `xs:NMTOKEN`: what may stand in a name, in any order. */
export const nameToken: RegExp = new RegExp(`^[${nameRest}:]+$`, "u");

/** `xs:ID` or `xs:NCName`: a name without a colon, such as `area-1`. */
export const ncName: Scalar<string> = scalar<string>({
  type: "ncName",
  expected: "a name that begins with a letter or _ and has no colon",
  collapses: true,
  escapes: false,
  parse: (raw) => (pattern.test(raw) ? raw : undefined),
  format: (value) => (typeof value === "string" && pattern.test(value) ? value : undefined),
});
