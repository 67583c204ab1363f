import { createHash } from "node:crypto";
import type { VenContext } from "../context.ts";
import { ChunkLog } from "../store/chunk-log.ts";
import type { DataPoint } from "./data-point.ts";
import type { KeptReading, KeptReadings } from "./kept-readings.ts";
import { readingsEntry } from "./reading-chunk.ts";
import type { ReportOffers } from "./report-offer.ts";

/** What data points have kept, on its way to the store and back (rule 510). */
export class StoredReadings {
  readonly #context: VenContext;
  readonly #offers: ReportOffers;
  readonly #log: ChunkLog<KeptReading>;
  readonly #attached = new Map<string, KeptReadings>();

  constructor(context: VenContext, offers: ReportOffers) {
    this.#context = context;
    this.#offers = offers;
    this.#log = new ChunkLog(context.notebook, readingsEntry);
  }

  /** Has data points keep what they kept before, and stores what they keep from now on. */
  attach(): void {
    for (const [owner, readings] of this.#owners()) {
      if (this.#attached.get(owner) === readings) continue;
      this.#attached.get(owner)?.watch(undefined);
      this.#attached.set(owner, readings);
      this.#attach(owner, readings);
    }
  }

  /** Forgets what is of data points that are not on offer. */
  retain(): void {
    const owners = this.#owners();
    for (const owner of this.#log.owners) if (!owners.has(owner)) this.#log.clear(owner);
    for (const [owner, readings] of this.#attached) {
      if (owners.has(owner)) continue;
      readings.watch(undefined);
      this.#attached.delete(owner);
    }
  }

  #attach(owner: string, readings: KeptReadings): void {
    const before = this.#log.of(owner);
    readings.restore(before);
    const kept = new Set(readings.all);
    this.#log.delete(
      owner,
      before.filter((reading) => !kept.has(reading)),
    );
    this.#add(owner, readings.all);
    readings.watch({
      onAdded: (reading) => this.#add(owner, [reading]),
      onDropped: (reading) => this.#log.delete(owner, [reading]),
    });
  }

  #add(owner: string, readings: readonly KeptReading[]): void {
    this.#log.add(owner, readings);
    this.#context.notebook.writeWithin(this.#context.options.unsentReports.storeWithin);
  }

  #owners(): ReadonlyMap<string, KeptReadings> {
    const owners = new Map<string, KeptReadings>();
    for (const { reportSpecifierId, points } of this.#offers.all) {
      for (const point of points.values()) {
        owners.set(ownerOf(reportSpecifierId, point, "sampled"), point.sampled);
        if (point.source.kind === "recorded")
          owners.set(ownerOf(reportSpecifierId, point, "recorded"), point.source.readings);
      }
    }
    return owners;
  }
}

/** Another one for each data point, and where it is of something else than it was: other units are other values. */
function ownerOf(reportSpecifierId: string, { rId, description }: DataPoint, what: "sampled" | "recorded"): string {
  const { samplingRate: _, ...meaning } = description;
  const hash = createHash("sha256").update(JSON.stringify(meaning)).digest("base64url").slice(0, 8);
  return JSON.stringify([reportSpecifierId, rId, what, hash]);
}
