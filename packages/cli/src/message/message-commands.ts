import { Option, type Command } from "commander";
import type { Party } from "@openleadr/protocol";
import { examples } from "../help.ts";
import type { ExitCode, Io } from "../io.ts";
import { checkFiles, type CheckOptions } from "./message-check.ts";
import { convertToJson, convertToXml } from "./message-convert.ts";

/** Declares `openleadr message …`. */
export function addMessageCommands(program: Command, io: Io, finish: (code: ExitCode) => void): void {
  const message = program
    .command("message")
    .description("look at OpenADR 2.0b messages: check them, turn them into JSON and back")
    .addHelpText("after", examples("openleadr message check poll.xml", "openleadr message to-json poll.xml"));
  message
    .command("check")
    .description("say of each file whether it is a valid OpenADR 2.0b message, and if not, where and why")
    .argument("<file...>", "XML documents; - is standard input")
    .addOption(tolerant())
    .option("--rules", "check the conformance rules too, as far as one message shows them")
    .addOption(
      new Option("--sender <party>", "who sent the messages, for --rules; see below")
        .choices(["ven", "vtn"] satisfies readonly Party[])
        .implies({ rules: true }),
    )
    .addHelpText("after", checkHelp)
    .action(async (files: readonly string[], options: CheckOptions) => finish(await checkFiles(files, options, io)));
  message
    .command("to-json")
    .description('print a message as JSON, { "name": ..., "payload": ... }')
    .argument("<file>", "an XML document; - is standard input")
    .addOption(tolerant())
    .addHelpText("after", toJsonHelp)
    .action(async (file: string, options: { tolerant?: boolean }) => finish(await convertToJson(file, options, io)));
  message
    .command("to-xml")
    .description("print a message in JSON, as to-json prints it, as XML")
    .argument("<file>", "a JSON document; - is standard input")
    .option("--pretty", "break it into lines, for people to read")
    .addHelpText("after", toXmlHelp)
    .action(async (file: string, options: { pretty?: boolean }) => finish(await convertToXml(file, options, io)));
}

const tolerant = (): Option =>
  new Option("--tolerant", "take the harmless faults that real systems make, and list them");

const checkHelp = `
Prints one line for each file that is valid, and else one line for each fault:
  poll.xml: ok oadrPoll
  poll.xml: oadrPoll: expected element ei:venID, got none
  poll.xml: rule 508: venId: expected the VEN's ID, got ""
  poll.xml: tolerated: oadrPoll/@schemaVersion: expected ..., got ...

Some rules depend on who sent a message. Without --sender, that is the party
that may; where both may, only what breaks the rules of both is reported.
Rule 29, the value in force, is judged by the present time.

Exit codes: 0 all are valid, 1 some are not, 2 some could not be read.
${examples(
  "openleadr message check poll.xml",
  "openleadr message check --rules --sender ven captured/*.xml",
  "curl -s https://example.com/poll.xml | openleadr message check -",
)}`;

const toJsonHelp = `
Instants become ISO 8601 with Z, spans ISO 8601 such as PT15M.
Faults go to standard error.
${examples("openleadr message to-json event.xml > event.json", "openleadr message to-json - < event.xml")}`;

const toXmlHelp = `
Signatures and envelope IDs do not survive the way through JSON.
Faults go to standard error.
${examples(
  "openleadr message to-xml event.json > event.xml",
  "openleadr message to-json in.xml | openleadr message to-xml --pretty -",
)}`;
