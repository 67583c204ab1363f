import type { Duration } from "@openleadr/protocol";
import type { VtnContext } from "../context.ts";
import type { Registration } from "../store/registration-store.ts";

/** Whether a VEN is there. */
export interface VenPresence {
  /**
   * `"unknown"` where nothing has come from the VEN since the VTN was started, and it is too early to say that it is
   * offline.
   */
  readonly state: "online" | "offline" | "unknown";
  /** When something came from the VEN last, since this process was started. */
  readonly lastContact: Date | undefined;
  /** The IP address from which that came. */
  readonly address: string | undefined;
}

/** What the handlers of presence are told. */
export interface VenContact {
  readonly venId: string;
  /** When something came from the VEN last, before this; undefined if nothing did since this process was started. */
  readonly lastContact: Date | undefined;
  /** The IP address from which the VEN was heard last. */
  readonly address: string | undefined;
}

/** Is told that a VEN has come or gone. */
export type PresenceHandler = (venId: string, contact: VenContact) => void | Promise<void>;

interface Contact {
  state: VenPresence["state"];
  /** In milliseconds since 1970, as are all instants here: a Date for each poll would be one too many. */
  lastAt: number | undefined;
  address: string | undefined;
  /** From when on polls are missed. */
  dueFrom: number;
  frequency: Duration;
  polls: boolean;
}

/**
 * Knows which VENs are online: those from which something came lately. A VEN that polls is offline once it has missed
 * some polls in a row. One that is pushed to says nothing unless asked; it is offline when a push did not reach it.
 *
 * It is kept in memory: to store each poll would cost more than all else that a poll takes.
 */
export class Presence {
  readonly #vtn: VtnContext;
  readonly #contacts = new Map<string, Contact>();
  readonly #handlers = new Set<Promise<void>>();
  #stopping = new AbortController();
  #sweeping: Promise<void> = Promise.resolve();

  constructor(vtn: VtnContext) {
    this.#vtn = vtn;
  }

  /** Begins to look after those who are silent. What was missed before does not count: the VTN was not there either. */
  async start(): Promise<void> {
    const now = this.#vtn.clock.now().getTime();
    for (const registration of await this.#vtn.store.registrations()) {
      const contact = this.#contacts.get(registration.venId) ?? newContact();
      this.#contacts.set(registration.venId, contact);
      this.#update(contact, registration);
      contact.dueFrom = now;
    }
    this.#stopping = new AbortController();
    this.#sweeping = this.#sweepUntil(this.#stopping.signal);
  }

  /** Resolves when the handlers that were called have ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#sweeping, ...this.#handlers]);
  }

  /** Something came from a VEN, or reached it. */
  seen(registration: Registration, address: string): void {
    let contact = this.#contacts.get(registration.venId);
    if (contact === undefined) {
      contact = newContact();
      this.#contacts.set(registration.venId, contact);
    }
    this.#update(contact, registration);
    const { lastAt } = contact;
    contact.lastAt = contact.dueFrom = this.#vtn.clock.now().getTime();
    contact.address = address;
    if (contact.state === "online") return;
    contact.state = "online";
    this.#tell("Online", { venId: registration.venId, lastContact: dateOf(lastAt), address });
  }

  /** A VEN that is pushed to could not be reached. */
  missed(venId: string): void {
    const contact = this.#contacts.get(venId);
    if (contact !== undefined && contact.state !== "offline") this.#lose(venId, contact);
  }

  forget(venId: string): void {
    this.#contacts.delete(venId);
  }

  of(venId: string): VenPresence {
    const { state = "unknown", lastAt, address } = this.#contacts.get(venId) ?? {};
    return { state, lastContact: dateOf(lastAt), address };
  }

  #update(contact: Contact, { pollFrequency, httpPullModel }: Registration): void {
    contact.frequency = pollFrequency ?? this.#vtn.pollFrequency;
    contact.polls = httpPullModel;
  }

  async #sweepUntil(signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        await this.#vtn.clock.sleep(this.#vtn.pollFrequency, signal);
        this.#sweep();
      }
    } catch (error) {
      if (!signal.aborted) this.#vtn.logger.error({ error }, "VENs that miss polls are no longer noticed");
    }
  }

  #sweep(): void {
    const now = this.#vtn.clock.now().getTime();
    for (const [venId, contact] of this.#contacts) {
      const allowed = contact.frequency * this.#vtn.missedPolls;
      if (contact.polls && contact.state !== "offline" && now - contact.dueFrom > allowed) this.#lose(venId, contact);
    }
  }

  #lose(venId: string, contact: Contact): void {
    contact.state = "offline";
    this.#tell("Offline", { venId, lastContact: dateOf(contact.lastAt), address: contact.address });
  }

  #tell(what: "Online" | "Offline", contact: VenContact): void {
    this.#vtn.tell({ type: `ven${what}`, ...contact });
    const handler = this.#vtn[`onVen${what}`];
    if (handler !== undefined) void this.#call(handler, contact);
  }

  async #call(handler: PresenceHandler, contact: VenContact): Promise<void> {
    const called = this.#ask(handler, contact);
    this.#handlers.add(called);
    await called;
    this.#handlers.delete(called);
  }

  async #ask(handler: PresenceHandler, contact: VenContact): Promise<void> {
    try {
      await handler(contact.venId, contact);
    } catch (error) {
      this.#vtn.logger.error({ error, venId: contact.venId }, "presence handler failed");
    }
  }
}

function newContact(): Contact {
  // Every field is written before it is read, but for these.
  return { state: "unknown", lastAt: undefined, address: undefined, dueFrom: 0, frequency: 0 as Duration, polls: true };
}

function dateOf(instant: number | undefined): Date | undefined {
  return instant === undefined ? undefined : new Date(instant);
}
