import type { OadrEvent } from "@openleadr/protocol";
import { Ven, type EventHandlerName, type VenOptions, type VenStore } from "@openleadr/ven";
import { eventFact, sayEvent } from "../journal/say-event.ts";
import { perform, type Tools } from "./actions.ts";
import type { ReportConfig } from "./config/reports.ts";
import type { VenConfig } from "./config/ven-config.ts";
import { HistorySampler, type SampledPoint } from "./history-sampler.ts";
import { decide } from "./opt-policy.ts";
import { SourceWatch } from "./source-watch.ts";
import { readFeed, readPast, readSource } from "./sources.ts";
import { inForceMessage, stepMessage, type EventStep, type StepContext, type StepTeller } from "./step-message.ts";
import { reportOptionsOf, venOptionsOf } from "./ven-options.ts";
import type { Vitals } from "./vitals.ts";

/** What a VEN that does as a file says is made with. */
export interface VenParts {
  /** What the file says at the moment; what a VEN does about events, and where readings come from, may change. */
  readonly config: () => VenConfig;
  readonly tools: () => Omit<Tools, "signal">;
  readonly vitals: Vitals;
  /** Where the VEN keeps its state; in memory if undefined. */
  readonly store: VenStore | undefined;
}

/** A VEN that does as a file says, and what takes readings for its history. */
export function createVen(parts: VenParts): { readonly ven: Ven; readonly sampler: HistorySampler } {
  const { config, tools, vitals, store } = parts;
  const { log, clock } = tools();
  const watch = new SourceWatch(log);
  const ven: Ven = new Ven({
    ...venOptionsOf(config()),
    ...(config().reportOnly ? {} : eventHandlers(parts, () => ven.venId)),
    clock,
    store,
    logger: log.logger,
    onStatus(status) {
      vitals.hear(status);
      const isTold = status.type === "handlerFailed" && watch.hasSeen(status.error);
      log.tell(status, isTold ? "debug" : undefined);
    },
  });
  return { ven, sampler: new HistorySampler(addReports(ven, { ...parts, watch }), clock) };
}

/** Adds what the VEN can report; those of which the daemon is to keep the past. */
function addReports(
  ven: Ven,
  { config, tools, watch }: VenParts & { readonly watch: SourceWatch },
): readonly SampledPoint[] {
  return config().reports.flatMap((first, index) => {
    // Data points are replaced together with the VEN only.
    const report = (): ReportConfig => config().reports[index] ?? first;
    const read = async <T>(signal: AbortSignal, readIt: (tools: Tools) => Promise<T>): Promise<T> =>
      watch.watch(first.offer, () => readIt({ ...tools(), signal }), signal);
    const point = ven.addReport(
      reportOptionsOf(first, {
        current: async ({ signal }) => read(signal, (own) => readSource(report(), own)),
        past: async (asked) => read(asked.signal, (own) => readPast(report(), asked, own)),
        feed: async (asked) => read(asked.signal, (own) => readFeed(report(), asked, own)),
      }),
    );
    const keep: SampledPoint["keep"] = async (span, signal) =>
      read(signal, async (own) => point.record((await readSource(report(), own)) as number, span));
    return first.sampleEvery === undefined ? [] : [{ every: first.sampleEvery, keep }];
  });
}

type Handlers = Pick<VenOptions, Exclude<EventHandlerName, "onEventChanged">>;

function eventHandlers({ config, tools }: VenParts, venId: () => string | undefined): Handlers {
  const teller = (): StepTeller => ({ venName: config().name, venId: venId(), time: tools().clock.now() });
  const on =
    (step: EventStep) =>
    async (event: OadrEvent, context: StepContext): Promise<void> => {
      const { signal } = context;
      const message = stepMessage(step, event, { ...context, ...teller() });
      await perform(config().events.actions, message, { ...tools(), signal });
    };
  return {
    onEvent(event, { resources }) {
      const { opt, rule } = decide(config().events, { event, resources });
      const { what, about } = sayEvent(event);
      const { eventId } = event.eventDescriptor;
      const { log } = tools();
      log.write("info", { what, about: `${about}; ${opt}${sayRule(rule)}` }, { eventId, asks: about, opt, rule });
      log.write("debug", "event in full", eventFact(event));
      return opt;
    },
    async onInForce(inForce, { signal }) {
      await perform(config().events.actions, inForceMessage(inForce, teller()), { ...tools(), signal });
    },
    onEventCancelled: on("cancel"),
    onRampUp: on("rampUp"),
    onEventStart: on("start"),
    onInterval: on("interval"),
    onRecovery: on("recovery"),
    onEventEnd: on("end"),
  };
}

function sayRule(rule: number | undefined): string {
  return rule === undefined ? "" : ` by rule ${rule}`;
}
