import assert from "node:assert/strict";
import { decode, encode, type Decoded } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { RepeatedPolls } from "./repeated-polls.ts";

const pollOf = (venId: string): Buffer => Buffer.from(encode({ name: "oadrPoll", payload: { venId } }));

/** A reader that counts how often it reads. */
function countingReader(options: { readonly tolerant?: boolean } = {}) {
  const reader = { readings: 0, read: (body: Uint8Array): Decoded => (reader.readings++, decode(body, options)) };
  return reader;
}

describe("repeated polls", () => {
  it("reads a poll once, however often it comes", () => {
    const polls = new RepeatedPolls();
    const reader = countingReader();

    const [first, second] = [polls.read(pollOf("ven-1"), reader.read), polls.read(pollOf("ven-1"), reader.read)];

    assert.equal(reader.readings, 1);
    assert.deepEqual(second.message, { name: "oadrPoll", payload: { venId: "ven-1" } });
    assert.equal(first, second);
  });

  it("tells the polls of two VENs apart", () => {
    const polls = new RepeatedPolls();
    const reader = countingReader();

    const messages = ["ven-1", "ven-2"].map((venId) => polls.read(pollOf(venId), reader.read).message.payload);

    assert.deepEqual(messages, [{ venId: "ven-1" }, { venId: "ven-2" }]);
    assert.equal(reader.readings, 2);
  });

  it("lets nobody change what others will be given", () => {
    const { message } = new RepeatedPolls().read(pollOf("ven-1"), decode);

    assert.throws(() => Object.assign(message.payload, { venId: "ven-2" }), TypeError);
  });

  for (const [what, document] of [
    ["any other message", Buffer.from(encode({ name: "oadrQueryRegistration", payload: { requestId: "1" } }))],
    [
      "a poll that differs from the schema",
      Buffer.from(String(pollOf("ven-1")).replace("ei:schemaVersion", "schemaVersion")),
    ],
    ["a long one", Buffer.concat([pollOf("ven-1"), Buffer.alloc(2_048, " ")])],
  ] as const) {
    it(`reads ${what} each time`, () => {
      const polls = new RepeatedPolls();
      const reader = countingReader({ tolerant: true });

      for (let times = 0; times < 3; times++) polls.read(document, reader.read);

      assert.equal(reader.readings, 3);
    });
  }

  it("forgets the oldest of more than 10,000", () => {
    const polls = new RepeatedPolls();
    for (let index = 0; index <= 10_000; index++) polls.read(pollOf(`ven-${index}`), decode);
    const reader = countingReader();

    polls.read(pollOf("ven-1"), reader.read);
    polls.read(pollOf("ven-0"), reader.read);

    assert.equal(reader.readings, 1);
  });
});
