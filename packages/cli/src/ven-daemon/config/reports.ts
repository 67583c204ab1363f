import { energyReal, powerReal, pulseCount, seconds, SI_SCALE_CODE, type Duration } from "@openleadr/protocol";
import type { UsageMeasurement } from "@openleadr/ven";
import { path } from "./files.ts";
import { byKey, defaulted, mapping, optional, required } from "./mapping.ts";
import { topic } from "./mqtt.ts";
import type { Reader } from "./place.ts";
import { flag, list, number, oneOf, refine, span, text } from "./readers.ts";
import { headers, serviceUrl } from "./secret.ts";

interface Source {
  /** Where in a JSON document the value stands; the whole document if there is none. */
  readonly pointer: string | undefined;
  /** Time for one reading. */
  readonly timeout: Duration;
}

/** Where readings come from. */
export type SourceConfig =
  | (Source & { readonly kind: "file"; readonly file: string })
  | (Source & { readonly kind: "url"; readonly url: URL; readonly headers: Readonly<Record<string, string>> })
  | (Source & { readonly kind: "command"; readonly argv: readonly string[] })
  /** `maxAge`: how old the last message may be. */
  | (Source & { readonly kind: "mqtt"; readonly topic: string; readonly maxAge: Duration });

/** A data point as the VTN hears of it. */
export interface OfferConfig {
  readonly resourceId: string;
  readonly reportSpecifierId: string;
  readonly rId: string;
  /** Undefined for TELEMETRY_STATUS. */
  readonly measurement: UsageMeasurement | undefined;
  readonly marketContext: string | undefined;
  readonly samplingRate: { readonly minPeriod: Duration; readonly maxPeriod: Duration; readonly onChange: boolean };
  readonly duration: Duration | undefined;
}

/** A data point, and where its readings come from. */
export interface ReportConfig {
  readonly offer: OfferConfig;
  readonly source: SourceConfig;
  /** What each value is multiplied by. */
  readonly factor: number;
}

const pointer: Reader<string> = refine(text, (value, place) =>
  /^(?:\/(?:[^~]|~[01])*)+$/.test(value) ? value : place.mistake("a JSON pointer such as /meter/power"),
);

const shared = { pointer: optional(pointer), timeout: defaulted(span(), seconds(10)) };

const source: Reader<SourceConfig> = byKey<SourceConfig>({
  file: refine(mapping({ ...shared, file: required(path) }), (each) => ({ kind: "file", ...each })),
  url: refine(mapping({ ...shared, url: required(serviceUrl), headers: defaulted(headers, {}) }), (each) => ({
    kind: "url",
    ...each,
  })),
  command: refine(mapping({ ...shared, command: required(list(text)) }), ({ command: argv, ...each }) => ({
    kind: "command",
    argv,
    ...each,
  })),
  mqtt: refine(
    mapping({ ...shared, mqtt: required(topic), maxAge: defaulted(span(), seconds(300)) }),
    ({ mqtt, ...each }) => ({ kind: "mqtt", topic: mqtt, ...each }),
  ),
});

const reportName = oneOf("TELEMETRY_USAGE", "TELEMETRY_STATUS");

const identity = {
  reportName: optional(reportName),
  resourceId: required(text),
  reportSpecifierId: optional(text),
  rId: optional(text),
  marketContext: optional(text),
  samplingRate: optional(
    mapping({
      minPeriod: defaulted(span(), seconds(1)),
      maxPeriod: defaulted(span(), seconds(3600)),
      onChange: defaulted(flag, false),
    }),
  ),
  duration: optional(span()),
  source: required(source),
};

const usage: Reader<ReportConfig> = refine(
  mapping({
    ...identity,
    measurement: required(oneOf("powerReal", "energyReal", "pulseCount")),
    scale: optional(oneOf(...Object.values(SI_SCALE_CODE))),
    voltage: optional(number(0)),
    hertz: optional(number(0)),
    ac: optional(flag),
    pulseFactor: optional(number(0)),
    factor: defaulted(number(), 1),
  }),
  ({ measurement: name, scale, voltage, hertz, ac, pulseFactor, source: from, factor, ...rest }, place) => {
    const strangers = {
      powerReal: ["pulseFactor"],
      energyReal: ["pulseFactor", ...power],
      pulseCount: ["scale", ...power],
    };
    const stranger = strangers[name].map((key) => place.child(key)).find((child) => child !== undefined);
    if (stranger !== undefined) return stranger.complain(`does not go with ${name}`);
    if (name === "pulseCount" && pulseFactor === undefined)
      return place.complain("expected pulseFactor, the energy of a pulse in kWh, got none");
    const measurement = {
      powerReal: () => powerReal({ scale, voltage, hertz, ac }),
      energyReal: () => energyReal({ scale }),
      pulseCount: () => pulseCount(pulseFactor ?? 0),
    }[name]();
    return { offer: offerOf(rest, measurement), source: from, factor };
  },
);

const power = ["voltage", "hertz", "ac"];

const status: Reader<ReportConfig> = refine(mapping(identity), ({ source: from, ...rest }) => ({
  offer: offerOf(rest, undefined),
  source: from,
  factor: 1,
}));

type Given = Omit<OfferConfig, "reportSpecifierId" | "rId" | "samplingRate" | "measurement"> & {
  readonly reportSpecifierId: string | undefined;
  readonly rId: string | undefined;
  readonly samplingRate: OfferConfig["samplingRate"] | undefined;
};

/** The IDs do not change from one start to the next, so that the VTN knows the data points again. */
function offerOf(given: Given, measurement: UsageMeasurement | undefined): OfferConfig {
  const { resourceId, marketContext, duration } = given;
  return {
    resourceId,
    reportSpecifierId: given.reportSpecifierId ?? (measurement === undefined ? "status" : "usage"),
    rId: given.rId ?? `${resourceId}-${measurement?.name ?? "status"}`,
    measurement,
    marketContext,
    samplingRate: given.samplingRate ?? { minPeriod: seconds(1), maxPeriod: seconds(3600), onChange: false },
    duration,
  };
}

export const report: Reader<ReportConfig> = (place) => {
  const isStatus = place.child("reportName")?.scalar === "TELEMETRY_STATUS";
  return isStatus ? status(place) : usage(place);
};
