import type { ResourceStatus } from "@openleadr/protocol";

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
    throw new Error(`expected a number or JSON, got ${shown(text)}`);
  }
}

/** The beginning of a text, for people. */
export function shown(text: string): string {
  const start = text.trim().slice(0, 40);
  return start === "" ? "nothing" : JSON.stringify(start);
}

export function numberOf(value: unknown): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new Error(`expected a number, got ${JSON.stringify(value)?.slice(0, 40)}`);
}

/** `true` and `false` say whether the resource can be reached. */
export function statusOf(value: unknown): ResourceStatus {
  if (typeof value === "boolean") return { online: value, manualOverride: false };
  const { online, manualOverride = false } = (value ?? {}) as Partial<ResourceStatus>;
  if (typeof online === "boolean" && typeof manualOverride === "boolean")
    return { ...(value as ResourceStatus), manualOverride };
  throw new Error(`expected { "online": true, ... }, true or false, got ${JSON.stringify(value)?.slice(0, 40)}`);
}
