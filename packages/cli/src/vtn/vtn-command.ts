import { Option, type Command } from "commander";
import { seconds, type Duration } from "@openleadr/protocol";
import type { Vtn } from "@openleadr/vtn";
import { parseName, parsePollFrequency, parsePort } from "../arguments.ts";
import { giveEvent, readEvent } from "./event-file.ts";
import { examples } from "../help.ts";
import { CommandError, type ExitCode, type Io } from "../io.ts";
import { journalTo } from "../journal/journal.ts";
import { createVtn, isPortTaken } from "./open-vtn.ts";
import { warnOfPlainHttp } from "../security/plain-http.ts";
import { addProxyOptions, trustedProxyOf, withProxy, type ProxySettings } from "./proxy-options.ts";
import { pushTo, withPushHosts, type PushCertificate, type PushSettings } from "./push-hosts.ts";
import { reloadVtnFiles } from "../security/reload-files.ts";
import { eventFact, sayEvent } from "../journal/say-event.ts";
import {
  addSignaturePolicyOptions,
  addSignOptions,
  readVtnSignatures,
  type VtnSignFiles,
} from "../security/sign-options.ts";
import {
  addListenerTlsOptions,
  addTlsOptions,
  readListenerTls,
  withTls,
  type ListenerTlsFiles,
} from "../security/tls-options.ts";
import { untilAborted } from "../until-aborted.ts";

interface VtnCommandOptions extends ListenerTlsFiles, VtnSignFiles, ProxySettings, PushSettings {
  readonly vtnId: string;
  readonly host: string;
  readonly port: number;
  readonly pollFrequency: Duration;
  readonly event?: string;
  readonly tolerant?: boolean;
  readonly json?: boolean;
}

/** Declares `openleadr vtn`. */
export function addVtnCommand(program: Command, io: Io, finish: (code: ExitCode) => void): void {
  const command = program
    .command("vtn")
    .description("run a VTN in memory that lets every VEN in, asks for its reports and gives it an event")
    .option("--vtn-id <id>", "the VTN's ID", parseName, "vtn")
    .option("--host <host>", "the address to listen on; 0.0.0.0 for all", parseName, "127.0.0.1")
    .option("--port <port>", "the port to listen on; 0 for a free one", parsePort, 8080)
    .option("--event <file>", "the event that every VEN gets, in JSON; - is standard input")
    .addOption(
      new Option("--poll-frequency <span>", "how often VENs are to poll")
        .argParser(parsePollFrequency)
        .default(seconds(10), "PT10S"),
    )
    .option(
      "--push-hosts <host...>",
      "where VENs that do not poll may be reached: names, addresses, subnets; public for all on the Internet (the default), any, off",
    )
    .addOption(
      new Option("--push-certificate <which>", "what VENs have to show there: their own certificate, or any of the CAs")
        .choices(["own", "any"] satisfies readonly PushCertificate[])
        .default("own" satisfies PushCertificate),
    )
    .option("--tolerant", "take the harmless faults that real VENs make, and tell of them")
    .option("--json", "tell what happens in JSON lines");
  addTlsOptions(command, "the VTN's certificates: one, or an ECC and an RSA one", "the CAs of the VENs' certificates");
  addListenerTlsOptions(command);
  addProxyOptions(command);
  addSignOptions(command);
  addSignaturePolicyOptions(command)
    .addHelpText("after", help)
    .action(async (options: VtnCommandOptions) => finish(await runVtn(options, io)));
}

async function runVtn(options: VtnCommandOptions, io: Io): Promise<ExitCode> {
  const { event: file, host, port } = options;
  const event = file === undefined ? undefined : await readEvent(file, io);
  const journal = journalTo(io, options);
  const tls = await readListenerTls(options, io);
  const signatures = await readVtnSignatures(options, tls, io);
  const settings = { ...options, tls, proxy: trustedProxyOf(options), signatures, push: pushTo(options, tls) };
  const create = (): Vtn => createVtn(settings, { journal, clock: io.clock });
  const vtn = withProxy(() => withPushHosts(() => withTls(create)));
  if (event !== undefined) {
    const created = await giveEvent(vtn, event);
    journal(eventFact(created), sayEvent(created));
  }
  if (tls === undefined) warnOfPlainHttp(host, io.stderr);
  const endReloading = reloadVtnFiles(vtn, options, { io, journal });
  try {
    await vtn.start();
  } catch (cause) {
    await endReloading();
    if (!isPortTaken(cause)) throw cause;
    throw new CommandError(1, `port ${port} of ${host} is taken; --port 0 takes a free one`, { cause });
  }
  await untilAborted(io.signal);
  await endReloading();
  await vtn.stop();
  return 0;
}

const help = `
The event is one item of "events" as docs/representations.md shows it. All but
the signals may be left out: without a dtstart it starts now, and it lasts as
long as its first signal's intervals.
  {
    "eventDescriptor": { "eventId": "evening-peak" },
    "activePeriod": { "dtstart": "2030-01-01T17:00:00Z" },
    "signals": [
      { "signalName": "SIMPLE", "intervals": [{ "duration": "PT1H", "value": 2 }] }
    ]
  }
A VEN's name becomes its venID, so that "targets": [{ "venId": "kitchen" }]
gives the event to that VEN only.

With --cert, --key and --ca it speaks HTTPS, and lets in only VENs whose
certificate one of the CAs has issued; "openleadr cert" makes all of them.
When they change, or on SIGHUP, it reads those files again.

Behind a proxy that ends TLS, it needs no certificates of its own: it believes
what the proxies of --trusted-proxy say in --proxy-certificate-header.

With --sign, it signs what it answers to signed messages, and what it sends to
VENs that sign. A VEN signs with the certificate that it shows, or with another
one of --sign-ca. What is not signed as --signatures demands gets HTTP 403.

A VEN that does not poll names an address to send its messages to. Only those
of --push-hosts are called, such as 127.0.0.1, 10.20.0.0/16, ven.example.com;
off refuses such VENs. With --cert or --trusted-proxy, the address must be
https:, and the VEN must show the certificate there that it registered with;
--push-certificate any is for VENs that have another one there, such as a
gateway's. With --cert, the VTN shows the same certificate there.

Ctrl-C stops the VTN, and all that it knew is lost.
${examples(
  "openleadr vtn",
  "openleadr vtn --event event.json --poll-frequency PT5S",
  "openleadr vtn --port 0 --json",
  "openleadr vtn --push-hosts 127.0.0.1",
  "openleadr vtn --trusted-proxy 127.0.0.1 --proxy-certificate-header X-Client-Cert",
  "openleadr vtn --cert vtn-ecc.pem --key vtn-ecc.key.pem --ca ca.pem",
  "openleadr vtn --cert vtn-ecc.pem --key vtn-ecc.key.pem --ca ca.pem \\\n      --sign --signatures required",
)}`;
