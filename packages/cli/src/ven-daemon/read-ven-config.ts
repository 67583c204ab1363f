import { dirname, resolve } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { Ven } from "@openleadr/ven";
import { reasonOf } from "../document.ts";
import { FileError, type Mistake } from "../io.ts";
import { readSmallFile } from "./config/files.ts";
import { invalid, Place, type Invalid } from "./config/place.ts";
import { refine } from "./config/readers.ts";
import { attempt } from "./config/vtn.ts";
import { venConfig, type ReadVenConfig, type VenConfig } from "./config/ven-config.ts";
import { reportOptionsOf, venOptionsOf, type ReportSources } from "./ven-options.ts";

/**
 * What a configuration file of a VEN says. Files that it names are read, too; nothing is connected to.
 *
 * Throws {@link FileError} with every mistake in it, in the order of its lines.
 */
export function readVenConfig(file: string, env: Readonly<Record<string, string | undefined>>): ReadVenConfig {
  const lines = new LineCounter();
  const source = contentOf(file);
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const mistakes: Mistake[] = [...document.errors, ...document.warnings].map(({ pos: [offset], message }) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, text: `expected YAML: ${message}` };
  });
  // What is no YAML would be told of again, in words that fit less.
  if (mistakes.length > 0) throw new FileError(file, mistakes);
  const folder = dirname(resolve(file));
  const certificateFiles = new Set<string>();
  const context = { document, lines, folder, env, mistakes, certificateFiles };
  const root = new Place(context, { node: document.contents, path: "", offset: 0 });
  const config = usable(root);
  if (config !== invalid && mistakes.length === 0)
    return { ...config, source, certificateFiles: [...certificateFiles] };
  throw new FileError(file, inOrder(mistakes));
}

const usable = refine(venConfig, requireVen);

/** What the library would refuse is a mistake, too. */
function requireVen(config: VenConfig, place: Place): VenConfig | Invalid {
  const ven = attempt(() => new Ven(venOptionsOf(config)), { complain: (text) => complainOfOption(text, place) });
  if (ven === invalid) return invalid;
  const items = place.child("reports")?.items ?? [];
  const added = config.reports.map((report, index) =>
    attempt(() => ven.addReport(reportOptionsOf(report, nowhere)), items[index] ?? place),
  );
  return added.includes(invalid) ? invalid : config;
}

/** Tells of a mistake at the option that the library names first, where it stands in the file. */
function complainOfOption(text: string, root: Place): Invalid {
  const [path] = /^[\w.]+(?=: )/.exec(text) ?? [];
  if (path === undefined) return (root.child("vtn") ?? root).complain(text);
  const names = path.split(".");
  const vtn = root.child("vtn");
  const { place, rest } = [vtn, root]
    .flatMap((start) => (start === undefined ? [] : [descend(start, names)]))
    .find((found) => found.rest.length < names.length) ?? { place: vtn ?? root, rest: names };
  return place.complain([...(rest.length > 0 ? [rest.join(".")] : []), text.slice(path.length + 2)].join(": "));
}

/** The place that names lead to, as far as they do; `rest` are those that it has not. */
function descend(place: Place, names: readonly string[]): { readonly place: Place; readonly rest: readonly string[] } {
  const [name, ...rest] = names;
  const child = name === undefined ? undefined : place.child(name);
  return child === undefined ? { place, rest: names } : descend(child, rest);
}

/** Nobody asks for the data of a VEN that is not started. */
const nowhere: ReportSources = { current: async () => 0, past: async () => [], feed: async () => "" };

/** The text of a configuration file. Throws {@link FileError}. */
export function contentOf(file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readSmallFile(file));
  } catch (cause) {
    const mistake = cause instanceof TypeError ? "expected UTF-8, got something else" : undefined;
    throw new FileError(file, [mistake ?? `cannot be read: ${reasonOf(cause)}`], { cause });
  }
}

function inOrder(mistakes: readonly Mistake[]): readonly Mistake[] {
  return [...mistakes].sort((a, b) => a.line - b.line || a.column - b.column);
}
