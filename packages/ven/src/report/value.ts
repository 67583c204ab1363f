import type { DataQuality, Duration, Extension, ResourceStatus } from "@openleadr/protocol";

/** What a data point may tell: a number in its unit, or the state of a resource. */
export type DataValue = number | ResourceStatus;

/** How far a value can be trusted. All of it reaches the VTN as it is given. */
export interface ValueQuality {
  /** How sure it is, in percent: a whole number from 0 to 100. */
  readonly confidence?: number | undefined;
  /** In the unit of the value; not for the state of a resource (rule 319). */
  readonly accuracy?: number | undefined;
  readonly dataQuality?: DataQuality | Extension | undefined;
}

/** A value, and how far it can be trusted. */
export interface QualifiedValue<Value extends DataValue = DataValue> extends ValueQuality {
  readonly value: Value;
}

/** A value of the past. */
export interface TimedValue<Value extends DataValue = DataValue> extends QualifiedValue<Value> {
  /** The instant, or the start of the span, that it belongs to. */
  readonly dtstart: Date;
  /**
   * The length of the span; not for the state of a resource (rule 342). In a report of telemetry over spans it is the
   * request's granularity where it is left out.
   */
  readonly duration?: Duration | undefined;
}
