import { randomInt, randomUUID } from "node:crypto";
import { hours, minutes, seconds, systemClock, type Clock, type Duration, type Limits } from "@openleadr/protocol";
import {
  silentLogger,
  type ClientTlsOptions,
  type Logger,
  type Transport,
  type WireExchange,
} from "@openleadr/transport";
import { resolveEventOptions, type EventOptions, type ResolvedEventOptions } from "./event/event-options.ts";
import { resolvePushOptions, type PushOptions, type ResolvedPushOptions } from "./push/options.ts";
import {
  resolveUnsentReportOptions,
  type ResolvedUnsentReportOptions,
  type UnsentReportOptions,
} from "./report/unsent.ts";
import { longestPollInterval, shortestPollInterval } from "./poll/poll-interval.ts";
import { eventHandlerNames } from "./event/handlers.ts";
import { VenSignatures, type VenSignatureOptions } from "./signatures.ts";
import type { VenStatus } from "./status.ts";
import { MemoryVenStore } from "./store/memory-ven-store.ts";
import type { VenKey, VenStore } from "./store/ven-store.ts";
import type { VtnReportOptions } from "./vtn-report/vtn-report-options.ts";

export type { HandlerContext } from "./handler-context.ts";

/** Where the VTN is: at a URL, or at the end of a transport of one's own. */
export type VtnAddress =
  | {
      /** Base URL of the VTN, e.g. `https://vtn.example.com/OpenADR2/Simple/2.0b`; a bare host gets that path. */
      readonly vtnUrl: URL | string;
      /** Our certificate and the CAs we trust, for an `https:` URL. */
      readonly tls?: ClientTlsOptions | undefined;
      /** Time allowed for one request; `false` waits for ever. @default seconds(30) */
      readonly requestTimeout?: Duration | false | undefined;
      /** HTTP headers to add, such as a gateway's key; not those that OpenADR rules on. @default none */
      readonly headers?: Readonly<Record<string, string>> | undefined;
      /** URL of an HTTP proxy to connect through. @default none */
      readonly proxy?: URL | string | undefined;
      readonly transport?: never;
    }
  | {
      /** Carries the messages; the VEN does not close it. */
      readonly transport: Transport;
      readonly vtnUrl?: never;
      readonly tls?: never;
      readonly requestTimeout?: never;
      readonly headers?: never;
      readonly proxy?: never;
    };

/** Options of a {@link Ven}. */
export type VenOptions = VtnAddress &
  EventOptions &
  VtnReportOptions & {
    /** The name under which the VEN registers. */
    readonly venName: string;
    /** The venID, where the VTN gave it out beforehand (rule 402). @default given by the VTN */
    readonly venId?: string | undefined;
    /**
     * Register as a VEN that only reports (`oadrReportOnly`): the VTN has no events for it, it asks for none, and there can be
     * no handlers of events. One that comes all the same gets optOut. @default false
     */
    readonly reportOnly?: boolean | undefined;
    /** Called whenever something happens to the VEN. What it throws is logged and changes nothing. */
    readonly onStatus?: ((status: VenStatus) => void) | undefined;
    /**
     * Called with every request of the VEN once it has been answered or has failed, with every message that the VTN
     * pushes just before its answer leaves, and with what else reaches the VEN's listener: the documents both ways, and
     * what became of them. What it throws is logged and changes nothing. It costs nothing when it is left out.
     */
    readonly onExchange?: ((exchange: WireExchange) => void) | undefined;
    /**
     * Where the VEN keeps what it must not forget: its registration, events, answers, opts and reports. With a store that
     * outlives the process (`SqliteVenStore` of `@openleadr/ven/sqlite`) it goes on after a restart where it was. The VEN
     * does not close it. @default a {@link MemoryVenStore} of the VEN's own
     */
    readonly store?: VenStore | undefined;
    /**
     * What the state is known by in the store. `vtn` is the VTN's URL by default, or empty for a transport of one's own;
     * `ven` is `venName`. To be set where these may change, or are shared by several.
     */
    readonly storeKey?: Partial<VenKey> | undefined;
    /**
     * Time between two polls where the VTN does not say. From 1 s to 24 h. Of a VTN, less counts as 1 s and more as 24 h, which
     * is told as `deviated`. @default seconds(10)
     */
    readonly pollInterval?: Duration | undefined;
    /**
     * By how much of itself the time between two polls grows at the most, drawn anew each time, so that many VENs do not
     * poll at one moment; 0.1 for up to a tenth. From 0 to 1. It never grows over 24 h. @default 0
     *
     * @see OpenADR 2.0b, §9.1 and rule 500: it may be longer than the VTN asks for, not shorter
     */
    readonly pollJitter?: number | undefined;
    /** Has the VTN send what it has when it has it, instead of being polled. @default polls */
    readonly push?: PushOptions | undefined;
    /** How much data is kept for a VTN that is away. */
    readonly unsentReports?: UnsentReportOptions | undefined;
    /** Signs what the VEN sends, and verifies what the VTN sends, answers and pushes alike. @default neither */
    readonly signatures?: VenSignatureOptions | undefined;
    /** Longest wait between attempts to register. At least 1 s. @default hours(1) */
    readonly maxRetryInterval?: Duration | undefined;
    /** Wait before the VEN registers anew when the VTN has cancelled its registration (rule 401). @default minutes(1) */
    readonly registrationPause?: Duration | undefined;
    /** Take what real VTNs send beside the schema; see `decode`. @default false */
    readonly tolerant?: boolean | undefined;
    /** How much of a document is read before it is refused. */
    readonly limits?: Limits | undefined;
    /** @default silent */
    readonly logger?: Logger | undefined;
    /** Where time comes from. @default the machine's own clock */
    readonly clock?: Clock | undefined;
    /** Makes IDs, unique each time. @default UUIDs from `node:crypto` */
    readonly newId?: (() => string) | undefined;
    /** Numbers at random from 0 up to 1, for jitter. @default from `node:crypto` */
    readonly random?: (() => number) | undefined;
  };

type Defaulted =
  | "reportOnly"
  | "pollInterval"
  | "pollJitter"
  | "maxRetryInterval"
  | "registrationPause"
  | "tolerant"
  | "logger"
  | "clock"
  | "newId"
  | "random"
  | "store"
  | "onStatus";

/** Options with every default filled in; what the code below reads. */
export type ResolvedVenOptions = Omit<
  VenOptions,
  Defaulted | keyof ResolvedEventOptions | "push" | "unsentReports" | "signatures"
> & {
  readonly [Name in Defaulted]-?: Exclude<VenOptions[Name], undefined>;
} & ResolvedEventOptions & {
    readonly push: ResolvedPushOptions | undefined;
    readonly unsentReports: ResolvedUnsentReportOptions;
    readonly signatures: VenSignatures;
  };

/** Fills in defaults. Throws `RangeError`, with name and value, for options out of range; `TypeError` for those that do not go together. */
export function resolveVenOptions(options: VenOptions): ResolvedVenOptions {
  const resolved = {
    ...options,
    ...resolveEventOptions(options),
    reportOnly: options.reportOnly ?? false,
    pollInterval: options.pollInterval ?? seconds(10),
    pollJitter: options.pollJitter ?? 0,
    signatures: new VenSignatures(options.signatures, options.clock),
    push: options.push === undefined ? undefined : resolvePushOptions(options.push),
    unsentReports: resolveUnsentReportOptions(options.unsentReports),
    maxRetryInterval: options.maxRetryInterval ?? hours(1),
    registrationPause: options.registrationPause ?? minutes(1),
    tolerant: options.tolerant ?? false,
    logger: options.logger ?? silentLogger,
    clock: options.clock ?? systemClock,
    newId: options.newId ?? randomUUID,
    store: options.store ?? new MemoryVenStore(),
    random: options.random ?? anyNumber,
    onStatus: options.onStatus ?? tellNobody,
  };
  if (resolved.reportOnly) requireNoEventHandlers(options);
  if (options.venName === "") throw new RangeError('venName: expected a name, got ""');
  if (options.venId === "") throw new RangeError('venId: expected an ID, or undefined, got ""');
  if (!(resolved.pollInterval >= shortestPollInterval && resolved.pollInterval <= longestPollInterval))
    throw new RangeError(`pollInterval: expected 1 s to 24 h, got ${resolved.pollInterval} ms`);
  if (!(resolved.maxRetryInterval >= seconds(1)))
    throw new RangeError(`maxRetryInterval: expected at least 1 s, got ${resolved.maxRetryInterval} ms`);
  if (!(resolved.pollJitter >= 0 && resolved.pollJitter <= 1))
    throw new RangeError(`pollJitter: expected a number from 0 to 1, got ${resolved.pollJitter}`);
  if (!(resolved.registrationPause >= 0)) {
    throw new RangeError(`registrationPause: expected a duration, got ${resolved.registrationPause} ms`);
  }
  return resolved;
}

function anyNumber(): number {
  return randomInt(2 ** 32) / 2 ** 32;
}

function tellNobody(): void {}

function requireNoEventHandlers(options: VenOptions): void {
  const handler = eventHandlerNames.find((name) => options[name] !== undefined);
  if (handler !== undefined) throw new TypeError(`reportOnly: expected no handlers of events, got ${handler}`);
}
