import {
  duration,
  minutes,
  refusalOf,
  requestIdOf,
  seconds,
  TransportError,
  type Message,
  type MessageName,
  type OadrEvent,
  type OperationName,
  type Payload,
  type ReportRequest,
} from "@openleadr/protocol";
import { inMemoryTransport, messageHandler, silentLogger, type Transport } from "@openleadr/transport";
import { Ven, type VenOptions, type VenStatus } from "@openleadr/ven";
import { ManualClock } from "../../src/index.ts";

type Answer<Name extends OperationName> = (
  payload: Payload<Name>,
) => Message | undefined | Promise<Message | undefined>;

/** What a scripted VTN says instead of its usual answer. */
export type Script = { readonly [Name in OperationName]?: Answer<Name> };

/** A VTN that does as it is told: takes every VEN, hands out what is queued, and keeps what it hears. */
export class ScriptedVtn {
  /** Everything heard, in order. */
  readonly heard: Message[] = [];
  /** What the next polls are answered with. */
  readonly queue: Message[] = [];
  script: Script = {};
  /** Whether it cannot be reached. */
  isDown = false;
  /** Whether its answers are lost on their way. */
  isMute = false;
  events: readonly OadrEvent[] = [];
  reportRequests: readonly ReportRequest[] = [];
  registrations = 0;
  readonly transport: Transport;

  constructor(script: Script = {}) {
    this.script = script;
    const handler = messageHandler({
      receiver: "vtn",
      logger: silentLogger,
      serve: ({ message }) => this.#serve(message),
      refuse: (message, response) => refusalOf(message, response, { party: "vtn", vtnId: "vtn", profiles }),
      check: () => {},
    });
    const transport = inMemoryTransport(handler);
    this.transport = async (service, xml, signal) => {
      if (this.isDown) throw new TransportError("the VTN is down");
      const answer = await transport(service, xml, signal);
      if (this.isMute) throw new TransportError("the answer was lost");
      return answer;
    };
  }

  /** The names of everything heard, in order. */
  get names(): MessageName[] {
    return this.heard.map(({ name }) => name);
  }

  /** The payloads heard of that name, in order. */
  payloads<Name extends MessageName>(name: Name): Payload<Name>[] {
    return this.heard.flatMap((message) => (message.name === name ? [message.payload as Payload<Name>] : []));
  }

  /** Forgets what was heard. */
  forget(): void {
    this.heard.length = 0;
  }

  /** Queues all events. */
  distribute(...events: readonly OadrEvent[]): void {
    this.events = events;
    this.queue.push(distributeEvent(events));
  }

  async #serve(message: Message): Promise<Message | undefined> {
    this.heard.push(message);
    const script: Partial<Record<string, (payload: never) => ReturnType<Answer<OperationName>>>> = this.script;
    const scripted = script[message.name];
    return scripted === undefined ? this.#answer(message) : scripted(message.payload as never);
  }

  #answer(message: Message): Message | undefined {
    const response = { responseCode: 200, requestId: requestIdOf(message) };
    if (message.name === "oadrPoll") return this.queue.shift() ?? { name: "oadrResponse", payload: { response } };
    if (message.name === "oadrResponse") return undefined;
    if (message.name === "oadrQueryRegistration")
      return { name: "oadrCreatedPartyRegistration", payload: { response, vtnId: "vtn", profiles } };
    if (message.name === "oadrCreatePartyRegistration")
      return registered(response.requestId, `registration-${++this.registrations}`);
    if (message.name === "oadrCancelPartyRegistration")
      return { name: "oadrCanceledPartyRegistration", payload: { response } };
    if (message.name === "oadrRequestEvent") return distributeEvent(this.events, response.requestId);
    if (message.name === "oadrCreateReport" || message.name === "oadrCancelReport") {
      const name = message.name === "oadrCreateReport" ? "oadrCreatedReport" : "oadrCanceledReport";
      return { name, payload: { response, pendingReports: [] } };
    }
    if (message.name === "oadrUpdateReport") return { name: "oadrUpdatedReport", payload: { response } };
    if (message.name === "oadrRegisterReport") {
      const { reportRequests } = this;
      this.reportRequests = [];
      return { name: "oadrRegisteredReport", payload: { response, reportRequests } };
    }
    return { name: "oadrResponse", payload: { response } };
  }
}

/** A promise that a test fulfils when it is time. */
export function later(): { readonly promise: Promise<void>; readonly happen: () => void } {
  const controller = new AbortController();
  const promise = new Promise<void>((resolve) => {
    controller.signal.addEventListener("abort", () => resolve());
  });
  return { promise, happen: () => controller.abort() };
}

const profiles = [{ profileName: "2.0b", transports: ["simpleHttp"] }] as const;

/** A VTN's agreement to a registration. */
export function registered(
  requestId: string,
  registrationId = "registration-1",
): Message<"oadrCreatedPartyRegistration"> {
  const payload = {
    response: { responseCode: 200, requestId },
    registrationId,
    venId: "ven-1",
    vtnId: "vtn",
    profiles,
    requestedOadrPollFreq: seconds(10),
  };
  return { name: "oadrCreatedPartyRegistration", payload };
}

/** All events of a VEN. */
export function distributeEvent(
  events: readonly OadrEvent[],
  requestId = "",
  vtnId = "vtn",
): Message<"oadrDistributeEvent"> {
  const response = { responseCode: 200, requestId };
  return { name: "oadrDistributeEvent", payload: { response, requestId: "distribution-1", vtnId, events } };
}

/** What a test says of an event, beside what all of them have. */
export interface EventOptions {
  readonly eventId?: string;
  readonly modificationNumber?: number;
  readonly eventStatus?: OadrEvent["eventDescriptor"]["eventStatus"];
  readonly responseRequired?: OadrEvent["responseRequired"];
  readonly dtstart?: string;
  readonly duration?: string;
  readonly priority?: number;
  readonly testEvent?: boolean;
  readonly startAfter?: string;
  readonly rampUp?: string;
  readonly recovery?: string;
  readonly signal?: Partial<OadrEvent["signals"][number]>;
  /** Beside the first one. */
  readonly moreSignals?: readonly OadrEvent["signals"][number][];
  readonly targets?: OadrEvent["targets"];
}

/** An event of an hour, an hour after the manual clock's beginning. */
export function anEvent(options: EventOptions = {}): OadrEvent {
  const span = duration(options.duration ?? "PT1H");
  return {
    eventDescriptor: {
      eventId: options.eventId ?? "event-1",
      modificationNumber: options.modificationNumber ?? 0,
      marketContext: "http://market",
      createdDateTime: new Date("2026-01-01T00:00:00Z"),
      eventStatus: options.eventStatus ?? "far",
      ...(options.priority !== undefined && { priority: options.priority }),
      ...(options.testEvent !== undefined && { testEvent: options.testEvent }),
    },
    activePeriod: {
      dtstart: new Date(options.dtstart ?? "2026-01-01T01:00:00Z"),
      duration: span,
      notification: minutes(0),
      ...(options.startAfter !== undefined && { startAfter: duration(options.startAfter) }),
      ...(options.rampUp !== undefined && { rampUp: duration(options.rampUp) }),
      ...(options.recovery !== undefined && { recovery: duration(options.recovery) }),
    },
    signals: [
      {
        intervals: [{ duration: span, uid: "0", value: 1 }],
        signalName: "SIMPLE",
        signalType: "level",
        signalId: "signal-1",
        ...options.signal,
      },
      ...(options.moreSignals ?? []),
    ],
    targets: options.targets ?? [{ venId: "ven-1" }],
    responseRequired: options.responseRequired ?? "always",
  };
}

/** What a test says of a request for a report. */
export interface RequestOptions {
  readonly reportRequestId?: string;
  readonly granularity?: string;
  readonly back?: string;
  readonly dtstart?: string;
  readonly duration?: string;
  readonly rIds?: readonly [string, ...string[]];
  readonly reportSpecifierId?: string;
}

/** A request for a report: one of the meter's, at once, unless it says otherwise. */
export function aRequest(options: RequestOptions = {}): ReportRequest {
  const [first, ...rest] = (options.rIds ?? ["power"]).map((rId) => ({ rId, readingType: "x-notApplicable" }) as const);
  if (first === undefined) throw new Error("no data point");
  const reportInterval =
    options.dtstart === undefined
      ? {}
      : { reportInterval: { dtstart: new Date(options.dtstart), duration: duration(options.duration ?? "PT0S") } };
  return {
    reportRequestId: options.reportRequestId ?? "request-1",
    reportSpecifier: {
      reportSpecifierId: options.reportSpecifierId ?? "usage",
      granularity: duration(options.granularity ?? "PT0S"),
      reportBackDuration: duration(options.back ?? "PT0S"),
      ...reportInterval,
      specifierPayloads: [first, ...rest],
    },
  };
}

/** The VTN's request for reports, to be queued. */
export function createReport(...reportRequests: readonly [ReportRequest, ...ReportRequest[]]): Message {
  return { name: "oadrCreateReport", payload: { requestId: "create-1", reportRequests } };
}

/** A VEN at a scripted VTN, on a manual clock, with what it tells. */
export interface Bench extends AsyncDisposable {
  readonly vtn: ScriptedVtn;
  readonly clock: ManualClock;
  readonly ven: Ven;
  readonly statuses: VenStatus[];
  /** The statuses of one type, in order. */
  told<Type extends VenStatus["type"]>(type: Type): Extract<VenStatus, { readonly type: Type }>[];
}

/** A VEN that has not been started. */
export function aBench(options: Partial<VenOptions> = {}, script: Script = {}): Bench {
  const vtn = new ScriptedVtn(script);
  const clock = new ManualClock();
  const statuses: VenStatus[] = [];
  let ids = 0;
  const ven = new Ven({
    transport: vtn.transport,
    venName: "a VEN",
    clock,
    newId: () => `id-${++ids}`,
    random: () => 0.5,
    onStatus: (status) => void statuses.push(status),
    ...options,
  } as VenOptions);
  return {
    vtn,
    clock,
    ven,
    statuses,
    told: <Type extends VenStatus["type"]>(type: Type) =>
      statuses.filter((status): status is Extract<VenStatus, { readonly type: Type }> => status.type === type),
    async [Symbol.asyncDispose]() {
      await ven.stop();
    },
  };
}

/** An answer that never comes. */
export function never(): Promise<never> {
  return new Promise(() => {});
}

/** An answer that refuses a message with a code. */
export function refusing(name: OperationName, responseCode: number): () => Message | undefined {
  const response = { responseCode, responseDescription: "as scripted", requestId: "" };
  return () => refusalOf({ name, payload: {} } as Message, response, { party: "vtn", vtnId: "vtn", profiles });
}
