import type { Deviation } from "../errors.ts";

/** Whatever JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A spot in a value or in JSON, and where faults found there are recorded. */
export class Place {
  readonly path: string;
  readonly faults: Deviation[];

  constructor(path: string, faults: Deviation[] = []) {
    this.path = path;
    this.faults = faults;
  }

  /** The spot of a property (`events`) or of an item (0). */
  at(key: string | number): Place {
    return new Place(typeof key === "number" ? `${this.path}[${key}]` : `${this.path}.${key}`, this.faults);
  }

  fault(expected: string, got: unknown): void {
    this.report({ path: this.path, expected, got: show(got) });
  }

  /** Records a fault of a spot within this one. */
  report(fault: Deviation): void {
    if (this.faults.length < mostFaults) this.faults.push(fault);
  }
}

/** No more faults than this are reported of one document. */
export const mostFaults = 100;

/** A value as an error message shows it: short, and strings in quotes. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid date" : value.toISOString();
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  const text = textOf(typeof value === "string" ? value.slice(0, longest + 1) : value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "nothing";
  } catch {
    // JSON has no words for cycles and big integers.
    return Array.isArray(value) ? "a list" : "an object";
  }
}

const longest = 80;

/** Whether a value is an object with properties, as opposed to a list, a date or a scalar. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
