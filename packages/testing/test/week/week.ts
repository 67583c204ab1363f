import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hours, minutes, type Duration, type MessageName, type Party } from "@openleadr/protocol";
import { Ven, VenClient, type VenOptions, type VenStatus, type VtnReportUpdate } from "@openleadr/ven";
import { SqliteVenStore } from "@openleadr/ven/sqlite";
import { MemoryStore, Vtn, type EventAnswer, type NewEvent, type Reading, type VtnStatus } from "@openleadr/vtn";
import { HttpTraffic, ManualClock } from "../../src/index.ts";
import { ownReports, reportsOf, wantedAtOnce } from "./reports.ts";
import { inWords } from "./in-words.ts";
import type { OpenWay, VenName, Way } from "./ways.ts";

const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const begin = new Date("2026-06-01T00:00:00Z");

/** How often the VEN polls. */
export const pollFrequency = minutes(15);
/** Long enough for a message to be fetched and answered. */
export const aPoll = minutes(16);

/** A VTN and a VEN that live for a week, from Monday at midnight, and what became of them. */
export class Week implements AsyncDisposable {
  readonly way: Way;
  readonly clock: ManualClock;
  readonly store = new MemoryStore({ readingsPerDataPoint: 10_000 });
  /** What the VTN told of the VEN, and the VEN of itself, with the time. */
  readonly told: Readonly<Record<Party, string[]>> = { vtn: [], ven: [] };
  /** What the device was told to do, with the time. */
  readonly device: string[] = [];
  /** Who sent what to whom, the VEN's polls included; what those brought is not in it. */
  readonly sent: string[] = [];
  /** The VEN's answers to events, as the VTN took them. */
  readonly answers: EventAnswer[] = [];
  /** What the VEN reported, as often as the VTN got it. */
  readonly readings: Reading[] = [];
  /** What the VTN reported. */
  readonly updates: VtnReportUpdate[] = [];
  /** What both sides had when the week was over. */
  endState: object | undefined;
  readonly #clients: VenClient[] = [];
  #folder = "";
  #traffic: HttpTraffic | undefined;
  #vtn: Vtn | undefined;
  #ven: Ven | undefined;
  #venStore: SqliteVenStore | undefined;
  #open: OpenWay | undefined;
  #ids = 0;

  constructor(way: Way) {
    this.way = way;
    this.clock = new ManualClock(begin, { isBusy: () => this.#traffic?.isUnderWay === true });
  }

  get vtn(): Vtn {
    return this.#vtn ?? absent("VTN");
  }

  /** The VEN, which may be another one after a restart. */
  get ven(): Ven {
    return this.#ven ?? absent("VEN");
  }

  get open(): OpenWay {
    return this.#open ?? absent("way");
  }

  /** Opens the VTN, and has a VEN that has not been started. */
  async begin(): Promise<void> {
    this.#folder = mkdtempSync(join(tmpdir(), "openleadr-week-"));
    this.#traffic = new HttpTraffic();
    this.#open = await this.way.open({ vtn: () => this.vtn, ven: () => this.ven });
    this.#vtn = new Vtn({
      vtnId: "vtn",
      clock: this.clock,
      store: this.store,
      pollFrequency,
      ownReports,
      newId: () => `vtn-${++this.#ids}`,
      random: () => 0.5,
      onCreatePartyRegistration: ({ venName = "" }) => ({ venId: venName }),
      onRegisterReport: ({ reportSpecifierId }) => wantedAtOnce[reportSpecifierId],
      onUpdateReport: ({ readings }) => void this.readings.push(...readings),
      onCreatedEvent: (answer) => void this.answers.push(answer),
      onStatus: (status) => this.#tell("vtn", status),
      onExchange: ({ sentBy, message, venId = "kitchen" }) => this.#note(sentBy, message, venId),
      ...this.#open.vtnOptions,
    });
    await this.#vtn.start();
    this.openVen();
  }

  /** A new VEN, with what is in its file, or in another one. */
  openVen(file = "vens.sqlite"): void {
    this.#venStore = new SqliteVenStore({ file: join(this.#folder, file) });
    this.#ven = new Ven({
      venName: "kitchen",
      clock: this.clock,
      store: this.#venStore,
      newId: () => `ven-${++this.#ids}`,
      random: () => 0.5,
      ...this.#device(),
      onRegisterReport: ({ reportSpecifierId }) =>
        reportSpecifierId === "grid" ? { granularity: hours(1) } : undefined,
      onReport: (update) => void this.updates.push(update),
      onStatus: (status) => this.#tell("ven", status),
      ...this.open.venOptions("kitchen"),
    });
    for (const report of reportsOf(this.clock)) this.#ven.addReport(report);
  }

  /** How often something of this kind was told, by whom; with words that it has. */
  count(party: Party, words: string): number {
    return this.told[party].filter((line) => line.slice("Mon 00:00 ".length).startsWith(words)).length;
  }

  /** Ends the process that the VEN runs in. */
  async closeVen(): Promise<void> {
    await this.#ven?.stop();
    await this.#venStore?.close();
  }

  /** A VEN by hand. */
  client(name: VenName, registrationId?: string): VenClient {
    const registration = registrationId === undefined ? {} : { registration: { venId: name, registrationId } };
    const { push: _, ...end } = this.open.venOptions(name);
    const client = new VenClient({ ...end, clock: this.clock, ...registration });
    this.#clients.push(client);
    return client;
  }

  /** An instant, such as `Tue 08:30`. */
  at(text: string): Date {
    const [day = "", hour = NaN, minute = NaN] = text.split(/[ :]/);
    return new Date(begin.getTime() + hours(24 * days.indexOf(day)) + hours(Number(hour)) + minutes(Number(minute)));
  }

  /** When the VEN hears of what the VTN has for it at an instant: at once, or with its next poll. */
  heard(text: string): string {
    if (this.way.isPush) return text;
    const sinceMonday = this.at(text).getTime() - begin.getTime();
    return this.#stamp(new Date(begin.getTime() + Math.ceil(sinceMonday / pollFrequency) * pollFrequency));
  }

  /** Lets time pass until an instant. */
  async until(text: string): Promise<void> {
    if (this.at(text) < this.clock.now()) throw new RangeError(`expected a time to come, got ${text}`);
    await this.clock.advanceTo(this.at(text));
  }

  /** Lets a span of time pass; long enough for a message each way, unless it is given. */
  async pass(span: Duration = aPoll): Promise<void> {
    await this.clock.advance(span);
  }

  /** What the VEN answered to an event, one after the other; the same again counts once, as events come more than once. */
  answersTo(eventId: string): readonly string[] {
    return this.answers
      .filter((answer) => answer.eventId === eventId)
      .map(({ modificationNumber, responseCode, optType }) => `#${modificationNumber} ${responseCode} ${optType}`)
      .filter((answer, index, all) => answer !== all[index - 1]);
  }

  /** What the device was told to do about an event. */
  doneAbout(eventId: string): readonly string[] {
    return this.device.filter((line) => line.split(" ")[2] === eventId).map((line) => line.replace(` ${eventId}`, ""));
  }

  /** Creates an event of an hour, of two intervals with these values. */
  async announce(eventId: string, dtstart: string, given: EventGiven = {}): Promise<void> {
    const { values = [1, 2], startAfter, marketContext = "http://ours", ...rest } = given;
    await this.vtn.events.create({
      eventDescriptor: { eventId, marketContext },
      activePeriod: { dtstart: this.at(dtstart), ...(startAfter !== undefined && { startAfter }) },
      signals: [{ intervals: values.map((value) => ({ duration: minutes(30), value })) }],
      targets: [{ venId: "kitchen" }],
      ...rest,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) await client.close();
    await this.closeVen();
    await this.#vtn?.stop();
    await this.#open?.close();
    this.#traffic?.[Symbol.dispose]();
    rmSync(this.#folder, { recursive: true });
  }

  #device(): Pick<
    VenOptions,
    "resources" | "marketContexts" | "onEvent" | "onEventStart" | "onInterval" | "onEventEnd"
  > {
    const note = (eventId: string, what: string): void => void this.device.push(`${this.#stamp()} ${eventId} ${what}`);
    return {
      resources: [{ resourceId: "boiler", deviceClasses: ["Thermostat"] }, { resourceId: "pump" }],
      marketContexts: ["http://ours"],
      onEvent: ({ signals }) => (signals[0]?.intervals[0]?.value === 3 ? "optOut" : "optIn"),
      onEventStart: ({ eventDescriptor }) => note(eventDescriptor.eventId, "start"),
      onInterval: ({ eventDescriptor }, { signals }) => note(eventDescriptor.eventId, `${signals[0]?.value}`),
      onEventEnd: ({ eventDescriptor }, { reason }) => note(eventDescriptor.eventId, reason),
    };
  }

  #note(sentBy: Party, message: MessageName | undefined, venId: string): void {
    if (venId === "kitchen") this.sent.push(`${sentBy}: ${message}`);
  }

  #tell(party: Party, status: VenStatus | VtnStatus): void {
    const words = inWords(status);
    if (words !== undefined) this.told[party].push(`${this.#stamp()} ${words}`);
  }

  #stamp(now = this.clock.now()): string {
    const day = Math.floor((now.getTime() - begin.getTime()) / hours(24));
    return `${days[day]} ${now.toISOString().slice(11, 16)}`;
  }
}

/** What is said of an event, beside what all of them have. */
export type EventGiven = Partial<NewEvent> & {
  readonly values?: readonly number[];
  readonly marketContext?: string;
  readonly startAfter?: Duration;
};

function absent(what: string): never {
  throw new Error(`expected a ${what}, got a week that has not begun`);
}
