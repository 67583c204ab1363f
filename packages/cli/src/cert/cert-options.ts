import { Option, type Command } from "commander";
import type { Duration } from "@openleadr/protocol";
import { keyKinds, type KeyKind } from "@openleadr/pki";
import { parseName, parseValidity } from "../arguments.ts";
import type { CaFolderOptions } from "./certificate-folder.ts";

/** Options of the commands that write certificates. */
export interface WriteOptions {
  readonly force?: boolean;
}

/** Options of the commands that issue certificates. */
export interface IssueCommandOptions extends CaFolderOptions, WriteOptions {
  readonly organization?: string;
  readonly validity?: Duration;
}

/** Declares `--dir` and `--ca-passphrase-file`. */
export function addCaFolderOptions(command: Command): Command {
  return command
    .option("--dir <folder>", "the folder of the CA", parseName, "certificates")
    .option("--ca-passphrase-file <file>", "a file whose first line the CA's key is encrypted with");
}

/** Declares `--passphrase-file` for a key that is made. */
export function passphraseOption(): Option {
  return new Option("--passphrase-file <file>", "encrypt the key with the first line of this file");
}

/** Declares `--force`. */
export function forceOption(): Option {
  return new Option("--force", "replace files that are there already");
}

/** Declares `--key-kind`. */
export function keyKindOption(): Option {
  return new Option("--key-kind <kind>", "the kind of key").choices(keyKinds).default("p-256" satisfies KeyKind);
}

/** Declares `--organization`. */
export function organizationOption(): Option {
  return new Option("--organization <name>", "the organisation in the certificate").argParser(parseName);
}

/** Declares `--validity`. */
export function validityOption(usual: string): Option {
  return new Option("--validity <span>", `how long it is valid (${usual})`).argParser(parseValidity);
}
