import { isDeepStrictEqual } from "node:util";
import { minutes, NotRegisteredOrAuthorizedError, RejectedError, type Clock } from "@openleadr/protocol";
import { backOff } from "@openleadr/transport";
import type { NewOptSchedule, Ven, VenOpt } from "@openleadr/ven";
import type { AvailabilityConfig } from "./config/availability.ts";
import type { DaemonLog } from "./daemon-log.ts";

/** What keeping a VTN informed takes. */
export interface AvailabilityParts {
  readonly ven: Ven;
  readonly log: DaemonLog;
  readonly clock: Clock;
  /** What the file says at the moment. */
  wanted(): readonly AvailabilityConfig[];
}

/** Has the VTN know the schedules of the file, those alone, and as they are there. */
export class AvailabilityKeeper {
  readonly #parts: AvailabilityParts;
  #ending = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(parts: AvailabilityParts) {
    this.#parts = parts;
  }

  /** Tells the VTN what has changed since; to be called when the VEN is registered, and when the file is another. */
  update(): void {
    if (this.#isStopped) return;
    this.#ending.abort();
    this.#ending = new AbortController();
    this.#running = this.#keep(this.#running, this.#ending.signal);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#ending.abort();
    await this.#running;
  }

  async #keep(former: Promise<void>, signal: AbortSignal): Promise<void> {
    await former;
    const { clock, log } = this.#parts;
    const refused = new Set<string>();
    try {
      for (const delay of backOff({ max: minutes(5) })) {
        if (await this.#tellAll(refused, signal)) return;
        await clock.sleep(delay, signal);
      }
    } catch (error) {
      if (!signal.aborted) log.write("error", "availability not kept", { error });
    }
  }

  /** Tells all that differs; whether nothing is left. What the VTN refuses is not told again. */
  async #tellAll(refused: Set<string>, signal: AbortSignal): Promise<boolean> {
    const { ven, clock } = this.#parts;
    const entries = this.#parts.wanted();
    const schedules = ven.opts.filter(isSchedule);
    const kept = schedules.filter((opt) => entries.some((each) => isAsWanted(opt, each))).map(({ optId }) => optId);
    const optIds = new Set(schedules.map(({ optId }) => optId));
    const stale = [...optIds].filter((optId) => !kept.includes(optId) && !refused.has(optId));
    for (const optId of stale) await this.#attempt(optId, { refused, signal }, () => ven.cancelOpt(optId, { signal }));
    const missing = entries
      .filter((each) => !isOver(each, clock.now()) && !refused.has(each.optId))
      .filter(({ optId }) => !ven.opts.some((opt) => opt.optId === optId))
      .sort((one, other) => widthOf(other) - widthOf(one));
    for (const each of missing)
      await this.#attempt(each.optId, { refused, signal }, () => ven.createOpt(optOf(each), { signal }));
    // What was told may have taken the place of something else.
    return stale.length + missing.length === 0;
  }

  async #attempt(
    optId: string,
    { refused, signal }: { readonly refused: Set<string>; readonly signal: AbortSignal },
    tell: () => Promise<unknown>,
  ): Promise<void> {
    const { log } = this.#parts;
    try {
      await tell();
    } catch (error) {
      signal.throwIfAborted();
      // The VEN tells by itself that it is not registered.
      const isUnregistered = error instanceof NotRegisteredOrAuthorizedError;
      const isFinal = !isUnregistered && error instanceof RejectedError;
      if (isFinal) refused.add(optId);
      log.write(isUnregistered ? "debug" : "warn", isFinal ? "availability refused" : "availability not told yet", {
        optId,
        error,
      });
    }
  }
}

type Schedule = Extract<VenOpt, { readonly kind: "schedule" }>;

function isSchedule(opt: VenOpt): opt is Schedule {
  return opt.kind === "schedule";
}

function isOver({ spans }: AvailabilityConfig, now: Date): boolean {
  return spans.every(({ dtstart, duration }) => dtstart.getTime() + duration <= now.getTime());
}

function optOf({ opt, spans, ...rest }: AvailabilityConfig): NewOptSchedule {
  return { optType: opt, availability: spans, ...rest };
}

function isAsWanted(known: Schedule, wanted: AvailabilityConfig): boolean {
  const { optId, optType: opt, optReason, marketContext, targets, deviceClasses, availability } = known;
  const spans = availability.map(({ dtstart, duration }) => ({ dtstart, duration }));
  const told = { optId, opt, optReason, marketContext, targets, deviceClasses, spans };
  return isDeepStrictEqual(told, { ...wanted, optReason: wanted.optReason ?? optReason });
}

/** How much an entry is about: what is about more comes first, lest it takes the place of what is about less (rule 203). */
function widthOf({ targets, deviceClasses }: AvailabilityConfig): number {
  return [targets, deviceClasses].reduce((sum, { length }) => sum + (length === 0 ? 1_000_000 : length), 0);
}
