import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { decode } from "../src/envelope.ts";
import { describe as inWords, MalformedMessageError } from "../src/errors.ts";
import { sample, signatureXml } from "./builders.ts";

const event = sample("oadrDistributeEvent-price-baseline");
const wrapped = sample("oadrPoll").replace(/<oadr:oadrSignedObject[^>]*>/, "<oadr:oadrSignedObject>");
const ids = /(<pyld:requestID>.*?<\/pyld:requestID>)\s*(<ei:vtnID>.*?<\/ei:vtnID>)/;
const notification = /(<ei:x-eiNotification>\s*<xcal:duration>)[^<]*</;
const period = "oadrDistributeEvent/oadr:oadrEvent/ei:eiEvent/ei:eiActivePeriod/xcal:properties";

/** Faults that tolerant decoding takes, each with what it reports; all of them, the list is closed. */
const faults: Readonly<Record<string, readonly [original: string, faulty: string, reports: readonly string[]]>> = {
  "wrong sibling order": [
    event,
    event.replace(ids, "$2$1"),
    ["oadrDistributeEvent/pyld:requestID: expected pyld:requestID before ei:vtnID, got it after"],
  ],
  "the signature after what it signs": [
    wrapped.replace("<oadr:oadrSignedObject", `${signatureXml()}<oadr:oadrSignedObject`),
    wrapped.replace("</oadr:oadrPayload>", `${signatureXml()}</oadr:oadrPayload>`),
    ["oadrPayload/ds:Signature: expected ds:Signature before oadr:oadrSignedObject, got it after"],
  ],
  "an unknown element": [
    event,
    event.replace(ids, "$1<ei:foo/>$2"),
    ["oadrDistributeEvent/ei:foo: expected ei:vtnID | oadr:oadrEvent, got element ei:foo"],
  ],
  "an unknown element that holds what is known": [
    event,
    event.replace(ids, "$1<foo><ei:vtnID>x</ei:vtnID></foo>$2"),
    ["oadrDistributeEvent/foo: expected ei:vtnID | oadr:oadrEvent, got element foo"],
  ],
  "an unknown attribute": [
    event,
    event.replace("<ei:vtnID>", '<ei:vtnID a="b">'),
    ['oadrDistributeEvent/ei:vtnID/@a: expected no such attribute, got "b"'],
  ],
  "the duration PTS": [
    event.replace(notification, "$1PT0S<"),
    event.replace(notification, "$1PTS<"),
    [`${period}/ei:x-eiNotification/xcal:duration: expected a duration in whole seconds such as PT15M, got "PTS"`],
  ],
  "white space in a duration": [
    event,
    event.replace(/(<xcal:duration>)(P\w+)</, "$1 $2\n<"),
    [`${period}/xcal:duration/xcal:duration: expected a duration in whole seconds such as PT15M, got " PT2H\\n"`],
  ],
  "schemaVersion without a prefix": [
    wrapped,
    wrapped.replace("ei:schemaVersion", "schemaVersion"),
    ["oadrPoll/@schemaVersion: expected attribute ei:schemaVersion, got schemaVersion"],
  ],
  "Id without a prefix": [
    wrapped.replace("oadrSignedObject>", 'oadrSignedObject oadr:Id="a">'),
    wrapped.replace("oadrSignedObject>", 'oadrSignedObject Id="a">'),
    ["oadrPayload/oadr:oadrSignedObject/@Id: expected attribute oadr:Id, got Id"],
  ],
  "an offset instead of Z": [
    event.replace(/(<ei:createdDateTime>).*?</, "$12026-01-31T12:00:00Z<"),
    event.replace(/(<ei:createdDateTime>).*?</, "$12026-01-31T14:00:00+02:00<"),
    [
      'oadrDistributeEvent/oadr:oadrEvent/ei:eiEvent/ei:eventDescriptor/ei:createdDateTime: expected a date-time in UTC such as 2026-01-31T12:00:00Z, got "2026-01-31T14:00:00+02:00"',
    ],
  ],
};

describe("tolerant decoding takes and reports", () => {
  for (const [title, [original, faulty, reports]] of Object.entries(faults)) {
    it(title, () => {
      const { message, envelope, deviations } = decode(faulty, { tolerant: true });

      assert.deepEqual(
        { message, envelope },
        { message: decode(original).message, envelope: decode(original).envelope },
      );
      assert.deepEqual(deviations.map(inWords), reports);
      assert.throws(() => decode(faulty), { code: "ERR_OADR_INVALID", message: reports[0] });
    });
  }
});

describe("tolerant decoding refuses", () => {
  for (const [title, document, message] of [
    ["a missing element", event.replace(ids, "$1"), "oadrDistributeEvent: expected element ei:vtnID, got none"],
    [
      "an element too many",
      event.replace(ids, "$1$2$2"),
      "oadrDistributeEvent/ei:vtnID[1]: expected one ei:vtnID, got more than one",
    ],
    [
      "text between elements",
      event.replace(ids, "$1 x $2"),
      'oadrDistributeEvent: expected elements only, got text "x"',
    ],
    [
      "an element inside a text",
      event.replace("<ei:vtnID>", "<ei:vtnID><a/>"),
      "oadrDistributeEvent/ei:vtnID/a: expected text only, got element a",
    ],
    ["an unknown root", "<a/>", "a: expected element oadr:oadrPayload, got element a"],
    [
      "an unknown payload",
      wrapped.replaceAll("oadr:oadrPoll", "oadr:oadrHello"),
      "oadrHello: expected one of the 23 payloads, got element oadr:oadrHello",
    ],
    [
      "no payload",
      wrapped.replace(/<oadr:oadrPoll.*<\/oadr:oadrPoll>/s, ""),
      "oadrPayload/oadr:oadrSignedObject: expected one of the 23 payloads, got none",
    ],
    [
      "two payloads",
      wrapped.replace(/<oadr:oadrPoll.*<\/oadr:oadrPoll>/s, "$&$&"),
      "oadrPoll[1]: expected one payload, got more than one",
    ],
    [
      "an unknown word",
      event.replace(/(<ei:eventStatus>).*?</, "$1soon<"),
      'oadrDistributeEvent/oadr:oadrEvent/ei:eiEvent/ei:eventDescriptor/ei:eventStatus: expected none | far | near | active | completed | cancelled, got "soon"',
    ],
    [
      "a schemaVersion we do not know",
      wrapped.replace('"2.0b"', '"3.0"'),
      'oadrPoll/@ei:schemaVersion: expected 2.0a | 2.0b | x-…, got "3.0"',
    ],
    [
      "a duration with decimals",
      event.replace(/(<xcal:duration>)P\w+</, "$1PT1.5S<"),
      `${period}/xcal:duration/xcal:duration: expected a duration in whole seconds such as PT15M, got "PT1.5S"`,
    ],
    [
      "xsi:type",
      wrapped.replace("<ei:venID>", '<ei:venID xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="b">'),
      'oadrPoll/ei:venID/@xsi:type: expected no such attribute, got "b"',
    ],
  ] as const) {
    it(title, () => {
      assert.throws(() => decode(document, { tolerant: true }), { code: "ERR_OADR_INVALID", message });
    });
  }

  it("what it cannot take, and tells of nothing else", () => {
    const document = event.replace(ids, "$1<ei:foo/>$2").replace(/(<ei:eventStatus>).*?</, "$1soon<");

    const found = faultsOf(document, true);

    assert.deepEqual(
      found.map(({ path }) => path.replace(/^.*\//, "")),
      ["ei:eventStatus"],
    );
  });
});

describe("tolerant decoding", () => {
  it("takes any number of faults, and reports 100 of them", () => {
    const document = event.replace(ids, `$1${"<ei:foo/>".repeat(1_000)}$2`);

    const { message, deviations } = decode(document, { tolerant: true });

    assert.deepEqual(message, decode(event).message);
    assert.equal(deviations.length, 100);
  });
});

describe("strict decoding", () => {
  it("tells every fault, in document order, the first in its message", () => {
    const document = event
      .replace(ids, "$1<ei:foo/>$2")
      .replace(/(<ei:eventStatus>).*?</, "$1soon<")
      .replace(/(<xcal:duration>)P\w+</, "$1PTS<");

    const found = faultsOf(document);

    assert.deepEqual(
      found.map(({ path }) => path.replace(/^.*\//, "")),
      ["ei:foo", "ei:eventStatus", "xcal:duration"],
    );
    assert.throws(() => decode(document), { path: "oadrDistributeEvent/ei:foo", message: inWords(found[0]) });
  });

  it("tells at most 100 faults", () => {
    assert.equal(faultsOf(event.replace(ids, `$1${"<ei:foo/>".repeat(1_000)}$2`)).length, 100);
  });
});

function faultsOf(document: string, tolerant = false): MalformedMessageError["deviations"] {
  try {
    decode(document, { tolerant });
  } catch (error) {
    if (error instanceof MalformedMessageError) return error.deviations;
    throw error;
  }
  throw new Error("expected it to be refused");
}
