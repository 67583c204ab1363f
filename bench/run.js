// npm run bench [-- [--json] [--quick] [CASE...]]
//
// Runs each case and its reference in turn, each in a process of its own (in one process they spoil each other's
// optimisation), several rounds, and compares the medians. The reference is something bare, the same with fewer VENs, or a
// limit. Only ratios mean anything on another machine. `--quick` shows in one short round that the benchmarks work, and
// does not judge the figures.
import "../scripts/node-version.js";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { prepare } from "../scripts/prepare.js";

/** @import { Benchmark, Result } from "./types.d.ts" */

const here = fileURLToPath(new URL(".", import.meta.url));
const workerTimeoutMs = 120_000;
/** Columns of the table that are aligned to the right. */
const numberColumns = [1, 2, 4, 5];

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean", default: false }, quick: { type: "boolean", default: false } },
  allowPositionals: true,
});
const rounds = values.quick ? 1 : 5;

prepare();
const results = [];
for (const name of selectCases(positionals)) results.push(await measure(name));
console.log(values.json ? asJson(results) : asTable(results));
for (const { name, error } of results) if (error !== undefined) console.error(`\n${name} failed:\n${error}`);
if (results.some(({ verdict }) => verdict === "failed" || verdict === "missed")) process.exitCode = 1;

/**
 * Names of the wanted cases, which are the names of their files; all of them if none is wanted in particular.
 *
 * @param {string[]} wanted
 */
function selectCases(wanted) {
  const all = readdirSync(`${here}cases`).flatMap((file) => (file.endsWith(".js") ? [file.slice(0, -3)] : []));
  const unknown = wanted.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    console.error(`there is no case "${unknown}"; there are ${all.toSorted().join(", ")}`);
    process.exit(2);
  }
  return wanted.length === 0 ? all.toSorted() : wanted;
}

/**
 * @param {string} name
 * @returns {Promise<Result>}
 */
async function measure(name) {
  /** @type {{ benchmark: Benchmark }} */
  const { benchmark } = await import(`./cases/${name}.js`);
  const { unit, better, target } = benchmark;
  /** @type {{ ours: number[], reference: number[] }} */
  const figures = { ours: [], reference: [] };
  const facts = { name, unit, better, target, ...figures };
  try {
    for (let round = 0; round < rounds; round++) {
      for (const variant of inTurn(round)) figures[variant].push(runWorker(name, variant));
    }
  } catch (error) {
    return { ...facts, verdict: "failed", error: error instanceof Error ? error.message : String(error) };
  }
  const figure = median(figures.ours);
  const referenceFigure = median(figures.reference);
  const ratio = figure / referenceFigure;
  const isMet = better === "lower" ? ratio <= target : ratio >= target;
  const verdict = values.quick ? "ran" : isMet ? "met" : "missed";
  return { ...facts, figure, referenceFigure, ratio, verdict };
}

/**
 * The order of the variants in a round; it alternates, so that neither always has the warmer machine.
 *
 * @param {number} round
 * @returns {("ours" | "reference")[]}
 */
function inTurn(round) {
  return round % 2 === 0 ? ["ours", "reference"] : ["reference", "ours"];
}

/**
 * @param {string} name
 * @param {string} variant
 */
function runWorker(name, variant) {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ["--expose-gc", `${here}worker.js`, name, variant],
    {
      encoding: "utf8",
      env: { ...process.env, BENCH_QUICK: values.quick ? "1" : "0" },
      timeout: workerTimeoutMs,
    },
  );
  if (status !== 0) throw new Error(`${variant}: exit ${status ?? signal}\n${stderr}`);
  return JSON.parse(stdout).figure;
}

/** @param {number[]} numbers */
function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** @param {Result[]} cases */
function asJson(cases) {
  const machine = {
    node: process.version,
    arch: process.arch,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
  };
  return JSON.stringify({ machine, quick: values.quick, rounds, cases }, null, 2);
}

/** @param {Result[]} cases */
function asTable(cases) {
  const rows = [["case", "figure", "reference", "unit", "ratio", "target", "verdict"]];
  for (const { name, unit, better, target, verdict, figure, referenceFigure, ratio } of cases) {
    const bound = `${better === "lower" ? "<=" : ">="} ${target.toFixed(2)}`;
    rows.push([name, round(figure), round(referenceFigure), unit, ratio?.toFixed(2) ?? "-", bound, verdict]);
  }
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row.map((cell, i) => (numberColumns.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))),
    )
    .map((row) => row.join("  ").trimEnd())
    .join("\n");
}

/** @param {number | undefined} figure */
function round(figure) {
  return figure === undefined ? "-" : Math.round(figure).toLocaleString("en-US");
}
