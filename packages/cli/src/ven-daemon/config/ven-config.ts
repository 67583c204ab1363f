import type { Duration, Limits } from "@openleadr/protocol";
import type {
  PushOptions,
  TargetMembership,
  UnsentReportOptions,
  VenKey,
  VenResource,
  VenSignatureOptions,
} from "@openleadr/ven";
import { isLoopback } from "@openleadr/transport/internal";
import { availability, type AvailabilityConfig } from "./availability.ts";
import { events, noEvents, type EventsConfig } from "./events.ts";
import { path } from "./files.ts";
import { defaulted, mapping, optional, required } from "./mapping.ts";
import { mqtt, type MqttConfig } from "./mqtt.ts";
import { push } from "./push.ts";
import { invalid, type Invalid, type Place, type Reader } from "./place.ts";
import { distinct, flag, integer, list, number, oneOf, refine, span, text } from "./readers.ts";
import { report, type ReportConfig } from "./reports.ts";
import { requireKnownNames } from "./rule-names.ts";
import { signatures, withSigner } from "./signatures.ts";
import { limits, storeKey, unsentReports } from "./storage.ts";
import { vtn, type VtnConfig } from "./vtn.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggingConfig {
  /** The least that is told. */
  readonly level: LogLevel;
  readonly format: "text" | "json";
}

/** Where the health of the VEN can be asked for. */
export interface HealthConfig {
  readonly host: string;
  readonly port: number;
  /** How long the VTN may be silent; three times the poll interval, and at least a minute, if there is none. */
  readonly maxSilence: Duration | undefined;
  /** Whether whoever is on this machine may see the events and change the VEN's answers. */
  readonly control: boolean;
}

/** What was read from a configuration file of a VEN. */
export interface ReadVenConfig extends VenConfig {
  /** The file as it was. */
  readonly source: string;
  /** The certificates, keys, CAs and lists that it names. */
  readonly certificateFiles: readonly string[];
}

/** What a configuration file of a VEN says, with every default filled in that is not the library's. */
export interface VenConfig {
  readonly name: string;
  readonly venId: string | undefined;
  readonly reportOnly: boolean;
  readonly vtn: VtnConfig;
  readonly signatures: VenSignatureOptions | undefined;
  readonly pollInterval: Duration | undefined;
  readonly pollJitter: number | undefined;
  readonly maxRetryInterval: Duration | undefined;
  readonly registrationPause: Duration | undefined;
  readonly maxClockSkew: Duration | undefined;
  /** The SQLite file in which the VEN keeps its state; undefined for memory. */
  readonly state: string | undefined;
  readonly storeKey: Partial<VenKey> | undefined;
  readonly unsentReports: UnsentReportOptions | undefined;
  readonly limits: Limits | undefined;
  readonly tolerant: boolean;
  readonly push: (PushOptions & { readonly listen: Exclude<PushOptions["listen"], false> }) | undefined;
  readonly marketContexts: readonly string[] | undefined;
  readonly signals: readonly string[] | undefined;
  readonly memberOf: TargetMembership | undefined;
  readonly resources: readonly VenResource[] | undefined;
  readonly events: EventsConfig;
  /** What the VTN is told of when the VEN takes part. */
  readonly availability: readonly AvailabilityConfig[];
  readonly reports: readonly ReportConfig[];
  readonly mqtt: MqttConfig | undefined;
  /** Undefined for none. */
  readonly health: HealthConfig | undefined;
  readonly logging: LoggingConfig;
}

const ids = optional(list(text));

const membership = { groupIds: ids, groupNames: ids, partyIds: ids };

const resource: Reader<VenResource> = refine(
  mapping({ resourceId: required(text), deviceClasses: ids, ...membership }),
  ({ resourceId, deviceClasses, ...rest }) => ({ resourceId, deviceClasses, ...given(rest) }),
);

const memberOf: Reader<TargetMembership> = refine(mapping(membership), given);

type Membership = Pick<TargetMembership, "groupIds" | "groupNames" | "partyIds">;

/** Without the lists that are not there, as messages have it. */
function given(lists: { readonly [Name in keyof Membership]-?: readonly string[] | undefined }): Membership {
  return Object.fromEntries(Object.entries(lists).filter(([, each]) => each !== undefined));
}

const health: Reader<HealthConfig> = refine(
  mapping({
    host: defaulted(text, "127.0.0.1"),
    port: defaulted(integer(0, 65_535), 8090),
    maxSilence: optional(span()),
    control: defaulted(flag, false),
  }),
  (config, place) =>
    config.control && !isLoopback(config.host)
      ? (place.child("host") ?? place).mistake("127.0.0.1 or ::1 to go with control, which others must not reach")
      : config,
);

const plainLogging: LoggingConfig = { level: "info", format: "text" };

const logging = mapping({
  level: defaulted(oneOf(...LOG_LEVELS), plainLogging.level),
  format: defaulted(oneOf("text", "json"), plainLogging.format),
});

/** The whole file. */
export const venConfig: Reader<VenConfig> = refine(
  refine(
    mapping({
      name: required(text),
      venId: optional(text),
      reportOnly: defaulted(flag, false),
      vtn: required(vtn),
      signatures: optional(signatures),
      pollInterval: optional(span()),
      pollJitter: optional(number(0, 1)),
      maxRetryInterval: optional(span()),
      registrationPause: optional(span(0)),
      maxClockSkew: optional(span()),
      state: optional(path),
      storeKey: optional(storeKey),
      unsentReports: optional(unsentReports),
      limits: optional(limits),
      tolerant: defaulted(flag, false),
      push: optional(push),
      marketContexts: optional(list(text)),
      signals: optional(list(text)),
      memberOf: optional(memberOf),
      resources: optional(distinct(resource, ({ resourceId }) => resourceId)),
      events: defaulted(events, noEvents),
      availability: defaulted(availability, []),
      reports: defaulted(distinct(report, idOfReport, ", or an rId of its own"), []),
      mqtt: optional(mqtt),
      health: optional(health),
      logging: defaulted(logging, plainLogging),
    }),
    (config, place) => requireKnownNames(requireBroker(requireNoEvents(config, place), place), place),
  ),
  withSigner,
);

/** A data point's ID is one of its report's. */
function idOfReport({ offer: { reportSpecifierId, rId } }: ReportConfig): string {
  return `${reportSpecifierId}/${rId}`;
}

/** Who only reports has nothing to say of events, nor of when it takes part. */
function requireNoEvents(config: VenConfig, place: Place): VenConfig | Invalid {
  const given = [place.child("events"), place.child("availability")].filter((each) => each !== undefined);
  if (!config.reportOnly || given.length === 0) return config;
  for (const each of given) each.complain("expected none of a VEN that only reports (reportOnly), got some");
  return invalid;
}

/** Whoever uses MQTT needs a broker. */
function requireBroker(config: VenConfig | Invalid, place: Place): VenConfig | Invalid {
  if (config === invalid || config.mqtt !== undefined) return config;
  const actions = place.child("events")?.child("actions")?.items ?? [];
  const sources = (place.child("reports")?.items ?? []).map((each) => each.child("source"));
  const uses = [...actions, ...sources].map((each) => each?.child("mqtt")).filter((each) => each !== undefined);
  for (const use of uses) use.complain("expected a section mqtt that names the broker, got none");
  return uses.length === 0 ? config : invalid;
}
