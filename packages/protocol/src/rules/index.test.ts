import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "vitest";

import { anEvent, aSignal, distribute, intervals, noon } from "../../test/messages.ts";
import { decode } from "../envelope.ts";
import { operations } from "../operations.ts";
import { CONFORMANCE_RULES } from "./catalogue.ts";
import { checkRules } from "./index.ts";

const samples = new URL("../../samples/", import.meta.url);
const files = readdirSync(samples).filter((name) => name.endsWith(".xml"));

describe("checkRules", () => {
  it("tells breaches in the order of the rules' numbers", () => {
    const signals = [
      aSignal({ signalType: "delta", intervals: intervals(1, 7) }),
      aSignal({ intervals: intervals(9) }),
    ];
    const { name, payload } = distribute(anEvent({ signals, targets: [{ venId: "a" }, { venId: "b" }] }));

    const violations = checkRules({ name, payload: { ...payload, requestId: "" } }, { sender: "vtn", now: noon });

    assert.deepEqual(
      violations.map(({ rule }) => rule),
      [8, 9, 9, 41, 63, 107, 116],
    );
  });

  it("finds a sample of every payload clean", () => {
    const names = new Set(files.map((name) => name.replace(/[-.].*$/, "")));

    assert.equal(names.size, 23);
  });

  for (const file of files) {
    it(`finds ${file} clean`, () => {
      const { message, envelope } = decode(readFileSync(new URL(file, samples)));
      const sentBy: readonly string[] =
        message.name in operations ? operations[message.name as "oadrPoll"].sentBy : ["vtn"];
      const sender = sentBy.includes("ven") && "venId" in message.payload ? "ven" : "vtn";

      assert.deepEqual(checkRules(message, { sender, now: new Date("2026-01-01T10:00:00Z"), envelope }), []);
    });
  }
});

describe("the index of rules", () => {
  it("breaks no rule that the catalogue does not have", () => {
    const numbers = new Set(CONFORMANCE_RULES.map(({ number }) => number));

    for (const file of readdirSync(new URL(".", import.meta.url)).filter((name) => /^[a-z-]+\.ts$/.test(name))) {
      const source = readFileSync(new URL(file, import.meta.url), "utf8");
      for (const [, number] of source.matchAll(/(?:violation\(|rule: )(\d+)/g))
        assert.ok(numbers.has(Number(number)), file);
    }
  });
});
