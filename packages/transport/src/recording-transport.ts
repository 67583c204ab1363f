import { milliseconds, systemClock } from "@openleadr/protocol";
import type { Clock, Duration, Service } from "@openleadr/protocol";
import type { Transport } from "./transport.ts";

/** One exchange that went through a {@link recordingTransport}: a request, and how it ended. */
export interface RecordedExchange {
  readonly service: Service;
  /** The XML that was sent. */
  readonly request: string;
  readonly outcome: RecordedOutcome;
  readonly startedAt: Date;
  /** Time until the outcome. */
  readonly duration: Duration;
}

/** How a recorded exchange ended: with an answer, undefined for an empty one, or with an error. */
export type RecordedOutcome =
  { readonly kind: "answer"; readonly xml: string | undefined } | { readonly kind: "error"; readonly error: unknown };

/** Settings of a {@link recordingTransport}. */
export interface RecordingTransportOptions {
  /** Called with each exchange when it is over; what it throws reaches the sender. */
  readonly onExchange: (exchange: RecordedExchange) => void;
  /** Tells when exchanges start and end. @default the system's */
  readonly clock?: Clock | undefined;
}

/** A {@link Transport} that passes everything through to `inner` and reports each exchange. */
export function recordingTransport(inner: Transport, options: RecordingTransportOptions): Transport {
  const { onExchange, clock = systemClock } = options;
  return async (service, request, signal) => {
    const startedAt = clock.now();
    const record = (outcome: RecordedOutcome): void => {
      const duration = milliseconds(clock.now().getTime() - startedAt.getTime());
      onExchange({ service, request, outcome, startedAt, duration });
    };
    let xml: string | undefined;
    try {
      xml = await inner(service, request, signal);
    } catch (error) {
      record({ kind: "error", error });
      throw error;
    }
    record({ kind: "answer", xml });
    return xml;
  };
}
