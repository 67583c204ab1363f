import {
  HttpStatusError,
  InvalidIdError,
  MalformedMessageError,
  milliseconds,
  NotRegisteredOrAuthorizedError,
  seconds,
  SignatureError,
  TransportError,
  type Duration,
} from "@openleadr/protocol";
import { backOff, retryable } from "@openleadr/transport";
import { errorOf } from "../async/failure.ts";
import { Nap } from "../async/nap.ts";
import type { VenContext } from "../context.ts";
import type { Events } from "../event/event.ts";
import type { Brought, Inbox, Incoming } from "../incoming/inbox.ts";
import type { Reply } from "../incoming/reply.ts";
import type { Reports } from "../report/report.ts";
import { keptPollInterval } from "./poll-interval.ts";

/** What the poll loop hands its messages to. */
export interface PollServices {
  readonly inbox: Inbox;
  readonly events: Events;
  readonly reports: Reports;
  /** Called after every poll that was answered, the first one apart. */
  onPolled(): void;
}

/**
 * Polls, and deals with what the VTN hands out: one message, one answer, the next poll.
 *
 * @see OpenADR 2.0b, §8.6, rules 500–502, Annex C
 */
export class Poller {
  readonly #context: VenContext;
  readonly #services: PollServices;
  readonly #nap: Nap;
  readonly #reply: Reply;
  /** When to poll next, and how long that was ahead when it was settled. */
  #next: { readonly at: number; readonly wait: number } = { at: 0, wait: 0 };
  #delays: Iterator<Duration> | undefined;
  /** Whether what a poll brought may have been lost on its way. */
  #isAnswerLost = false;

  constructor(context: VenContext, services: PollServices) {
    this.#context = context;
    this.#services = services;
    this.#nap = new Nap(context.options.clock);
    this.#reply = (name, payload) => context.request(name, payload);
  }

  /** Polls until the VTN ends the registration. Rejects when it has gone for another reason, or the life ends. */
  async run(): Promise<void> {
    const { stopping } = this.#context;
    // Whoever begins or goes on has just asked for all events.
    this.#isAnswerLost = false;
    for (;;) {
      stopping.throwIfAborted();
      await this.#services.reports.registerDue();
      if (this.#remaining() === 0) {
        const wait = await this.#attempt(() => this.#catchUp());
        if (wait === "end") return;
        this.#plan(wait);
      }
      await this.#nap.sleep(milliseconds(this.#remaining()), stopping);
    }
  }

  /** The one poll of a VEN that has just registered, which fetches the VTN's metadata (rules 301, 405). */
  async first(): Promise<"end" | undefined> {
    let isMoreToCome = false;
    const wait = await this.#attempt(async () => {
      const brought = await this.#once();
      isMoreToCome = brought !== "nothing";
      return brought;
    });
    if (wait === "end") return "end";
    this.#plan(isMoreToCome ? 0 : wait);
    return undefined;
  }

  wake(reason: "poll" | "reports"): void {
    if (reason === "poll") this.#plan(0);
    this.#nap.wake();
  }

  #plan(wait: number): void {
    this.#next = { at: this.#now() + wait, wait };
  }

  /** The time until the next poll. A clock that was set back meanwhile must not make it longer. */
  #remaining(): number {
    const { at, wait } = this.#next;
    const remaining = at - this.#now();
    return remaining > wait ? 0 : Math.max(0, remaining);
  }

  #now(): number {
    return this.#context.options.clock.now().getTime();
  }

  /** Polls; the time to wait until the next poll. */
  async #attempt(poll: () => Promise<Brought>): Promise<Duration | "end"> {
    try {
      if ((await poll()) === "end") return "end";
      this.#delays = undefined;
      return this.#pollInterval();
    } catch (error) {
      if (this.#context.isEnd(error)) throw error;
      const retryIn = this.#retryIn(error);
      this.#context.options.logger.warn({ error, retryIn }, "poll failed");
      this.#context.tell({ type: "pollFailed", error: errorOf(error), retryIn });
      return retryIn;
    }
  }

  /**
   * Polls until there is nothing more. A VTN may take events for delivered whose delivery failed, or deliver them again
   * much later, so they are asked for once an answer may have been lost.
   */
  async #catchUp(): Promise<Brought> {
    const brought = await this.#drain();
    if (brought === "end" || !this.#isAnswerLost) return brought;
    this.#isAnswerLost = false;
    await this.#services.events.request();
    return brought;
  }

  /**
   * Empties the VTN's queue. A VTN that hands out the same again and again shall not have the VEN poll without a pause.
   */
  async #drain(): Promise<Brought> {
    let repetitions = 0;
    for (let polls = 0; polls < maxPollsInARow && repetitions < 2; polls++) {
      const brought = await this.#once();
      this.#services.onPolled();
      if (brought === "nothing" || brought === "end") return brought;
      if (brought === "repetition") repetitions++;
      await this.#services.reports.registerDue();
      this.#context.stopping.throwIfAborted();
    }
    return "nothing";
  }

  async #once(): Promise<Brought> {
    const answer = await this.#poll();
    const name = answer?.name ?? "oadrResponse";
    this.#context.options.logger.debug({ answer: name }, "polled");
    this.#context.tell({ type: "polled", answer: name });
    return answer === undefined ? "nothing" : this.#services.inbox.receive(answer, this.#reply);
  }

  async #poll(): Promise<Incoming | undefined> {
    const { venId } = this.#context.registration();
    try {
      return await this.#context.call("oadrPoll", { venId });
    } catch (error) {
      if (mayHaveLostAnswer(error)) this.#isAnswerLost = true;
      if (!(error instanceof InvalidIdError)) throw error;
      // A poll holds no ID but the venID, so a VTN that refuses it knows no such VEN.
      throw new NotRegisteredOrAuthorizedError("the VTN does not know the venID", { cause: error });
    }
  }

  /** Longer than the VTN asks for at the most, never shorter (rule 500), and not too long. */
  #pollInterval(): Duration {
    const { pollJitter, random } = this.#context.options;
    const { pollInterval } = this.#context.registration();
    return keptPollInterval(milliseconds(Math.round(pollInterval * (1 + pollJitter * random()))));
  }

  #retryIn(error: unknown): Duration {
    const { pollInterval } = this.#context.registration();
    if (!retryable(error)) return pollInterval;
    const { random } = this.#context.options;
    this.#delays ??= backOff({ max: milliseconds(Math.max(pollInterval, seconds(1))), random })[Symbol.iterator]();
    return (this.#delays.next() as IteratorYieldResult<Duration>).value;
  }
}

/** Whether the VTN may have handed something out that did not come, or cannot be read. */
function mayHaveLostAnswer(error: unknown): boolean {
  if (error instanceof HttpStatusError) return lostByGateway.has(error.status);
  return [TransportError, SignatureError, MalformedMessageError].some((kind) => error instanceof kind);
}

/** What a gateway says that had no answer from the VTN, or none that it understood. */
const lostByGateway = new Set([502, 504]);

const maxPollsInARow = 100;
