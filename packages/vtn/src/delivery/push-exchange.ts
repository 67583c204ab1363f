import {
  decode,
  InvalidIdError,
  isOperationName,
  isSuccess,
  operations,
  rejection,
  SignatureError,
  UnexpectedAnswerError,
  type Decoded,
  type Message,
  type OperationName,
} from "@openleadr/protocol";
import { type SentRequest, type Transport } from "@openleadr/transport";
import { sentExchange, tapExchange } from "@openleadr/transport/internal";
import type { VtnContext } from "../context.ts";
import type { SecurityWatch } from "../security/security-watch.ts";
import type { Seal } from "../security/signatures.ts";
import type { SentEvents } from "../event/sent-events.ts";

/** Who pushes. */
interface Pushing {
  readonly vtn: VtnContext;
  readonly watch: SecurityWatch;
}

/** A message on its way to one VEN. */
export interface Parcel {
  readonly venId: string;
  /** The host of the VEN. */
  readonly address: string;
  readonly message: Message;
  readonly transport: Transport;
  readonly seal: Seal;
}

/**
 * Sends a message to a VEN, and resolves with its answer; undefined for an empty one, or one that merely says that the
 * message was heard where another is expected later (oadrDistributeEvent, §8.1).
 *
 * Rejects as a {@link Transport} does; with {@link RuleViolationError} for a message that must not be sent; and with
 * {@link SignatureError}, {@link RejectedError}, {@link UnexpectedAnswerError} or {@link MalformedMessageError} for an answer that says no, is none
 * to that message, or no message at all.
 */
export async function pushMessage(
  parcel: Parcel,
  { vtn, watch, sent }: Pushing & { readonly sent: SentEvents },
  signal: AbortSignal,
): Promise<Message | undefined> {
  const { message } = parcel;
  const { name } = message;
  if (!isOperationName(name)) throw new TypeError(`expected a message that can be pushed, got ${name}`);
  sent.check(message, { sender: "vtn", now: vtn.clock.now() });
  const trace: Trace = { message, xml: await parcel.seal.write(message) };
  const receivedAt = vtn.clock.now();
  try {
    return await exchange(parcel, { vtn, watch, name, trace }, signal);
  } catch (error) {
    trace.error = error;
    throw error;
  } finally {
    const { address, venId } = parcel;
    const times = { receivedAt, answeredAt: vtn.clock.now() };
    tapExchange(vtn, () => sentExchange("vtn", { sent: trace, address, venId }, times));
  }
}

/** What is known of a push, as far as it has got. */
type Trace = { -readonly [Key in keyof SentRequest]: SentRequest[Key] };

async function exchange(
  parcel: Parcel,
  { vtn, watch, name, trace }: Pushing & { readonly name: OperationName; readonly trace: Trace },
  signal: AbortSignal,
): Promise<Message | undefined> {
  const { venId, message, transport } = parcel;
  const document = await transport(operations[name].service, trace.xml, signal);
  if (document === undefined) return undefined;
  trace.document = document;
  const decoded = decode(document, { tolerant: vtn.tolerant, limits: vtn.limits });
  const { message: answer, deviations } = decoded;
  Object.assign(trace, { answer, deviations });
  verify(decoded, parcel, watch);
  if (deviations.length > 0) vtn.tell({ type: "deviated", message: answer.name, deviations });
  return requireAnswer(message, answer, venId);
}

/** An answer is to be ignored, and that told, unless it is signed as it has to be (rule 514). */
function verify(answer: Decoded, { venId, address, seal }: Parcel, watch: SecurityWatch): void {
  try {
    seal.verify(answer);
  } catch (error) {
    if (error instanceof SignatureError)
      watch.signatureRejected({ address }, { message: answer.message.name, venId, error });
    throw error;
  }
}

function requireAnswer(message: Message, answer: Message, venId: string): Message | undefined {
  if (answer.name === "oadrResponse") {
    const { responseCode, responseDescription = "no reason given" } = answer.payload.response;
    if (!isSuccess(responseCode)) throw rejection(responseCode, responseDescription);
    if (message.name === "oadrDistributeEvent") return undefined;
  }
  if (!isOperationName(message.name)) return undefined;
  const answers: readonly string[] = operations[message.name].answers;
  // Some VENs answer at once what they should answer with a request of their own.
  const isEarly = message.name === "oadrDistributeEvent" && answer.name === "oadrCreatedEvent";
  if (!isEarly && !answers.includes(answer.name))
    throw new UnexpectedAnswerError(`${answers.join(" | ")} in answer to ${message.name}`, answer.name);
  return ofVen(venId, answer);
}

/** An answer in a connection of ours need not name the VEN, but must not name another. */
function ofVen(venId: string, answer: Message): Message {
  if ("venId" in answer.payload && answer.payload.venId !== undefined && answer.payload.venId !== venId)
    throw new InvalidIdError(`expected an answer of ${venId}, got one of ${answer.payload.venId}`);
  return { ...answer, payload: { ...answer.payload, venId } } as Message;
}
