import { startServer } from "./child-server.js";
import { heapInUse } from "./heap.js";
import { writeHeapSnapshot } from "node:v8";
import { readFileSync, unlinkSync } from "node:fs";
const { Ven } = await import("@openleadr/ven");
const { port, stop } = await startServer("vtn-for-all");
const N = 500;
const start = async (n, tag) => { const out = []; for (let i = 0; i < n; i++) { const v = new Ven({ venName: `the VEN ${tag}${i}`, vtnUrl: `http://127.0.0.1:${port}/OpenADR2/Simple/2.0b`, onEvent: () => "optIn" }); await v.start(); out.push(v); } return out; };
function agg(file) { const s = JSON.parse(readFileSync(file)); const f = s.snapshot.meta.node_fields, t = s.snapshot.meta.node_types[0], L = f.length, m = new Map();
  for (let i = 0; i < s.nodes.length; i += L) { const type = t[s.nodes[i]], name = s.strings[s.nodes[i + 1]], size = s.nodes[i + 3]; const k = type + ":" + (type === "object" || type === "closure" || type === "hidden" || type==="object shape" || type==="code" ? name : type === "array" ? name : ""); const e = m.get(k) ?? [0, 0]; e[0]++; e[1] += size; m.set(k, e); } return m; }
const first = await start(20, "a"); await heapInUse();
const h0 = await heapInUse(); writeHeapSnapshot("/tmp/a.heapsnapshot"); const A = agg("/tmp/a.heapsnapshot");
const vens = await start(N, "b"); const h1 = await heapInUse(); writeHeapSnapshot("/tmp/b.heapsnapshot"); const B = agg("/tmp/b.heapsnapshot");
console.log("per VEN", (h1 - h0) / N);
const d = [...B].map(([k, [c, s]]) => [k, (c - (A.get(k)?.[0] ?? 0)) / N, (s - (A.get(k)?.[1] ?? 0)) / N]).sort((x, y) => y[2] - x[2]).slice(0, 70);
for (const [k, c, s] of d) console.log(s.toFixed(0).padStart(6), c.toFixed(2).padStart(7), k);
await Promise.all([...first, ...vens].map((v) => v.stop())); stop(); process.exit();
