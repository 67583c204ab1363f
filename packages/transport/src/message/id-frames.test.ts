import assert from "node:assert/strict";
import { decode, encode, type Decoded } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { IdFrames } from "./id-frames.ts";

const textOf = (venId: string): string => encode({ name: "oadrPoll", payload: { venId } });
const pollOf = (venId: string): Buffer => Buffer.from(textOf(venId));

const indentedPollOf = (venId: string): Buffer => Buffer.from(textOf(venId).replaceAll("><", ">\n<"));
/** One of ever so many ways to write the same poll. */
const makeOf = (index: number): Buffer => Buffer.from(textOf("ven-1") + "\n".repeat(index));

/** An oadrRequestEvent. */
function requestOf(requestId: string, venId: string, replyLimit?: number): Buffer {
  const limit = replyLimit === undefined ? {} : { replyLimit };
  return Buffer.from(encode({ name: "oadrRequestEvent", payload: { requestId, venId, ...limit } }));
}

/** A reader that counts how often it reads. */
function countingReader(options: { readonly tolerant?: boolean } = {}) {
  const reader = { readings: 0, read: (body: Uint8Array): Decoded => (reader.readings++, decode(body, options)) };
  return reader;
}

/** How often documents are parsed, once the first one has been met. */
function readingsAfterFirst(documents: readonly Buffer[]): number {
  const polls = new IdFrames();
  const reader = countingReader({ tolerant: true });
  const [first, ...rest] = documents;
  if (first !== undefined) polls.read(first, decodeTolerant);
  for (const document of rest) polls.read(document, reader.read);
  return reader.readings;
}

const decodeTolerant = (body: Uint8Array): Decoded => decode(body, { tolerant: true });

describe("messages read by their frame", () => {
  it("gives what decoding gives", () => {
    const polls = new IdFrames();
    polls.read(pollOf("ven-1"), decode);

    for (const venId of ["ven-1", "ven-2", "v", "a.b:c_d"])
      assert.deepEqual(
        polls.read(pollOf(venId), () => assert.fail("parsed")),
        decode(pollOf(venId)),
      );
  });

  it("gives what decoding gives, for messages of several IDs too", () => {
    const polls = new IdFrames();
    polls.read(requestOf("req-1", "ven-1", 3), decode);

    for (const [requestId, venId] of [
      ["req-1", "ven-1"],
      ["r", "ven-2"],
      ["ven-2", "req-2"],
    ] as const)
      assert.deepEqual(
        polls.read(requestOf(requestId, venId, 3), () => assert.fail("parsed")),
        decode(requestOf(requestId, venId, 3)),
      );
  });

  for (const [what, documents] of [
    ["another replyLimit", [requestOf("req-1", "ven-1", 3), requestOf("req-1", "ven-1", 4)]],
    ["IDs that are the same", [requestOf("same", "same"), requestOf("same", "same")]],
    ["an ID that is not plain", [requestOf("req-1", "ven-1"), requestOf("req<1", "ven-1")]],
  ] as const) {
    it(`parses a request with ${what}`, () => {
      assert.ok(readingsAfterFirst(documents) >= 1);
    });
  }

  it("parses none but the first of one make", () => {
    assert.equal(readingsAfterFirst(["ven-1", "ven-1", "ven-2", "ven-3"].map(pollOf)), 0);
  });

  it("keeps several makes in mind", () => {
    const documents = [
      pollOf("ven-1"),
      indentedPollOf("ven-1"),
      pollOf("ven-2"),
      indentedPollOf("ven-2"),
      pollOf("ven-3"),
    ];

    // The second make is parsed once, and once more to see that its frame holds.
    assert.equal(readingsAfterFirst(documents), 2);
  });

  it("lets nobody change what others will be given", () => {
    const polls = new IdFrames();
    const first = polls.read(pollOf("ven-1"), decode);

    Object.assign(first.message.payload, { venId: "ven-2" });

    assert.throws(() => Object.assign(first.envelope, { signature: "unverified" }), TypeError);
    assert.deepEqual(polls.read(pollOf("ven-1"), decode), decode(pollOf("ven-1")));
  });

  for (const [what, document] of [
    ["any other message", Buffer.from(encode({ name: "oadrQueryRegistration", payload: { requestId: "1" } }))],
    ["a poll that differs from the schema", Buffer.from(textOf("ven-1").replace("ei:schemaVersion", "schemaVersion"))],
    ["a venID that is escaped", pollOf("a&b")],
    ["a venID that is not ASCII", pollOf("küche")],
    ["a venID with spaces around it", pollOf(" ven-1 ")],
    ["a long one", Buffer.concat([pollOf("ven-1"), Buffer.alloc(2_048, " ")])],
    [
      "UTF-16",
      Buffer.from(`\uFEFF${textOf("ven-1").replace("utf-8", "utf-16").replace("UTF-8", "UTF-16")}`, "utf16le"),
    ],
  ] as const) {
    it(`parses ${what} each time`, () => {
      assert.equal(readingsAfterFirst([document, document, document]), 2);
    });
  }

  it("is not misled by a venID that stands elsewhere", () => {
    const misleading = Buffer.from(textOf("ven-1").replace(">ven-1<", "><!-->ven-1<-->&#118;en-1<"));
    const polls = new IdFrames();
    assert.deepEqual(decode(misleading).message.payload, { venId: "ven-1" });
    polls.read(misleading, decode);

    const other = Buffer.from(misleading.toString().replace(">ven-1<", ">ven-2<"));

    assert.deepEqual(polls.read(other, decode).message.payload, { venId: "ven-1" });
  });

  it("refuses what decoding refuses for its length", () => {
    const maxBytes = pollOf("ven-1").byteLength;
    const polls = new IdFrames({ maxBytes });
    const read = (body: Uint8Array): Decoded => decode(body, { limits: { maxBytes } });
    polls.read(pollOf("ven-1"), read);

    assert.throws(() => polls.read(pollOf("ven-12"), read), { code: "ERR_OADR_TOO_LARGE" });
  });

  it("forgets the make that was met longest ago", () => {
    const polls = new IdFrames();
    for (let index = 0; index <= 16; index++) polls.read(makeOf(index), decode);
    const reader = countingReader();

    polls.read(makeOf(1), reader.read);
    polls.read(makeOf(0), reader.read);

    // Parsed, and probed.
    assert.equal(reader.readings, 2);
  });
});
