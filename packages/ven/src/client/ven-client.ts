import { randomUUID } from "node:crypto";
import {
  checkRules,
  NotRegisteredOrAuthorizedError,
  RuleViolationError,
  systemClock,
  UnexpectedAnswerError,
  type AnswerName,
  type Clock,
  type Limits,
  type Message,
  type OperationName,
  type Payload,
  type TakenName,
} from "@openleadr/protocol";
import {
  messageClient,
  silentLogger,
  type HttpTransport,
  type Logger,
  type MessageClient,
  type WireExchange,
} from "@openleadr/transport";
import type { VtnAddress } from "../options.ts";
import { VenSignatures, type VenSignatureOptions } from "../signatures.ts";
import { tapSent } from "../tap.ts";
import { transportTo } from "../vtn-transport.ts";

/** Options of a {@link VenClient}. */
export type VenClientOptions = VtnAddress & {
  /** A registration that the VEN has already. @default none */
  readonly registration?: ClientRegistration | undefined;
  /** Take what real VTNs send beside the schema; see `decode`. @default false */
  readonly tolerant?: boolean | undefined;
  /** How much of a document is read before it is refused. */
  readonly limits?: Limits | undefined;
  /** Warned of what makes connections less safe. @default silent */
  readonly logger?: Logger | undefined;
  /** Where time comes from. @default the machine's own clock */
  readonly clock?: Clock | undefined;
  /** Signs what is sent, and verifies what is answered. @default neither */
  readonly signatures?: VenSignatureOptions | undefined;
  /**
   * Called with every exchange once it is over, answered or failed: the documents both ways, and what became of them.
   * What it throws is logged and changes nothing.
   */
  readonly onExchange?: ((exchange: WireExchange) => void) | undefined;
  /** Makes request IDs, unique each time. @default UUIDs from `node:crypto` */
  readonly newId?: (() => string) | undefined;
};

/** What a VTN gave a VEN when it registered. */
export interface ClientRegistration {
  readonly venId: string;
  readonly registrationId: string;
}

/** Options of every step. */
export interface StepOptions {
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
}

/** What one says of a message; its IDs are filled in where they are left out. */
export type Given<Name extends OperationName> = Omit<Payload<Name>, "requestId" | "venId"> & {
  readonly requestId?: string;
  readonly venId?: string;
};

/**
 * A VEN by hand: each message of a VEN is a method, sent when it is called and only then. It keeps the registration, fills
 * in the IDs, checks what it sends against the rules, and does nothing else. {@link Ven} does all that by itself.
 *
 * Each step resolves with the payload of the VTN's answer. It rejects with {@link RejectedError}, or the subclass of its
 * code, if the VTN says no; with {@link RuleViolationError} or {@link MalformedMessageError} for what must not be sent;
 * with {@link UnexpectedAnswerError} for an answer that is none, and {@link SignatureError} for one that is not signed as it must be; with {@link NotRegisteredOrAuthorizedError} where it takes
 * a registration and there is none; and as a {@link Transport} does if the VTN cannot be reached. Nothing is tried again.
 *
 * @see OpenADR 2.0b, §8
 */
export class VenClient implements AsyncDisposable {
  readonly #call: MessageClient;
  readonly #own: HttpTransport | undefined;
  readonly #newId: () => string;
  readonly #isSigning: boolean;
  #registration: ClientRegistration | undefined;

  /** Throws `RangeError` and `TypeError` for options out of range. */
  constructor(options: VenClientOptions) {
    const { tolerant, limits, clock = systemClock, newId = randomUUID, registration } = options;
    const { onExchange, logger = silentLogger } = options;
    const { transport, own } = transportTo(options);
    this.#own = own;
    this.#newId = newId;
    const signatures = new VenSignatures(options.signatures, clock);
    this.#isSigning = signatures.signer !== undefined;
    this.#registration = registration;
    this.#call = messageClient({
      transport,
      write: signatures.write,
      verify: (answer) => signatures.verify(answer),
      decoding: { tolerant, limits },
      ...tapSent({ onExchange, logger, clock }, own?.url.hostname ?? ""),
      check(message) {
        const [first, ...rest] = checkRules(message, { sender: "ven", now: clock.now() });
        if (first !== undefined) throw new RuleViolationError(message.name, [first, ...rest]);
      },
    });
  }

  /** The registration that the last answer of the VTN left the VEN with. */
  get registration(): ClientRegistration | undefined {
    return this.#registration;
  }

  /** What the VTN can do. */
  async queryRegistration(options?: StepOptions): Promise<Payload<"oadrCreatedPartyRegistration">> {
    return this.#answer("oadrQueryRegistration", { requestId: this.#newId() }, options);
  }

  /**
   * Registers; anew unless `registrationId` is given (rule 402), under which it registers again. `venId` is a
   * pre-configured one, or that of the registration.
   */
  async createPartyRegistration(
    given: Partial<Payload<"oadrCreatePartyRegistration">> = {},
    options?: StepOptions,
  ): Promise<Payload<"oadrCreatedPartyRegistration">> {
    const payload = {
      requestId: this.#newId(),
      profileName: "2.0b",
      transportName: "simpleHttp",
      reportOnly: false,
      xmlSignature: this.#isSigning,
      httpPullModel: true,
      ...given,
    } as const;
    const answer = await this.#answer("oadrCreatePartyRegistration", payload, options);
    const { venId = "", registrationId = "" } = answer;
    if (venId !== "" && registrationId !== "") this.#registration = { venId, registrationId };
    return answer;
  }

  /** Ends the registration. A VTN that says oadrResponse has agreed, too. */
  async cancelPartyRegistration(options?: StepOptions): Promise<Payload<"oadrCanceledPartyRegistration">> {
    const { venId, registrationId } = this.#requireRegistration();
    const payload = { requestId: this.#newId(), registrationId, venId };
    const answer = await this.#answer("oadrCancelPartyRegistration", payload, options);
    this.#registration = undefined;
    return answer;
  }

  /** Agrees to the VTN's ending the registration. */
  async canceledPartyRegistration(
    given: Given<"oadrCanceledPartyRegistration">,
    options?: StepOptions,
  ): Promise<Payload<"oadrResponse">> {
    const { venId, registrationId } = this.#requireRegistration();
    const payload = { registrationId, venId, ...given };
    const answer = await this.#answer("oadrCanceledPartyRegistration", payload, options);
    this.#registration = undefined;
    return answer;
  }

  /** Asks for what waits, one message at a time: oadrResponse when there is none (rule 500). */
  async poll({ signal }: StepOptions = {}): Promise<Message<AnswerName<"oadrPoll">>> {
    const answer = await this.#call("oadrPoll", { venId: this.#requireRegistration().venId }, signal);
    return answer ?? nothing("oadrPoll");
  }

  /**
   * Asks for all events, or for as many as `replyLimit` (rule 27). A VTN that says oadrResponse has none to tell of: the
   * answer then has no events, and no IDs of VTN and request.
   */
  async requestEvent(
    given: Partial<Payload<"oadrRequestEvent">> = {},
    options?: StepOptions,
  ): Promise<Payload<"oadrDistributeEvent">> {
    const answer = await this.#answer("oadrRequestEvent", this.#completed(given), options);
    return "events" in answer ? answer : { response: answer.response, requestId: "", vtnId: "", events: [] };
  }

  /** Answers events, now or later, and changes answers (rules 12, 16, 17, 42). */
  async createdEvent(
    given: Omit<Payload<"oadrCreatedEvent">, "venId">,
    options?: StepOptions,
  ): Promise<Payload<"oadrResponse">> {
    return this.#answer("oadrCreatedEvent", { ...given, venId: this.#requireRegistration().venId }, options);
  }

  /** Tells what the VEN can report (rules 301, 305, 306). */
  async registerReport(
    given: Given<"oadrRegisterReport">,
    options?: StepOptions,
  ): Promise<Payload<"oadrRegisteredReport">> {
    return this.#answer("oadrRegisterReport", this.#completed(given), options);
  }

  /** Takes note of what the VTN can report, and asks for some of it (rule 344). */
  async registeredReport(
    given: Given<"oadrRegisteredReport">,
    { signal }: StepOptions = {},
  ): Promise<Message<AnswerName<"oadrRegisteredReport">>> {
    const { venId } = this.#requireRegistration();
    return (await this.#call("oadrRegisteredReport", { venId, ...given }, signal)) ?? nothing("oadrRegisteredReport");
  }

  /** Asks the VTN for reports. */
  async createReport(given: Given<"oadrCreateReport">, options?: StepOptions): Promise<Payload<"oadrCreatedReport">> {
    return this.#answer("oadrCreateReport", this.#completed(given), options);
  }

  /** Answers the VTN's request for reports, with all that are still to be delivered (rule 329). */
  async createdReport(given: Given<"oadrCreatedReport">, options?: StepOptions): Promise<Payload<"oadrResponse">> {
    return this.#answer("oadrCreatedReport", { venId: this.#requireRegistration().venId, ...given }, options);
  }

  /** Sends data. */
  async updateReport(given: Given<"oadrUpdateReport">, options?: StepOptions): Promise<Payload<"oadrUpdatedReport">> {
    return this.#answer("oadrUpdateReport", this.#completed(given), options);
  }

  /** Confirms data of the VTN. */
  async updatedReport(given: Given<"oadrUpdatedReport">, options?: StepOptions): Promise<Payload<"oadrResponse">> {
    return this.#answer("oadrUpdatedReport", { venId: this.#requireRegistration().venId, ...given }, options);
  }

  /** Wants reports of the VTN no longer. */
  async cancelReport(given: Given<"oadrCancelReport">, options?: StepOptions): Promise<Payload<"oadrCanceledReport">> {
    return this.#answer("oadrCancelReport", this.#completed(given), options);
  }

  /** Confirms that reports have ended, with all that are still to be delivered (rule 329). */
  async canceledReport(given: Given<"oadrCanceledReport">, options?: StepOptions): Promise<Payload<"oadrResponse">> {
    return this.#answer("oadrCanceledReport", { venId: this.#requireRegistration().venId, ...given }, options);
  }

  /** Opts in or out, by a schedule or for an event (rules 200 to 210). */
  async createOpt(given: Given<"oadrCreateOpt">, options?: StepOptions): Promise<Payload<"oadrCreatedOpt">> {
    return this.#answer("oadrCreateOpt", this.#completed(given), options);
  }

  /** Takes opt schedules back (rules 204, 211). */
  async cancelOpt(optId: string, options?: StepOptions): Promise<Payload<"oadrCanceledOpt">> {
    return this.#answer("oadrCancelOpt", this.#completed({ optId }), options);
  }

  /** Says that a message was heard, as after oadrRequestReregistration, or refuses it. */
  async response(given: Partial<Payload<"oadrResponse">> = {}, { signal }: StepOptions = {}): Promise<void> {
    const { venId } = this.#requireRegistration();
    await this.#call("oadrResponse", { response: { responseCode: 200, requestId: "" }, venId, ...given }, signal);
  }

  /** Closes the connections; a transport that was given stays open. Safe to call twice. */
  async close(): Promise<void> {
    await this.#own?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #answer<Name extends OperationName>(
    name: Name,
    payload: Payload<Name>,
    { signal }: StepOptions = {},
  ): Promise<Payload<TakenName<Name>>> {
    const answer = await this.#call(name, payload, signal);
    return answer === undefined ? nothing(name) : (answer.payload as Payload<TakenName<Name>>);
  }

  #completed<Fields extends object>(given: Fields): Fields & { readonly requestId: string; readonly venId: string } {
    return { requestId: this.#newId(), venId: this.#requireRegistration().venId, ...given };
  }

  #requireRegistration(): ClientRegistration {
    if (this.#registration === undefined) throw new NotRegisteredOrAuthorizedError("the VEN is not registered");
    return this.#registration;
  }
}

function nothing(name: OperationName): never {
  throw new UnexpectedAnswerError(`an answer to ${name}`, "an empty one");
}
