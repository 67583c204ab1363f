import { createHash } from "node:crypto";
import { milliseconds, type ReportInterval } from "@openleadr/protocol";
import type { VenContext } from "../context.ts";
import { ChunkLog } from "../store/chunk-log.ts";
import type { KeptReading } from "./kept-readings.ts";
import type { MetadataRecord, MetadataRun } from "./metadata-run.ts";
import { sampledEntry } from "./reading-chunk.ts";
import { metadataEntry, offersEntry, requestEntry, unsentEntry } from "./report-entries.ts";
import type { ReportOffers } from "./report-offer.ts";
import { ReportRun } from "./report-run.ts";
import type { ReportRequestRecord } from "./request-record.ts";

type Run = ReportRun | MetadataRun;

/** What the VTN had asked for when the VEN was started. */
interface RequestsBefore {
  readonly records: readonly ReportRequestRecord[];
  readonly metadata: readonly MetadataRecord[];
}

const nothing: RequestsBefore = { records: [], metadata: [] };

/** What of the VTN's requests must not be forgotten, on its way to the store and back. */
export class KeptRequests {
  readonly #context: VenContext;
  readonly #offers: ReportOffers;
  readonly #runs = new Map<string, Run>();
  /** Where the intervals are that are in the store, or about to be. */
  readonly #unsentIds = new Map<ReportInterval, string>();
  #before: RequestsBefore = nothing;
  #offered: string | undefined;
  readonly #sampled: ChunkLog<KeptReading>;
  #lastId = 0;

  constructor(context: VenContext, offers: ReportOffers) {
    this.#context = context;
    this.#offers = offers;
    this.#sampled = new ChunkLog(context.notebook, sampledEntry);
  }

  /** The requests from before; void where the VTN knows other offers than there are now (rule 306). */
  take(): RequestsBefore {
    const { notebook } = this.#context;
    const unsent = notebook.take(unsentEntry);
    for (const [id, { interval }] of unsent) {
      this.#unsentIds.set(interval, id);
      this.#lastId = Math.max(this.#lastId, Number(id));
    }
    const records = [...notebook.take(requestEntry).values()].map((record) => {
      const own = [...unsent.values()].filter(({ reportRequestId }) => reportRequestId === idOf(record));
      const sampled = [...record.sampled, ...this.#sampled.of(idOf(record))];
      return { ...record, sampled, unsent: own.map(({ interval }) => interval) };
    });
    const ids = new Set(records.map(idOf));
    for (const owner of this.#sampled.owners) if (!ids.has(owner)) this.#sampled.clear(owner);
    const known = new Set(records.flatMap((record) => record.unsent));
    this.#dropUnsent([...unsent.values()].map(({ interval }) => interval).filter((interval) => !known.has(interval)));
    this.#before = { records, metadata: [...notebook.take(metadataEntry).values()] };
    this.#offered = notebook.take(offersEntry).get("");
    return this.#before;
  }

  /** Whether the VTN knows what is on offer now. */
  isOffered(): boolean {
    return this.#offered === this.#fingerprint();
  }

  /** The VTN has taken what is on offer now, and with it all requests back that have not been gone on with; these. */
  offered(): readonly ReportRequestRecord[] {
    const { notebook } = this.#context;
    const ended = this.#before.records.filter((record) => !this.#runs.has(idOf(record)));
    for (const record of ended) {
      const id = idOf(record);
      this.#sampled.clear(id);
      this.#dropUnsent(record.unsent);
      notebook.note(requestEntry, id, () => this.#recordOf(id));
    }
    for (const id of this.#before.metadata.map(idOf))
      if (!this.#runs.has(id)) notebook.note(metadataEntry, id, () => this.#metadataOf(id));
    this.#before = nothing;
    this.#offered = this.#fingerprint();
    notebook.note(offersEntry, "", () => this.#offered);
    return ended;
  }

  /** The registration has ended: the VTN is to be offered everything anew. */
  clear(): void {
    this.#offered = undefined;
    this.#context.notebook.note(offersEntry, "", () => this.#offered);
  }

  /** A request has been accepted. */
  add(run: Run): void {
    const { reportRequestId } = run.request;
    this.#runs.set(reportRequestId, run);
    if (run instanceof ReportRun) this.#sampled.add(reportRequestId, run.record.sampled);
    this.#note(reportRequestId, run);
  }

  /** A request has ended for good. */
  delete(run: Run): void {
    const { reportRequestId } = run.request;
    if (this.#runs.get(reportRequestId) !== run) return;
    this.#runs.delete(reportRequestId);
    this.#note(reportRequestId, run);
    this.#sampled.clear(reportRequestId);
    if (run instanceof ReportRun) this.#dropUnsent(run.record.unsent);
  }

  /** A request for metadata is further than it was. */
  changedMetadata(run: MetadataRun): void {
    const { reportRequestId } = run.request;
    if (this.#runs.get(reportRequestId) === run) this.#note(reportRequestId, run);
  }

  /**
   * A request is further than it was, unless it has ended. Samples are written with what else there is to write, and within
   * `storeWithin`, so that a short period does not wear out a disk; what is to be sent, at once.
   */
  changed(run: ReportRun, before: ReportRequestRecord): void {
    const after = run.record;
    const id = idOf(after);
    if (this.#runs.get(id) !== run) return;
    const { notebook, options } = this.#context;
    notebook.noteLater(requestEntry, id, () => this.#recordOf(id));
    if (before.sampled !== after.sampled) this.#noteSampled(before, after);
    if (before.unsent !== after.unsent) this.#noteUnsent(before, after);
    const isUrgent = before.unsent !== after.unsent || before.isEnding !== after.isEnding;
    notebook.writeWithin(isUrgent ? milliseconds(0) : options.unsentReports.storeWithin);
  }

  #noteSampled(before: ReportRequestRecord, after: ReportRequestRecord): void {
    const id = idOf(after);
    // Samples are added one by one, and are all done with when a report is due.
    const isMore = before.sampled.length === 0 || before.sampled[0] === after.sampled[0];
    if (!isMore) this.#sampled.clear(id);
    this.#sampled.add(id, isMore ? after.sampled.slice(before.sampled.length) : after.sampled);
  }

  #noteUnsent(before: ReportRequestRecord, after: ReportRequestRecord): void {
    const remaining = new Set(after.unsent);
    this.#dropUnsent(before.unsent.filter((interval) => !remaining.has(interval)));
    const reportRequestId = idOf(after);
    for (const interval of after.unsent) {
      if (this.#unsentIds.has(interval)) continue;
      const id = String(++this.#lastId);
      this.#unsentIds.set(interval, id);
      this.#context.notebook.note(unsentEntry, id, () =>
        this.#unsentIds.has(interval) ? { reportRequestId, interval } : undefined,
      );
    }
  }

  #dropUnsent(intervals: readonly ReportInterval[]): void {
    for (const interval of intervals) {
      const id = this.#unsentIds.get(interval);
      if (id === undefined) continue;
      this.#unsentIds.delete(interval);
      this.#context.notebook.note(unsentEntry, id, () => undefined);
    }
  }

  #note(id: string, run: Run): void {
    const { notebook } = this.#context;
    if (run instanceof ReportRun) notebook.note(requestEntry, id, () => this.#recordOf(id));
    else notebook.note(metadataEntry, id, () => this.#metadataOf(id));
  }

  #recordOf(id: string): ReportRequestRecord | undefined {
    const run = this.#runs.get(id);
    return run instanceof ReportRun ? run.record : undefined;
  }

  #metadataOf(id: string): MetadataRecord | undefined {
    const run = this.#runs.get(id);
    return run instanceof ReportRun ? undefined : run?.record;
  }

  /** The same for the same offers, in whatever order they were made. */
  #fingerprint(): string {
    const reports = this.#offers.metadata(new Date(0)).map((report) => ({
      ...report,
      reportDescriptions: report.reportDescriptions.toSorted((a, b) => compare(a.rId, b.rId)),
    }));
    reports.sort((a, b) => compare(a.reportSpecifierId, b.reportSpecifierId));
    return createHash("sha256").update(JSON.stringify(reports)).digest("base64");
  }
}

function idOf({ request }: Pick<ReportRequestRecord, "request">): string {
  return request.reportRequestId;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
