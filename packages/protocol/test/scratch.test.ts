import { it } from "vitest";
import assert from "node:assert/strict";
import fc from "fast-check";
import { messageArbitrary, messageNames } from "./arbitrary.ts";
import { openOracle } from "./oracle.ts";
import { decode, encode, fromJson, toJson } from "../src/envelope.ts";
const oracle = openOracle();
for (const name of messageNames)
  it(name, () => {
    const seen = new Map<string, string>();
    let n = 0;
    const put = (k: string, v: string) => {
      if (!seen.has(k)) seen.set(k, v);
    };
    for (const m of fc.sample(messageArbitrary(name), { seed: 7, numRuns: 300 })) {
      n++;
      let xml;
      try {
        xml = encode(m);
      } catch (e) {
        put("ENC " + (e as Error).message.slice(0, 150), "");
        continue;
      }
      const f = oracle.faultIn(xml);
      if (f) put("XSD " + f.slice(0, 300), "");
      try {
        const d = decode(xml);
        assert.deepEqual(d.message, m);
      } catch (e) {
        put("DEC " + (e as Error).message.slice(0, 900), "");
      }
      try {
        assert.deepEqual(JSON.stringify(fromJson(JSON.parse(JSON.stringify(toJson(m))))), JSON.stringify(m));
      } catch (e) {
        put("JSON " + (e as Error).message.slice(0, 600), "");
      }
    }
    console.log(
      name,
      n,
      [...seen]
        .slice(0, 6)
        .map(([k, v]) => k + v)
        .join("\n"),
    );
  });
