import { hours, powerReal, seconds, type OadrReport, type ReportDescription } from "@openleadr/protocol";
import { inMemoryTransport, recordingTransport, type Peer } from "@openleadr/transport";
import { Ven, VenClient, type VenOptions, type VenStatus } from "@openleadr/ven";
import { Vtn, type NewEvent, type VtnOptions, type VtnStatus } from "@openleadr/vtn";
import { ManualClock } from "../../src/index.ts";

/** A VTN that runs, and VENs at it that have not been started, in memory and in a time of their own. */
export interface OpenPair extends AsyncDisposable {
  readonly vtn: Vtn;
  readonly ven: Ven;
  readonly clock: ManualClock;
  readonly vtnStatuses: readonly VtnStatus[];
  readonly venStatuses: readonly VenStatus[];
  /** The documents that the VEN has sent, in order. */
  readonly sent: readonly string[];
  /** Another VEN. */
  openVen(options?: Partial<VenOptions>): Ven;
  /** A VEN by hand; the peer is who it is for the VTN. */
  openClient(peer?: Peer): VenClient;
}

/** A VTN that takes every VEN, under its name, and a VEN at it that opts in. */
export async function openPair(options: {
  readonly vtn?: Partial<VtnOptions>;
  readonly ven?: Partial<VenOptions>;
}): Promise<OpenPair> {
  const clock = new ManualClock();
  const vtnStatuses: VtnStatus[] = [];
  const venStatuses: VenStatus[] = [];
  const sent: string[] = [];
  const vtn = new Vtn({
    vtnId: "vtn-1",
    onCreatePartyRegistration: ({ venName = "", venId = venName }) => ({ venId }),
    onStatus: (status) => void vtnStatuses.push(status),
    listen: false,
    clock,
    ...options.vtn,
  });
  await vtn.start();
  const vens: Ven[] = [];
  const onExchange = ({ request }: { readonly request: string }): void => void sent.push(request);
  const openVen: OpenPair["openVen"] = (given = {}) => {
    const transport = recordingTransport(inMemoryTransport(vtn.handler), { onExchange, clock });
    const ven = new Ven({ venName: "ven-1", onEvent: () => "optIn", transport, clock, ...given } as VenOptions);
    vens.push(ven);
    return ven;
  };
  const openClient: OpenPair["openClient"] = (peer) =>
    new VenClient({ transport: inMemoryTransport(vtn.handler, peer), clock });
  const ven = openVen({ onStatus: (status) => void venStatuses.push(status), ...options.ven });
  return {
    vtn,
    ven,
    clock,
    vtnStatuses,
    venStatuses,
    sent,
    openVen,
    openClient,
    async [Symbol.asyncDispose]() {
      await Promise.all(vens.map((each) => each.stop()));
      await vtn.stop();
    },
  };
}

/** A SIMPLE event of an hour, ten minutes after the clock's beginning. */
export const anHour = {
  eventDescriptor: { eventId: "event-1" },
  activePeriod: { dtstart: new Date("2026-01-01T00:10:00Z") },
  signals: [{ signalName: "SIMPLE", signalType: "level", intervals: [{ duration: hours(1), value: 1 }] }],
} as const satisfies NewEvent;

/** Long enough for every VEN to have polled. */
export const onePoll = seconds(11);

/** A data point of a meter, as a VEN offers it. */
export const powerPoint = {
  rId: "power",
  reportType: "usage",
  readingType: "Direct Read",
  measurement: powerReal(),
  samplingRate: { minPeriod: seconds(1), maxPeriod: hours(1), onChange: false },
} as const satisfies ReportDescription;

/** What a VEN says of a report that it offers: telemetry of a meter, called "usage". */
export function anOffer(pair: OpenPair, given: Partial<OadrReport> = {}): OadrReport {
  return {
    reportRequestId: "0",
    reportSpecifierId: "usage",
    reportName: "METADATA_TELEMETRY_USAGE",
    createdDateTime: pair.clock.now(),
    duration: hours(1),
    reportDescriptions: [powerPoint],
    ...given,
  };
}
