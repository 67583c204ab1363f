import { InvalidArgumentError } from "commander";
import { parseDuration, parseFingerprint, seconds, type Duration } from "@openleadr/protocol";
import { resolveBaseUrl } from "@openleadr/transport";

/** Reads a TCP port; 0 stands for a free one. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw expected("a whole number from 0 to 65535", text);
}

/** Reads a span between two polls. */
export function parsePollFrequency(text: string): Duration {
  const span = parseDuration(text);
  if (span !== undefined && span >= seconds(1)) return span;
  throw expected("a duration such as PT10S, of at least PT1S", text);
}

/** Reads how long a certificate is to be valid. */
export function parseValidity(text: string): Duration {
  const span = parseDuration(text);
  if (span !== undefined && span > 0) return span;
  throw expected("a duration such as P2Y or P90D", text);
}

/** Reads the base URL of a VTN; a bare host gets the standard's path. */
export function parseVtnUrl(text: string): URL {
  try {
    return resolveBaseUrl(text);
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidArgumentError(error.message.replace(/^url: /, ""));
    throw error;
  }
}

/** Reads a fingerprint, of several given one after the other. */
export function parseFingerprints(text: string, before: readonly string[] = []): readonly string[] {
  try {
    return [...before, parseFingerprint(text)];
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidArgumentError(error.message.replace(/^fingerprint: /, ""));
    throw error;
  }
}

/** Reads a name or an ID. */
export function parseName(text: string): string {
  if (text.trim() !== "") return text;
  throw expected("a name", text);
}

function expected(what: string, got: string): InvalidArgumentError {
  return new InvalidArgumentError(`expected ${what}, got ${JSON.stringify(got)}`);
}
