import {
  checkRules,
  encode,
  milliseconds,
  RuleViolationError,
  type Duration,
  type Message,
  type OadrReport,
} from "@openleadr/protocol";
import { defaultReportSpecifierId, defaultRId } from "./default-ids.ts";
import { dataPointOf, named, requireText, type DataPoint, type DataReportName } from "./data-point.ts";
import type { ReportOptions } from "./report-options.ts";

/** A report that is on offer, with its data points by rID. */
export interface ReportOffer {
  readonly reportSpecifierId: string;
  readonly reportName: DataReportName;
  /** Whether its values belong to instants, and not to spans. */
  readonly isPoint: boolean;
  /** How much data is kept (rule 312). */
  readonly duration: Duration;
  readonly points: ReadonlyMap<string, DataPoint>;
}

/** A data point, and the report that it belongs to. */
export interface OfferedPoint {
  readonly reportSpecifierId: string;
  readonly point: DataPoint;
}

/** A report that data points are still added to. */
interface GrowingOffer extends ReportOffer {
  readonly points: Map<string, DataPoint>;
  /** Up to which number default rIDs have been found taken. */
  readonly triedIds: Map<string, number>;
}

/** Everything a VEN can report, by reportSpecifierID; each is unique (rule 308). */
export class ReportOffers {
  readonly #offers = new Map<string, GrowingOffer>();
  readonly #withdrawn = new Set<string>();

  /** Throws for what the VTN would have to refuse. */
  add(options: ReportOptions): OfferedPoint {
    const anyPoint = dataPointOf(options);
    const { reportName } = anyPoint;
    const reportSpecifierId = options.reportSpecifierId ?? this.#specifierOf(anyPoint);
    requireText("reportSpecifierId", reportSpecifierId);
    const offer = this.#offers.get(reportSpecifierId);
    const { resourceId, rId } = options;
    const points = offer?.points ?? new Map<string, DataPoint>();
    const triedIds = offer?.triedIds ?? new Map<string, number>();
    const ids = { isTaken: (id: string) => points.has(id), tried: triedIds };
    const point = rId === undefined ? named(anyPoint, defaultRId(anyPoint, { resourceId, ids })) : anyPoint;
    if (offer !== undefined) requireSameKind(offer, point);
    const duration = milliseconds(Math.max(offer?.duration ?? 0, point.duration));
    const kind = { reportSpecifierId, reportName, isPoint: point.isPoint, duration };
    // The other data points were looked at when they were added, and a longer duration suits them, too.
    requireOffer(metadataOf({ ...kind, points: new Map([[point.rId, point]]) }, new Date(0)));
    this.#offers.set(reportSpecifierId, { ...kind, points: points.set(point.rId, point), triedIds });
    this.#withdrawn.delete(reportSpecifierId);
    return { reportSpecifierId, point };
  }

  /** Offers a report no longer; false if there is none of that ID. */
  withdraw(reportSpecifierId: string): boolean {
    const isOffered = this.#offers.delete(reportSpecifierId);
    if (!isOffered) return false;
    this.#withdrawn.add(reportSpecifierId);
    const [oldest = ""] = this.#withdrawn;
    if (this.#withdrawn.size > mostWithdrawn) this.#withdrawn.delete(oldest);
    return true;
  }

  get all(): readonly ReportOffer[] {
    return [...this.#offers.values()];
  }

  get(reportSpecifierId: string): ReportOffer | undefined {
    return this.#offers.get(reportSpecifierId);
  }

  /** Whether a report is one of the last that have been withdrawn. */
  isWithdrawn(reportSpecifierId: string): boolean {
    return this.#withdrawn.has(reportSpecifierId);
  }

  /** The reports as oadrRegisterReport tells them (rules 305, 308, 311, 312, 331, 333). */
  metadata(now: Date): OadrReport[] {
    return [...this.#offers.values()].map((offer) => metadataOf(offer, now));
  }

  /** The first report of that kind, or a new one. */
  #specifierOf({ reportName, isPoint }: DataPoint): string {
    const isSame = (offer: ReportOffer): boolean => offer.reportName === reportName && offer.isPoint === isPoint;
    const known = [...this.#offers.values()].find(isSame);
    return known?.reportSpecifierId ?? defaultReportSpecifierId(reportName, (id) => this.#offers.has(id));
  }
}

/** Older ones are refused as unknown. */
const mostWithdrawn = 1000;

function requireSameKind({ reportName, isPoint, points }: ReportOffer, point: DataPoint): void {
  if (reportName !== point.reportName)
    throw new RangeError(`reportSpecifierId: expected a ${reportName} report, got ${point.reportName}`);
  if (isPoint !== point.isPoint)
    throw new RangeError(`isPoint: expected ${isPoint}, as for the report's other data points, got ${point.isPoint}`);
  if (points.has(point.rId))
    throw new RangeError(`rId: expected one that the report has not, got ${JSON.stringify(point.rId)}`);
}

function metadataOf({ reportSpecifierId, reportName, duration, points }: ReportOffer, now: Date): OadrReport {
  return {
    duration,
    reportDescriptions: [...points.values()].map(({ description }) => description),
    reportRequestId: "0",
    reportSpecifierId,
    reportName: isExtension(reportName) ? reportName : `METADATA_${reportName}`,
    createdDateTime: now,
  };
}

function isExtension(name: DataReportName): name is Extract<DataReportName, `x-${string}`> {
  return name.startsWith("x-");
}

/** What breaks a rule or the schema is found here, and not when all reports are offered together. */
function requireOffer(report: OadrReport): void {
  const message: Message = { name: "oadrRegisterReport", payload: { requestId: "0", reports: [report], venId: "0" } };
  encode(message);
  const [first, ...rest] = checkRules(message, { sender: "ven", now: report.createdDateTime });
  if (first !== undefined) throw new RuleViolationError(message.name, [first, ...rest]);
}
