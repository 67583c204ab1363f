import type { OfferedReport } from "../report/offered-report.ts";
import type { Reading } from "../report/reading.ts";
import type { ReadingsQuery } from "./report-store.ts";

/** The readings of one VEN: the latest of each data point. */
export class ReadingsInMemory {
  readonly #limit: number;
  /** By reportSpecifierID and rID; each in the order of time. */
  readonly #reports = new Map<string, Map<string, Reading[]>>();

  /** `limit` is how many readings of one data point are kept. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  put(readings: readonly Reading[]): void {
    const touched = new Set<Reading[]>();
    for (const reading of readings) {
      const series = this.#seriesOf(reading);
      insert(series, reading);
      touched.add(series);
    }
    for (const series of touched) if (series.length > this.#limit) series.splice(0, series.length - this.#limit);
  }

  /** Forgets the data points that are no longer on offer, so that what is kept stays bounded. */
  keepOffered(offers: readonly OfferedReport[]): void {
    for (const [reportSpecifierId, points] of this.#reports) {
      const offer = offers.find((offer) => offer.reportSpecifierId === reportSpecifierId);
      const rIds = new Set(offer?.dataPoints.map(({ rId }) => rId));
      for (const rId of points.keys()) if (rId !== "" && !rIds.has(rId)) points.delete(rId);
      if (offer === undefined || points.size === 0) this.#reports.delete(reportSpecifierId);
    }
  }

  find({ reportSpecifierId, rId, from, to }: Omit<ReadingsQuery, "venId">): readonly Reading[] {
    const earliest = from?.getTime() ?? -Infinity;
    const end = to?.getTime() ?? Infinity;
    const found: Reading[] = [];
    for (const [specifier, points] of this.#reports) {
      if (reportSpecifierId !== undefined && reportSpecifierId !== specifier) continue;
      for (const [id, series] of points) {
        if (rId !== undefined && rId !== id) continue;
        for (const reading of series.slice(positionOf(earliest, series), positionOf(end, series))) found.push(reading);
      }
    }
    return found;
  }

  #seriesOf({ reportSpecifierId, rId }: Reading): Reading[] {
    let points = this.#reports.get(reportSpecifierId);
    if (points === undefined) this.#reports.set(reportSpecifierId, (points = new Map()));
    let series = points.get(rId);
    if (series === undefined) points.set(rId, (series = []));
    return series;
  }
}

/** Mostly at the end: data come in the order of time. */
function insert(series: Reading[], reading: Reading): void {
  const start = reading.dtstart.getTime();
  const last = series.at(-1);
  if (last === undefined || last.dtstart.getTime() < start) {
    series.push(reading);
    return;
  }
  const index = positionOf(start, series);
  const isThere = series[index]?.dtstart.getTime() === start;
  series.splice(index, isThere ? 1 : 0, reading);
}

/** The index of the first reading that starts at `start` or later. */
function positionOf(start: number, series: readonly Reading[]): number {
  let [low, high] = [0, series.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = series[middle]?.dtstart.getTime() ?? Infinity;
    if (at < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
