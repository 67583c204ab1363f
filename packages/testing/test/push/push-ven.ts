import { decode, encode, type Message, type Payload } from "@openleadr/protocol";
import {
  HttpListener,
  httpTransport,
  messageClient,
  RefusedRequestError,
  silentLogger,
  type Handler,
  type HttpTransport,
  type MessageClient,
  type RefusalStatus,
} from "@openleadr/transport";

/** What a VEN answers; `lost` if it has the message but its answer gets lost. */
export type Reply = Message | undefined | RefusalStatus | "lost" | "nonsense";

/** A VEN that is pushed to over HTTP, and does what a test says; it keeps what it got. */
export class PushVen implements AsyncDisposable {
  readonly received: Message[] = [];
  venId = "";
  registrationId = "";
  /** What it answers to a message; by default what the standard asks for. */
  reply: (message: Message) => Reply | Promise<Reply> = (message) => fittingReply(message, this.venId);
  #listener: HttpListener;
  #taken = 0;
  #arrived: () => void = () => {};
  readonly #toVtn: HttpTransport;
  readonly call: MessageClient;

  constructor(vtnUrl: URL) {
    this.#listener = this.#newListener(0);
    this.#toVtn = httpTransport({ url: vtnUrl });
    this.call = messageClient({ transport: this.#toVtn, check: () => {} });
  }

  get url(): URL {
    if (this.#listener.url === undefined) throw new Error("expected a VEN that listens");
    return this.#listener.url;
  }

  async start(): Promise<void> {
    await this.#listener.start();
  }

  /** Nothing listens at its address any more. */
  async goDown(): Promise<() => Promise<void>> {
    const port = Number(this.url.port);
    await this.#listener.stop();
    return async () => {
      this.#listener = this.#newListener(port);
      await this.#listener.start();
    };
  }

  async register(venName = "kitchen", given: Partial<Payload<"oadrCreatePartyRegistration">> = {}): Promise<void> {
    const created = await this.call("oadrCreatePartyRegistration", {
      requestId: "req-1",
      profileName: "2.0b",
      transportName: "simpleHttp",
      transportAddress: this.url.origin,
      reportOnly: false,
      xmlSignature: false,
      venName,
      httpPullModel: false,
      ...given,
    });
    const { venId = "", registrationId = "" } = created?.payload ?? {};
    Object.assign(this, { venId, registrationId });
  }

  /** The next message that arrives, or has arrived and was not asked for yet. */
  async next(): Promise<Message> {
    for (;;) {
      const message = this.received[this.#taken];
      if (message !== undefined) {
        this.#taken += 1;
        return message;
      }
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }

  /** The next message, which must be of that name. */
  async expect<Name extends Message["name"]>(name: Name): Promise<Payload<Name>> {
    const message = await this.next();
    if (message.name !== name) throw new Error(`expected ${name}, got ${message.name}`);
    return message.payload as Payload<Name>;
  }

  /** Takes what comes with a new registration. */
  async takeWelcome(): Promise<void> {
    await this.expect("oadrRegisterReport");
  }

  /** Answers events of a message with optIn. */
  async optIn({ requestId, events }: Payload<"oadrDistributeEvent">): Promise<void> {
    await this.call("oadrCreatedEvent", createdEvent(this.venId, { requestId, events }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#toVtn.close();
    await this.#listener.stop();
  }

  #newListener(port: number): HttpListener {
    const handler: Handler = async ({ body }) => {
      const { message } = decode(body);
      this.received.push(message);
      this.#arrived();
      const reply = await this.reply(message);
      if (typeof reply === "number") throw new RefusedRequestError(reply, "as the test wants it");
      if (reply === "lost") throw new Error("the answer is lost");
      if (reply === "nonsense") return "<nonsense/>";
      return reply === undefined ? undefined : encode(reply);
    };
    return new HttpListener({ port, handler, logger: silentLogger });
  }
}

/** What a VEN sends that opts in. */
export function createdEvent(
  venId: string,
  { requestId, events }: Pick<Payload<"oadrDistributeEvent">, "requestId" | "events">,
): Payload<"oadrCreatedEvent"> {
  const eventResponses = events.map(({ eventDescriptor: { eventId, modificationNumber } }) => ({
    responseCode: 200,
    requestId,
    eventId,
    modificationNumber,
    optType: "optIn" as const,
  }));
  return { response: { responseCode: 200, requestId: "" }, eventResponses, venId };
}

/** What the standard has a VEN answer in the same exchange. */
export function fittingReply(message: Message, venId: string): Reply {
  const requestId = "requestId" in message.payload ? message.payload.requestId : "";
  const response = { responseCode: 200, requestId };
  const { name } = message;
  if (name === "oadrRegisterReport")
    return { name: "oadrRegisteredReport", payload: { response, reportRequests: [], venId } };
  if (name === "oadrCreateReport")
    return { name: "oadrCreatedReport", payload: { response, pendingReports: [], venId } };
  if (name === "oadrRequestReregistration" || name === "oadrCreatedReport")
    return { name: "oadrResponse", payload: { response, venId } };
  if (name !== "oadrCancelPartyRegistration") return undefined;
  const { registrationId } = message.payload;
  return { name: "oadrCanceledPartyRegistration", payload: { response, registrationId, venId } };
}
