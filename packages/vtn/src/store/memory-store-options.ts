/** Options of a `MemoryStore`. */
export interface MemoryStoreOptions {
  /**
   * How many readings of one data point are kept, the latest ones; one takes some 200 bytes. At least 1. Readings of data
   * points that the VEN no longer offers are forgotten. The default, as many as a VEN must keep (rule 510), is for having a
   * look; a history wants more, or a store on disk.
   *
   * @default 100
   */
  readonly readingsPerDataPoint?: number | undefined;
}
