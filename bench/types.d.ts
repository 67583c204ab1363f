/** Measures one thing, and gives the figure. Runs in a process of its own. */
export type Variant = () => number | Promise<number>;

/** What a file in `cases/` exports under the name `benchmark`. */
export interface Benchmark {
  readonly name: string;
  readonly unit: string;
  /** Which of two figures is the better one. */
  readonly better: "lower" | "higher";
  /** The ratio of our figure to the reference that is promised: at most this where lower is better, else at least this. */
  readonly target: number;
  readonly variants: { readonly ours: Variant; readonly reference: Variant };
}

/** One benchmark, measured. */
export interface Result {
  readonly name: string;
  readonly unit: string;
  readonly better: "lower" | "higher";
  readonly target: number;
  readonly ours: readonly number[];
  readonly reference: readonly number[];
  /** Medians of the rounds, and the first divided by the second; absent if a variant failed. */
  readonly figure?: number;
  readonly referenceFigure?: number;
  readonly ratio?: number;
  /** Whether the target is met; a quick run does not judge. */
  readonly verdict: "met" | "missed" | "ran" | "failed";
  readonly error?: string;
}
