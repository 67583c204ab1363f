import { powerReal, type Clock, type Opt } from "@openleadr/protocol";
import { silentLogger, type ClientTlsOptions } from "@openleadr/transport";
import { Ven, type VenSignatureOptions } from "@openleadr/ven";
import { describeVen } from "./describe-ven.ts";
import type { Journal, Line } from "../journal/journal.ts";
import { failureLogger } from "../journal/failure-logger.ts";
import { eventFact, sayEvent } from "../journal/say-event.ts";
import { simulatedPower } from "./simulated-meter.ts";

/** What varies between the VENs that the commands run. */
export interface VenSettings {
  readonly vtnUrl: URL;
  readonly venName: string;
  /** The answer to every event. */
  readonly opt: Opt;
  readonly tolerant?: boolean | undefined;
  /** Certificates for an `https:` URL. @default none of its own, and the CAs of Node */
  readonly tls?: ClientTlsOptions | undefined;
  /** @default neither signs nor verifies */
  readonly signatures?: VenSignatureOptions | undefined;
}

/** A VEN with a simulated meter, which tells a journal what happens. */
export function createVen(
  { opt, ...settings }: VenSettings,
  { journal, clock }: { readonly journal: Journal; readonly clock: Clock },
): Ven {
  let reading = 0;
  const ven = new Ven({
    ...settings,
    clock,
    onEvent(event) {
      journal(eventFact(event), sayEvent(event));
      return opt;
    },
    onStatus(status) {
      const line = describeVen(status);
      journal(status, status.type === "reportSent" && line ? withReading(line, reading) : line);
    },
    // Whatever else fails has a status.
    logger: { ...silentLogger, error: failureLogger(journal).error },
  });
  ven.addReport({
    resourceId: "meter",
    reportSpecifierId: "usage",
    rId: "power",
    measurement: powerReal({ scale: "k" }),
    collect: () => (reading = simulatedPower(clock.now(), opt === "optIn" ? ven.events : [])),
  });
  return ven;
}

function withReading({ what, about }: Line, reading: number): Line {
  return { what, about: `${about}, the meter shows ${reading} kW` };
}
