/**
 * Plain data as JSON, exactly: what JSON has no form for is marked, such as `{ "$date": "2026-01-01T00:00:00.000Z" }` and
 * `{ "$number": "NaN" }`. Properties that are undefined are left out.
 */
export function toExactJson(value: unknown): unknown {
  if (value instanceof Date) return { $date: value.toISOString() };
  if (typeof value === "number") return Number.isFinite(value) ? value : { $number: String(value) };
  if (Array.isArray(value)) return value.map(toExactJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, toExactJson(part)]));
}

/** What {@link toExactJson} was given. */
export function fromExactJson(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(fromExactJson);
  if (typeof json !== "object" || json === null) return json;
  if ("$date" in json) return new Date(String(json.$date));
  if ("$number" in json) return Number(json.$number);
  return Object.fromEntries(Object.entries(json).map(([name, part]) => [name, fromExactJson(part)]));
}
