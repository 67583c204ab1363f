import { STANDARD_SIGNALS, type ReportOptions, type VenOptions } from "@openleadr/ven";
import type { OfferConfig } from "./config/reports.ts";
import type { VenConfig } from "./config/ven-config.ts";

/** The options of the VEN that a file describes, without what it does. */
export function venOptionsOf(config: VenConfig): VenOptions {
  const { name: venName, vtn, signals, events, venId, tolerant, push } = config;
  const { pollInterval, pollJitter, maxRetryInterval, registrationPause, maxClockSkew } = config;
  const { storeKey, unsentReports, limits, marketContexts, memberOf, resources } = config;
  return {
    venName,
    venId,
    vtnUrl: vtn.url,
    tls: vtn.tls,
    requestTimeout: vtn.requestTimeout,
    headers: vtn.headers,
    proxy: vtn.proxy,
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

/** A data point as the library takes it; `collect` answers with what the kind of report demands. */
export function reportOptionsOf(
  { measurement, ...offer }: OfferConfig,
  collect: (context: { readonly signal: AbortSignal }) => Promise<unknown>,
): ReportOptions {
  return (
    measurement === undefined
      ? { ...offer, reportName: "TELEMETRY_STATUS", collect }
      : { ...offer, measurement, collect }
  ) as ReportOptions;
}
