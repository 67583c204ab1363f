import {
  checkRules,
  decode,
  encode,
  operations,
  RuleViolationError,
  type Clock,
  type Duration,
  type EventResponse,
  type Message,
  type OadrCreatePartyRegistration,
  type OperationName,
  type Payload,
  type Service,
} from "@openleadr/protocol";
import {
  httpTransport,
  inMemoryTransport,
  messageClient,
  silentLogger,
  type MessageClient,
  type Transport,
} from "@openleadr/transport";
import { Vtn } from "../src/index.ts";
import type { VtnOptions, VtnStatus } from "../src/index.ts";

/** Noon of the day on which all tests play. */
export const noon = new Date("2026-06-01T12:00:00Z");

/** A clock that stands still unless it is told otherwise; it wakes those whose time has come. */
export class TestClock implements Clock {
  #now = noon.getTime();
  readonly #sleepers = new Map<() => void, number>();

  /** How many sleep at present. */
  get sleepers(): number {
    return this.#sleepers.size;
  }

  now(): Date {
    return new Date(this.#now);
  }

  async sleep(span: Duration, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => {
        this.#sleepers.delete(wake);
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener("abort", abort);
        resolve();
      };
      this.#sleepers.set(wake, this.#now + span);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  advance(span: Duration): void {
    this.#now += span;
    for (const [wake, dueAt] of this.#sleepers) {
      if (dueAt > this.#now) continue;
      this.#sleepers.delete(wake);
      wake();
    }
  }
}

/** A VTN that runs, and what a test needs to talk to it. */
export interface OpenVtn extends AsyncDisposable {
  readonly vtn: Vtn;
  readonly clock: TestClock;
  readonly statuses: readonly VtnStatus[];
  /** The fields of what was logged as an error, in order. */
  readonly errors: readonly { readonly error?: unknown }[];
  readonly transport: Transport;
  /** Sends a message that keeps all rules; rejects when the VTN refuses it. */
  readonly call: MessageClient;
  /** Sends any message, and resolves with whatever comes back. */
  answer(message: Message, service?: Service): Promise<Message | undefined>;
  /** Registers a VEN that pulls, and takes all that waits for it; of that, it answers what the VTN can report. */
  register(venName?: string, given?: Partial<OadrCreatePartyRegistration>): Promise<TestVen>;
}

/** A VTN that lets everybody in; over HTTP unless `listen` is false. */
export async function openVtn(options: Partial<VtnOptions> = {}): Promise<OpenVtn> {
  const clock = new TestClock();
  const statuses: VtnStatus[] = [];
  const errors: object[] = [];
  let ids = 0;
  const vtn = new Vtn({
    vtnId: "vtn-1",
    onCreatePartyRegistration: () => true,
    listen: { port: 0 },
    clock,
    // Most tests let hours pass between two polls, and are about something else.
    missedPolls: 1_000_000,
    newId: () => `id-${(ids += 1)}`,
    logger: { ...silentLogger, error: (fields) => void errors.push(fields) },
    onStatus: (status) => void statuses.push(status),
    ...options,
  });
  await vtn.start();
  const http = vtn.url === undefined ? undefined : httpTransport({ url: vtn.url });
  const close = async (): Promise<void> => {
    await http?.close();
    await vtn.stop();
  };
  const client = clientOf(http ?? inMemoryTransport(vtn.handler), clock);
  return { vtn, clock, statuses, errors, ...client, [Symbol.asyncDispose]: close };
}

/** The end of a VEN that talks to a VTN. */
export function clientOf(
  transport: Transport,
  clock: Clock = new TestClock(),
): Pick<OpenVtn, "transport" | "call" | "answer" | "register"> {
  const check = (message: Message): void => {
    const [first, ...rest] = checkRules(message, { sender: "ven", now: clock.now() });
    if (first !== undefined) throw new RuleViolationError(message.name, [first, ...rest]);
  };
  const call = messageClient({ transport, check });
  const answer: OpenVtn["answer"] = async (message, service = operations[message.name as OperationName].service) => {
    const document = await transport(service, encode(message));
    return document === undefined ? undefined : decode(document).message;
  };
  const register: OpenVtn["register"] = async (venName = "kitchen", given = {}) => {
    const created = await call("oadrCreatePartyRegistration", aRegistration({ venName, ...given }));
    const { venId = "", registrationId = "" } = created?.payload ?? {};
    const ven = new TestVen({ venId, registrationId }, answer);
    await ven.takeWelcome();
    return ven;
  };
  return { transport, call, answer, register };
}

/** What a VEN that pulls sends to register. */
export function aRegistration(given: Partial<OadrCreatePartyRegistration> = {}): OadrCreatePartyRegistration {
  return {
    requestId: "req-1",
    profileName: "2.0b",
    transportName: "simpleHttp",
    reportOnly: false,
    xmlSignature: false,
    httpPullModel: true,
    ...given,
  };
}

/** Registers a VEN that brings its venID, and takes nothing of what waits for it. */
export async function registerAs(
  open: OpenVtn,
  venId: string,
  given: Partial<OadrCreatePartyRegistration> = {},
): Promise<TestVen> {
  const payload = aRegistration({ venId, ...given });
  const answer = await open.answer({ name: "oadrCreatePartyRegistration", payload });
  const { response, registrationId = "" } = expectMessage("oadrCreatedPartyRegistration", answer);
  if (response.responseCode !== 200) throw new Error(`expected a registration, got ${response.responseCode}`);
  return new TestVen({ venId, registrationId }, open.answer);
}

/** A VEN that is registered. */
export class TestVen {
  readonly venId: string;
  readonly registrationId: string;
  readonly #answer: OpenVtn["answer"];

  constructor({ venId, registrationId }: { venId: string; registrationId: string }, answer: OpenVtn["answer"]) {
    this.venId = venId;
    this.registrationId = registrationId;
    this.#answer = answer;
  }

  async poll(): Promise<Message> {
    const answer = await this.#answer({ name: "oadrPoll", payload: { venId: this.venId } });
    if (answer === undefined) throw new Error("expected an answer to oadrPoll, got none");
    return answer;
  }

  /** Takes all that waits for a VEN that is new, and answers what the VTN can report (rule 301). */
  async takeWelcome(): Promise<void> {
    for (let message = await this.poll(); message.name !== "oadrResponse"; message = await this.poll()) {
      if (message.name !== "oadrRegisterReport") continue;
      const response = { responseCode: 200, requestId: message.payload.requestId };
      const payload = { response, reportRequests: [], venId: this.venId };
      await this.#answer({ name: "oadrRegisteredReport", payload });
    }
  }

  /** Polls until nothing waits any more; the names of what came. */
  async drain(): Promise<readonly string[]> {
    const names: string[] = [];
    while (names.length < 20) {
      const { name } = await this.poll();
      if (name === "oadrResponse") return names;
      names.push(name);
    }
    throw new Error(`expected oadrResponse some day, got ${names.join(", ")}`);
  }

  /** What the VEN is sent when it asks for its events. */
  async requestEvents(replyLimit?: number): Promise<Payload<"oadrDistributeEvent">> {
    const limit = replyLimit === undefined ? {} : { replyLimit };
    const payload = { requestId: "req-7", venId: this.venId, ...limit };
    return expectMessage("oadrDistributeEvent", await this.#answer({ name: "oadrRequestEvent", payload }));
  }

  /** The IDs of the events the VEN is sent when it asks, in that order. */
  async eventIds(replyLimit?: number): Promise<readonly string[]> {
    const { events } = await this.requestEvents(replyLimit);
    return events.map(({ eventDescriptor }) => eventDescriptor.eventId);
  }

  /** Answers events, in one oadrCreatedEvent; resolves with the response code of the VTN. */
  async respond(...answers: readonly Partial<EventResponse>[]): Promise<number> {
    const eventResponses = answers.map((answer) => ({
      responseCode: 200,
      requestId: "id-1",
      eventId: "event-1",
      modificationNumber: 0,
      optType: "optIn" as const,
      ...answer,
    }));
    const payload = { response: { responseCode: 200, requestId: "" }, eventResponses, venId: this.venId };
    const answer = await this.#answer({ name: "oadrCreatedEvent", payload });
    return expectMessage("oadrResponse", answer).response.responseCode;
  }
}

/** The payload of a message that must have that name. */
export function expectMessage<Name extends Message["name"]>(name: Name, message: Message | undefined): Payload<Name> {
  if (message?.name !== name) throw new Error(`expected ${name}, got ${message?.name ?? "no message"}`);
  return message.payload as Payload<Name>;
}
