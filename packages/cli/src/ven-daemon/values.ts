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

/** `true` and `false` say whether the resource can be reached. Throws for what is no state, and says where. */
export function statusOf(value: unknown): ResourceStatus {
  if (typeof value === "boolean") return { online: value, manualOverride: false };
  const { online, manualOverride = false, loadControlState } = (value ?? {}) as Partial<ResourceStatus>;
  if (typeof online !== "boolean" || typeof manualOverride !== "boolean")
    throw new Error(`expected { "online": true, ... }, true or false, got ${excerpt(value)}`);
  if (loadControlState !== undefined) requireLoadControlState(loadControlState);
  return { online, manualOverride, ...(loadControlState && { loadControlState }) };
}

type LoadControlState = NonNullable<ResourceStatus["loadControlState"]>;

const quantities = [
  "capacity",
  "levelOffset",
  "percentOffset",
  "setPoint",
] as const satisfies (keyof LoadControlState)[];

const bounds = ["current", "min", "max", "normal"] as const;

function requireLoadControlState(state: LoadControlState): void {
  const given = requireObject(state, "loadControlState", quantities);
  for (const [quantity, value] of Object.entries(given)) {
    const path = `loadControlState.${quantity}`;
    const { current, ...others } = requireObject(value, path, bounds);
    for (const [name, each] of Object.entries({ current, ...others }))
      if (typeof each !== "number" || !Number.isFinite(each))
        throw new Error(`${path}.${name}: expected a number, got ${excerpt(each)}`);
  }
}

function requireObject(value: unknown, path: string, names: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${path}: expected ${names.join(", ")}, got ${excerpt(value)}`);
  const other = Object.keys(value).find((name) => !names.includes(name));
  if (other !== undefined) throw new Error(`${path}.${other}: unknown, expected ${names.join(", ")}`);
  return value as Readonly<Record<string, unknown>>;
}

/** The beginning of a value, for people. */
function excerpt(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 40);
}
