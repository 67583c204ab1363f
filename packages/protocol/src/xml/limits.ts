/** How much of a document is read before it is refused. Each limit stops the parser at once. */
export interface Limits {
  /** Size of the document in bytes. @default 4 MiB */
  readonly maxBytes?: number | undefined;
  /** Elements inside one another; at most 1,000, since trees are read by recursion. @default 64 */
  readonly maxDepth?: number | undefined;
  /** Elements in all. @default 200,000 */
  readonly maxElements?: number | undefined;
  /** Attributes on one element, namespace declarations included. @default 256 */
  readonly maxAttributes?: number | undefined;
}

/** Limits with every default filled in. */
export type ResolvedLimits = { readonly [Name in keyof Limits]-?: number };

const deepest = 1_000;

/** Fills in defaults. Throws `RangeError` for a limit that is not a whole number above 0, or a depth above 1,000. */
export function resolveLimits(limits: Limits = {}): ResolvedLimits {
  const resolved = {
    maxBytes: limits.maxBytes ?? 4 * 1024 * 1024,
    maxDepth: limits.maxDepth ?? 64,
    maxElements: limits.maxElements ?? 200_000,
    maxAttributes: limits.maxAttributes ?? 256,
  };
  for (const [name, value] of Object.entries(resolved)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`${name}: expected a whole number above 0, got ${value}`);
    }
  }
  if (resolved.maxDepth > deepest)
    throw new RangeError(`maxDepth: expected at most ${deepest}, got ${resolved.maxDepth}`);
  return resolved;
}

/** The limits where none are given. */
export const defaultLimits: ResolvedLimits = resolveLimits();
