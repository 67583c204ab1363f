import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, it } from "vitest";
import { decode, fromJson, toJson } from "../src/envelope.ts";
import { MalformedMessageError, type MalformedMessageCode } from "../src/errors.ts";
import type { Json } from "../src/schema/place.ts";
import { NAMESPACES } from "../src/xml/names.ts";
import { messageArbitrary, messageNames } from "./arbitrary.ts";
import { declarations, signatureXml } from "./builders.ts";
import { createRandom, type Random } from "./random.ts";
import { countWork } from "./work.ts";

const seed = Number(process.env["SEED"] ?? 20_260_131);
const rounds = Number(process.env["MUTANTS"] ?? 4_000);

const folder = new URL("../samples/", import.meta.url);
const samples = readdirSync(folder).map((file) => readFileSync(new URL(file, folder)));

describe("decode, whatever it is given,", () => {
  it("throws nothing but MalformedMessageError for random bytes", () => {
    const random = createRandom(seed);

    for (let round = 0; round < rounds; round++) outcomeOf(bytes(random, 1 + random.below(200)));
  });

  it("throws nothing but MalformedMessageError for samples with bytes altered, lost and added", () => {
    const random = createRandom(seed);

    for (let round = 0; round < rounds; round++) outcomeOf(altered(random.of(samples), random));
  });

  it("refuses a sample that was cut off, wherever", () => {
    const sample = samples.find((candidate) => candidate.includes("oadrDistributeEvent") && candidate.length < 5_000);
    assert.ok(sample !== undefined);
    const end = sample.lastIndexOf(">") + 1;

    for (let length = 0; length < end; length++) {
      assert.equal(outcomeOf(sample.subarray(0, length)), "ERR_OADR_NOT_WELL_FORMED", `at ${length}`);
    }
  });

  const bomb = `<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">${Array.from("bcdefghi")
    .map((name, index) => `<!ENTITY ${name} "${`&${"abcdefgh"[index]};`.repeat(10)}">`)
    .join("")}]>`;
  const refused: readonly (readonly [title: string, document: string | Uint8Array, code: MalformedMessageCode])[] = [
    ["nothing", "", "ERR_OADR_NOT_WELL_FORMED"],
    ["no XML", "hello", "ERR_OADR_NOT_WELL_FORMED"],
    ["JSON", '{"name":"oadrPoll"}', "ERR_OADR_NOT_WELL_FORMED"],
    ["two roots", `${poll()}${poll()}`, "ERR_OADR_NOT_WELL_FORMED"],
    ["an unbound prefix", "<oadr:oadrPoll/>", "ERR_OADR_NOT_WELL_FORMED"],
    ["an attribute twice", '<a b="" b=""/>', "ERR_OADR_NOT_WELL_FORMED"],
    [
      "an attribute twice by namespace",
      '<a xmlns:b="urn:b" xmlns:c="urn:b" b:d="" c:d=""/>',
      "ERR_OADR_NOT_WELL_FORMED",
    ],
    ["an unknown entity", poll("&nbsp;"), "ERR_OADR_NOT_WELL_FORMED"],
    ["a control character", poll("\u0001"), "ERR_OADR_NOT_WELL_FORMED"],
    ["a reference to a control character", poll("&#0;"), "ERR_OADR_NOT_WELL_FORMED"],
    ["a reference to half of a pair", poll("&#xD800;"), "ERR_OADR_NOT_WELL_FORMED"],
    ["half of a surrogate pair", poll("\ud800"), "ERR_OADR_NOT_WELL_FORMED"],
    ["half of a surrogate pair before a letter", poll("\ud800a"), "ERR_OADR_NOT_WELL_FORMED"],
    ["the wrong half of a surrogate pair", poll("\udc00a"), "ERR_OADR_NOT_WELL_FORMED"],
    ["a DOCTYPE", `<!DOCTYPE html>${poll()}`, "ERR_OADR_DOCTYPE"],
    ["a billion laughs", `${bomb}${poll("&i;")}`, "ERR_OADR_DOCTYPE"],
    ["an external entity", `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${poll("&x;")}`, "ERR_OADR_DOCTYPE"],
    ["an external subset", `<!DOCTYPE a SYSTEM "http://localhost/a.dtd">${poll()}`, "ERR_OADR_DOCTYPE"],
    ["an unknown encoding", Buffer.from(`<?xml version="1.0" encoding="EBCDIC"?>${poll()}`), "ERR_OADR_ENCODING"],
    [
      "Latin-1",
      Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${poll("\xfc")}`, "latin1"),
      "ERR_OADR_ENCODING",
    ],
    [
      "Latin-1 that is declared late",
      Buffer.from(`<?xml version="1.0"${" ".repeat(300)}encoding="ISO-8859-1"?>${poll()}`),
      "ERR_OADR_ENCODING",
    ],
    ["UTF-16 that is none", Buffer.from(`<?xml version="1.0" encoding="UTF-16"?>${poll()}`), "ERR_OADR_ENCODING"],
    ["broken UTF-8", Buffer.from(poll("\xff"), "latin1"), "ERR_OADR_ENCODING"],
    ["UTF-8 with surrogates", Buffer.from(poll("\xed\xa0\x80"), "latin1"), "ERR_OADR_ENCODING"],
    ["UTF-8 longer than need be", Buffer.from(poll("\xc0\xaf"), "latin1"), "ERR_OADR_ENCODING"],
    ["UTF-16 with half of a pair", Buffer.from(`\ufeff${poll("\ud800")}`, "utf16le"), "ERR_OADR_ENCODING"],
    ["UTF-16 of an odd length", Buffer.from(`\ufeff${poll()}`, "utf16le").subarray(1), "ERR_OADR_ENCODING"],
    ["UTF-32", Buffer.from([0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0, 0x61, 0, 0, 0]), "ERR_OADR_NOT_WELL_FORMED"],
    [
      "ASCII with other bytes",
      Buffer.from(`<?xml version="1.0" encoding="US-ASCII"?>${poll("ü")}`),
      "ERR_OADR_ENCODING",
    ],
    ["five megabytes", "a".repeat(5 * 1024 * 1024), "ERR_OADR_TOO_LARGE"],
    ["65 elements inside one another", "<a>".repeat(65), "ERR_OADR_TOO_DEEP"],
    ["a hundred thousand elements inside one another", "<a>".repeat(100_000), "ERR_OADR_TOO_DEEP"],
    ["200,001 elements", `<a>${"<b/>".repeat(200_000)}</a>`, "ERR_OADR_TOO_MANY_ELEMENTS"],
    ["257 attributes", `<a ${numbers(257, (n) => `b${n}=""`)}/>`, "ERR_OADR_TOO_MANY_ATTRIBUTES"],
    [
      "257 namespaces on one element",
      `<a ${numbers(257, (n) => `xmlns:b${n}="urn:b"`)}/>`,
      "ERR_OADR_TOO_MANY_ATTRIBUTES",
    ],
    ["a namespace of a megabyte", `<a xmlns="${"b".repeat(1024 * 1024)}"/>`, "ERR_OADR_TOO_LARGE"],
    ["a namespace with a space before it", poll().replace('xmlns:ei="', 'xmlns:ei=" '), "ERR_OADR_INVALID"],
    ["the wrong root", "<html/>", "ERR_OADR_INVALID"],
    ["a prefix that says oadr for another namespace", '<oadr:oadrPoll xmlns:oadr="urn:other"/>', "ERR_OADR_INVALID"],
  ];
  for (const [title, document, code] of refused) {
    it(`refuses ${title} with ${code}`, () => {
      assert.equal(outcomeOf(document), code);
    });
  }

  it("takes what is just within every limit", () => {
    const deep = `${"<x:a>".repeat(60)}${"</x:a>".repeat(60)}`;
    const wide = `<x:a ${numbers(256, (n) => `b${n}=""`)}/>`;
    const many = "<x:a/>".repeat(199_000);

    for (const content of [deep, wide, many]) {
      assert.equal(outcomeOf(withObject(content).replace("<ds:Object", '<ds:Object xmlns:x="urn:x"')), undefined);
    }
  });

  it("refuses a body over the limit before it looks at it", () => {
    const body = Buffer.alloc(64 * 1024 * 1024, "a");

    const work = countWork(() => outcomeOf(body));

    assert.ok(work < 200, String(work));
  });

  it("takes limits of one's own", () => {
    for (const [limits, code] of [
      [{ maxBytes: 100 }, "ERR_OADR_TOO_LARGE"],
      [{ maxDepth: 1 }, "ERR_OADR_TOO_DEEP"],
      [{ maxElements: 1 }, "ERR_OADR_TOO_MANY_ELEMENTS"],
      [{ maxAttributes: 1 }, "ERR_OADR_TOO_MANY_ATTRIBUTES"],
    ] as const) {
      assert.throws(() => decode(poll(), { limits }), { code });
    }
    assert.throws(() => decode(poll(), { limits: { maxDepth: 0 } }), RangeError);
  });

  it("takes no deeper limit than its stack does", () => {
    const document = withObject("<ds:Object>".repeat(900) + "</ds:Object>".repeat(900));

    assert.equal(decode(document, { limits: { maxDepth: 1_000 } }).envelope.signature, "unverified");
    assert.throws(() => decode(document, { limits: { maxDepth: 1_001 } }), RangeError);
  });

  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype"]) {
    it(`takes ${name} for a name like any other`, () => {
      const documents = [
        poll("", `<${name}/>`),
        poll("", `<oadr:${name}/>`),
        poll().replace("<ei:venID", `<ei:venID ${name}="1"`),
        poll().replace("<ei:venID", `<ei:venID oadr:${name}="1"`),
        poll().replace("<oadr:oadrPoll", `<oadr:oadrPoll xmlns:${name}="urn:a" ${name}:${name}="1"`),
        withObject(`<ds:${name}/><${name} ${name}="1"/>`).replace('URI="', `${name}="" URI="`),
        `<oadr:${name}${declarations}/>`,
        feed(`<atom:${name} ${name}=""/>`),
        feed(`<${name}:a xmlns:${name}="urn:a"/>`),
      ];

      const outcomes = documents.map((document) => outcomeOf(document));

      assert.deepEqual(outcomes, [...Array.from({ length: 8 }, () => "ERR_OADR_INVALID"), undefined]);
      assert.deepEqual(Object.keys(Object.prototype), []);
    });
  }

  it("reports at most 100 faults, and short ones", () => {
    const name = "n".repeat(100_000);
    const document = poll(
      "",
      `<oadr:${name} ${name}="">${"x".repeat(100_000)}</oadr:${name}>`.concat("<ei:venID>2</ei:venID>".repeat(1_000)),
    );

    const error = errorOf(document);

    assert.equal(error?.deviations.length, 100);
    assert.ok(JSON.stringify(error.deviations).length < 100_000, String(JSON.stringify(error.deviations).length));
  });

  it("cuts spans and numbers beyond what can be told", () => {
    const digits = "9".repeat(100_000);
    const document = report(
      `<xcal:dtstart><xcal:date-time>2026-01-31T12:00:00.${digits}Z</xcal:date-time></xcal:dtstart><xcal:duration><xcal:duration>P${digits}D</xcal:duration></xcal:duration>${payload(digits)}`,
    );

    const { message } = decode(document);

    assert.ok(message.name === "oadrUpdateReport");
    assert.deepEqual(message.payload.reports[0]?.intervals?.[0], {
      dtstart: new Date("2026-01-31T12:00:00.999Z"),
      duration: 9_007_199_254_740_000,
      payloads: [{ kind: "reportPayload", rId: "1", value: Infinity }],
    });
  });
});

const instant = "<xcal:dtstart><xcal:date-time>2026-01-31T12:00:00</xcal:date-time></xcal:dtstart>";
const ring = "<gml:exterior><gml:LinearRing><gml:posList>1 2</gml:posList></gml:LinearRing></gml:exterior>";
const reference =
  '<ds:Reference URI="#a"><ds:DigestMethod Algorithm="urn:a"/><ds:DigestValue>AQAB</ds:DigestValue></ds:Reference>';

function area(n: number): string {
  const polygon = `<gml:Polygon gml:id="b${n}">${ring}</gml:Polygon>`;
  return `<emix:serviceArea><gml:FeatureCollection gml:id="a${n}"><gml:location>${polygon}</gml:location></gml:FeatureCollection></emix:serviceArea>`;
}

/** Content within forty elements, each of which declares namespaces. */
function nested(namespaces: number, content: string): string {
  const opening = (level: number): string =>
    `<espi:x ${numbers(namespaces, (index) => `xmlns:p${level}-${index}="urn:a"`)}>`;
  return `${numbers(40, opening)}${content}${"</espi:x>".repeat(40)}`;
}

describe("decode does work in proportion to the document", () => {
  const families: Readonly<Record<string, (n: number) => string>> = {
    "elements in one sequence": (n) => report(payload("1").repeat(n)),
    "lists of lists": (n) => reports(`<ei:interval>${payload("1")}</ei:interval>`.repeat(n)),
    "date-times without zone": (n) => reports(`<ei:interval>${instant}${payload("1")}</ei:interval>`.repeat(n)),
    "attributes that are IDs": (n) => createOpt(numbers(n, area)),
    "unknown elements": (n) => poll("", "<oadr:unknown/>".repeat(n)),
    "unknown attributes": (n) =>
      poll("", `<ei:venID ${numbers(200, (index) => `a${index}=""`)}>1</ei:venID>`.repeat(Math.ceil(n / 50))),
    "elements out of order": (n) => createOpt("<ei:venID>1</ei:venID><ei:groupID>1</ei:groupID>".repeat(n)),
    "comments and instructions": (n) => poll("<!--a--><?b c?>".repeat(n)),
    "CDATA sections in one text": (n) => poll("<![CDATA[a]]>b".repeat(n)),
    "character references": (n) => poll("&amp;&#65;".repeat(n)),
    "white space": (n) => report(payload(`1${" ".repeat(n)}`)),
    digits: (n) => report(payload(`${"1".repeat(n)}x`)),
    "digits of a duration": (n) =>
      reports(
        `<ei:interval><xcal:duration><xcal:duration>P${"1".repeat(n)}</xcal:duration></xcal:duration>${payload("1")}</ei:interval>`,
      ),
    "references of a signature": (n) => withObject(`<ds:Manifest>${reference.repeat(n)}</ds:Manifest>`),
    "names of a key": (n) =>
      withObject("").replace("<ds:Object>", `<ds:KeyInfo>${"<ds:KeyName/>".repeat(n)}</ds:KeyInfo><ds:Object>`),
    "base64 digits": (n) =>
      withObject(`<ds:RSAKeyValue><ds:Modulus>${"AQAB".repeat(n)}!</ds:Modulus><ds:Exponent/></ds:RSAKeyValue>`),
    "entries of a feed": (n) => feed("<atom:entry/>".repeat(n)),
    "words in a feed": (n) => feed(`<atom:title>${"abcdefgh".repeat(n)}</atom:title>`),
    "qualified words in a feed": (n) => feed(`<atom:title>${numbers(n, (index) => `p${index}:a `)}</atom:title>`),
    "an e-mail address": (n) =>
      feed(`<atom:author><atom:email>${"a.".repeat(n)}@${"a.".repeat(n)}</atom:email></atom:author>`),
    feeds: (n) => reports("<ei:interval><oadr:oadrGBPayload><atom:feed/></oadr:oadrGBPayload></ei:interval>".repeat(n)),
    "namespaces in force": (n) => feed(nested(Math.min(200, n), "<y/>".repeat(n))),
    "namespaces declared anew": (n) => feed(nested(20, '<y xmlns:q="urn:q"/>'.repeat(n))),
    "namespaces of foreign names": (n) =>
      withObject(numbers(n, (index) => `<x:a${index} xmlns:x="urn:${"x".repeat(900)}"/>`)),
  };
  for (const [title, document] of Object.entries(families)) {
    for (const tolerant of [false, true]) {
      it(`for ${title}, ${tolerant ? "tolerant" : "strict"}`, () => {
        const [small, large] = [document(400), document(800)].map((text) => ({
          text,
          work: countWork(() => outcomeOf(text, tolerant)),
        }));
        assert.ok(small !== undefined && large !== undefined);

        const growth = large.text.length / small.text.length;

        assert.ok(
          large.work <= small.work * growth * 1.1 + 2_000,
          `${small.work} for ${small.text.length}, ${large.work} for ${large.text.length}`,
        );
      });
    }
  }

  it("so that the largest and worst of them end", () => {
    for (const document of Object.values(families)) outcomeOf(largest(document));
  });
});

describe("fromJson, whatever it is given,", () => {
  it("throws nothing but MalformedMessageError for JSON with values replaced, lost and added", () => {
    const random = createRandom(seed);
    const messages = messageNames.flatMap((name) => fc.sample(messageArbitrary(name), { seed, numRuns: 8 }));
    const jsons = messages.map((message) => JSON.parse(JSON.stringify(toJson(message))) as Json);

    for (let round = 0; round < rounds; round++) jsonOutcomeOf(alteredJson(random.of(jsons), random));
  });

  for (const text of [
    "null",
    "[]",
    "1",
    '"oadrPoll"',
    "{}",
    '{"name":"oadrPoll"}',
    '{"name":"__proto__","payload":{}}',
    '{"name":"toString","payload":{}}',
    '{"name":["oadrPoll"],"payload":{"venId":"1"}}',
    '{"name":"oadrPoll","payload":{"venId":"1","__proto__":{"a":1}}}',
    '{"name":"oadrPoll","payload":{"venId":"1"},"__proto__":1}',
    '{"name":"oadrPoll","payload":{"venId":"\\ud800"}}',
    '{"name":"oadrPoll","payload":{"venId":"\\u0000"}}',
    '{"name":"oadrPoll","payload":[]}',
  ]) {
    it(`refuses ${text}`, () => {
      assert.equal(jsonOutcomeOf(JSON.parse(text)), "ERR_OADR_INVALID");
      assert.deepEqual(Object.keys(Object.prototype), []);
    });
  }

  for (const kind of ["__proto__", "constructor", "toString"]) {
    it(`refuses the kind ${kind}`, () => {
      const intervals = [{ payloads: [{ kind, value: 1 }] }];
      const report = {
        reportRequestId: "1",
        reportSpecifierId: "1",
        createdDateTime: "2026-01-31T12:00:00Z",
        intervals,
      };

      assert.equal(
        jsonOutcomeOf({ name: "oadrUpdateReport", payload: { requestId: "1", reports: [report] } }),
        "ERR_OADR_INVALID",
      );
    });
  }

  it("refuses lists and trees that are too deep", () => {
    const list = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`) as Json;
    let tree: Json = { name: "atom:feed", namespace: NAMESPACES.atom };
    for (let depth = 0; depth < 50_000; depth++) tree = { ...tree, children: [tree] };
    const intervals = [{ payloads: [{ kind: "gbPayload", feed: tree }] }];
    const report = { reportRequestId: "1", reportSpecifierId: "1", createdDateTime: "2026-01-31T12:00:00Z", intervals };

    assert.equal(jsonOutcomeOf({ name: "oadrPoll", payload: { venId: list } }), "ERR_OADR_INVALID");
    assert.equal(
      jsonOutcomeOf({ name: "oadrUpdateReport", payload: { requestId: "1", reports: [report] } }),
      "ERR_OADR_INVALID",
    );
  });
});

/** The code with which a document is refused; undefined where it is not. Fails for any other error. */
function outcomeOf(document: string | Uint8Array, tolerant = false): MalformedMessageCode | undefined {
  return errorOf(document, tolerant)?.code;
}

function errorOf(document: string | Uint8Array, tolerant = false): MalformedMessageError | undefined {
  return malformed(() => decode(document, { tolerant }));
}

function jsonOutcomeOf(json: unknown): MalformedMessageCode | undefined {
  return malformed(() => fromJson(json))?.code;
}

function malformed(action: () => unknown): MalformedMessageError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof MalformedMessageError) return error;
    throw error;
  }
}

function bytes(random: Random, length: number): Buffer {
  return Buffer.from(
    Array.from({ length }, () =>
      random.chance(50) ? random.of(Array.from("<>/=\"'&;![]-? aoxml:")).charCodeAt(0) : random.below(256),
    ),
  );
}

function altered(sample: Buffer, random: Random): Buffer {
  let result = sample;
  for (let change = random.below(4); change >= 0; change--) {
    const at = random.below(result.length);
    const added = random.chance(50)
      ? bytes(random, random.below(4))
      : result.subarray(random.below(result.length)).subarray(0, random.below(60));
    result = Buffer.concat([result.subarray(0, at), added, result.subarray(at + random.below(4))]);
  }
  return result;
}

const oddValues: readonly Json[] = [
  null,
  true,
  0,
  -1,
  Infinity,
  1.5,
  "",
  "x-",
  "PT1.5S",
  "2026-02-30T00:00:00Z",
  "\ud800",
  [],
  {},
  [[]],
  { a: 1 },
  { kind: "gbPayload", feed: {} },
  { venId: null },
];
const oddKeys = ["__proto__", "constructor", "kind", "name", "value", "children", "attributes", "namespaces", "extra"];

function alteredJson(json: Json, random: Random): Json {
  if (random.chance(8)) return random.of(oddValues);
  if (Array.isArray(json)) return json.map((item: Json) => alteredJson(item, random)).filter(() => !random.chance(5));
  if (typeof json !== "object" || json === null) return json;
  const entries = Object.entries(json).filter(() => !random.chance(4));
  const changed = entries.map(([key, value]) => [
    random.chance(3) ? random.of(oddKeys) : key,
    alteredJson(value, random),
  ]);
  return Object.fromEntries(random.chance(5) ? [...changed, [random.of(oddKeys), random.of(oddValues)]] : changed);
}

/** A document of a family, close to four megabytes or 200,000 elements. */
function largest(document: (n: number) => string): string {
  const each = (document(2_000).length - document(1_000).length) / 1_000;
  const elements = (document(2_000).split("<").length - document(1_000).split("<").length) / 1_000;
  return document(Math.floor(Math.min(3_900_000 / each, 190_000 / Math.max(elements, 0.01))));
}

function numbers(count: number, each: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => each(n)).join(" ");
}

function poll(venId = "", more = ""): string {
  return `<oadr:oadrPoll${declarations}><ei:venID>${venId}</ei:venID>${more}</oadr:oadrPoll>`;
}

function payload(value: string): string {
  return `<oadr:oadrReportPayload><ei:rID>1</ei:rID><ei:payloadFloat><ei:value>${value}</ei:value></ei:payloadFloat></oadr:oadrReportPayload>`;
}

function report(interval: string): string {
  return reports(`<ei:interval>${interval}</ei:interval>`);
}

function reports(intervals: string): string {
  const rest =
    "<ei:reportRequestID>1</ei:reportRequestID><ei:reportSpecifierID>1</ei:reportSpecifierID><ei:createdDateTime>2026-01-31T12:00:00Z</ei:createdDateTime>";
  return `<oadr:oadrUpdateReport${declarations}><pyld:requestID>1</pyld:requestID><oadr:oadrReport><strm:intervals>${intervals}</strm:intervals>${rest}</oadr:oadrReport></oadr:oadrUpdateReport>`;
}

function createOpt(targets: string): string {
  return `<oadr:oadrCreateOpt${declarations}><ei:optID/><ei:optType>optIn</ei:optType><ei:optReason>economic</ei:optReason><ei:venID/><ei:createdDateTime>2026-01-31T12:00:00Z</ei:createdDateTime><pyld:requestID/><ei:eiTarget>${targets}</ei:eiTarget></oadr:oadrCreateOpt>`;
}

function feed(content: string): string {
  return report(`<oadr:oadrGBPayload><atom:feed>${content}</atom:feed></oadr:oadrGBPayload>`);
}

function withObject(content: string): string {
  const signature = signatureXml(`<ds:Object>${content}</ds:Object>`);
  return `<oadr:oadrPayload${declarations}>${signature}<oadr:oadrSignedObject><oadr:oadrPoll><ei:venID/></oadr:oadrPoll></oadr:oadrSignedObject></oadr:oadrPayload>`;
}
