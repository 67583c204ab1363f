import type { ResourceStatus } from "@openleadr/protocol";
import type { Reading, ReportUpdate } from "@openleadr/vtn";
import type { Journal } from "../journal/journal.ts";
import { unitOf } from "../journal/say.ts";

/** Tells of readings in the words of the reports that were offered: of which resource, and in which unit. */
export function tellReadings({ venId, readings }: ReportUpdate, journal: Journal): void {
  for (const { dataPoint, ...reading } of readings) {
    const { resourceId } = dataPoint ?? {};
    const unit = unitOf(dataPoint?.measurement);
    journal(
      { type: "reading", venId, resourceId, unit, ...reading },
      { what: "report received", about: `${venId}: ${resourceId ?? reading.rId} ${sayReading(reading, unit)}` },
    );
  }
}

function sayReading(reading: Reading, unit = ""): string {
  const { dataQuality } = reading;
  const quality = dataQuality === undefined || dataQuality === "Quality Good - Non Specific" ? "" : ` (${dataQuality})`;
  return `${sayValue(reading, unit)}${quality}`;
}

function sayValue(reading: Reading, unit: string): string {
  switch (reading.kind) {
    case "number":
      return `${reading.value} ${unit}`.trim();
    case "status":
      return sayStatus(reading.value);
    case "greenButton":
      return "Green Button data";
  }
}

function sayStatus({ online, manualOverride }: ResourceStatus): string {
  return `${online ? "online" : "offline"}${manualOverride ? ", taken over by hand" : ""}`;
}
