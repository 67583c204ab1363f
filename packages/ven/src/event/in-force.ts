import type { OadrEvent } from "@openleadr/protocol";
import { backOff } from "@openleadr/transport";
import { askHandler } from "../ask-handler.ts";
import { errorOf } from "../async/failure.ts";
import { longestNap, Nap } from "../async/nap.ts";
import type { VenContext } from "../context.ts";
import type { SignalInForce } from "./handlers.ts";
import type { EventRecords } from "./records.ts";
import { comparable, type PlannedEvent } from "./step.ts";

/** What the calls depend on. */
export interface InForceParts {
  readonly records: EventRecords;
  /** Whether the device may act on an event yet. */
  readonly mayBegin: (event: PlannedEvent) => boolean;
  /** Hears of a device that cannot do what an event asks. */
  readonly onFailure: (event: OadrEvent) => void;
}

/** A resource, or a VEN that does not know its resources, and what it has been told. */
interface Subject {
  readonly resourceId: string | undefined;
  readonly nap: Nap;
  /** As text to compare; undefined for nothing yet, or nothing that is known to have been heard. */
  told?: string | undefined;
  /** What the last call was about, whether it was heard or not. */
  tried?: string | undefined;
  work?: Promise<void> | undefined;
}

/** What is in force for a subject, where that is news to it. */
interface News {
  readonly signals: readonly SignalInForce[];
  readonly text: string;
}

/**
 * Tells each resource what is in force for it: once all events are known, and whenever that has changed, one call after the
 * other. Nothing of it is stored: after a restart, all resources are told.
 *
 * @see OpenADR 2.0b, rules 3, 15, 18
 */
export class InForceCalls {
  readonly #context: VenContext;
  readonly #parts: InForceParts;
  readonly #subjects: readonly Subject[];
  #isBegun = false;
  #isSettling = false;

  constructor(context: VenContext, parts: InForceParts) {
    const { onInForce, resources = [{ resourceId: undefined }], clock } = context.options;
    this.#context = context;
    this.#parts = parts;
    const told = onInForce === undefined ? [] : resources;
    this.#subjects = told.map(({ resourceId }) => ({ resourceId, nap: new Nap(clock) }));
  }

  /** All events are known. */
  begin(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.look();
  }

  /** Tells what has changed; called whenever something may have. */
  look(): void {
    if (!this.#isBegun) return;
    for (const subject of this.#subjects) {
      const news = this.#news(subject);
      // A device that has failed is let alone for its time, unless it is to do something else now.
      if (subject.work !== undefined && (this.#isSettling || news?.text !== subject.tried)) subject.nap.wake();
      else if (subject.work === undefined && news !== undefined) this.#begin(subject);
    }
  }

  /** Tells what has changed, even as the VEN stops; resolves when the device has heard it, or has failed. */
  async settle(): Promise<void> {
    this.#isSettling = true;
    this.look();
    for (const { work } of this.#subjects) await work;
    this.#isSettling = false;
  }

  #begin(subject: Subject): void {
    const work = this.#tellAll(subject);
    subject.work = work;
    this.#context.run(() => work);
  }

  async #tellAll(subject: Subject): Promise<void> {
    const { stopping, options } = this.#context;
    try {
      const delays = backOff({ max: longestNap, random: options.random })[Symbol.iterator]();
      for (let news = this.#news(subject); news !== undefined; news = this.#news(subject)) {
        subject.tried = news.text;
        const isHeard = await this.#tell(subject, news.signals);
        subject.told = isHeard ? news.text : undefined;
        if (isHeard) continue;
        if (this.#isSettling) return;
        const { value: retryIn = longestNap } = delays.next();
        await subject.nap.sleep(retryIn, stopping);
      }
    } catch (error) {
      if (!stopping.aborted) throw error;
    } finally {
      subject.work = undefined;
    }
  }

  #news({ resourceId, told }: Subject): News | undefined {
    if (this.#context.stopping.aborted && !this.#isSettling) return undefined;
    const now = this.#context.options.clock.now().getTime();
    const { records, mayBegin } = this.#parts;
    const signals = records.inForceAt(now, { resourceId, isIncluded: mayBegin });
    const text = comparable(signals);
    return text === told ? undefined : { signals, text };
  }

  /** Whether the device has heard it. */
  async #tell({ resourceId }: Subject, signals: readonly SignalInForce[]): Promise<boolean> {
    const { onInForce } = this.#context.options;
    try {
      await askHandler(this.#context, (context) => onInForce?.({ resourceId, signals }, context));
      return true;
    } catch (error) {
      if (!this.#context.stopping.aborted || this.#isSettling) this.#failed(error, { resourceId, signals });
      return false;
    }
  }

  /** A device that cannot do what events ask opts out of them, so that something else is in force. */
  #failed(error: unknown, { resourceId, signals }: Pick<Subject, "resourceId"> & Pick<News, "signals">): void {
    const facts = { handler: "onInForce", ...(resourceId !== undefined && { resourceId }) } as const;
    this.#context.options.logger.error({ ...facts, error }, "handler failed");
    this.#context.tell({ type: "handlerFailed", ...facts, error: errorOf(error) });
    for (const eventId of new Set(signals.map((signal) => signal.eventId))) {
      const event = this.#parts.records.get(eventId)?.record.event;
      if (event !== undefined) this.#parts.onFailure(event);
    }
  }
}
