import type { HttpTransport } from "@openleadr/transport";
import { Certificates } from "./certificates.ts";
import { ClockSkew } from "./event/clock-skew.ts";
import { Life } from "./life.ts";
import { resolveVenOptions, type ResolvedVenOptions, type VenOptions } from "./options.ts";
import { PushEndpoint } from "./push/push-endpoint.ts";
import { tellReducedSecurity } from "./reduced-security.ts";
import { ReportOffers } from "./report/report-offer.ts";
import { transportTo } from "./vtn-transport.ts";

/** What a VEN consists of, from one session to the next. */
export interface VenParts {
  readonly options: ResolvedVenOptions;
  readonly offers: ReportOffers;
  readonly clockSkew: ClockSkew;
  readonly certificates: Certificates;
  /** The way to the VTN, unless the application has given its own. */
  readonly ownTransport: HttpTransport | undefined;
  readonly push: PushEndpoint | undefined;
  readonly life: Life;
}

/** Throws `RangeError` and `TypeError` for options out of range. */
export function venPartsOf(given: VenOptions): VenParts {
  const options = resolveVenOptions(given);
  const offers = new ReportOffers();
  const clockSkew = new ClockSkew(options);
  // A session sends one message at a time, so more would only cost the VTN handshakes.
  const { transport, own } = transportTo(given, {
    connections: 1,
    onDate: (date) => clockSkew.sentAt(date),
    onServerCertificate: (certificate) => {
      push?.vtn.seen(certificate);
      certificates.ofVtn = certificate;
    },
  });
  const certificates = new Certificates(options, own?.url);
  const vtn = own && { url: own.url, tls: given.tls };
  const venId = () => (life.state.state === "registered" ? life.state.venId : undefined);
  const push = options.push && new PushEndpoint(options, options.push, { vtn, venId });
  const onBegin = (): void => tellReducedSecurity(options, certificates.tls);
  // Written out, since objects that are spread have shapes of their own, which take memory for each of thousands of VENs.
  const life: Life = new Life({
    options,
    offers,
    clockSkew,
    certificates,
    ownTransport: own,
    push,
    transport,
    onBegin,
  });
  return { options, offers, clockSkew, certificates, ownTransport: own, push, life };
}
