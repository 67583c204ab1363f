import type { Message, Payload } from "@openleadr/protocol";
import { httpTransport, messageClient, type HttpTransport, type MessageClient } from "@openleadr/transport";
import type { OpenPush } from "../push/open-push.ts";
import { createdEvent, fittingReply, type PushVen } from "../push/push-ven.ts";

/** The two ways in which messages come to a VEN. */
export const models = ["pull", "push"] as const;
export type Model = (typeof models)[number];

/** A VEN as a certification harness has it: it answers what it gets as the standard asks, and shows it to the test. */
export interface PromptedVen extends AsyncDisposable {
  readonly venId: string;
  readonly registrationId: string;
  readonly call: MessageClient;
  /** The next message from the VTN, which must be of that name. */
  next<Name extends Message["name"]>(name: Name): Promise<Payload<Name>>;
  /** Whether the VTN has nothing for it. */
  isIdle(): Promise<boolean>;
  /** Registers, and takes what comes with that. */
  register(): Promise<void>;
  /** Opts into events. */
  optIn(payload: Payload<"oadrDistributeEvent">): Promise<void>;
}

/** A VEN that polls or is pushed to, and has not registered. */
export async function aPromptedVen(model: Model, open: OpenPush): Promise<PromptedVen> {
  return model === "pull" ? new PullingVen(open) : new PushedVen(open, await open.ven());
}

class PullingVen implements PromptedVen {
  venId = "";
  registrationId = "";
  readonly call: MessageClient;
  readonly #transport: HttpTransport;

  constructor({ url }: OpenPush) {
    this.#transport = httpTransport({ url });
    this.call = messageClient({ transport: this.#transport, check: () => {} });
  }

  async register(): Promise<void> {
    const created = await this.call("oadrCreatePartyRegistration", {
      requestId: "req-1",
      profileName: "2.0b",
      transportName: "simpleHttp",
      reportOnly: false,
      xmlSignature: false,
      venName: "kitchen",
      httpPullModel: true,
    });
    const { venId = "", registrationId = "" } = created?.payload ?? {};
    Object.assign(this, { venId, registrationId });
    await this.next("oadrRegisterReport");
  }

  async next<Name extends Message["name"]>(name: Name): Promise<Payload<Name>> {
    const message = await this.#poll();
    if (message?.name !== name) throw new Error(`expected ${name}, got ${message?.name ?? "nothing"}`);
    const reply = fittingReply(message, this.venId);
    // What a VEN that is pushed to says in the same exchange, one that polls says in a request of its own.
    if (typeof reply === "object") await this.call(reply.name as "oadrCreatedReport", reply.payload as never);
    return message.payload as Payload<Name>;
  }

  async isIdle(): Promise<boolean> {
    return (await this.#poll())?.name === "oadrResponse";
  }

  async optIn(payload: Payload<"oadrDistributeEvent">): Promise<void> {
    await this.call("oadrCreatedEvent", createdEvent(this.venId, payload));
  }

  async #poll(): Promise<Message | undefined> {
    return this.call("oadrPoll", { venId: this.venId });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#transport.close();
  }
}

class PushedVen implements PromptedVen {
  readonly #open: OpenPush;
  readonly #ven: PushVen;
  #seen = 0;

  constructor(open: OpenPush, ven: PushVen) {
    this.#open = open;
    this.#ven = ven;
  }

  get venId(): string {
    return this.#ven.venId;
  }

  get registrationId(): string {
    return this.#ven.registrationId;
  }

  get call(): MessageClient {
    return this.#ven.call;
  }

  async register(): Promise<void> {
    await this.#ven.register();
    await this.next("oadrRegisterReport");
    await this.#settle();
  }

  async next<Name extends Message["name"]>(name: Name): Promise<Payload<Name>> {
    this.#seen += 1;
    return this.#ven.expect(name);
  }

  async isIdle(): Promise<boolean> {
    await this.#settle();
    return this.#ven.received.length === this.#seen;
  }

  async optIn(payload: Payload<"oadrDistributeEvent">): Promise<void> {
    await this.#ven.optIn(payload);
  }

  /** Waits until the VTN has sent what it has for the VEN at this moment. */
  async #settle(): Promise<void> {
    while ((await this.#open.store.letters(this.venId)).some(({ state }) => state === "queued"))
      await this.#open.clock.settle();
  }

  // It is closed with the VTN that it belongs to.
  async [Symbol.asyncDispose](): Promise<void> {}
}
