import type { Message } from "@openleadr/protocol";
import { httpTransport, messageClient, silentLogger } from "@openleadr/transport";
import { ManualClock } from "@openleadr/testing";
import { minutes, MemoryStore, Vtn, type NewEvent, type VtnOptions, type VtnStatus } from "@openleadr/vtn";
import { PushVen } from "./push-ven.ts";

type StatusOf<Type> = Extract<VtnStatus, { readonly type: Type }>;

/** A VTN that listens, on a manual clock, and the VENs it pushes to. */
export class OpenPush implements AsyncDisposable {
  readonly clock = new ManualClock("2026-06-01T12:00:00Z");
  readonly store: MemoryStore;
  readonly statuses: VtnStatus[] = [];
  readonly errors: object[] = [];
  readonly vtn: Vtn;
  readonly #vens: PushVen[] = [];
  #told: () => void = () => {};
  #taken = 0;

  constructor({ store = new MemoryStore(), ...options }: Partial<VtnOptions> & { store?: MemoryStore } = {}) {
    this.store = store;
    this.vtn = new Vtn({
      vtnId: "vtn-1",
      onCreatePartyRegistration: ({ venName = "" }) => ({ venId: venName }),
      listen: { port: 0 },
      clock: this.clock,
      store,
      push: { allowedHosts: ["127.0.0.0/8"] },
      logger: { ...silentLogger, error: (fields) => void this.errors.push(fields) },
      onStatus: (status) => {
        this.statuses.push(status);
        this.#told();
      },
      ...options,
    });
  }

  get url(): URL {
    if (this.vtn.url === undefined) throw new Error("expected a VTN that listens");
    return this.vtn.url;
  }

  /** The next status of one of those types, from the last one that was asked for. */
  async told<Type extends VtnStatus["type"]>(...types: readonly Type[]): Promise<StatusOf<Type>> {
    for (;;) {
      const status = this.statuses[this.#taken];
      if (status === undefined) {
        await new Promise<void>((resolve) => {
          this.#told = resolve;
        });
        continue;
      }
      this.#taken += 1;
      if (types.some((type) => type === status.type)) return status as StatusOf<Type>;
    }
  }

  /** A VEN that listens, and has not registered. */
  async ven(): Promise<PushVen> {
    const ven = new PushVen(this.url);
    await ven.start();
    this.#vens.push(ven);
    return ven;
  }

  /** A VEN that is registered, and has got what comes with that. */
  async registered(venName = "kitchen"): Promise<PushVen> {
    const ven = await this.ven();
    await ven.register(venName);
    await ven.takeWelcome();
    while ((await this.store.letters(ven.venId)).length > 0) await this.clock.settle();
    this.#taken = this.statuses.length;
    return ven;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.vtn.stop();
    for (const ven of this.#vens) await ven[Symbol.asyncDispose]();
  }
}

/** A VTN that runs. */
export async function openPush(options: Partial<VtnOptions> & { store?: MemoryStore } = {}): Promise<OpenPush> {
  const open = new OpenPush(options);
  await open.vtn.start();
  return open;
}

/** A SIMPLE event in an hour. */
export function anEvent(eventId = "event-1", given: Partial<NewEvent> = {}): NewEvent {
  return {
    eventDescriptor: { eventId },
    activePeriod: { dtstart: new Date("2026-06-01T18:00:00Z") },
    signals: [{ intervals: [{ duration: minutes(30), value: 1 }] }],
    ...given,
  };
}

/** A message that a VTN sends: a request for metadata. */
export function aReportRequest(requestId: string): Message<"oadrCreateReport"> {
  const specifierPayloads = [{ rId: "0", readingType: "x-notApplicable" }] as const;
  const spans = { granularity: minutes(0), reportBackDuration: minutes(0) };
  const reportSpecifier = { reportSpecifierId: "METADATA", ...spans, specifierPayloads };
  const reportRequests = [{ reportRequestId: `request-${requestId}`, reportSpecifier }];
  return { name: "oadrCreateReport", payload: { requestId, reportRequests, venId: "kitchen" } };
}

/** What a pull VEN sends, over connections of its own. */
export function pullClient(url: URL) {
  const transport = httpTransport({ url });
  return { call: messageClient({ transport, check: () => {} }), close: () => transport.close() };
}
