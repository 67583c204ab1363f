import fc from "fast-check";
import type { ScalarType } from "../src/schema/shape.ts";
import { seconds } from "../src/time.ts";

/** Values of one type, its extremes among them. */
export function scalarArbitrary(type: ScalarType, values: readonly string[] = []): fc.Arbitrary<unknown> {
  switch (type) {
    case "text":
      return text;
    case "enumeration":
      return fc.constantFrom(...values);
    case "extensibleEnumeration":
      return fc.oneof(fc.constantFrom(...values), extension);
    case "anyUri":
      return uri;
    case "ncName":
      return ncName;
    case "boolean":
      return fc.boolean();
    case "number":
      return float;
    case "numbers":
      return fc.array(float, { maxLength: 6 });
    case "decimal":
      return decimal;
    case "unsignedInt":
      return fc.oneof(fc.constantFrom(0, 1, 2_147_483_648, 4_294_967_295), fc.nat(4_294_967_295));
    case "responseCode":
      return fc.oneof(fc.constantFrom(0, 7, 200, 452, 999), fc.nat(999));
    case "confidence":
      return fc.oneof(fc.constantFrom(0, 100), fc.nat(100));
    case "dateTime":
      return dateTime;
    case "duration":
      return duration;
  }
}

const special = [
  ...Array.from("<>&\"' \t\n\r-]\u00a0\u0085\u2028\ufeff\u00e9\u0301\ud7ff\ue000\ufffd"),
  "]]>",
  "<!--",
  "&amp;",
  "&#0;",
  "  ",
  "\r\n",
  "😀",
  "\u{10ffff}",
  "__proto__",
];
const letter = fc.constantFrom(...Array.from("abcXYZ019_.-"));

/** Text with what XML escapes, normalises or calls white space. */
export const text: fc.Arbitrary<string> = fc
  .array(fc.oneof({ weight: 3, arbitrary: letter }, { weight: 1, arbitrary: fc.constantFrom(...special) }), {
    maxLength: 12,
  })
  .map((parts) => parts.join(""));

/** Text that `xs:token` leaves as it is. */
const token = text.map((raw) => raw.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, ""));
const extension = token.map((raw) => `x-${raw === "" ? "y" : raw}`);

const uri = fc.oneof(
  fc.webUrl({ withQueryParameters: true, withFragments: true, size: "small" }),
  fc.constantFrom(
    "",
    "http://MarketContext1",
    "urn:x:y",
    "relative/path",
    "#fragment",
    "http://[::1]/",
    "http://a b/ü",
  ),
);
const ncName = fc
  .tuple(
    fc.constantFrom(...Array.from("aZ_éΩ中")),
    fc.array(fc.constantFrom(...Array.from("aZ09.-_é·\u0301")), { maxLength: 6 }),
  )
  .map(([first, rest]) => first + rest.join(""));

const float = fc.oneof(
  fc.constantFrom(0, -0, 1e-7, 1e21, -1e21, Infinity, -Infinity, NaN, Number.MAX_VALUE, Number.MIN_VALUE, 0.1, 1 / 3),
  fc.double(),
  fc.integer(),
);
const decimal = fc.oneof(
  fc.constantFrom(0, 1e-7, -1e-7, 1e21, 50, 230.4),
  fc.integer(),
  // A decimal knows no negative zero.
  fc.float({ min: -1e6, max: 1e6, noNaN: true }).map((value) => (value === 0 ? 0 : value)),
);

const instant = (iso: string): Date => new Date(iso);
const dateTime = fc.oneof(
  fc.constantFrom(
    ...["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z", "2024-02-29T00:00:00Z"].map(
      instant,
    ),
    ...["-000001-12-31T23:59:59Z", "-009999-01-01T00:00:00.001Z", "2025-12-31T23:59:59Z"].map(instant),
  ),
  fc.date({ min: instant("0001-01-01T00:00:00Z"), max: instant("9999-12-31T23:59:59.999Z"), noInvalidDate: true }),
);

const longest = 9_007_199_254_740;
const duration = fc.oneof(
  fc.constantFrom(0, 1, 59, 60, 900, 3_600, 86_400, 90_061, -300, longest, -longest).map(seconds),
  fc.integer({ min: -1e9, max: 1e9 }).map(seconds),
);
