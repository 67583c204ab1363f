import { milliseconds, type Message } from "@openleadr/protocol";
import { Nap } from "../async/nap.ts";
import type { VenContext } from "../context.ts";
import type { Events } from "../event/event.ts";
import type { Brought, Inbox } from "../incoming/inbox.ts";
import type { Reply } from "../incoming/reply.ts";
import type { Reports } from "../report/report.ts";
import type { PushedMessage, PushedMessages } from "./pushed-messages.ts";

/** What the receiver of pushed messages works with. */
export interface PushServices {
  readonly inbox: Inbox;
  readonly events: Events;
  readonly reports: Reports;
  readonly pushed: PushedMessages;
  /** Called after every message that was dealt with, and whenever the VTN has told the events again. */
  onHeard(): void;
}

/**
 * Deals with what the VTN pushes, one message at a time, and now and then asks for all events in case one was lost.
 *
 * @see OpenADR 2.0b, rules 51, 507
 */
export class PushReceiver {
  readonly #context: VenContext;
  readonly #services: PushServices;
  readonly #nap: Nap;
  #resyncAt = 0;

  constructor(context: VenContext, services: PushServices) {
    this.#context = context;
    this.#services = services;
    this.#nap = new Nap(context.options.clock);
  }

  /** A VEN that is pushed to waits for the VTN's metadata, and blocks nothing by it. */
  async first(): Promise<"end" | undefined> {
    return undefined;
  }

  /** Receives until the VTN ends the registration. Rejects when it has gone for another reason, or the life ends. */
  async run(): Promise<void> {
    const { pushed, reports, events } = this.#services;
    const { stopping } = this.#context;
    pushed.onArrival(() => this.#nap.wake());
    this.#planResync();
    for (;;) {
      stopping.throwIfAborted();
      await reports.registerDue();
      for (let next = pushed.next(); next !== undefined; next = pushed.next()) {
        if ((await this.#receive(next)) === "end") return;
      }
      if (this.#resyncAt <= this.#now()) {
        await events.request();
        this.#services.onHeard();
        this.#planResync();
      }
      const remaining = this.#resyncAt - this.#now();
      // A clock that was set back must not put it off.
      if (remaining > this.#resyncInterval()) this.#planResync();
      await this.#nap.sleep(milliseconds(Math.max(0, this.#resyncAt - this.#now())), stopping);
    }
  }

  wake(reason: "poll" | "reports"): void {
    if (reason === "poll") this.#resyncAt = 0;
    this.#nap.wake();
  }

  async #receive(pushed: PushedMessage): Promise<Brought> {
    const { message } = pushed;
    this.#context.options.logger.debug({ message: message.name }, "pushed");
    this.#context.tell({ type: "pushed", message: message.name });
    // Events have no answer; what the VEN makes of them follows as a message of its own (§8.1).
    if (message.name === "oadrDistributeEvent") pushed.answer(undefined);
    try {
      const brought = await this.#services.inbox.receive(message, replyTo(pushed));
      this.#services.onHeard();
      return brought;
    } catch (error) {
      pushed.refuse(error);
      throw error;
    } finally {
      pushed.answer(undefined);
    }
  }

  #planResync(): void {
    this.#resyncAt = this.#now() + this.#resyncInterval();
  }

  /** Infinite for never. */
  #resyncInterval(): number {
    return this.#context.options.push?.resyncInterval ?? Infinity;
  }

  #now(): number {
    return this.#context.options.clock.now().getTime();
  }
}

function replyTo(pushed: PushedMessage): Reply {
  return async (name, payload) => {
    pushed.answer({ name, payload } as Message);
    return { isTaken: true, answer: undefined };
  };
}
