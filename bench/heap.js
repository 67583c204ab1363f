// Measures memory. The worker runs with `--expose-gc`, so that what nobody holds any more does not count.

/** Bytes of heap in use, without garbage. */
export async function heapInUse() {
  if (globalThis.gc === undefined) throw new Error("expected node --expose-gc, got no gc()");
  // What one collection lets go, such as weak references, the next one frees.
  for (let collection = 0; collection < 3; collection++) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}
