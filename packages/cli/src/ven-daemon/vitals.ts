import { minutes, type Clock } from "@openleadr/protocol";
import type { Ven, VenStatus } from "@openleadr/ven";
import type { VenConfig } from "./config/ven-config.ts";

/** Something that went wrong. */
interface Trouble {
  readonly time: Date;
  readonly type: string;
  readonly message: string;
}

/** How a VEN is, as its health endpoint tells it; docs/ven-daemon.md describes it. */
export interface Health {
  readonly status: "ok" | "failing";
  /** Why it is failing. */
  readonly reasons: readonly string[];
  readonly venName: string;
  readonly venId: string | undefined;
  readonly vtnId: string | undefined;
  readonly state: string;
  /** When the VTN last answered or pushed. */
  readonly lastContact: Date | undefined;
  readonly activeEvents: readonly object[];
  /** The newest first. */
  readonly lastErrors: readonly Trouble[];
}

const mostTroubles = 10;

/** Remembers what is needed to say how a VEN is. */
export class Vitals {
  /** Resolves with the first news: the VEN has its store and its listener, and is on the way to its VTN. */
  readonly begun: Promise<void>;
  readonly #clock: Clock;
  #haveBegun: () => void = () => {};
  #lastContact: Date | undefined;
  #troubles: readonly Trouble[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.begun = new Promise((resolve) => (this.#haveBegun = resolve));
  }

  /** Takes note of news. */
  hear(status: VenStatus): void {
    this.#haveBegun();
    if (contacts.has(status.type)) this.#lastContact = this.#clock.now();
    if (!("error" in status) || status.error === undefined) return;
    const message = `${placeOf(status)}${status.error.message.trim()}`;
    const { type } = status;
    // One that comes again and again is not to hide the others.
    const others = this.#troubles.filter((each) => each.type !== type || each.message !== message);
    this.#troubles = [{ time: this.#clock.now(), type, message }, ...others].slice(0, mostTroubles);
  }

  health(ven: Ven, config: VenConfig): Health {
    const { state } = ven;
    const reasons = [...this.#reasons(ven, config)];
    return {
      status: reasons.length === 0 ? "ok" : "failing",
      reasons,
      venName: config.name,
      venId: ven.venId,
      vtnId: ven.vtnId,
      state: state.state,
      lastContact: this.#lastContact,
      activeEvents: ven.activeEvents().map(({ event, start, end, signals }) => ({
        eventId: event.eventDescriptor.eventId,
        modificationNumber: event.eventDescriptor.modificationNumber,
        start,
        end,
        signals: signals.map(({ signalName, signalType, value, until }) => ({ signalName, signalType, value, until })),
      })),
      lastErrors: this.#troubles,
    };
  }

  *#reasons({ state }: Ven, { health, push }: VenConfig): Iterable<string> {
    if (state.state !== "registered") {
      yield `the VEN is ${state.state}`;
      return;
    }
    // A VTN that pushes is silent as long as it has nothing to say.
    if (push !== undefined && health?.maxSilence === undefined) return;
    const limit = health?.maxSilence ?? Math.max(minutes(1), 3 * state.pollInterval);
    if (this.#lastContact === undefined) {
      yield "the VTN has not been heard of yet";
      return;
    }
    const silence = this.#clock.now().getTime() - this.#lastContact.getTime();
    if (silence > limit) yield `the VTN has been silent for ${Math.round(silence / 1000)} s`;
  }
}

/** The data point that something is about. */
function placeOf(status: VenStatus): string {
  return status.type === "handlerFailed" && status.rId !== undefined ? `${status.rId}: ` : "";
}

/** What shows that the VTN is there. */
const contacts: ReadonlySet<VenStatus["type"]> = new Set([
  "registered",
  "reportsRegistered",
  "polled",
  "pushed",
  "eventAnswered",
  "reportSent",
  "vtnReportReceived",
] as const);
