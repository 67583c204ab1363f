/** How much is done per item of a list, character of a text or entry of a map while `run` runs; the same every time. */
export function countWork(run: () => unknown): number {
  let steps = 0;
  const count = (more: number): void => void (steps += more);
  const restorers = [
    ...lists.map((name) => counting(Array.prototype, name, (self) => count(1 + (self as readonly unknown[]).length))),
    ...texts.map((name) => counting(String.prototype, name, (self) => count(1 + String(self).length / 8))),
    ...["exec", "test"].map((name) => counting(RegExp.prototype, name, () => count(1))),
    ...["charCodeAt", "startsWith"].map((name) => counting(String.prototype, name, () => count(1))),
    ...[Map.prototype, Set.prototype].flatMap((owner) =>
      ["get", "set", "has", "add"].map((name) => counting(owner, name, () => count(1))),
    ),
    counting(Array.prototype, "push", () => count(1)),
    counting(Array.prototype, Symbol.iterator, (self) => count(1 + (self as readonly unknown[]).length)),
  ];
  try {
    run();
  } finally {
    for (const restore of restorers) restore();
  }
  return Math.round(steps);
}

const lists = [
  "filter",
  "map",
  "find",
  "findIndex",
  "indexOf",
  "includes",
  "some",
  "every",
  "join",
  "flatMap",
  "reduce",
  "slice",
  "unshift",
];
const texts = ["replace", "replaceAll", "matchAll", "includes", "indexOf", "trim", "split", "toLowerCase"];

function counting(owner: object, name: string | symbol, note: (self: unknown) => void): () => void {
  const original = Object.getOwnPropertyDescriptor(owner, name);
  const method: unknown = original?.value;
  if (original === undefined || typeof method !== "function") return () => undefined;
  Object.defineProperty(owner, name, {
    ...original,
    value(this: unknown, ...parameters: readonly unknown[]): unknown {
      note(this);
      return Reflect.apply(method, this, parameters);
    },
  });
  return () => void Object.defineProperty(owner, name, original);
}
