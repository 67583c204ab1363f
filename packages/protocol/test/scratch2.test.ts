import { it } from "vitest";
import { readFileSync, readdirSync } from "node:fs";
import fc from "fast-check";
import { messageArbitrary, messageNames } from "./arbitrary.ts";
import { signatureArbitrary } from "./arbitrary-signature.ts";
import { openOracle } from "./oracle.ts";
import { decode, encode } from "../src/envelope.ts";
import { readDocument, writeDocument, walk, textIn, element, type Element } from "./document.ts";
import { createRandom } from "./random.ts";
import { mutant } from "./mutate.ts";
import { oddities } from "./oddities.ts";
const oracle = openOracle();
const dir = new URL("../samples/", import.meta.url);
const samples = readdirSync(dir).map((f) => readFileSync(new URL(f, dir), "utf8"));
it("x", () => {
  const seed = Number(process.env["SEED"] ?? 1);
  const random = createRandom(seed);
  const docs: Element[] = samples.map(readDocument);
  for (const name of messageNames) for (const m of fc.sample(messageArbitrary(name), { seed, numRuns: 25 })) { try { docs.push(readDocument(encode(m, {id:"signedObject"}))); } catch (e) {console.log(name,(e as Error).message.slice(0,200))} }
  const small = docs.filter(d => writeDocument(d).length < 12000);
  for (const s of fc.sample(signatureArbitrary, { seed, numRuns: 200 })) { const d = structuredClone(random.of(small)); d.children.unshift(s); const x = writeDocument(d); const f = oracle.faultIn(x); if (f) console.log("SIG", f, x.slice(0,1500)); try { decode(x) } catch (e) { console.log("SIGD", (e as Error).message) } docs.push(d); }
  for (const d of docs.slice()) if (random.chance(20)) { const so = d.children.filter(c=>typeof c!=="string").at(-1) as Element; const p = so.children.filter(c=>typeof c!=="string")[0] as Element; docs.push(structuredClone(p)); }
  const odd = new Map<string, number>();
  const verdict = (m: Element) => {
    const x = writeDocument(m);
    const isMessage = m.name === "oadr:oadrPayload" || messageNames.includes(m.name.replace("oadr:","") as never);
    let theirs = oracle.faultIn(x);
    if (theirs === undefined && !isMessage) theirs = "root";
    let ours: string|undefined;
    try { decode(x); } catch (e) { ours = (e as Error).message; if ((e as Error).name !== "MalformedMessageError") ours = "CRASH " + (e as Error).stack; }
    return { ours, theirs };
  };
  const seen = new Map<string,[number,string]>();
  let [v, n, unsat] = [0, 0, 0];
  const count = Number(process.env["MUTANTS"] ?? 5000);
  const pool = docs.filter(d => writeDocument(d).length < 12000);
  console.log(docs.length, pool.length);
  for (let i = 0; i < count; i++) {
    const base = random.of(pool);
    const m = mutant(base, random);
    const x = writeDocument(m);
    let { ours, theirs } = verdict(m);
    if (theirs === undefined) v++; else n++;
    if ((theirs === undefined) !== (ours === undefined)) {
      const plain = structuredClone(m); const used: string[] = [];
      for (const o of oddities) { const b4 = JSON.stringify(plain); o.plain(plain); if (JSON.stringify(plain) !== b4) used.push(o.name); }
      const pv = verdict(plain);
      if ((pv.theirs === undefined) === (pv.ours === undefined)) { odd.set(used.join("+"), (odd.get(used.join("+")) ?? 0) + 1); continue; }
      ({ ours, theirs } = pv);
      const key = ours === undefined ? "THEY REFUSE: " + theirs!.split("\n")[0]!.replace(/\{[^}]*[\/:]/g,"{") : "WE REFUSE: " + ours.replace(/\[\d+\]/g,"").split("/").slice(-2).join("/");
      const k = key.slice(0, 260);
      seen.set(k, [(seen.get(k)?.[0] ?? 0) + 1, ""]);
    }
  }
  console.log([...odd]); console.log("valid", v, "invalid", n);
  console.log([...seen].sort((a,b)=>b[1][0]-a[1][0]).slice(0,120).map(([k,[c]])=>c+" "+k).join("\n"));
}, 600000);
