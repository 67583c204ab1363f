import {
  checkRules,
  RuleViolationError,
  type EventSignal,
  type Message,
  type OadrEvent,
  type RuleContext,
} from "@openleadr/protocol";
import { splitTargets, targetsSeenBy, type SplitTargets } from "../targeting/audience.ts";
import type { VenEnrolment } from "../targeting/enrolment.ts";

/** How many events are remembered. */
const maxEvents = 1000;

/**
 * Remembers events as they were last sent, so that what has not changed is neither written nor checked
 * anew for every VEN and every request: the same frozen objects are sent, of which the encoder remembers the text.
 */
export class SentEvents {
  /** By eventID; those that were new last are last. */
  readonly #sent = new Map<string, Sent>();
  /** Signals of events that keep all rules, in the version to which they belong. */
  readonly #checked = new WeakSet<readonly EventSignal[]>();

  /** An event as a VEN is to see it, with signals that were sent before if they are no others. */
  seenBy(venId: string, event: OadrEvent, enrolment?: VenEnrolment): OadrEvent {
    const { signals, targets } = this.#remembered(event);
    return { ...event, signals, targets: targetsSeenBy(venId, targets, enrolment) };
  }

  #remembered(event: OadrEvent): Sent {
    const { eventId, modificationNumber } = event.eventDescriptor;
    const values = event.signals.map(({ currentValue }) => currentValue);
    const sent = this.#sent.get(eventId);
    if (sent?.modificationNumber === modificationNumber && areSame(sent.values, values)) return sent;
    const signals = freeze(structuredClone(event.signals));
    return this.#remember(eventId, { modificationNumber, values, signals, targets: splitTargets(event.targets) });
  }

  /** Throws {@link RuleViolationError} for a message that breaks a rule. */
  check(message: Message, context: RuleContext): void {
    if (this.#isChecked(message)) return;
    const [first, ...rest] = checkRules(message, context);
    if (first !== undefined) throw new RuleViolationError(message.name, [first, ...rest]);
    this.#markChecked(message);
  }

  /**
   * Whether a message is known to keep all rules: its events do, and whom they are for changes nothing in that; and it has
   * a requestID (rule 41).
   */
  #isChecked(message: Message): boolean {
    if (message.name !== "oadrDistributeEvent" || message.payload.requestId === "") return false;
    return message.payload.events.every(({ signals }) => this.#checked.has(signals));
  }

  /** Takes note that a message keeps all rules. */
  #markChecked(message: Message): void {
    if (message.name !== "oadrDistributeEvent") return;
    for (const { signals } of message.payload.events) if (Object.isFrozen(signals)) this.#checked.add(signals);
  }

  #remember(eventId: string, sent: Sent): Sent {
    this.#sent.delete(eventId);
    this.#sent.set(eventId, sent);
    const [oldest] = this.#sent.size > maxEvents ? this.#sent.keys() : [];
    if (oldest !== undefined) this.#sent.delete(oldest);
    return sent;
  }
}

interface Sent {
  readonly modificationNumber: number;
  /** The current value of each signal, which changes without a new version. */
  readonly values: readonly (number | undefined)[];
  readonly signals: readonly EventSignal[];
  readonly targets: SplitTargets;
}

function areSame(values: Sent["values"], others: Sent["values"]): boolean {
  return values.length === others.length && values.every((value, index) => Object.is(value, others[index]));
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}
