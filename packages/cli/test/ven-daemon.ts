import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { seconds, type Clock } from "@openleadr/protocol";
import { ManualClock } from "@openleadr/testing";
import { Vtn, type EventAnswer, type NewEvent, type Reading } from "@openleadr/vtn";
import { RunningCommand } from "./command.ts";
import { Folder } from "./folder.ts";

/** Things that arrive, in the order in which they do. */
export class Arrivals<T> {
  readonly all: T[] = [];
  readonly #waiting = new Set<() => void>();

  add(item: T): void {
    this.all.push(item);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** The first that is as wanted, as soon as it has arrived. */
  async first(isWanted: (item: T) => boolean): Promise<T> {
    for (;;) {
      const found = this.all.find(isWanted);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** So many, as soon as they have arrived. */
  async atLeast(count: number): Promise<readonly T[]> {
    while (this.all.length < count) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    return this.all;
  }
}

/** A VTN on a free port of this machine, which lets every VEN in and asks for its telemetry every 5 s. */
export class LocalVtn implements AsyncDisposable {
  readonly answers = new Arrivals<EventAnswer>();
  readonly readings = new Arrivals<Reading>();
  readonly vtn: Vtn;

  constructor(clock: Clock, pollSeconds: number) {
    this.vtn = new Vtn({
      vtnId: "vtn",
      clock,
      pollFrequency: seconds(pollSeconds),
      listen: { port: 0 },
      onCreatePartyRegistration: ({ venName }) => ({ venId: venName ?? "" }),
      onRegisterReport: ({ reportName }) =>
        reportName?.startsWith("HISTORY_") === true ? undefined : { granularity: seconds(5) },
      onUpdateReport: ({ readings }) => readings.forEach((reading) => this.readings.add(reading)),
      onCreatedEvent: (answer) => this.answers.add(answer),
    });
  }

  get url(): string {
    return this.vtn.url?.href ?? "";
  }

  async createEvent(event: Partial<NewEvent> & { readonly eventId: string }): Promise<void> {
    const { eventId, ...rest } = event;
    await this.vtn.events.create({
      activePeriod: { dtstart: new Date() },
      signals: [{ signalName: "SIMPLE", signalType: "level", intervals: [{ duration: seconds(60), value: 1 }] }],
      ...rest,
      eventDescriptor: { eventId, marketContext: "http://example.com/dr", ...rest.eventDescriptor },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.vtn.stop();
  }
}

export async function openLocalVtn(clock: Clock, pollSeconds = 10): Promise<LocalVtn> {
  const vtn = new LocalVtn(clock, pollSeconds);
  await vtn.vtn.start();
  return vtn;
}

/** A request to a {@link WebService}. */
export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Readonly<Record<string, unknown>>;
}

/** A status, or text for a 200. */
type Answer = (call: Call) => number | string | Promise<number | string>;

/** An HTTP service of the user's. */
export class WebService implements AsyncDisposable {
  readonly calls = new Arrivals<Call>();
  readonly #server: Server;

  constructor(answer: Answer = () => 204) {
    this.#server = createServer((request, response) => void this.#take(request, response, answer));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #take(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const { method = "", url = "", headers } = request;
    const call = { method, url, headers, body: (isJson(headers) ? JSON.parse(text) : {}) as Call["body"] };
    const given = await answer(call);
    response.writeHead(typeof given === "number" ? given : 200).end(typeof given === "number" ? "" : given);
    this.calls.add(call);
  }
}

function isJson(headers: IncomingMessage["headers"]): boolean {
  return headers["content-type"] === "application/json";
}

/** A VEN that runs as a file says. */
export class Daemon extends RunningCommand {
  readonly folder: Folder;

  constructor(config: object, options: { readonly clock: Clock; readonly env?: Readonly<Record<string, string>> }) {
    const folder = new Folder();
    super(["ven", "--config", folder.write("ven.yaml", JSON.stringify(config))], options);
    this.folder = folder;
  }

  /** Changes the file, and says so. */
  reloadWith(config: object | string): void {
    this.folder.write("ven.yaml", typeof config === "string" ? config : JSON.stringify(config));
    this.reload();
  }

  /** The URL of its health endpoint. */
  async health(): Promise<string> {
    return this.prints(/http:\/\/127\.0\.0\.1:\d+\/health/);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }
}

/** A VEN that runs as a file says, and the VTN that it has registered with, both by one clock. */
export interface ReadyVen extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly vtn: LocalVtn;
  readonly daemon: Daemon;
  /** What its file cannot do without. */
  readonly config: { readonly name: string; readonly vtn: { readonly url: string } };
}

/** Such a VEN, called `kitchen`; its file has these settings beside. */
export async function openReadyVen(
  settings: object = {},
  { env = {} }: { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<ReadyVen> {
  const clock = new ManualClock();
  const vtn = await openLocalVtn(clock);
  const config = { name: "kitchen", vtn: { url: vtn.url } };
  const daemon = new Daemon({ ...config, ...settings }, { clock, env });
  const dispose = async (): Promise<void> => {
    await daemon[Symbol.asyncDispose]();
    await vtn[Symbol.asyncDispose]();
  };
  try {
    await daemon.prints(/ready: venName kitchen/);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { clock, vtn, daemon, config, [Symbol.asyncDispose]: dispose };
}

/** What the health endpoint says. */
export interface Health {
  readonly status: string;
  readonly reasons: readonly string[];
  readonly state: string;
  readonly venId?: string;
  readonly lastContact?: string;
  readonly activeEvents: readonly { readonly eventId: string; readonly signals: readonly object[] }[];
  readonly lastErrors: readonly { readonly type: string; readonly message: string }[];
}

/** The status of HTTP at the health endpoint, and what it says. */
export async function healthAt(url: string): Promise<readonly [number, Health]> {
  const answer = await fetch(url);
  return [answer.status, (await answer.json()) as Health];
}

/** A port on which nobody listens. */
export async function freePort(): Promise<number> {
  await using service = await new WebService().listen();
  return Number(new URL(service.url).port);
}
