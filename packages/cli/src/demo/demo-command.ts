import type { Command } from "commander";
import { minutes, seconds, type OadrEvent } from "@openleadr/protocol";
import type { Vtn } from "@openleadr/vtn";
import { DemoStory } from "./demo-story.ts";
import { examples } from "../help.ts";
import type { ExitCode, Io } from "../io.ts";
import { createVen } from "../ven/open-ven.ts";
import { createVtn, isPortTaken } from "../vtn/open-vtn.ts";
import { untilAborted } from "../until-aborted.ts";

/** Declares `openleadr demo`. */
export function addDemoCommand(program: Command, io: Io, finish: (code: ExitCode) => void): void {
  program
    .command("demo")
    .description("watch a VTN and a VEN do demand response with each other, on this machine")
    .addHelpText("after", `\nIt runs until Ctrl-C.\n${examples("openleadr demo")}`)
    .action(async () => finish(await runDemo(io)));
}

async function runDemo(io: Io): Promise<ExitCode> {
  io.stdout.write(introduction);
  const story = new DemoStory(io, venName);
  const vtn = await startVtn(story, io);
  const vtnUrl = vtn.url;
  if (vtnUrl === undefined) throw new Error("a VTN that listens has a URL");
  story.expectReadingsFrom((await createEvent(vtn, io)).activePeriod.dtstart);
  const ven = createVen({ vtnUrl, venName, opt: "optIn" }, { journal: story.journal("VEN"), clock: io.clock });
  try {
    await Promise.race([ven.start(), untilAborted(io.signal)]);
    await Promise.race([story.told, untilAborted(io.signal)]);
    if (!io.signal.aborted) io.stdout.write(conclusion(vtnUrl));
    await untilAborted(io.signal);
  } finally {
    await ven.stop();
    await vtn.stop();
  }
  return 0;
}

const venName = "house";
const usualPort = 8080;

/** On the usual port, or on a free one if something else has that. */
async function startVtn(story: DemoStory, io: Io): Promise<Vtn> {
  const settings = { vtnId: "utility", host: "127.0.0.1", pollFrequency: seconds(5) };
  const parts = { journal: story.journal("VTN"), clock: io.clock };
  const usual = createVtn({ ...settings, port: usualPort }, parts);
  try {
    await usual.start();
    return usual;
  } catch (error) {
    if (!isPortTaken(error)) throw error;
  }
  io.stdout.write(`(Port ${usualPort} is taken, so the VTN listens on a free one.)\n\n`);
  const other = createVtn({ ...settings, port: 0 }, parts);
  await other.start();
  return other;
}

/** It begins soon, so that the load is seen to fall, and lasts an hour, so that VENs that join later get it too. */
async function createEvent(vtn: Vtn, { clock }: Io): Promise<OadrEvent> {
  return vtn.events.create({
    eventDescriptor: { eventId: "evening-peak", testEvent: true },
    activePeriod: { dtstart: new Date(clock.now().getTime() + seconds(7)) },
    signals: [{ intervals: [{ duration: minutes(60), value: 2 }] }],
  });
}

const introduction = `
OpenADR 2.0b at work, over HTTP on this machine:
  - The VTN, as a utility runs it, has an event: in 7 seconds, load is to be lower for an hour.
  - The VEN, as a building runs it, registers with the VTN, fetches the event, answers it, lowers its load,
    and sends its meter's readings (a simulated meter; a real VEN would ask its own).

`;

function conclusion({ href, origin }: URL): string {
  const tries = [
    [`npx openleadr ven --vtn ${origin} --name kitchen`, "a second VEN: watch it come in here"],
    ["npx openleadr message check FILE", "is FILE a valid OpenADR message?"],
    ["npx openleadr --help", "what else there is"],
  ] as const;
  return `
The event was answered optIn, and the load fell when it began. From here on, only what is new is shown.

Running until Ctrl-C: the VTN at ${href} and the VEN "${venName}".
Now try, in another terminal:
${tries.map(([command, effect]) => `  ${command.padEnd(60)}  ${effect}`).join("\n")}

`;
}
