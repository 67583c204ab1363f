import { TransportError, type Clock, type Duration } from "@openleadr/protocol";
import type { ListenerTlsOptions, TrustedProxyOptions } from "@openleadr/transport";
import { Vtn, type PushOptions, type VtnSignatureOptions } from "@openleadr/vtn";
import { describeSecurityEvent } from "./describe-security-event.ts";
import { describeVtn } from "./describe-vtn.ts";
import { failureLogger } from "../journal/failure-logger.ts";
import type { Journal } from "../journal/journal.ts";
import { tellReadings } from "./reported-data.ts";
import { selectReport } from "./select-report.ts";

/** What varies between the VTNs that the commands run. */
export interface VtnSettings {
  readonly vtnId: string;
  readonly host: string;
  readonly port: number;
  readonly pollFrequency: Duration;
  readonly tolerant?: boolean | undefined;
  /** @default plain HTTP */
  readonly tls?: ListenerTlsOptions | undefined;
  /** Who may say which certificate a VEN shows. @default nobody */
  readonly proxy?: TrustedProxyOptions | undefined;
  /** @default to VENs on the Internet */
  readonly push?: PushOptions | false | undefined;
  /** @default neither signs nor verifies */
  readonly signatures?: VtnSignatureOptions | undefined;
}

/**
 * A VTN that lets every VEN in, asks for all its reports, and tells a journal what happens. VENs that name no venID of
 * their own get their name, so that people know whom a line is about.
 */
export function createVtn(
  { host, port, tls, proxy, ...settings }: VtnSettings,
  { journal, clock }: { readonly journal: Journal; readonly clock: Clock },
): Vtn {
  return new Vtn({
    ...settings,
    listen: { host, port, tls, proxy },
    clock,
    onCreatePartyRegistration: ({ venId, venName = "" }) =>
      venId === undefined && venName.trim() !== "" ? { venId: venName } : true,
    onRegisterReport: (report) => selectReport(report, clock.now()),
    onUpdateReport: (update) => tellReadings(update, journal),
    onSecurityEvent: (event) => journal({ ...event }, describeSecurityEvent(event)),
    onStatus: (status) => journal(status, describeVtn(status)),
    logger: failureLogger(journal, toldAsStatus),
  });
}

/** What the library logs of what is refused; the status `requestRefused`, or `registrationRefused`, says as much. */
const toldAsStatus: readonly string[] = ["request refused", "message refused", "signature rejected"];

/** Whether a VTN could not start because something else listens where it was to. */
export function isPortTaken(error: unknown): boolean {
  const cause = error instanceof TransportError ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  return cause?.code === "EADDRINUSE";
}
