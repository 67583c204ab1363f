import type { Json } from "./place.ts";
import { scalar, type Scalar } from "./scalar.ts";

/** `xs:unsignedInt`: a whole number from 0 to 4,294,967,295. */
export const unsignedInt: Scalar<number> = wholeNumber("unsignedInt", 4_294_967_295);

/** A whole number from 0 to 100, in percent. */
export const confidence: Scalar<number> = wholeNumber("confidence", 100);

function wholeNumber(type: "unsignedInt" | "confidence", most: number): Scalar<number> {
  const isFit = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= most;
  return scalar<number>({
    type,
    expected: `a whole number from 0 to ${most}`,
    collapses: true,
    escapes: false,
    parse: (raw) => (/^(?:\+?\d+|-0+)$/.test(raw) && isFit(Math.abs(Number(raw))) ? Math.abs(Number(raw)) : undefined),
    format: (value) => (isFit(value) ? String(value) : undefined),
    json: numberJson(),
  });
}

/** Three digits, e.g. 200. */
export const responseCode: Scalar<number> = scalar<number>({
  type: "responseCode",
  expected: "a response code of three digits",
  collapses: false,
  escapes: false,
  parse: (raw) => (/^[0-9]{3}$/.test(raw) ? Number(raw) : undefined),
  format: (value) =>
    Number.isInteger(value) && value >= 0 && value <= 999 ? String(value).padStart(3, "0") : undefined,
  json: { to: (value) => value, from: (json) => (typeof json === "number" ? json : undefined) },
});

/** `xs:float`; `INF`, `-INF` and `NaN` are strings in JSON. Values keep the precision with which they were written. */
export const float: Scalar<number> = scalar<number>({
  type: "number",
  expected: "a number, INF, -INF or NaN",
  collapses: true,
  escapes: false,
  parse: parseFloating,
  format: formatFloating,
  json: {
    to: (value) => (Number.isFinite(value) ? value : (formatFloating(value) ?? null)),
    from: (json) => numberFrom(json) ?? (typeof json === "string" ? special.get(json) : undefined),
  },
});

const special = new Map([
  ["INF", Infinity],
  ["-INF", -Infinity],
  ["NaN", NaN],
]);

function parseFloating(raw: string): number | undefined {
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(raw) ? Number(raw) : special.get(raw);
}

function formatFloating(value: number): string | undefined {
  if (typeof value !== "number") return undefined;
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "INF" : "-INF";
}

/** `xs:decimal`: digits with at most one point, never an exponent. */
export const decimal: Scalar<number> = scalar<number>({
  type: "decimal",
  expected: "a decimal number",
  collapses: true,
  escapes: false,
  parse: (raw) => (/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(raw) ? finite(Number(raw)) : undefined),
  format: (value) => (Number.isFinite(value) ? withoutExponent(value) : undefined),
  json: numberJson(),
});

// More digits than a double can hold are the largest double, not infinity, which a decimal is not.
function finite(value: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}

function withoutExponent(value: number): string {
  const plain = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(plain);
  if (match === null) return plain;
  const [, sign = "", lead = "", tail = "", exponent = "0"] = match;
  const digits = lead + tail;
  const point = Number(exponent) + 1;
  return point > 0 ? sign + digits.padEnd(point, "0") : `${sign}0.${"0".repeat(-point)}${digits}`;
}

/** `xs:list` of `xs:double`, e.g. the corners of a polygon: `51.5 -0.12 51.6 -0.13`. */
export const numberList: Scalar<readonly number[]> = scalar<readonly number[]>({
  type: "numbers",
  expected: "numbers with spaces between",
  collapses: true,
  escapes: false,
  parse: (raw) => everyDefined(raw === "" ? [] : raw.split(" ").map(parseFloating)),
  format: (values) => (Array.isArray(values) ? everyDefined(values.map(formatFloating))?.join(" ") : undefined),
  json: {
    to: (values) => values.map((value) => (Number.isFinite(value) ? value : (formatFloating(value) ?? null))),
    from: (json) =>
      Array.isArray(json)
        ? everyDefined(
            json.map((item: Json) => numberFrom(item) ?? (typeof item === "string" ? special.get(item) : undefined)),
          )
        : undefined,
  },
});

function everyDefined<T>(items: readonly (T | undefined)[]): readonly T[] | undefined {
  return items.every((item) => item !== undefined) ? items : undefined;
}

function numberJson(): { to(value: number): Json; from(json: Json): number | undefined } {
  return { to: (value) => value, from: numberFrom };
}

function numberFrom(json: Json): number | undefined {
  return typeof json === "number" ? json : undefined;
}
