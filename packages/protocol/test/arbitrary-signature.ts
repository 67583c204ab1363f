import fc from "fast-check";
import { element, type Element } from "./document.ts";

/** Elements `ds:Signature` that the schema takes: every part of one, none of them true. */
const algorithm = fc
  .constantFrom("http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "urn:a", "")
  .map((Algorithm) => ({ Algorithm }));
const binary = fc.constantFrom(
  "",
  "AQ==",
  "AQAB",
  " A Q A = ",
  "MIIB\nAQAB\n",
  "AQABAQABAQABAQABAQABAQABAQABAQABAQABAQAB/+8=",
);
const integer = fc.constantFrom("0", "+1", "-1", " 42 ", "123456789012345678901234");
const words = fc.constantFrom("", "CN=ven 1", " a <b> & c ");

const holding = (
  name: string,
  children: fc.Arbitrary<readonly (Element | string)[]>,
  attributes: fc.Arbitrary<Record<string, string>> = fc.constant({}),
): fc.Arbitrary<Element> => fc.tuple(children, attributes).map(([inner, own]) => element(name, inner, own));
const leaf = (name: string, text: fc.Arbitrary<string>): fc.Arbitrary<Element> =>
  text.map((value) => element(name, value === "" ? [] : [value]));
const sequence = (
  ...parts: readonly fc.Arbitrary<readonly (Element | string)[]>[]
): fc.Arbitrary<(Element | string)[]> => fc.tuple(...parts).map((lists) => lists.flat());
const one = (part: fc.Arbitrary<Element | string>): fc.Arbitrary<(Element | string)[]> => part.map((item) => [item]);
const maybe = (part: fc.Arbitrary<Element | string>): fc.Arbitrary<(Element | string)[]> =>
  fc.array(part, { maxLength: 1 });
const several = (part: fc.Arbitrary<Element | string>, minLength = 0): fc.Arbitrary<(Element | string)[]> =>
  fc.array(part, { minLength, maxLength: 2 });
const among = (...parts: readonly fc.Arbitrary<Element | string>[]): fc.Arbitrary<Element | string> =>
  fc.oneof(...parts);

// Where the schema looks no further than whether it knows the element: elements that it does not know.
const foreign = fc
  .constantFrom("{urn:other}thing", "{urn:other}x")
  .map((name) => element(name, ["any ", element("{urn:other}inner")], { any: "thing" }));
const comment = fc.constantFrom(" ", "text");

const transform = holding("ds:Transform", several(among(leaf("ds:XPath", words), foreign, comment)), algorithm);
const transforms = holding("ds:Transforms", several(transform, 1));
const digestMethod = holding("ds:DigestMethod", several(among(foreign, comment)), algorithm);
const reference = holding(
  "ds:Reference",
  sequence(maybe(transforms), one(digestMethod), one(leaf("ds:DigestValue", binary))),
  fc.constantFrom<Record<string, string>>({}, { URI: "#signedObject" }, { URI: "", Type: "urn:t" }),
);
const signedInfo = holding(
  "ds:SignedInfo",
  sequence(
    one(holding("ds:CanonicalizationMethod", several(comment), algorithm)),
    one(
      holding("ds:SignatureMethod", sequence(maybe(leaf("ds:HMACOutputLength", integer)), several(comment)), algorithm),
    ),
    several(reference, 1),
  ),
);

const rsa = holding("ds:RSAKeyValue", sequence(one(leaf("ds:Modulus", binary)), one(leaf("ds:Exponent", binary))));
const pair = (a: string, b: string): fc.Arbitrary<(Element | string)[]> =>
  fc.oneof(fc.constant<(Element | string)[]>([]), sequence(one(leaf(a, binary)), one(leaf(b, binary))));
const dsa = holding(
  "ds:DSAKeyValue",
  sequence(
    pair("ds:P", "ds:Q"),
    maybe(leaf("ds:G", binary)),
    one(leaf("ds:Y", binary)),
    maybe(leaf("ds:J", binary)),
    pair("ds:Seed", "ds:PgenCounter"),
  ),
);
const issuer = holding(
  "ds:X509IssuerSerial",
  sequence(one(leaf("ds:X509IssuerName", words)), one(leaf("ds:X509SerialNumber", integer))),
);
const x509 = holding(
  "ds:X509Data",
  several(
    among(
      issuer,
      leaf("ds:X509SKI", binary),
      leaf("ds:X509SubjectName", words),
      leaf("ds:X509Certificate", binary),
      leaf("ds:X509CRL", binary),
      foreign,
    ),
    1,
  ),
);
const pgp = fc.oneof(
  holding(
    "ds:PGPData",
    sequence(one(leaf("ds:PGPKeyID", binary)), maybe(leaf("ds:PGPKeyPacket", binary)), several(foreign)),
  ),
  holding("ds:PGPData", sequence(one(leaf("ds:PGPKeyPacket", binary)), several(foreign))),
);
const spki = holding(
  "ds:SPKIData",
  fc
    .array(sequence(one(leaf("ds:SPKISexp", binary)), maybe(foreign)), { minLength: 1, maxLength: 2 })
    .map((groups) => groups.flat()),
);
const retrieval = holding(
  "ds:RetrievalMethod",
  maybe(transforms),
  fc.constantFrom<Record<string, string>>({ URI: "#key" }, { URI: "", Type: "urn:t" }),
);
const keyValue = holding("ds:KeyValue", sequence(maybe(comment), one(among(rsa, dsa, foreign))));
const keyInfo = holding(
  "ds:KeyInfo",
  several(
    among(leaf("ds:KeyName", words), leaf("ds:MgmtData", words), keyValue, x509, pgp, spki, retrieval, foreign),
    1,
  ),
);

const replayProtect = fc.constant(
  element("dsp:ReplayProtect", [
    element("dsp:timestamp", ["2026-01-31T12:00:00Z"]),
    element("dsp:nonce", ["AQAB"], { EncodingType: "urn:b64" }),
  ]),
);
const property = holding(
  "ds:SignatureProperty",
  sequence(maybe(comment), several(among(replayProtect, foreign), 1)),
  fc.constant({ Target: "#signature" }),
);
const object = holding(
  "ds:Object",
  several(
    among(
      holding("ds:SignatureProperties", several(property, 1)),
      holding("ds:Manifest", several(reference, 1)),
      foreign,
      comment,
    ),
  ),
  fc.constantFrom<Record<string, string>>({}, { MimeType: "text/xml", Encoding: "urn:e" }),
);

const plain = holding(
  "ds:Signature",
  sequence(one(signedInfo), one(leaf("ds:SignatureValue", binary)), maybe(keyInfo), several(object)),
);

/** Elements `ds:Signature` that the schema takes, with IDs here and there. */
export const signatureArbitrary: fc.Arbitrary<Element> = fc.tuple(plain, fc.boolean()).map(([signature, hasIds]) => {
  if (!hasIds) return signature;
  let count = 0;
  const number = (at: Element): void => {
    if (withId.has(at.name)) at.attributes["Id"] = `id-${count++}`;
    for (const child of at.children) if (typeof child !== "string") number(child);
  };
  number(signature);
  return signature;
});

const withId = new Set(
  [
    "Signature",
    "SignedInfo",
    "SignatureValue",
    "Reference",
    "KeyInfo",
    "Object",
    "Manifest",
    "SignatureProperties",
    "SignatureProperty",
  ].map((name) => `ds:${name}`),
);
