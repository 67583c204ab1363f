import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { one } from "./field.ts";
import { remembered } from "./remembered.ts";
import { text } from "./scalar.ts";
import type { Schema } from "./schema.ts";
import { sequence } from "./sequence.ts";

interface Meter {
  readonly place: { readonly room: string };
}

describe("a remembered schema", () => {
  it("writes a value that is frozen through and through once", () => {
    const { schema, written } = countingSchema();
    const meter: Meter = Object.freeze({ place: Object.freeze({ room: "attic" }) });

    const texts = [1, 2, 3].map(() => schema.encode(meter));

    assert.deepEqual(texts, Array(3).fill("<ei:place><ei:room>attic</ei:room></ei:place>"));
    assert.equal(written(), 1);
  });

  for (const [title, meter] of [
    ["not frozen", { place: { room: "attic" } }],
    ["frozen on the outside", Object.freeze({ place: { room: "attic" } })],
  ] as const) {
    it(`writes a value that is ${title} as it is each time`, () => {
      const { schema } = countingSchema();
      schema.encode(meter);

      (meter.place as { room: string }).room = "cellar";

      assert.equal(schema.encode(meter), "<ei:place><ei:room>cellar</ei:room></ei:place>");
    });
  }

  it("refuses what the schema refuses, each time", () => {
    const { schema } = countingSchema();
    const wrong = Object.freeze({}) as unknown as Meter;

    for (const _ of ["first", "again"]) assert.throws(() => schema.encode(wrong));
  });
});

function countingSchema(): { readonly schema: Schema<Meter>; readonly written: () => number } {
  let count = 0;
  const meter: Schema<Meter> = sequence({ place: one("ei:place", sequence({ room: one("ei:room", text) })) });
  const counting: Schema<Meter> = {
    shape: meter.shape,
    decode: (element, reading) => meter.decode(element, reading),
    encode(value) {
      count += 1;
      return meter.encode(value);
    },
    toJson: (value, place) => meter.toJson(value, place),
    fromJson: (json, place) => meter.fromJson(json, place),
  };
  return { schema: remembered(counting), written: () => count };
}
