import {
  checkRules,
  ComplianceError,
  operations,
  refusalOf,
  RuleViolationError,
  SignatureError,
  type Decoded,
  type Message,
  type MessageName,
} from "@openleadr/protocol";
import {
  HttpListener,
  messageHandler,
  RefusedRequestError,
  type Handler,
  type ListenerTlsOptions,
  type Peer,
  type Received,
  type RefusedHandshake,
  type RefusedRequest,
} from "@openleadr/transport";
import type { Incoming } from "../incoming/inbox.ts";
import type { ResolvedVenOptions } from "../options.ts";
import type { VenSignatures } from "../signatures.ts";
import { tapPushed, tapRefused } from "../tap.ts";
import type { ResolvedPushOptions } from "./options.ts";
import { PushedMessages } from "./pushed-messages.ts";
import { RefusedPushes } from "./refused-pushes.ts";
import { VtnIdentity, type VtnServer } from "./vtn-identity.ts";

/** Whom a VEN is pushed to by, and as whom. */
export interface PushParties {
  /** Undefined for a transport of one's own. */
  readonly vtn: VtnServer | undefined;
  /** The VEN's ID as it is by then, for refusals. */
  venId(): string | undefined;
}

/** Where a VTN pushes to: a handler, and a listener of its own unless there is none to be. */
export class PushEndpoint {
  readonly messages = new PushedMessages();
  readonly handler: Handler;
  readonly vtn: VtnIdentity;
  readonly #options: ResolvedPushOptions;
  readonly #listener: HttpListener | undefined;
  readonly #refused: RefusedPushes;
  #isStopped = false;

  /** Throws as {@link HttpListener} does, and `TypeError` if nothing says who the VTN is. */
  constructor(options: ResolvedVenOptions, push: ResolvedPushOptions, { vtn, venId }: PushParties) {
    const { logger, clock, tolerant, limits, signatures } = options;
    this.#options = push;
    this.vtn = new VtnIdentity(push, vtn);
    this.#refused = new RefusedPushes(options);
    this.handler = messageHandler({
      receiver: "ven",
      decoding: { tolerant, limits },
      logger,
      serve: async (received) => {
        this.#requireVtn(received, signatures);
        return this.messages.push(requireIncoming(received.message));
      },
      refuse: (message, response) => refusalOf(message, response, { party: "ven", venId: venId() }),
      write: signatures.write,
      ...tapPushed(options),
      check(answer, request) {
        const [first, ...rest] = checkRules(answer, { sender: "ven", answers: request, now: clock.now() });
        if (first !== undefined) throw new RuleViolationError(answer.name, [first, ...rest]);
      },
    });
    const { onRefused: tapped } = tapRefused(options);
    const onRefused = (refused: RefusedRequest): void => {
      tapped?.(refused);
      if (refused.status === 403) this.#tellRefused(refused.peer, refused.error);
    };
    const onHandshakeRefused = ({ peer, reason }: RefusedHandshake): void => this.#tellRefused(peer, reason);
    const served = { handler: this.handler, logger, clock, onRefused, onHandshakeRefused };
    this.#listener = push.listen === false ? undefined : new HttpListener({ ...push.listen, ...served });
  }

  /** The URL to give the VTN, once started. */
  get address(): string {
    return this.#options.address ?? this.#listener?.url?.href ?? "";
  }

  /** Throws `TypeError` for options that the listener cannot take, and if there is none. */
  replaceTls(tls: ListenerTlsOptions): void {
    if (this.#listener === undefined) throw new TypeError("tls: expected a VEN that listens, got one that does not");
    this.#listener.replaceTls(tls);
  }

  async start(): Promise<void> {
    await this.#listener?.start();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#listener?.stop();
  }

  #requireVtn({ peer, decoded }: Received, signatures: VenSignatures): void {
    try {
      const fault = this.vtn.faultOf(peer);
      if (fault !== undefined) throw new RefusedRequestError(403, fault);
      requireSigned(decoded, signatures);
    } catch (error) {
      this.#tellRefused(peer, error);
      throw error;
    }
  }

  #tellRefused(peer: Peer, error: unknown): void {
    if (!this.#isStopped) this.#refused.add(peer, error instanceof Error ? error.message : String(error));
  }
}

/** Rule 514: a message without a signature that is accepted is ignored. */
function requireSigned(decoded: Decoded, signatures: VenSignatures): void {
  try {
    signatures.verify(decoded);
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    throw new RefusedRequestError(403, error.message, { cause: error });
  }
}

function requireIncoming(message: Message): Incoming {
  // What is handed out to polls, and what the VTN says to requests that came with an answer of the VEN (rule 344).
  const names: readonly MessageName[] = [...operations.oadrPoll.answers, "oadrCreatedReport"];
  if (message.name !== "oadrResponse" && names.includes(message.name)) return message as Incoming;
  throw new ComplianceError(`${message.name} is not for a VEN to receive on its own`);
}
