/** What a handler may want to know beside what it is asked. */
export interface HandlerContext {
  /** Aborts when the VEN stops, or what it asks for is wanted no longer. */
  readonly signal: AbortSignal;
}
