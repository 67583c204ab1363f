import {
  ComplianceError,
  decode,
  encode,
  isOperationName,
  MalformedMessageError,
  operations,
  RejectedError,
  requestIdOf,
  responseFor,
  venIdOf,
  type Decoded,
  type DecodeOptions,
  type Deviation,
  type EiResponse,
  type Message,
  type Operation,
  type Party,
} from "@openleadr/protocol";
import { RefusedRequestError } from "../handler.ts";
import type { Exchange, Handler } from "../handler.ts";
import type { Logger } from "../logger.ts";
import { IdFrames } from "./id-frames.ts";

/** A message that came in, with the request that brought it. */
export interface Received extends Decoded, Omit<Exchange, "body"> {
  /** The message as `decode` returned it, which a {@link SignatureVerifier} takes. */
  readonly decoded: Decoded;
}

/** What became of one request. */
export interface Handled {
  /** The message; undefined where the document could not be read. */
  readonly message?: Message;
  readonly deviations: readonly Deviation[];
  /** The answer; absent where it is empty, and where there is none because an error was thrown. */
  readonly answer?: Message;
  /** The same, as it is sent. */
  readonly xml?: string;
  /** Why the request was refused, with a response code or with an HTTP status; absent where it was not. */
  readonly error?: unknown;
}

/** What a {@link messageHandler} does with messages. */
export interface MessageHandlerOptions {
  /** The party that receives; the messages of its operations come from the other one. */
  readonly receiver: Party;
  /** How documents are read. */
  readonly decoding?: DecodeOptions | undefined;
  readonly logger: Logger;
  /**
   * Answers a message of a service and direction that fit; undefined for an empty answer. To refuse, it throws a
   * {@link RejectedError}, or a {@link RefusedRequestError} for a status of HTTP; any other error is a fault of ours and
   * is answered with 469.
   */
  serve(received: Received): Promise<Message | undefined>;
  /** The fitting payload for a refusal; undefined where the answer is empty in any case. */
  refuse(message: Message, response: EiResponse): Message | undefined;
  /** Throws for an answer that must not be sent, as one that breaks a rule. */
  check(answer: Message, request: Message): void;
  /** Writes an answer, a refusal too: {@link sign} for one that is to be signed. @default encode */
  readonly write?: ((answer: Message, received: Received) => string | Promise<string>) | undefined;
  /** Called with every request that is refused, and why; `message` is undefined where it could not be read. Must not throw. */
  onRefused?: ((error: unknown, exchange: Exchange, message: Message | undefined) => void) | undefined;
  /** Called with every request; what it returns is called when all is done, just before the answer leaves. Neither throws. */
  onReceived?: ((exchange: Exchange) => (handled: Handled) => void) | undefined;
}

/**
 * The receiving end of the life of a message: reads the document, sees that it came over the right service in the right
 * direction, has it served, and writes the answer.
 *
 * What fails the schema is refused with HTTP 406, and whatever was understood is answered with HTTP 200 and a response
 * code.
 *
 * @see OpenADR 2.0b, §8.7, §9.1.4, rules 23, 51, 401, 517
 */
export function messageHandler(options: MessageHandlerOptions): Handler {
  const handle = answering(options);
  const { onReceived } = options;
  if (onReceived === undefined) return (exchange) => handle(exchange);
  return async (exchange) => {
    const onHandled = onReceived(exchange);
    const trace: Trace = { deviations: [] };
    try {
      const xml = await handle(exchange, trace);
      if (xml !== undefined) trace.xml = xml;
      return xml;
    } catch (error) {
      trace.error = error;
      throw error;
    } finally {
      onHandled(trace);
    }
  };
}

type Trace = { -readonly [Key in keyof Handled]: Handled[Key] };

function answering(options: MessageHandlerOptions): (exchange: Exchange, trace?: Trace) => Promise<string | undefined> {
  const frames = new IdFrames(options.decoding?.limits);
  const read = (body: Uint8Array): Decoded => decode(body, options.decoding);
  return async (exchange, trace) => {
    let message: Message | undefined;
    try {
      const decoded = frames.read(exchange.body, read);
      message = decoded.message;
      if (trace !== undefined) Object.assign(trace, { message, deviations: decoded.deviations });
      return await answerOrRefusal({ options, exchange, received: receivedOf(decoded, exchange), trace });
    } catch (error) {
      if (error instanceof MalformedMessageError && trace !== undefined) trace.deviations = error.deviations;
      if (!exchange.signal.aborted) options.onRefused?.(error, exchange, message);
      throw error;
    }
  };
}

function receivedOf(decoded: Decoded, { service, peer, headers, signal }: Exchange): Received {
  const { message, envelope, deviations } = decoded;
  return { message, envelope, deviations, decoded, service, peer, headers, signal };
}

/** One message that is being answered. */
interface Turn {
  readonly options: MessageHandlerOptions;
  readonly exchange: Exchange;
  readonly received: Received;
  readonly trace: Trace | undefined;
}

async function answerOrRefusal(turn: Turn): Promise<string | undefined> {
  const { received, trace, options } = turn;
  try {
    requireFit(received, options.receiver);
    const answer = await options.serve(received);
    if (answer === undefined) return undefined;
    options.check(answer, received.message);
    if (trace !== undefined) trace.answer = answer;
    return options.write === undefined ? encode(answer) : await options.write(answer, received);
  } catch (error) {
    if (error instanceof RefusedRequestError) throw error;
    // Nobody waits for an answer any more.
    if (received.signal.aborted && error === received.signal.reason) throw error;
    return refusalFor(error, turn);
  }
}

async function refusalFor(error: unknown, turn: Turn): Promise<string | undefined> {
  const { options, exchange, received, trace } = turn;
  const { message } = received;
  log(error, received, options.logger);
  const refusal = options.refuse(message, responseFor(error, requestIdOf(message)));
  if (trace !== undefined) Object.assign(trace, { error, answer: refusal });
  try {
    const xml = refusal === undefined ? undefined : await (options.write ?? encode)(refusal, received);
    options.onRefused?.(error, exchange, message);
    return xml;
  } catch (fault) {
    // A reason that XML cannot carry, for instance. A fault of ours must not pass for one of the peer's document.
    if (!(error instanceof RejectedError)) throw new Error("no refusal could be written", { cause: fault });
    return refusalFor(fault, turn);
  }
}

function requireFit({ message, service }: Received, receiver: Party): void {
  const operation: Operation | undefined = isOperationName(message.name) ? operations[message.name] : undefined;
  const sender = receiver === "vtn" ? "ven" : "vtn";
  if (operation === undefined || !operation.sentBy.includes(sender)) {
    throw new ComplianceError(`${message.name} is not for a ${receiver.toUpperCase()} to receive`);
  }
  if (operation.service !== service && operation.anyService !== true) {
    throw new ComplianceError(`expected ${message.name} at ${operation.service}, got it at ${service}`);
  }
}

function log(error: unknown, { message, service, peer }: Received, logger: Logger): void {
  const venId = venIdOf(message);
  const requestId = requestIdOf(message);
  const known = { ...(venId !== undefined && { venId }), ...(requestId !== "" && { requestId }) };
  const fields = { message: message.name, service, peer: peer.address, ...known };
  if (error instanceof RejectedError) {
    const { responseCode, responseDescription: reason, cause } = error;
    logger.warn({ ...fields, responseCode, reason, ...(cause !== undefined && { cause }) }, "message refused");
  } else logger.error({ ...fields, error }, "message not handled");
}
