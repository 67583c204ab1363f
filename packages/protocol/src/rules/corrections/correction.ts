/** One change that {@link preflight} made to a message. */
export interface Correction {
  /** The rule that the message would have broken; left out where it would have broken the schema. */
  readonly rule?: number;
  /** Where in the message, as a property path, e.g. `events[0].responseRequired`. */
  readonly path: string;
  /** What was there, and what is there now. */
  readonly message: string;
}

/** The part of a message that is being corrected: where it stands, and whom to tell. */
export interface CorrectedPart {
  readonly path: string;
  readonly now: Date;
  readonly corrections: Correction[];
}
