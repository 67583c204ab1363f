import { RejectedError, ServerCertificateError, milliseconds, type Message } from "@openleadr/protocol";
import { backOff, retryable } from "@openleadr/transport";
import type { VenRequest, VtnContext } from "../context.ts";
import type { EventDistribution, EventNews } from "../event/event-distribution.ts";
import type { SentEvents } from "../event/sent-events.ts";
import type { Letter } from "../store/mailbox-store.ts";
import type { Presence } from "../registration/presence.ts";
import type { Registration } from "../store/registration-store.ts";
import type { SecurityWatch } from "../security/security-watch.ts";
import type { Signatures } from "../security/signatures.ts";
import { nameOf, type Letters } from "./letters.ts";
import { post } from "./post.ts";
import { pushMessage } from "./push-exchange.ts";
import type { ResolvedPushOptions } from "./push-options.ts";
import type { PushTransports } from "./push-transports.ts";

/** What the pushes of a VTN share. */
export interface PushShared {
  readonly vtn: VtnContext;
  readonly push: ResolvedPushOptions;
  readonly letters: Letters;
  readonly distribution: EventDistribution;
  readonly transports: PushTransports;
  readonly presence: Presence;
  readonly signatures: Signatures;
  readonly watch: SecurityWatch;
  readonly sent: SentEvents;
  /** Serves the answer of a VEN as if it had come as a request. */
  serve(answer: Message, asked: Asked): Promise<Message | undefined>;
}

/** A VEN that sends something, and what is known of it. */
export interface Asked {
  readonly request: VenRequest;
  readonly known: Registration;
}

/** A letter as it is sent: with the message it becomes, and the revision of the try. */
interface Try {
  readonly before: Letter;
  readonly held: Letter;
  readonly message: Message;
  readonly news: EventNews | undefined;
}

/**
 * Sends letters to one VEN that is pushed to, one after the other.
 *
 * @see OpenADR 2.0b, §8.1 to §8.4, §9.1.4 to §9.1.7, rules 38, 51
 */
export class Push {
  readonly #shared: PushShared;
  #delays: Iterator<number> | undefined;

  constructor(shared: PushShared) {
    this.#shared = shared;
  }

  /** Sends a letter, and resolves when what became of it is stored. */
  async push(letter: Letter, registration: Registration, signal: AbortSignal): Promise<void> {
    const { letters } = this.#shared;
    if (letters.isSentInVain(letter)) return letters.giveUpUnanswered(letter);
    const attempt = await this.#begin(letter);
    if (attempt === undefined) return;
    let answer: Message | undefined;
    try {
      const transport = this.#shared.transports.use(registration);
      const seal = this.#shared.signatures.sealFor(registration);
      const address = hostOf(registration);
      const parcel = { venId: letter.venId, address, message: attempt.message, transport, seal };
      answer = await pushMessage(parcel, this.#shared, signal);
    } catch (error) {
      if (signal.aborted && error === signal.reason) return this.#takeBack(attempt);
      if (error instanceof ServerCertificateError) this.#serverRefused(registration, error);
      return this.#failed(attempt, error);
    }
    this.#delays = undefined;
    const current = await this.#shared.vtn.store.registration(letter.venId);
    // It has left while it was pushed to: all that is known of it is erased, its letters too.
    if (current?.registrationId !== registration.registrationId) return;
    this.#shared.presence.seen(current, hostOf(registration));
    await this.#arrived(attempt, answer, signal);
  }

  #serverRefused(registration: Registration, error: ServerCertificateError): void {
    const { fingerprint } = error;
    const server = { address: hostOf(registration), ...(fingerprint !== undefined && { fingerprint }) };
    this.#shared.watch.serverRefused(server, registration.venId, error);
  }

  /** Until its outcome is known, nobody else sends a letter; for as long as an outcome can take, if this process ends. */
  async #begin(before: Letter): Promise<Try | undefined> {
    const { vtn, push, distribution } = this.#shared;
    const now = vtn.clock.now();
    const dueAt = new Date(now.getTime() + push.requestTimeout);
    const tries = before.tries + 1;
    const held = await vtn.store.putLetter({ ...before, state: "queued", tries, triedAt: now, dueAt });
    if (held === undefined) return undefined;
    if (held.entry.kind === "message") return { before, held, message: held.entry.message, news: undefined };
    const news = await distribution.news(held.venId, held.entry, "push");
    if (news !== undefined) return { before, held, message: news.message, news };
    await vtn.store.removeLetter(held);
    return undefined;
  }

  async #arrived({ before, held, news }: Try, answer: Message | undefined, signal: AbortSignal): Promise<void> {
    const { vtn, letters, distribution } = this.#shared;
    if (news !== undefined) await distribution.arrived(held.venId, news.versions);
    // What did not arrive is no fault of the VEN's answer.
    const tries = before.state === "sent" ? before.tries + 1 : 1;
    const isAwaited = news === undefined || news.isAnswerDue;
    const entry = news === undefined ? held.entry : ({ kind: "events" } as const);
    const sent = isAwaited ? await vtn.store.putLetter({ ...letters.sent(held, tries), entry }) : undefined;
    if (!isAwaited) await vtn.store.removeLetter(held);
    if (answer !== undefined) await this.#answered(answer, sent ?? held, signal);
  }

  /** A letter is acknowledged once its answer has been dealt with, or was wrong. */
  async #answered(answer: Message, letter: Letter, signal: AbortSignal): Promise<void> {
    const { vtn, letters } = this.#shared;
    const { venId } = letter;
    const fields = { venId, message: answer.name };
    try {
      await this.#serve(answer, venId, signal);
    } catch (error) {
      if (!(error instanceof RejectedError)) return vtn.logger.error({ ...fields, error }, "answer not handled");
      vtn.logger.warn({ ...fields, responseCode: error.responseCode, reason: error.message }, "answer refused");
    }
    if (letter.entry.kind === "events") await letters.settleEvents(venId);
    else await letters.acknowledge(letter);
  }

  async #serve(answer: Message, venId: string, signal: AbortSignal): Promise<void> {
    const { vtn, serve } = this.#shared;
    const known = await vtn.store.registration(venId);
    // Gone, while its answer was on the way.
    if (known === undefined) return;
    const request = { venId, peer: { address: hostOf(known) }, headers: {}, signal };
    const followUp = await serve(answer, { request, known });
    // An answer cannot be answered in the same exchange, but in one of its own.
    if (followUp !== undefined && followUp.name !== "oadrResponse") await post(vtn, venId, followUp);
  }

  async #failed({ held, news }: Try, reason: unknown): Promise<void> {
    const { vtn, push, letters, distribution, presence } = this.#shared;
    const isFinal = !retryable(reason) || held.tries >= push.maxAttempts;
    const error = reason instanceof Error ? reason.message : String(reason);
    if (retryable(reason)) presence.missed(held.venId);
    const { versions = new Map() } = news ?? {};
    const eventIds = await distribution.undelivered(held.venId, versions, { error, isFinal });
    if (isFinal) return letters.giveUp(held, { error, eventIds });
    const { venId, letterId, tries } = held;
    const retryAt = new Date(vtn.clock.now().getTime() + this.#nextDelay());
    if ((await vtn.store.putLetter({ ...held, dueAt: retryAt, error })) === undefined) return;
    vtn.tell({ type: "deliveryRetried", venId, letterId, message: nameOf(held), tries, error, retryAt });
  }

  /** The VTN stops before the outcome is known. */
  async #takeBack({ before, held }: Try): Promise<void> {
    const { dueAt: _, ...rest } = held;
    await this.#shared.vtn.store.putLetter({ ...rest, tries: before.tries });
  }

  #nextDelay(): number {
    const { push, vtn } = this.#shared;
    this.#delays ??= backOff({ max: push.maxBackOff, random: vtn.random })[Symbol.iterator]();
    return Number(this.#delays.next().value ?? milliseconds(0));
  }
}

/** Where a VEN was reached. */
function hostOf({ transportAddress = "" }: Registration): string {
  return URL.canParse(transportAddress) ? new URL(transportAddress).hostname : transportAddress;
}
