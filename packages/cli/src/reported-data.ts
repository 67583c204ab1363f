import type { OadrReport, ReportDescription, ResourceStatus } from "@openleadr/protocol";
import type { Reading, ReportUpdate } from "@openleadr/vtn";
import type { Journal } from "./journal.ts";
import { unitOf } from "./say.ts";

/** Tells of readings in the words of the reports that were offered: of which resource, and in which unit. */
export class ReportedData {
  readonly #journal: Journal;
  /** By venID, reportSpecifierID and rID. */
  readonly #dataPoints = new Map<string, ReportDescription>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  offered(venId: string, { reportSpecifierId, reportDescriptions }: OadrReport): void {
    for (const description of reportDescriptions) {
      this.#dataPoints.set(keyOf(venId, reportSpecifierId, description.rId), description);
    }
  }

  received({ venId, reportSpecifierId, readings }: ReportUpdate): void {
    for (const reading of readings) {
      const description = this.#dataPoints.get(keyOf(venId, reportSpecifierId, reading.rId));
      const [resourceId, unit] = [resourceOf(description), unitOf(description?.measurement)];
      this.#journal(
        { type: "reading", venId, reportSpecifierId, resourceId, unit, ...reading },
        { what: "report received", about: `${venId}: ${resourceId ?? reading.rId} ${sayReading(reading, unit)}` },
      );
    }
  }
}

function keyOf(...ids: readonly string[]): string {
  return JSON.stringify(ids);
}

function resourceOf(description: ReportDescription | undefined): string | undefined {
  const sources = description?.reportDataSource ?? [];
  return sources.flatMap((source) => ("resourceId" in source ? [source.resourceId] : []))[0];
}

function sayReading({ value, dataQuality }: Reading, unit = ""): string {
  const quality = dataQuality === undefined || dataQuality === "Quality Good - Non Specific" ? "" : ` (${dataQuality})`;
  return `${typeof value === "number" ? `${value} ${unit}`.trim() : sayStatus(value)}${quality}`;
}

function sayStatus({ online, manualOverride }: ResourceStatus): string {
  return `${online ? "online" : "offline"}${manualOverride ? ", taken over by hand" : ""}`;
}
