/** Whether this run only shows that the benchmarks work; its figures mean nothing. Handed down by `bench/run.js`. */
export const isQuick = process.env["BENCH_QUICK"] === "1";
