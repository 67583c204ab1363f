import { duration, hours, systemClock, type Clock, type Duration } from "@openleadr/protocol";

/** Where time and chance come from. */
export interface PkiSources {
  /** Where time comes from. @default the machine's own clock */
  readonly clock?: Clock | undefined;
  /** Gives as many random bytes. Keys are always made by `node:crypto`. @default from `node:crypto` */
  readonly randomBytes?: ((size: number) => Uint8Array) | undefined;
}

/** From and until when something is valid. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** How long certificates are valid unless the caller says otherwise. */
export const defaultValidity = { ca: duration("P10Y"), party: duration("P2Y") } as const;

/** How long before its making a certificate is valid already, since many devices' clocks are slow. */
const margin = hours(1);

/** The span from an hour ago until `span` from now. Throws `RangeError` for a span that is none. */
export function validityFor(span: Duration, clock: Clock = systemClock): Validity {
  if (!(span > 0)) throw new RangeError(`validity: expected a span of time, got ${span} ms`);
  const now = clock.now().getTime();
  const notAfter = new Date(now + span);
  if (Number.isNaN(notAfter.getTime()) || notAfter.getUTCFullYear() > 9999) {
    throw new RangeError(`validity: expected an end before the year 10000, got a span of ${span} ms`);
  }
  return { notBefore: new Date(now - margin), notAfter };
}
