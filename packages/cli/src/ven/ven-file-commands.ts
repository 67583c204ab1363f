import { readFile, writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { reasonOf } from "../document.ts";
import { examples } from "../help.ts";
import { CommandError, writeLine, type Io } from "../io.ts";

/** Declares `openleadr ven init` and `openleadr ven check`. */
export function addVenFileCommands(ven: Command, io: Io): void {
  ven
    .command("init")
    .description("write an example of a file for --config, with all that it may say")
    .argument("[file]", "where to write it; - is standard output", "ven.yaml")
    .addHelpText("after", examples("openleadr ven init", "openleadr ven init - | less"))
    .action((file: string) => init(file, io));
  ven
    .command("check")
    .description("say what is wrong with a file for --config")
    .argument("<file>", "the file")
    .addHelpText("after", examples("openleadr ven check ven.yaml"))
    .action((file: string) => check(file, io));
}

const template = new URL("../../templates/ven.yaml", import.meta.url);

async function init(file: string, { stdout }: Io): Promise<void> {
  const content = await readFile(template, "utf8");
  if (file === "-") {
    stdout.write(content);
    return;
  }
  try {
    await writeFile(file, content, { flag: "wx" });
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === "EEXIST";
    const reason = isThere ? "is there already, and is left as it is" : `cannot be written: ${reasonOf(cause)}`;
    throw new CommandError(2, `${file} ${reason}`, { cause });
  }
  writeLine(stdout, `${file}: written; say in it which VTN and what to do, then: openleadr ven check ${file}`);
}

async function check(file: string, { stdout, env }: Io): Promise<void> {
  const { readVenConfig } = await import("../ven-daemon/read-ven-config.ts");
  const { name, vtn } = readVenConfig(file, env);
  writeLine(stdout, `${file}: ok, VEN ${name} at ${vtn.url.href}`);
}
