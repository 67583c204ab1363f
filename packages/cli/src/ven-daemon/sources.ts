import { createReadStream } from "node:fs";
import { formatDuration, type ResourceStatus } from "@openleadr/protocol";
import type { ReportConfig, SourceConfig } from "./config/reports.ts";
import type { Tools } from "./actions.ts";
import { get } from "./http.ts";
import { runProgram } from "./run-program.ts";
import { textOf } from "./text-of.ts";
import { within } from "./within.ts";

/**
 * One reading of a data point: a number, or the state of a resource for TELEMETRY_STATUS.
 *
 * Rejects, saying what was expected and what came, if the source has none; the VTN then hears of a reading of bad quality.
 */
export async function readSource({ source, offer, factor }: ReportConfig, tools: Tools): Promise<unknown> {
  const { clock, signal } = tools;
  const text = await within({ limit: source.timeout, clock, signal }, (ending) =>
    contentOf(source, { ...tools, signal: ending }),
  );
  const value = valueIn(text, source.pointer);
  return offer.measurement === undefined ? statusOf(value) : numberOf(value) * factor;
}

async function contentOf(source: SourceConfig, { clock, env, mqtt, signal }: Tools): Promise<string> {
  switch (source.kind) {
    case "file":
      return textOf(createReadStream(source.file, { signal }) as AsyncIterable<Buffer>);
    case "url":
      return get(source.url, { headers: source.headers, signal });
    case "command":
      return runProgram(source.argv, { input: "", env, signal });
    case "mqtt": {
      const last = mqtt?.latest(source.topic);
      if (last === undefined) throw new Error(`${source.topic}: expected a message, got none yet`);
      const oldest = clock.now().getTime() - source.maxAge;
      if (last.at.getTime() >= oldest) return last.text;
      const limit = formatDuration(source.maxAge);
      throw new Error(`${source.topic}: expected a message within ${limit}, got the last at ${last.at.toISOString()}`);
    }
  }
}

/** What a JSON pointer (RFC 6901) finds in a document; the document itself without one. */
export function valueIn(text: string, pointer: string | undefined): unknown {
  const document = parsed(text);
  if (pointer === undefined) return document;
  let value = document;
  for (const token of pointer.slice(1).split("/")) {
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name))
      throw new Error(`expected a value at ${pointer}, got none`);
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const shown = text.trim().slice(0, 40);
    throw new Error(`expected a number or JSON, got ${shown === "" ? "nothing" : JSON.stringify(shown)}`);
  }
}

function numberOf(value: unknown): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new Error(`expected a number, got ${JSON.stringify(value)?.slice(0, 40)}`);
}

/** `true` and `false` say whether the resource can be reached. */
function statusOf(value: unknown): ResourceStatus {
  if (typeof value === "boolean") return { online: value, manualOverride: false };
  const { online, manualOverride = false } = (value ?? {}) as Partial<ResourceStatus>;
  if (typeof online === "boolean" && typeof manualOverride === "boolean")
    return { ...(value as ResourceStatus), manualOverride };
  throw new Error(`expected { "online": true, ... }, true or false, got ${JSON.stringify(value)?.slice(0, 40)}`);
}
