import {
  ComplianceError,
  decode,
  encode,
  isOperationName,
  operations,
  RejectedError,
  requestIdOf,
  responseFor,
  type Decoded,
  type DecodeOptions,
  type EiResponse,
  type Message,
  type Operation,
  type Party,
} from "@openleadr/protocol";
import { RefusedRequestError } from "./handler.ts";
import type { Exchange, Handler } from "./handler.ts";
import type { Logger } from "./logger.ts";
import { PollFrames } from "./poll-frames.ts";

/** A message that came in, with the request that brought it. */
export interface Received extends Decoded, Omit<Exchange, "body"> {}

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
  const polls = new PollFrames(options.decoding?.limits);
  const read = (body: Uint8Array): Decoded => decode(body, options.decoding);
  return async ({ body, service, peer, headers, signal }) => {
    const { message, envelope, deviations } = polls.read(body, read);
    const received = { message, envelope, deviations, service, peer, headers, signal };
    try {
      return await answerTo(received, options);
    } catch (error) {
      if (error instanceof RefusedRequestError) throw error;
      // Nobody waits for an answer any more.
      if (received.signal.aborted && error === received.signal.reason) throw error;
      return refusalFor(error, received, options);
    }
  };
}

async function answerTo(received: Received, options: MessageHandlerOptions): Promise<string | undefined> {
  requireFit(received, options.receiver);
  const answer = await options.serve(received);
  if (answer === undefined) return undefined;
  options.check(answer, received.message);
  return encode(answer);
}

function refusalFor(error: unknown, received: Received, options: MessageHandlerOptions): string | undefined {
  const { message } = received;
  log(error, received, options.logger);
  const refusal = options.refuse(message, responseFor(error, requestIdOf(message)));
  try {
    return refusal === undefined ? undefined : encode(refusal);
  } catch (fault) {
    // A reason that XML cannot carry, for instance. A fault of ours must not pass for one of the peer's document.
    if (!(error instanceof RejectedError)) throw new Error("no refusal could be written", { cause: fault });
    return refusalFor(fault, received, options);
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
  const fields = { message: message.name, service, peer: peer.address };
  if (error instanceof RejectedError)
    logger.warn({ ...fields, responseCode: error.responseCode, reason: error.responseDescription }, "message refused");
  else logger.error({ ...fields, error }, "message not handled");
}
