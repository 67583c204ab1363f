import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of a test's own, gone after it. */
export class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "openleadr-cli-"));

  /** Writes a file, and gives its path. */
  write(name: string, content: string | Uint8Array): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }

  read(...names: readonly string[]): string {
    return readFileSync(join(this.path, ...names), "utf8");
  }

  file(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}
