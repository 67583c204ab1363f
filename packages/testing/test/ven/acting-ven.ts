import { duration, seconds, type OadrEvent } from "@openleadr/protocol";
import type { VenOptions } from "@openleadr/ven";
import { aBench, anEvent, type Bench, type EventOptions, type Script } from "./scripted-vtn.ts";

/** A VEN whose device writes down what it is told, and when. */
export interface ActingBench extends Bench {
  /** Lines such as `01:00 interval event-1 SIMPLE=1 until 02:00`. */
  readonly journal: string[];
  /** The VTN distributes these events, and the VEN fetches them, within 10 s. */
  distribute(...events: readonly EventOptions[]): Promise<void>;
  /** Lets time pass until an instant of the manual clock's first day, or of another. */
  until(time: string): Promise<void>;
  /** What the VEN answered since the last distribution: eventID, modificationNumber, code and opt. */
  answers(): string[];
}

/** A VEN that is registered, and opts in unless the options say otherwise. */
export async function anActingBench(
  options: Partial<VenOptions> = {},
  script: Script = {},
  site: Partial<Pick<Bench, "vtn" | "clock">> = {},
): Promise<ActingBench> {
  const journal: string[] = [];
  const write = (line: string): void => void journal.push(`${time(bench.clock.now())} ${line}`);
  const device: Partial<VenOptions> = {
    onEvent: () => "optIn",
    onEventCancelled: (event) => write(`cancelled ${idOf(event)}`),
    onRampUp: (event, { until }) => write(`ramp-up ${idOf(event)} until ${time(until)}`),
    onEventStart: (event) => write(`start ${idOf(event)}`),
    onInterval: (event, { signals, until }) =>
      write(`interval ${idOf(event)} ${signals.map(sayValue).join(" ")} until ${time(until)}`),
    onRecovery: (event, { until }) => write(`recovery ${idOf(event)} until ${time(until)}`),
    onEventEnd: (event, { reason }) => write(`end ${idOf(event)} ${reason}`),
  };
  const bench = { ...aBench({ ...device, ...options } as Partial<VenOptions>, script), ...site };
  await bench.ven.start();
  return {
    ...bench,
    journal,
    async distribute(...events) {
      bench.vtn.forget();
      bench.vtn.distribute(...events.map(anEvent));
      await bench.clock.advance(seconds(10));
    },
    until: (text) => bench.clock.advanceTo(instant(text)),
    answers: () => answersIn(bench),
  };
}

/** An instant of the manual clock's first day, such as `01:30`, or of another, such as `2026-02-01T00:00`. */
export function instant(text: string): Date {
  return new Date(text.includes("T") ? `${text}Z` : `2026-01-01T${text}Z`);
}

/** Intervals of these lengths and values. */
export function intervals(...steps: readonly (readonly [string, number])[]) {
  return steps.map(([span, value], index) => ({ duration: duration(span), uid: String(index), value }));
}

function answersIn({ vtn }: Bench): string[] {
  return vtn
    .payloads("oadrCreatedEvent")
    .flatMap(({ eventResponses = [] }) =>
      eventResponses.map(
        ({ eventId, modificationNumber, responseCode, optType }) =>
          `${eventId}/${modificationNumber} ${responseCode} ${optType}`,
      ),
    );
}

function sayValue({ signalName, value }: { readonly signalName: string; readonly value: number }): string {
  return `${signalName}=${value}`;
}

function idOf({ eventDescriptor }: OadrEvent): string {
  return eventDescriptor.eventId;
}

/** Without what is nought or the first day's. */
export function time(at: Date | undefined): string {
  if (at === undefined) return "ever";
  return at
    .toISOString()
    .replace("2026-01-01T", "")
    .replace(/(?::00)?\.000Z$/, "");
}
