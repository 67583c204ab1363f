import type { Service } from "@openleadr/protocol";
/**
 * Sends the XML of one message to a service of the peer and resolves with the XML of its answer, or with undefined for
 * an empty one.
 *
 * Rejects with {@link HttpStatusError} if the peer refuses, with {@link TransportError} if it cannot be reached or does
 * not answer in time, with {@link MalformedMessageError} if the answer is no text we can read, and with the signal's
 * reason when the signal aborts.
 */
export type Transport = (service: Service, xml: string, signal?: AbortSignal) => Promise<string | undefined>;
