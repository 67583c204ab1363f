import type { Duration, Measurement } from "@openleadr/protocol";
import { isHistory, type DataPoint, type DataReportName, type OfferedReport } from "./offered-report.ts";
import type { ReadingsHandler, ReportOrder, ReportSelection } from "./report-selection.ts";

/**
 * A standing wish for reports, of all VENs that offer them, now or later; asked for again after each new metadata, which
 * put an end to what was asked before (rule 306).
 */
export interface ReportRule extends Pick<ReportSelection, "onReadings"> {
  /** Unique; requests tell it as `rule`. */
  readonly name: string;
  /** Reports of that name. @default reports of any name, but of history */
  readonly reportName?: DataReportName | undefined;
  /** Data points of that measurement, such as `powerReal`. @default any, or none */
  readonly measurement?: Measurement["name"] | undefined;
  /** Further conditions on the data points. @default all */
  readonly matches?: ((point: DataPoint, report: OfferedReport & { readonly venId: string }) => boolean) | undefined;
  /** See {@link ReportSelection.granularity}. @default seconds(0) */
  readonly granularity?: Duration | undefined;
  /** See {@link ReportSelection.reportBackDuration}. @default granularity */
  readonly reportBackDuration?: Duration | undefined;
  /** See {@link ReportSelection.reportInterval}. @default from now, for ever */
  readonly reportInterval?: ReportSelection["reportInterval"];
}

/** The report rules of a VTN, by name. */
export class ReportRules {
  readonly #rules = new Map<string, ReportRule>();

  constructor(rules: readonly ReportRule[]) {
    for (const rule of rules) this.add(rule);
  }

  /** Throws `RangeError` for a name that is taken, or none. */
  add(rule: ReportRule): void {
    if (rule.name === "") throw new RangeError('name: expected the name of a report rule, got ""');
    if (this.#rules.has(rule.name))
      throw new RangeError(`name: expected one that no other report rule has, got ${JSON.stringify(rule.name)}`);
    this.#rules.set(rule.name, rule);
  }

  delete(name: string): boolean {
    return this.#rules.delete(name);
  }

  handlerOf(name: string | undefined): ReadingsHandler | undefined {
    return name === undefined ? undefined : this.#rules.get(name)?.onReadings;
  }

  list(): readonly ReportRule[] {
    return [...this.#rules.values()];
  }
}

/** What a rule asks of a VEN: the data points of each of its reports that match. */
export function ordersOf(rule: ReportRule, venId: string, offers: readonly OfferedReport[]): readonly ReportOrder[] {
  const { granularity, reportBackDuration, reportInterval } = rule;
  return offers.flatMap((report) => {
    const rIds = report.dataPoints.flatMap((point) => (isMatch(rule, point, { ...report, venId }) ? [point.rId] : []));
    if (rIds.length === 0) return [];
    return [{ reportSpecifierId: report.reportSpecifierId, rIds, granularity, reportBackDuration, reportInterval }];
  });
}

function isMatch(rule: ReportRule, point: DataPoint, report: OfferedReport & { readonly venId: string }): boolean {
  if (rule.reportName === undefined ? isHistory(report) : rule.reportName !== report.reportName) return false;
  if (rule.measurement !== undefined && rule.measurement !== point.measurement?.name) return false;
  return rule.matches?.(point, report) ?? true;
}
