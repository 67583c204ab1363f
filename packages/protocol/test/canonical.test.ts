import assert from "node:assert/strict";
import fc from "fast-check";
import { ParseOption, XmlDocument } from "libxml2-wasm";
import { describe, it } from "vitest";
import { canonicalize } from "../src/xml/canonical.ts";
import { elementsOf, type XmlElement } from "../src/xml/element.ts";
import { parseXml } from "../src/xml/parse.ts";
import { xmlArbitrary } from "./arbitrary-xml.ts";

// A long run: DOCUMENTS=100000 SEED=7 npx vitest run packages/protocol/test/canonical.test.ts
const seed = Number(process.env["SEED"] ?? 20_260_131);
const numRuns = Number(process.env["DOCUMENTS"] ?? 5_000);

describe("the canonical form", () => {
  it(
    `is that of libxml2 for ${numRuns} documents, with comments and without`,
    { timeout: 60_000 + numRuns * 20 },
    () => {
      fc.assert(
        fc.property(xmlArbitrary(), fc.boolean(), (text, comments) => {
          using document = XmlDocument.fromString(text, { option: quiet });

          assert.equal(
            canonicalize(parseXml(text), { comments }),
            document.canonicalizeToString({ withComments: comments }),
          );
        }),
        { seed, numRuns },
      );
    },
  );

  it(`is that of libxml2 for parts of ${numRuns} documents`, { timeout: 60_000 + numRuns * 20 }, () => {
    let inherited = 0;

    fc.assert(
      fc.property(xmlArbitrary(), fc.boolean(), fc.nat(), (text, comments, choice) => {
        using document = XmlDocument.fromString(text, { option: quiet });
        const elements = below(parseXml(text));
        const index = choice % elements.length;
        const element = elements[index];
        const other = document.find("//*")[index];
        assert.ok(element !== undefined && other !== undefined);
        if (element.parent?.hasAttributes === true) inherited++;

        assert.equal(canonicalize(element, { comments }), other.canonicalizeToString({ withComments: comments }));
      }),
      { seed, numRuns },
    );
    assert.ok(inherited > numRuns / 4, `${inherited} parts inherit something`);
  });

  for (const [title, text, expected] of [
    [
      "the namespaces around it, by prefix",
      '<b:b xmlns:b="urn:b" xmlns:a="urn:a"><b:x/></b:b>',
      '<b:x xmlns:a="urn:a" xmlns:b="urn:b"></b:x>',
    ],
    [
      "the nearest xml: attributes",
      '<a xml:lang="a" xml:space="preserve"><b xml:lang="b"><x/></b></a>',
      '<x xml:lang="b" xml:space="preserve"></x>',
    ],
    ["namespaces escaped like attributes", '<x xmlns="urn:&amp;&lt;"/>', '<x xmlns="urn:&amp;&lt;"></x>'],
    ["no default namespace that was taken back", '<a xmlns="urn:a"><b xmlns=""><x/></b></a>', "<x></x>"],
  ] as const) {
    it(`carries ${title}`, () => {
      const element = below(parseXml(text)).find(({ name }) => name.endsWith("x"));
      assert.ok(element !== undefined);

      assert.equal(canonicalize(element), expected);
    });
  }
});

const quiet = ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NOERROR | ParseOption.XML_PARSE_NOWARNING;

/** An element and all elements below it, in document order. */
function below(element: XmlElement): readonly XmlElement[] {
  return [element, ...elementsOf(element).flatMap(below)];
}
