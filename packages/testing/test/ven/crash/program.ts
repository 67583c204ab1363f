import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../../../", import.meta.url));

/** The programs run what was built, which must be what stands in the sources. */
export function buildPrograms(): void {
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-b", "packages/testing", "packages/ven"], {
    cwd: root,
    stdio: "inherit",
  });
}

/** A program of this folder that kills itself, with a store and a journal that outlive it. */
export function aProgram(name: string) {
  const folder = mkdtempSync(join(tmpdir(), "openleadr-crash-"));
  const journal = join(folder, "journal");
  const file = join(folder, "vens.sqlite");
  writeFileSync(journal, "");
  const program = fileURLToPath(new URL(name, import.meta.url));
  const lines = (): string[] => readFileSync(journal, "utf8").split("\n").slice(0, -1);
  return {
    file,
    lines,
    /** The instant that the program's clock was at last. */
    clock: (): string | undefined =>
      lines()
        .findLast((line) => line.startsWith("clock "))
        ?.slice("clock ".length),
    /** Runs it; resolves with whether it was killed. */
    async run(orders: object): Promise<boolean> {
      const all = JSON.stringify({ ...orders, file, journal });
      const child = spawn(process.execPath, ["--no-warnings", program, all], { stdio: "inherit" });
      const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
      assert.ok(signal === "SIGKILL" || code === 0, `exit code ${code}, signal ${signal}`);
      return signal === "SIGKILL";
    },
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true });
    },
  };
}
