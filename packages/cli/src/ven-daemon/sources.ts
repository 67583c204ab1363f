import { createReadStream } from "node:fs";
import { formatDuration, seconds } from "@openleadr/protocol";
import type { AskedSpan } from "@openleadr/ven";
import type { Tools } from "./actions.ts";
import type { ReportConfig } from "./config/reports.ts";
import type { SourceConfig } from "./config/sources.ts";
import { get } from "./http.ts";
import { pastReadings, type PastReading } from "./past-readings.ts";
import { runProgram } from "./run-program.ts";
import { textOf } from "./text-of.ts";
import { numberOf, statusOf, valueIn } from "./values.ts";
import { within } from "./within.ts";

/** How old a message may be that tells how something is at the moment, unless the file says otherwise. */
const freshness = seconds(300);

/**
 * One reading of a data point: a number, or the state of a resource.
 *
 * Rejects, saying what was expected and what came, if the source has none; the VTN then hears of a reading of bad quality.
 */
export async function readSource({ source, offer, factor }: ReportConfig, tools: Tools): Promise<unknown> {
  const from = source.kind === "mqtt" ? { ...source, maxAge: source.maxAge ?? freshness } : source;
  const value = valueIn(await contentOf({ source: from }, tools), source.pointer);
  const { reportName, measurement } = offer;
  const isStatus = reportName === "TELEMETRY_STATUS" || (measurement === undefined && typeof value !== "number");
  return isStatus ? statusOf(value) : numberOf(value) * factor;
}

/** The readings that a source has of a span of the past. Rejects as {@link readSource} does. */
export async function readPast(report: ReportConfig, asked: AskedSpan, tools: Tools): Promise<readonly PastReading[]> {
  const { source, factor, readingDuration } = report;
  const content = await contentOf({ source, asked: askedOf(report, asked) }, tools);
  return pastReadings(content, source.pointer)
    .filter(({ dtstart }) => dtstart >= asked.from && dtstart < asked.to)
    .map((reading) => ({
      ...reading,
      value: reading.value * factor,
      duration: reading.duration ?? readingDuration,
    }));
}

/** The Green Button feed, as text, that a source has of a span of the past. Rejects as {@link readSource} does. */
export async function readFeed(report: ReportConfig, asked: AskedSpan, tools: Tools): Promise<string> {
  return contentOf({ source: report.source, asked: askedOf(report, asked) }, tools);
}

/** What a source of the past hears of what is asked for. */
interface Asked extends AskedSpan {
  readonly resourceId: string;
}

function askedOf({ offer: { resourceId = "" } }: ReportConfig, asked: AskedSpan): Asked {
  return { ...asked, resourceId };
}

interface Wanted {
  readonly source: SourceConfig;
  /** Undefined for what is so at the moment. */
  readonly asked?: Asked;
}

async function contentOf({ source, asked }: Wanted, tools: Tools): Promise<string> {
  const { clock, signal } = tools;
  return within({ limit: source.timeout, clock, signal }, (ending) =>
    read({ source, ...(asked && { asked }) }, { ...tools, signal: ending }),
  );
}

async function read({ source, asked }: Wanted, { clock, env, mqtt, signal }: Tools): Promise<string> {
  // The past is longer than the present.
  const maxBytes = asked && 16 * 1024 * 1024;
  switch (source.kind) {
    case "file":
      return textOf(createReadStream(source.file, { signal }) as AsyncIterable<Buffer>, maxBytes);
    case "url":
      return get(asked === undefined ? source.url : urlOf(source.url, asked), {
        headers: source.headers,
        signal,
        maxBytes,
      });
    case "command":
      return runProgram(source.argv, {
        input: "",
        env: asked === undefined ? env : { ...env, ...variablesOf(asked) },
        signal,
        maxBytes,
      });
    case "mqtt": {
      const last = mqtt?.latest(source.topic);
      if (last === undefined) throw new Error(`${source.topic}: expected a message, got none yet`);
      if (source.maxAge === undefined || last.at.getTime() >= clock.now().getTime() - source.maxAge) return last.text;
      const limit = formatDuration(source.maxAge);
      throw new Error(`${source.topic}: expected a message within ${limit}, got the last at ${last.at.toISOString()}`);
    }
  }
}

/** The URL with the span in the place of `{from}` and `{to}`, which stand escaped in a path. */
function urlOf(url: URL, { from, to }: Asked): URL {
  return new URL(
    url.href
      .replaceAll(/\{from\}|%7Bfrom%7D/g, encodeURIComponent(from.toISOString()))
      .replaceAll(/\{to\}|%7Bto%7D/g, encodeURIComponent(to.toISOString())),
  );
}

/** What is asked for, for a program. */
function variablesOf({ from, to, granularity, resourceId, reportSpecifierId, rId }: Asked): Record<string, string> {
  return {
    OPENLEADR_FROM: from.toISOString(),
    OPENLEADR_TO: to.toISOString(),
    OPENLEADR_GRANULARITY: granularity === undefined ? "" : (formatDuration(granularity) ?? ""),
    OPENLEADR_RESOURCE_ID: resourceId,
    OPENLEADR_REPORT_SPECIFIER_ID: reportSpecifierId,
    OPENLEADR_R_ID: rId,
  };
}
