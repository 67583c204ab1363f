import type { ReportRequest } from "@openleadr/protocol";
import type { EntryKind } from "../store/entry-kind.ts";
import { fromExactJson, toExactJson } from "../store/exact-json.ts";
import type { MetadataRecord } from "./metadata-run.ts";
import type { ReportRequestRecord, UnsentInterval } from "./request-record.ts";

/** What the VTN was told last that the VEN can report, as text to compare; without an ID. */
export const offersEntry: EntryKind<string> = {
  kind: "report-offers",
  format: 1,
  toJson: (text) => text,
  fromJson: String,
};

/** A request for data, by its reportRequestID; what is sampled and what is unsent stand by themselves. */
export const requestEntry: EntryKind<ReportRequestRecord> = {
  kind: "report-request",
  format: 2,
  toJson: ({ unsent: _, sampled: __, ...record }) => toExactJson(record),
  fromJson(json) {
    // In format 1 it had the samples.
    const { sampled = [], ...record } = fromExactJson(json) as Omit<ReportRequestRecord, "sampled" | "unsent"> &
      Partial<Pick<ReportRequestRecord, "sampled">>;
    return { ...record, sampled, unsent: [] };
  },
};

/** A request for metadata, by its reportRequestID. */
export const metadataEntry: EntryKind<MetadataRecord> = {
  kind: "metadata-request",
  format: 2,
  toJson: toExactJson,
  // In format 1 it was the request alone.
  fromJson: (json, format) =>
    format === 1 ? { request: fromExactJson(json) as ReportRequest } : (fromExactJson(json) as MetadataRecord),
};

/** An interval that the VTN does not have yet, and the request that it is for. */
interface StoredInterval {
  readonly reportRequestId: string;
  readonly interval: UnsentInterval;
}

/** Intervals that are to be sent, in the order in which they came, by IDs of their own. */
export const unsentEntry: EntryKind<StoredInterval> = {
  kind: "report-unsent",
  format: 1,
  toJson: toExactJson,
  fromJson: (json) => fromExactJson(json) as StoredInterval,
};
