import { isAlias, isMap, isScalar, isSeq, type Document, type LineCounter, type Node } from "yaml";
import type { Mistake } from "../../io.ts";

/** What a reader gives for what it cannot read; the mistake has been told. */
export const invalid = Symbol("invalid");

export type Invalid = typeof invalid;

/** Reads a value at a place in a file, or tells what is wrong there. */
export type Reader<T> = (place: Place) => T | Invalid;

/** What all places of one file share. */
export interface ConfigFile {
  readonly document: Document;
  readonly lines: LineCounter;
  /** Where relative paths in the file begin. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly mistakes: Mistake[];
  /** The certificates, keys, CAs and lists that it names; filled while it is read. */
  readonly certificateFiles: Set<string>;
}

/** A value in a configuration file, and where it stands. */
export class Place {
  readonly file: ConfigFile;
  /** How to find it, such as `reports[0].source`; empty for the whole file. */
  readonly path: string;
  readonly #node: Node | null;
  /** Where a value begins that is not there itself: the key that lacks it. */
  readonly #offset: number;

  constructor(file: ConfigFile, at: { readonly node: unknown; readonly path: string; readonly offset: number }) {
    const { node, path, offset } = at;
    this.file = file;
    this.path = path;
    // An alias is read where it is used, and mistakes in it are told there.
    this.#node = (isAlias(node) ? node.resolve(file.document) : node) as Node | null;
    this.#offset = (node as Node | null)?.range?.[0] ?? offset;
  }

  /** The plain value: a string, number, boolean or null; undefined for a list or a mapping. */
  get scalar(): unknown {
    if (this.#node === null || this.#node === undefined) return null;
    return isScalar(this.#node) ? this.#node.value : undefined;
  }

  /** A plain value as it is written, without quotes. */
  get source(): string | undefined {
    return isScalar(this.#node) ? this.#node.source : undefined;
  }

  /** The items of a list; undefined for anything else. */
  get items(): readonly Place[] | undefined {
    if (!isSeq(this.#node)) return undefined;
    return this.#node.items.map(
      (node, index) => new Place(this.file, { node, path: `${this.path}[${index}]`, offset: this.#offset }),
    );
  }

  /** The keys of a mapping, each with its value; undefined for anything else. */
  get entries(): readonly { readonly key: Place; readonly name: string; readonly value: Place }[] | undefined {
    if (!isMap(this.#node)) return undefined;
    return this.#node.items.map((pair) => {
      const name = isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
      const path = this.path === "" ? name : `${this.path}.${name}`;
      const key = new Place(this.file, { node: pair.key, path, offset: this.#offset });
      return { key, name, value: new Place(this.file, { node: pair.value, path, offset: key.#offset }) };
    });
  }

  /** The value of a key; undefined if there is none. */
  child(name: string): Place | undefined {
    return this.entries?.find((entry) => entry.name === name)?.value;
  }

  /** Tells of a mistake here: what was expected, and what is there unless that is not to be shown. */
  mistake(expected: string, got: string = this.#shown()): Invalid {
    return this.complain(`expected ${expected}, got ${got}`);
  }

  /** Tells of a mistake here, in other words. */
  complain(text: string): Invalid {
    const { line, col } = this.file.lines.linePos(this.#offset);
    this.file.mistakes.push({ line, column: col, text: this.path === "" ? text : `${this.path}: ${text}` });
    return invalid;
  }

  #shown(): string {
    if (this.items !== undefined) return "a list";
    if (this.entries !== undefined) return "a mapping";
    return this.scalar === null || this.scalar === undefined ? "nothing" : JSON.stringify(this.scalar);
  }
}
