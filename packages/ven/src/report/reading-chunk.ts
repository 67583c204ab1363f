import { milliseconds } from "@openleadr/protocol";
import type { Chunk } from "../store/chunk-log.ts";
import type { EntryKind } from "../store/entry-kind.ts";
import { fromExactJson, toExactJson } from "../store/exact-json.ts";
import { requireShape } from "../store/shape.ts";
import type { KeptReading } from "./kept-readings.ts";

/** What a reading has beside its time and value. */
type Quality = Pick<KeptReading, "confidence" | "accuracy" | "dataQuality">;

/** A reading in the store: its instant and its length, if it has one, in milliseconds; its value; and its quality, if any is told. */
type ReadingRow = readonly [number, number | null, unknown, unknown?];

interface ChunkText {
  readonly owner: string;
  /** By rID. */
  readonly points: Readonly<Record<string, readonly ReadingRow[]>>;
}

/** What was sampled for a request since its last report, by the request's ID. */
export const sampledEntry: EntryKind<Chunk<KeptReading>> = kindOf("report-sampled");

/** What data points have kept (rule 510), by names of their own. */
export const readingsEntry: EntryKind<Chunk<KeptReading>> = kindOf("report-readings");

function kindOf(kind: string): EntryKind<Chunk<KeptReading>> {
  return { kind, format: 1, toJson: textOf, fromJson: chunkOf };
}

function textOf({ owner, items }: Chunk<KeptReading>): ChunkText {
  const points = new Map<string, ReadingRow[]>();
  for (const item of items) {
    const rows = points.get(item.rId) ?? [];
    rows.push(rowOf(item));
    points.set(item.rId, rows);
  }
  return { owner, points: Object.fromEntries(points) };
}

function rowOf({ rId: _, dtstart, duration, value, ...quality }: KeptReading): ReadingRow {
  const row = [dtstart.getTime(), duration ?? null, toExactJson(value)] as const;
  return Object.keys(quality).length === 0 ? row : [...row, toExactJson(quality)];
}

function chunkOf(json: unknown): Chunk<KeptReading> {
  requireShape(json, { owner: "text", points: "object" });
  const { owner, points } = json as ChunkText;
  const items = Object.entries(points).flatMap(([rId, rows]) => rows.map((row) => readingOf(rId, row)));
  return { owner, items };
}

function readingOf(rId: string, [at, duration, value, quality]: ReadingRow): KeptReading {
  const dtstart = new Date(at);
  if (Number.isNaN(dtstart.getTime())) throw new TypeError(`expected an instant, got ${at}`);
  return {
    rId,
    dtstart,
    ...(duration !== null && { duration: milliseconds(duration) }),
    value: fromExactJson(value) as KeptReading["value"],
    ...(quality !== undefined && (fromExactJson(quality) as Quality)),
  };
}
