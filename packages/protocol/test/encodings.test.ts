import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { decode, encode } from "../src/envelope.ts";
import type { Message } from "../src/messages/index.ts";
import { pollXml, sample } from "./builders.ts";
import { readDocument, writeDocument } from "./document.ts";

const poll: Message = { name: "oadrPoll", payload: { venId: "ven-ü-😀" } };
const declared = (encoding: string): string => encode(poll).replace("UTF-8", encoding);
const bigEndian = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

describe("decode reads", () => {
  for (const [title, document] of [
    ["a string", encode(poll)],
    ["a string with a byte order mark", `\ufeff${encode(poll)}`],
    ["a string that declares the encoding it once had", declared("ISO-8859-1")],
    ["UTF-8", Buffer.from(encode(poll))],
    ["UTF-8 without a declaration", Buffer.from(encode(poll).replace(/^<\?.*\?>\n/, ""))],
    ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${encode(poll)}`)],
    [
      "UTF-8 with a byte order mark and no declaration",
      Buffer.from(`\ufeff${encode(poll).replace(/^<\?.*\?>\n/, "")}`),
    ],
    [
      "UTF-8 declared in small letters and single quotes",
      Buffer.from(declared("utf-8").replace(/"(1.0|utf-8)"/g, "'$1'")),
    ],
    [
      "UTF-8 in a Uint8Array that is part of a larger buffer",
      new Uint8Array(Buffer.from(`xx${encode(poll)}xx`)).subarray(2, -2),
    ],
    [
      "US-ASCII with character references",
      Buffer.from(declared("US-ASCII").replace("ü", "&#252;").replace("😀", "&#x1F600;")),
    ],
    ["UTF-16 little endian with a byte order mark", Buffer.from(`\ufeff${declared("UTF-16")}`, "utf16le")],
    ["UTF-16 big endian with a byte order mark", bigEndian(`\ufeff${declared("UTF-16")}`)],
    ["UTF-16 little endian without a byte order mark", Buffer.from(declared("UTF-16LE"), "utf16le")],
    ["UTF-16 big endian without a byte order mark", bigEndian(declared("UTF-16BE"))],
    ["UTF-16 without mark and declaration", bigEndian(encode(poll).replace(/^<\?.*\?>\n/, ""))],
  ] as const) {
    it(title, () => {
      assert.deepEqual(decode(document).message, poll);
    });
  }
});

describe("decode makes nothing of", () => {
  const event = sample("oadrDistributeEvent-price-baseline");
  const { message } = decode(event);
  const gap = />\s*</g;

  for (const [title, document] of [
    ["other prefixes", writeDocument(readDocument(event), (prefix) => `ns${prefix.length}${prefix}`)],
    ["default namespaces, another at every change", writeDocument(readDocument(event), () => "")],
    ["a default namespace for oadr", writeDocument(readDocument(event), (prefix) => (prefix === "oadr" ? "" : prefix))],
    ["white space between elements", event.replace(gap, ">\r\n\t <")],
    ["no white space between elements", event.replace(gap, "><")],
    ["comments", event.replace(gap, "><!-- a <b> -->\n<").replace("</ei:vtnID>", "<!--c--></ei:vtnID>")],
    ["processing instructions", event.replace(gap, "><?do it?><").replace("<ei:vtnID>", "<ei:vtnID><?a b?>")],
    ["CDATA sections", event.replace(/>([^<>]*\S[^<>]*)</g, "><![CDATA[$1]]><")],
    ["CDATA sections inside a text", event.replace(/>(\w)([^<>]*)</g, ">$1<![CDATA[$2]]><![CDATA[]]><")],
    [
      "character references",
      event.replace(
        />([^<>]*\S[^<>]*)</g,
        (_, text: string) =>
          `>${Array.from(text)
            .map((one) => `&#${one.codePointAt(0)};`)
            .join("")}<`,
      ),
    ],
    [
      "a namespace declared again",
      event.replace("<ei:vtnID>", '<ei:vtnID xmlns:ei="http://docs.oasis-open.org/ns/energyinterop/201110">'),
    ],
    ["empty elements written in two tags", event.replace(/<([\w:-]+)\/>/g, "<$1></$1>")],
    ["XML 1.1", event.replace('version="1.0"', 'version="1.1"').replace("version='1.0'", "version='1.1'")],
  ] as const) {
    it(title, () => {
      assert.notEqual(document, event);
      assert.deepEqual(decode(document).message, message);
      assert.deepEqual(decode(document).deviations, []);
    });
  }

  it("the envelope, where there is none", () => {
    const bare = readDocument(pollXml).children.flatMap((child) => (typeof child === "string" ? [] : child.children));
    const [payload] = bare;
    assert.ok(typeof payload === "object");

    const { message, envelope, deviations } = decode(writeDocument(payload));

    assert.deepEqual(message, { name: "oadrPoll", payload: { venId: "ven-1" } });
    assert.deepEqual(
      { ...envelope },
      { signature: "none", wrapped: false, schemaVersion: "2.0b", schemaLocation: false, unzoned: [] },
    );
    assert.deepEqual(deviations, []);
  });
});

describe("text", () => {
  for (const [written, read] of [
    ["  two  spaces\t", "  two  spaces\t"],
    ["a\r\nb\rc", "a\nb\nc"],
    ["a&#13;&#10;b", "a\r\nb"],
    ["&lt;&amp;&gt;&quot;&apos;", "<&>\"'"],
    ["<![CDATA[<&]]]]><![CDATA[>]]>", "<&]]>"],
    ["\u00a0\u0085\u2028", "\u00a0\u0085\u2028"],
  ] as const) {
    it(`reads ${JSON.stringify(written)} as ${JSON.stringify(read)}`, () => {
      const { message } = decode(pollXml.replace("ven-1", written));

      assert.deepEqual(message.payload, { venId: read });
    });
  }

  for (const text of ["a<b>&c", "]]>", "a\r\nb\tc", "  ", "", "😀\u{10ffff}", "\u00a0\ufeff"]) {
    it(`comes back when ${JSON.stringify(text)} is written`, () => {
      const message: Message = { name: "oadrPoll", payload: { venId: text } };

      assert.deepEqual(decode(encode(message)).message, message);
      assert.deepEqual(decode(Buffer.from(encode(message))).message, message);
    });
  }

  for (const text of ["\u0000", "\u0008", "\u001f", "\ufffe", "\uffff", "\ud800", "\udc00x", "x\ud800"]) {
    it(`is not written when XML cannot carry it: ${JSON.stringify(text)}`, () => {
      const message: Message = { name: "oadrPoll", payload: { venId: text } };

      assert.throws(() => encode(message), { code: "ERR_OADR_INVALID", path: "oadrPoll.venId" });
    });
  }
});
