import { seconds, type Duration } from "@openleadr/protocol";
import { path } from "./files.ts";
import { byKey, defaulted, mapping, optional, required } from "./mapping.ts";
import { topic } from "./mqtt.ts";
import type { Reader } from "./place.ts";
import { list, refine, span, text } from "./readers.ts";
import { headers, serviceUrl } from "./secret.ts";

interface Source {
  /** Where in a JSON document the value stands; the whole document if there is none. */
  readonly pointer: string | undefined;
  /** Time for one reading. */
  readonly timeout: Duration;
}

/** Where readings come from. */
export type SourceConfig =
  | (Source & { readonly kind: "file"; readonly file: string })
  | (Source & { readonly kind: "url"; readonly url: URL; readonly headers: Readonly<Record<string, string>> })
  | (Source & { readonly kind: "command"; readonly argv: readonly string[] })
  /** `maxAge`: how old the last message may be; undefined if the file does not say. */
  | (Source & { readonly kind: "mqtt"; readonly topic: string; readonly maxAge: Duration | undefined });

const pointer: Reader<string> = refine(text, (value, place) =>
  /^(?:\/(?:[^~]|~[01])*)+$/.test(value) ? value : place.mistake("a JSON pointer such as /meter/power"),
);

const shared = { pointer: optional(pointer), timeout: defaulted(span(), seconds(10)) };

export const source: Reader<SourceConfig> = byKey<SourceConfig>({
  file: refine(mapping({ ...shared, file: required(path) }), (each) => ({ kind: "file", ...each })),
  url: refine(mapping({ ...shared, url: required(serviceUrl), headers: defaulted(headers, {}) }), (each) => ({
    kind: "url",
    ...each,
  })),
  command: refine(mapping({ ...shared, command: required(list(text)) }), ({ command: argv, ...each }) => ({
    kind: "command",
    argv,
    ...each,
  })),
  mqtt: refine(mapping({ ...shared, mqtt: required(topic), maxAge: optional(span()) }), ({ mqtt, ...each }) => ({
    kind: "mqtt",
    topic: mqtt,
    ...each,
  })),
});
