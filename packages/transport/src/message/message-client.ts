import {
  decode,
  encode,
  isSuccess,
  NotRegisteredOrAuthorizedError,
  operations,
  rejection,
  UnexpectedAnswerError,
  type Decoded,
  type DecodeOptions,
  type Deviation,
  type Message,
  type Operation,
  type OperationName,
  type Payload,
  type TakenName,
} from "@openleadr/protocol";
import type { Transport } from "../transport.ts";

/** What a {@link messageClient} sends over, and how it reads what comes back. */
export interface MessageClientOptions {
  readonly transport: Transport;
  /** How answers are read. */
  readonly decoding?: DecodeOptions | undefined;
  /** Throws for a message that must not be sent, as one that breaks a rule. */
  check(message: Message): void;
  /** Writes a request: {@link sign} for one that is to be signed. @default encode */
  readonly write?: ((request: Message) => string | Promise<string>) | undefined;
  /** Throws for an answer that is not to be heeded, as for want of a signature; the request fails so. */
  readonly verify?: ((answer: Decoded) => void) | undefined;
  /** Called with what differed from the schema, in tolerant reading, and with an answer that is another than the standard's. */
  readonly onDeviations?: ((message: Message, deviations: readonly Deviation[]) => void) | undefined;
  /**
   * Called when a request is sent; what it returns is called when that has been answered or has failed, before anybody
   * hears of it. Neither throws.
   */
  onSent?(): (sent: SentRequest) => void;
}

/** A request that was sent, and what became of it. */
export interface SentRequest {
  readonly message: Message;
  /** The same, as it was sent. */
  readonly xml: string;
  /** The document that answers; absent for an empty answer, and for none. */
  readonly document?: string;
  /** The same, as it was understood. */
  readonly answer?: Message;
  readonly deviations?: readonly Deviation[];
  /** Why the request failed, or was refused; absent where it was not. */
  readonly error?: unknown;
}

/**
 * Sends one message and resolves with the message that answers it, or undefined for an empty answer. Where some peers say
 * oadrResponse instead, with a success code, that is what it resolves with.
 *
 * Rejects with {@link RejectedError}, or the subclass of its code, if the peer says no; with
 * {@link UnexpectedAnswerError} if the answer is no answer to that message; with {@link MalformedMessageError} if it is
 * no message at all; with what `verify` throws; and as a {@link Transport} does.
 */
export type MessageClient = <Name extends OperationName>(
  name: Name,
  payload: Payload<Name>,
  signal?: AbortSignal,
) => Promise<Message<TakenName<Name>> | undefined>;

/** The sending end of the life of a message: checks and writes it, sends it, and reads what comes back. */
export function messageClient(options: MessageClientOptions): MessageClient {
  const { check, write, onSent } = options;
  return async <Name extends OperationName>(name: Name, payload: Payload<Name>, signal?: AbortSignal) => {
    const message = { name, payload } as Message<Name>;
    check(message as Message);
    const xml = write === undefined ? encode(message as Message) : await write(message as Message);
    const request = { name, message: message as Message, xml };
    const answer = onSent === undefined ? exchange(options, request, signal) : tapped(options, request, signal);
    return (await answer) as Message<TakenName<Name>> | undefined;
  };
}

interface Request {
  readonly name: OperationName;
  readonly message: Message;
  readonly xml: string;
}

type Trace = { -readonly [Key in keyof SentRequest]: SentRequest[Key] };

async function tapped(
  options: MessageClientOptions,
  request: Request,
  signal: AbortSignal | undefined,
): Promise<Message | undefined> {
  const trace: Trace = { message: request.message, xml: request.xml };
  const onAnswered = options.onSent?.();
  try {
    return await exchange(options, { ...request, trace }, signal);
  } catch (error) {
    trace.error = error;
    throw error;
  } finally {
    onAnswered?.(trace);
  }
}

async function exchange(
  { transport, decoding, verify, onDeviations }: MessageClientOptions,
  { name, xml, trace }: Request & { readonly trace?: Trace },
  signal: AbortSignal | undefined,
): Promise<Message | undefined> {
  const document = await transport(operations[name].service, xml, signal);
  if (document === undefined) return undefined;
  if (trace !== undefined) trace.document = document;
  const decoded = decode(document, decoding);
  const { message } = decoded;
  const deviations = [...decoded.deviations, ...substitution(name, message)];
  if (trace !== undefined) Object.assign(trace, { answer: message, deviations });
  verify?.(decoded);
  if (deviations.length > 0) onDeviations?.(message, deviations);
  requireAnswer(name, message);
  return message;
}

/** That a peer says something else than the standard has it say, and means it well. */
function substitution(request: OperationName, answer: Message): readonly Deviation[] {
  const { substitute, answers }: Operation = operations[request];
  if (answer.name !== substitute || !isSuccess(answer.payload.response.responseCode)) return [];
  return [{ path: answer.name, expected: `${answers.join(" | ")} in answer to ${request}`, got: answer.name }];
}

function requireAnswer(request: OperationName, answer: Message): void {
  const response = "response" in answer.payload ? answer.payload.response : undefined;
  if (response !== undefined && !isSuccess(response.responseCode)) {
    throw rejection(response.responseCode, response.responseDescription ?? "no reason given");
  }
  const { answers, substitute }: Operation = operations[request];
  if (answers.includes(answer.name) || answer.name === substitute) return;
  // Some VTNs answer whatever an unknown VEN sends with this, where rule 517 asks for 463.
  if (answer.name === "oadrRequestReregistration")
    throw new NotRegisteredOrAuthorizedError("the VTN asks to register again");
  throw new UnexpectedAnswerError(`${answers.join(" | ")} in answer to ${request}`, answer.name);
}
