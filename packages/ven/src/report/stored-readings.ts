import { createHash } from "node:crypto";
import type { VenContext } from "../context.ts";
import { ChunkLog } from "../store/chunk-log.ts";
import type { DataPoint } from "./data-point.ts";
import type { KeptReading, KeptReadings } from "./kept-readings.ts";
import { readingsEntry } from "./reading-chunk.ts";
import type { OfferedPoint, ReportOffers } from "./report-offer.ts";

/** What data points have kept, on its way to the store and back (rule 510). */
export class StoredReadings {
  readonly #context: VenContext;
  readonly #offers: ReportOffers;
  readonly #log: ChunkLog<KeptReading>;
  readonly #attached = new Map<string, KeptReadings>();
  #isClosed = false;

  constructor(context: VenContext, offers: ReportOffers) {
    this.#context = context;
    this.#offers = offers;
    this.#log = new ChunkLog(context.notebook, readingsEntry);
    for (const { reportSpecifierId, points } of offers.all)
      for (const point of points.values()) this.attach({ reportSpecifierId, point });
  }

  /** Has a data point keep what it kept before, and stores what it keeps from now on. */
  attach({ reportSpecifierId, point }: OfferedPoint): void {
    if (this.#isClosed) return;
    for (const [owner, readings] of ownersOf(reportSpecifierId, point)) this.#attach(owner, readings);
  }

  /** Forgets what is of data points that are not on offer. */
  retain(): void {
    const owners = new Map(
      this.#offers.all.flatMap(({ reportSpecifierId, points }) =>
        [...points.values()].flatMap((point) => ownersOf(reportSpecifierId, point)),
      ),
    );
    for (const owner of this.#log.owners) if (!owners.has(owner)) this.#log.clear(owner);
    for (const [owner, readings] of this.#attached) {
      if (owners.has(owner)) continue;
      readings.setListener(undefined);
      this.#attached.delete(owner);
    }
  }

  /** Stores nothing more. */
  close(): void {
    this.#isClosed = true;
    for (const readings of this.#attached.values()) readings.setListener(undefined);
    this.#attached.clear();
  }

  #attach(owner: string, readings: KeptReadings): void {
    this.#attached.get(owner)?.setListener(undefined);
    this.#attached.set(owner, readings);
    const before = this.#log.of(owner);
    readings.restore(before);
    const kept = new Set(readings.all);
    this.#log.delete(
      owner,
      before.filter((reading) => !kept.has(reading)),
    );
    this.#add(owner, readings.all);
    readings.setListener({
      onAdded: (reading) => this.#add(owner, [reading]),
      onDropped: (reading) => this.#log.delete(owner, [reading]),
    });
  }

  #add(owner: string, readings: readonly KeptReading[]): void {
    this.#log.add(owner, readings);
    this.#context.notebook.writeWithin(this.#context.options.unsentReports.storeWithin);
  }
}

/** What a data point keeps, by names of its own. */
function ownersOf(reportSpecifierId: string, point: DataPoint): [string, KeptReadings][] {
  const owners: [string, KeptReadings][] = [[ownerOf(reportSpecifierId, point, "sampled"), point.sampled]];
  if (point.source.kind === "recorded")
    owners.push([ownerOf(reportSpecifierId, point, "recorded"), point.source.readings]);
  return owners;
}

/** Another one for each data point, and where it is of something else than it was: other units are other values. */
function ownerOf(reportSpecifierId: string, { rId, description }: DataPoint, what: "sampled" | "recorded"): string {
  const { samplingRate: _, ...meaning } = description;
  const hash = createHash("sha256").update(JSON.stringify(meaning)).digest("base64url").slice(0, 8);
  return JSON.stringify([reportSpecifierId, rId, what, hash]);
}
