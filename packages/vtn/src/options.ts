import { randomInt, randomUUID } from "node:crypto";
import {
  minutes,
  seconds,
  systemClock,
  type Clock,
  type Duration,
  type Limits,
  type OadrCreatePartyRegistration,
  type OadrQueryRegistration,
  type Profile,
  type VerifiedSigner,
} from "@openleadr/protocol";
import { resolveLimits } from "@openleadr/protocol/internal";
import {
  silentLogger,
  type HttpListenerOptions,
  type Logger,
  type Received,
  type WireExchange,
} from "@openleadr/transport";
import type { Overlap } from "./event/event-overlap.ts";
import { MemoryStore } from "./store/memory-store.ts";
import type { OptCancellation } from "./opt/opt.ts";
import type { OptRecord } from "./opt/opt-record.ts";
import type { OwnReport } from "./own-report/own-report-offer.ts";
import type { DataPointSelection, OfferedDataPoint } from "./report/data-point-selection.ts";
import type { OfferedReport } from "./report/offered-report.ts";
import type { ReportUpdate } from "./report/reading.ts";
import type { ReportRule } from "./report/report-rules.ts";
import type { ReportSelection } from "./report/report-selection.ts";
import { subjectOf, type AcceptedVen } from "./registration/admission.ts";
import type { CertificateTrait } from "./registration/certificate-traits.ts";
import type { VenLookup } from "./registration/identity.ts";
import type { PresenceHandler } from "./registration/presence.ts";
import type { RegistrationInfos } from "./registration/registration-infos.ts";
import { requirePollFrequency } from "./registration/poll-frequency.ts";
import type { FailureLimit } from "./security/failure-limits.ts";
import type { SecurityEvent } from "./security/security-event.ts";
import type { VenSignatures, VtnSignatureOptions } from "./security/signature-options.ts";
import type { VtnStatus } from "./status.ts";
import type { Store } from "./store/store.ts";
import type { EventAnswer } from "./store/event-store.ts";
import type { ResolveTargets } from "./targeting/targeting.ts";
import {
  resolveDeliveryOptions,
  type DeliveryOptions,
  type ResolvedDeliveryOptions,
} from "./delivery/delivery-options.ts";
import type { PolledMessage } from "./delivery/poll.ts";
import { resolvePushOptions, type PushOptions, type ResolvedPushOptions } from "./delivery/push-options.ts";

/**
 * What a handler may want to know beside what it is asked: where the request came from. `peer` has the IP address, the
 * client certificate and its fingerprint.
 */
export interface RequestContext extends Pick<Received, "peer" | "headers" | "signal"> {
  /** The VEN; undefined when it registers for the first time. */
  readonly venId: string | undefined;
  /**
   * The registered VEN that a new registration names, by its venID or else by its name, though the peer's certificate and
   * signature do not stand for it: this may be that VEN with a new certificate, or anybody else. Undefined otherwise.
   */
  readonly claimedVenId?: string | undefined;
  /** Who signed an oadrCreatePartyRegistration; undefined where it is not signed, or nobody looked at the signature. */
  readonly signer?: VerifiedSigner | undefined;
}

type Awaitable<T> = T | Promise<T>;

/** What a VEN gets that may register; what is left out, the VTN decides. */
export interface RegistrationTerms extends RegistrationInfos, VenSignatures {
  /** Counts in a new registration only, as does `registrationId`. */
  readonly venId?: string | undefined;
  readonly registrationId?: string | undefined;
  /**
   * Beside `venId`, in a new registration: the fingerprint of the certificate that this VEN has from now on. Who shows another
   * one is refused with 463. A VEN that is bound to a certificate gets a new one only so, and the old one is not taken any more:
   * see `claimedVenId`.
   */
  readonly fingerprint?: string | undefined;
  /** How often this VEN is to poll, at least 1 s. @default what it was, else the VTN's `pollFrequency` */
  readonly pollFrequency?: Duration | undefined;
}

/**
 * Whether a VEN may register: yes or no, yes on terms, or `"pending"`: then `acceptedVens` and what was decided by
 * `vtn.vens.accept` count, and else the VEN waits until that is decided. What `vtn.vens.refuse` keeps out is not asked about.
 */
export type RegistrationDecision = boolean | "pending" | RegistrationTerms;

/**
 * Options of a {@link Vtn}.
 *
 * A handler is asked before anything is stored or acknowledged. To refuse a message it throws a {@link RejectedError},
 * whose code and description the VEN gets; any other error is logged, and the VEN gets 469 and may try again.
 */
export interface VtnOptions {
  /** The VTN's ID, as VENs know it. */
  readonly vtnId: string;
  /**
   * Decides who may register, and who may go on when it registers again. A VEN that registers anew keeps its venID, and
   * one that brings a venID gets it, unless the answer names another. A VEN that is refused or pending gets 463 and tries
   * again later. Without it, every VEN is `"pending"`.
   *
   * A VEN that registers with a client certificate is bound to it: nobody else gets its venID, whatever the answer is, unless
   * the answer names both the venID and the `fingerprint` of the certificate that stands for it from now on.
   */
  readonly onCreatePartyRegistration?:
    ((request: OadrCreatePartyRegistration, context: RequestContext) => Awaitable<RegistrationDecision>) | undefined;
  /** Who may register, where `onCreatePartyRegistration` does not say it. @default nobody */
  readonly acceptedVens?: readonly AcceptedVen[] | undefined;
  /**
   * By what a client certificate says which VEN shows it: by itself, or by the common name that its CA has written into
   * it, which then no two VENs may have and which stays the same when the certificate is renewed. Who shows a certificate
   * without exactly one common name cannot register then; one of which a proxy tells no more than the fingerprint has none.
   * @default "fingerprint"
   */
  readonly identifyBy?: CertificateTrait | undefined;
  /** Signs answers and verifies the signatures of VENs. @default nothing is signed, and no signature is looked at */
  readonly signatures?: VtnSignatureOptions | undefined;
  /** Called whenever something happens that concerns security. What it throws is logged and changes nothing. */
  readonly onSecurityEvent?: ((event: SecurityEvent) => void) | undefined;
  /**
   * How often a peer may fail to register, to sign, and to be the VEN that it names, each counted by itself; a peer is
   * known by its certificate, else by its address, of IPv6 by the first 64 bits. Beyond, it gets HTTP 403 for what fails,
   * and cannot register; nothing else of it is refused. Who neither shows a certificate nor signs gets 463 for the venIDs of
   * others however often it tries, as for those that nobody has. @default 30 per minute
   */
  readonly failureLimit?: FailureLimit | false | undefined;
  /**
   * How many VENs may be registered, at least 1. Where the handler lets in whoever asks, anybody can register as many VENs as
   * it likes, each with a mailbox: of these, one more than that is refused with 463, and tries again later. Those that are
   * registered go on and register anew, and it does not matter how many come from one address, as behind a router or a proxy.
   * With several nodes, or several registrations at once, it may become a few more. @default 100_000
   */
  readonly maxVens?: number | undefined;
  /** How many VENs are kept that wait to be accepted. Of more, the one that asked least lately is forgotten. @default 1000 */
  readonly maxPendingVens?: number | undefined;
  /**
   * Says what a list of your own knows of the sender of a message, by its venID: asked with every message but
   * oadrQueryRegistration and an oadrCreatePartyRegistration without a venID, polls included. Your list decides then who is
   * registered: a VEN that it does not know is refused with 463, and registers anew; one that only your list knows is
   * put into the store, which keeps all else, and gets its events as if it were new.
   *
   * It is also asked about the venID that a VEN brings when it registers. Then it says which certificate the VEN must show,
   * and, unless the handler or the lists above decide, that the VEN may register.
   */
  readonly venLookup?: VenLookup | undefined;
  /**
   * Called when a VEN asks what the VTN can do; what it returns goes into the answer. `venId` is that of the VEN whose
   * certificate the peer shows.
   */
  readonly onQueryRegistration?:
    | ((request: OadrQueryRegistration, context: RequestContext) => Awaitable<RegistrationInfos | undefined | void>)
    | undefined;
  /** Called when a VEN ends its registration. */
  readonly onCancelPartyRegistration?: ((venId: string, context: RequestContext) => Awaitable<void>) | undefined;
  /** Called when a VEN is there, and when it is there again. Nothing waits for it; what it throws is logged. */
  readonly onVenOnline?: PresenceHandler | undefined;
  /** Called when a VEN is gone: see `missedPolls`. Nothing waits for it; what it throws is logged. */
  readonly onVenOffline?: PresenceHandler | undefined;
  /**
   * After how many polls that did not come a VEN is offline, at least 1. It is noticed with a delay of up to one
   * `pollFrequency`. @default 3
   */
  readonly missedPolls?: number | undefined;
  /**
   * Called with each report that a VEN offers; its answer is what is asked for at once, several selections to have data
   * points at different rates. What the report does not offer fails, and the VEN gets 469.
   */
  readonly onRegisterReport?:
    | ((
        report: OfferedReport,
        context: RequestContext,
      ) => Awaitable<ReportSelection | readonly ReportSelection[] | undefined>)
    | undefined;
  /**
   * Called with each data point that a VEN offers; its answer is how it is asked for at once. Data points of one report that
   * are wanted alike are asked for in one request.
   */
  readonly onRegisterDataPoint?:
    ((point: OfferedDataPoint, context: RequestContext) => Awaitable<DataPointSelection | undefined>) | undefined;
  /** Reports that every VEN is asked for if it offers them, now or later. Names are unique. */
  readonly reportRules?: readonly ReportRule[] | undefined;
  /**
   * Called with data as they come, after the handler of their request: those of one message in turn, and all of them
   * again if one of the calls fails.
   */
  readonly onUpdateReport?: ((update: ReportUpdate, context: RequestContext) => Awaitable<void>) | undefined;
  /** Called with every answer to an event, the repeated ones too. */
  readonly onCreatedEvent?: ((answer: EventAnswer, context: RequestContext) => Awaitable<void>) | undefined;
  /** Called when a VEN opts in or out, by a schedule or for an event. What a programme allows is decided here (rule 201). */
  readonly onCreateOpt?: ((opt: OptRecord, context: RequestContext) => Awaitable<void>) | undefined;
  /** Called when a VEN takes opt schedules back. */
  readonly onCancelOpt?: ((cancellation: OptCancellation, context: RequestContext) => Awaitable<void>) | undefined;
  /**
   * Says by venID which VENs an event with targets is for, beside those that enrolments and venIDs among the targets
   * say: for pricing nodes, areas on the map, and whatever else only you can resolve. Asked when an event is created,
   * changed or resolved anew ({@link Events.resolveTargets}), and for each event in force or to come when a VEN registers
   * for the first time or anew. The venIDs need not be registered yet. If it throws, that fails and nothing is stored.
   *
   * Without it, a target that no VEN is enrolled with means nobody.
   */
  readonly onResolveTargets?: ResolveTargets | undefined;
  /**
   * Called when a VEN polls and nothing waits for it: for those with a queue of their own. What it returns answers the
   * poll. Such a message is not kept: whether it is answered, and what is to be done if not, is the business of that queue.
   */
  readonly onPoll?: ((venId: string, context: RequestContext) => Awaitable<PolledMessage | undefined>) | undefined;
  /** Called whenever something happens to the VTN. What it throws is logged and changes nothing. */
  readonly onStatus?: ((status: VtnStatus) => void) | undefined;
  /**
   * Called with every exchange, just before its answer leaves, with every request that is refused, and with every push
   * once it has been answered or has failed: the documents both ways, who asked, and what became of it. What it throws
   * is logged and changes nothing.
   */
  readonly onExchange?: ((exchange: WireExchange) => void) | undefined;
  /**
   * Time that a handler may take, at least 1 ms; then its signal aborts, the VEN gets 469, and what the handler answers
   * later counts for nothing. `stop` never waits longer for a handler; with `false` it waits for ever.
   * @default seconds(10)
   */
  readonly handlerTimeout?: Duration | false | undefined;
  /**
   * What VENs are told that the VTN speaks (rules 403, 404); a VEN that registers for anything else is refused with
   * 469. @default 2.0b over simpleHttp
   */
  readonly profiles?: readonly Profile[] | undefined;
  /**
   * Where to listen; `false` for a VTN that is reached through its {@link Vtn.handler} alone.
   * @default 127.0.0.1, port 8080
   */
  readonly listen?:
    Omit<HttpListenerOptions, "handler" | "logger" | "clock" | "onRefused" | "onHandshakeRefused"> | false | undefined;
  /**
   * What to do about an event that overlaps another one of its market context at one of its VENs (rule 18), when it is
   * created and when it is changed: nothing; tell of it, as the status `eventsOverlap`; or refuse it with 451.
   * @default "warn"
   */
  readonly overlap?: Overlap | undefined;
  /**
   * The reports that the VTN itself offers to VENs. A VEN hears of them when it registers; see {@link Vtn.ownReports}.
   * @default none
   */
  readonly ownReports?: readonly OwnReport[] | undefined;
  /** How often VENs are to poll. At least 1 s. @default seconds(10) */
  readonly pollFrequency?: Duration | undefined;
  /**
   * Keep readings in the store, for `reports.readings`; the memory store keeps the latest of each data point. `false` for
   * those who only want the handlers. @default true
   */
  readonly keepReadings?: boolean | undefined;
  /** What happens to messages and events that VENs do not answer. */
  readonly delivery?: DeliveryOptions | undefined;
  /** How to send to VENs that have a server of their own; `false` refuses them. @default VENs may ask for push */
  readonly push?: PushOptions | false | undefined;
  /** Where state is kept. @default in memory, lost with the process */
  readonly store?: Store | undefined;
  /** Take what real VENs send beside the schema; see `decode`. @default false */
  readonly tolerant?: boolean | undefined;
  /** How much of a document is read before it is refused. */
  readonly limits?: Limits | undefined;
  /** @default silent */
  readonly logger?: Logger | undefined;
  /** Where time comes from. @default the machine's own clock */
  readonly clock?: Clock | undefined;
  /** Makes IDs, unique each time. @default UUIDs from `node:crypto` */
  readonly newId?: (() => string) | undefined;
  /** Numbers at random from 0 up to 1, for the jitter of pushes that are tried again. @default from `node:crypto` */
  readonly random?: (() => number) | undefined;
}

type Defaulted =
  | "failureLimit"
  | "identifyBy"
  | "ownReports"
  | "acceptedVens"
  | "maxPendingVens"
  | "maxVens"
  | "missedPolls"
  | "handlerTimeout"
  | "profiles"
  | "onStatus"
  | "listen"
  | "overlap"
  | "pollFrequency"
  | "reportRules"
  | "keepReadings"
  | "store"
  | "tolerant"
  | "limits"
  | "logger"
  | "clock"
  | "newId"
  | "random";

/** Options with every default filled in; what the code below reads. */
export type ResolvedVtnOptions = Omit<VtnOptions, "delivery" | "push"> & {
  readonly [Name in Defaulted]-?: Exclude<VtnOptions[Name], undefined>;
} & { readonly delivery: ResolvedDeliveryOptions; readonly push: ResolvedPushOptions | false };

/** Fills in defaults. Throws `RangeError`, with name and value, for options out of range. */
export function resolveVtnOptions(options: VtnOptions): ResolvedVtnOptions {
  const pollFrequency = options.pollFrequency ?? seconds(10);
  requirePollFrequency(pollFrequency);
  const resolved = {
    ...options,
    acceptedVens: options.acceptedVens ?? [],
    failureLimit: options.failureLimit ?? { failures: 30, per: minutes(1) },
    identifyBy: options.identifyBy ?? "fingerprint",
    maxPendingVens: options.maxPendingVens ?? 1_000,
    maxVens: options.maxVens ?? 100_000,
    missedPolls: options.missedPolls ?? 3,
    handlerTimeout: options.handlerTimeout ?? seconds(10),
    profiles: options.profiles ?? twoPointZeroB,
    onStatus: options.onStatus ?? (() => {}),
    listen: options.listen ?? {},
    overlap: options.overlap ?? "warn",
    ownReports: options.ownReports ?? [],
    reportRules: options.reportRules ?? [],
    keepReadings: options.keepReadings ?? true,
    pollFrequency,
    delivery: resolveDeliveryOptions(options.delivery ?? {}, pollFrequency),
    push: options.push === false ? (false as const) : resolvePushOptions(options.push ?? {}),
    store: options.store ?? new MemoryStore(),
    tolerant: options.tolerant ?? false,
    limits: resolveLimits(options.limits),
    logger: options.logger ?? silentLogger,
    clock: options.clock ?? systemClock,
    newId: options.newId ?? randomUUID,
    random: options.random ?? (() => randomInt(2 ** 32) / 2 ** 32),
  };
  if (options.vtnId === "") throw new RangeError('vtnId: expected an ID, got ""');
  requireCount("missedPolls", resolved.missedPolls);
  requireCount("maxPendingVens", resolved.maxPendingVens);
  requireCount("maxVens", resolved.maxVens);
  const { handlerTimeout, profiles, failureLimit } = resolved;
  if (failureLimit !== false) {
    requireCount("failureLimit.failures", failureLimit.failures);
    if (!(failureLimit.per >= seconds(1)))
      throw new RangeError(`failureLimit.per: expected at least 1 s, got ${failureLimit.per} ms`);
  }
  if (handlerTimeout !== false && !(handlerTimeout >= 1)) {
    throw new RangeError(`handlerTimeout: expected at least 1 ms, or false, got ${handlerTimeout} ms`);
  }
  if (profiles.length === 0 || profiles.some(({ transports }) => transports.length === 0)) {
    throw new RangeError("profiles: expected at least one profile, each over at least one transport");
  }
  for (const ven of resolved.acceptedVens) subjectOf(ven);
  return resolved;
}

const twoPointZeroB: readonly Profile[] = [{ profileName: "2.0b", transports: ["simpleHttp"] }];

function requireCount(name: string, count: number): void {
  if (!(count >= 1)) throw new RangeError(`${name}: expected at least 1, got ${count}`);
}
