import { describe, responseCodeName, type Deviation, type Measurement, type MessageName } from "@openleadr/protocol";
import type { Line } from "./journal.ts";

/** A span as people say it, such as `10 s`, `2.4 s` or `1 h 30 min`. */
export function sayDuration(span: number): string {
  const total = Math.round(span / 100) / 10;
  if (total < 60) return `${total} s`;
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, Math.round(total % 60)];
  return [h > 0 && `${h} h`, m > 0 && `${m} min`, s > 0 && `${s} s`].filter((part) => part !== false).join(" ");
}

/** A response code with its name, e.g. `452 INVALID_ID`. */
export function sayCode(code: number): string {
  return `${code} ${responseCodeName(code)}`;
}

/** How many there are of something, e.g. `2 readings`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** The unit of a measurement, such as `kW`; undefined where it has none. */
export function unitOf(measurement: Measurement | undefined): string | undefined {
  if (measurement === undefined || !("unit" in measurement)) return undefined;
  const scale = "scale" in measurement && measurement.scale !== "none" ? measurement.scale : "";
  return `${scale}${measurement.unit}`;
}

/** What was taken although the schema has it otherwise. */
export function sayDeviations({ message, deviations }: Tolerated): Line {
  return { what: "fault tolerated", about: [message, ...deviations.map(describe)].join("; ") };
}

interface Tolerated {
  readonly message: MessageName;
  readonly deviations: readonly Deviation[];
}
