import {
  firstReport,
  milliseconds,
  nextReport,
  reportScheduleOf,
  type OadrCancelReport,
  type ReportRequest,
} from "@openleadr/protocol";
import type { VenContext } from "../context.ts";

/**
 * The life of one request for metadata: has them sent once, or again and again.
 *
 * @see OpenADR 2.0b, §8.3, rules 306, 311, 324, 327
 */
export class MetadataRun {
  readonly request: ReportRequest;
  readonly #context: VenContext;
  readonly #send: () => void;
  readonly #cancelled = new AbortController();

  /** `send` is called whenever the metadata are due. */
  constructor(context: VenContext, request: ReportRequest, send: () => void) {
    this.request = request;
    this.#context = context;
    this.#send = send;
  }

  /** Resolves when the request has been served, or cancelled. */
  async live(): Promise<void> {
    const { signal } = this.#cancelled;
    const { clock } = this.#context.options;
    const { reportSpecifier } = this.request;
    const { reportBackDuration } = reportSpecifier;
    if (reportBackDuration === 0) return this.#send();
    const now = (): number => clock.now().getTime();
    // A whole set of metadata is there at every instant, as a point is.
    const specifier = { ...reportSpecifier, granularity: reportBackDuration };
    const schedule = reportScheduleOf(specifier, { now: clock.now(), minPeriod: reportBackDuration, isPoint: true });
    try {
      for (let at = firstReport(schedule, now()); at < Infinity; at = nextReport(schedule, now())) {
        if (now() < at) await clock.sleep(milliseconds(at - now()), signal);
        this.#send();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  cancel(): void {
    this.#cancelled.abort(new Error("the metadata are wanted no longer"));
  }

  /** Cancels; as the VTN's message says, after one more sending. */
  end({ reportToFollow }: Pick<OadrCancelReport, "reportToFollow">): void {
    if (reportToFollow) this.#send();
    this.cancel();
  }
}
