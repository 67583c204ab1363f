import {
  STANDARD_SIGNALS,
  type AskedSpan,
  type HandlerContext,
  type ReportOptions,
  type TimedValue,
  type VenOptions,
} from "@openleadr/ven";
import type { ReportConfig } from "./config/reports.ts";
import type { VenConfig } from "./config/ven-config.ts";

/** The options of the VEN that a file describes, without what it does. */
export function venOptionsOf(config: VenConfig): VenOptions {
  const { name: venName, vtn, signatures, signals, events, venId, reportOnly, tolerant, push } = config;
  const { pollInterval, pollJitter, maxRetryInterval, registrationPause, maxClockSkew } = config;
  const { storeKey, unsentReports, limits, marketContexts, memberOf, resources } = config;
  return {
    venName,
    venId,
    reportOnly,
    vtnUrl: vtn.url,
    tls: vtn.tls,
    requestTimeout: vtn.requestTimeout,
    headers: vtn.headers,
    proxy: vtn.proxy,
    signatures,
    pollInterval,
    pollJitter,
    maxRetryInterval,
    registrationPause,
    maxClockSkew,
    storeKey,
    unsentReports,
    limits,
    tolerant,
    push,
    marketContexts,
    memberOf,
    resources,
    signals: signals === undefined ? undefined : [...STANDARD_SIGNALS, ...signals],
    actOnTestEvents: events.actOnTestEvents,
    // Every action has a time limit of its own.
    handlerTimeout: false,
  };
}

/** Where the values of a data point come from. */
export interface ReportSources {
  /** What is so at the moment: a number, or the state of a resource. */
  current(asked: HandlerContext): Promise<unknown>;
  past(asked: AskedSpan): Promise<readonly TimedValue<number>[]>;
  /** Green Button content. */
  feed(asked: AskedSpan): Promise<string>;
}

/** A data point as the library takes it; its sources give what the kind of report demands. */
export function reportOptionsOf(
  { offer, sampleEvery }: Pick<ReportConfig, "offer" | "sampleEvery">,
  sources: ReportSources,
): ReportOptions {
  return { ...offer, ...handlersOf(offer.reportName, { sources, isKept: sampleEvery !== undefined }) } as ReportOptions;
}

function handlersOf(
  reportName: string,
  { sources, isKept }: { readonly sources: ReportSources; readonly isKept: boolean },
): object {
  if (reportName === "HISTORY_GREENBUTTON") return { collectSpan: sources.feed };
  if (reportName === "HISTORY_USAGE") return isKept ? {} : { collectSpan: sources.past };
  return { collect: sources.current };
}
