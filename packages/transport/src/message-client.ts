import {
  decode,
  encode,
  isSuccess,
  NotRegisteredOrAuthorizedError,
  operations,
  rejection,
  UnexpectedAnswerError,
  type AnswerName,
  type Decoded,
  type DecodeOptions,
  type Deviation,
  type Message,
  type MessageName,
  type OperationName,
  type Payload,
} from "@openleadr/protocol";
import type { Transport } from "./transport.ts";

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
  /** Called with what differed from the schema, in tolerant reading. */
  readonly onDeviations?: ((message: Message, deviations: readonly Deviation[]) => void) | undefined;
}

/**
 * Sends one message and resolves with the message that answers it, or undefined for an empty answer.
 *
 * Rejects with {@link RejectedError}, or the subclass of its code, if the peer says no; with
 * {@link UnexpectedAnswerError} if the answer is no answer to that message; with {@link MalformedMessageError} if it is
 * no message at all; with what `verify` throws; and as a {@link Transport} does.
 */
export type MessageClient = <Name extends OperationName>(
  name: Name,
  payload: Payload<Name>,
  signal?: AbortSignal,
) => Promise<Message<AnswerName<Name>> | undefined>;

/** The sending end of the life of a message: checks and writes it, sends it, and reads what comes back. */
export function messageClient(options: MessageClientOptions): MessageClient {
  const { transport, decoding, check, write, verify, onDeviations } = options;
  return async <Name extends OperationName>(name: Name, payload: Payload<Name>, signal?: AbortSignal) => {
    const request = { name, payload } as Message;
    check(request);
    const xml = write === undefined ? encode(request) : await write(request);
    const document = await transport(operations[name].service, xml, signal);
    if (document === undefined) return undefined;
    const decoded = decode(document, decoding);
    verify?.(decoded);
    const { message, deviations } = decoded;
    if (deviations.length > 0) onDeviations?.(message, deviations);
    requireAnswer(name, message);
    return message as Message<AnswerName<Name>>;
  };
}

function requireAnswer(request: OperationName, answer: Message): void {
  const response = "response" in answer.payload ? answer.payload.response : undefined;
  if (response !== undefined && !isSuccess(response.responseCode)) {
    throw rejection(response.responseCode, response.responseDescription ?? "no reason given");
  }
  const answers: readonly (MessageName | "empty")[] = operations[request].answers;
  if (answers.includes(answer.name)) return;
  // Some VTNs answer whatever an unknown VEN sends with this, where rule 517 asks for 463.
  if (answer.name === "oadrRequestReregistration")
    throw new NotRegisteredOrAuthorizedError("the VTN asks to register again");
  throw new UnexpectedAnswerError(`${answers.join(" | ")} in answer to ${request}`, answer.name);
}
