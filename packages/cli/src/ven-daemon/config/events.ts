import { OPT, seconds, type Duration, type Opt } from "@openleadr/protocol";
import { byKey, defaulted, mapping, required } from "./mapping.ts";
import { topic } from "./mqtt.ts";
import { rule, type OptRule } from "./opt-rules.ts";
import type { Reader } from "./place.ts";
import { flag, integer, list, oneOf, oneOrMore, refine, span, text } from "./readers.ts";
import { headers, serviceUrl } from "./secret.ts";

/** The moments at which something can be done: of each event by itself or, `inForce`, of what counts of all of them. */
export const STEPS = ["inForce", "rampUp", "start", "interval", "recovery", "end", "cancel"] as const;

export type Step = (typeof STEPS)[number];

/** Something to do at some moments of the events that the VEN acts on. */
export type ActionConfig = Webhook | CommandAction | Publication;

interface Action {
  readonly on: readonly Step[];
  /** Time for one attempt. */
  readonly timeout: Duration;
  /** Whether a failure at a start or an interval, or with what is in force, opts out of the event. */
  readonly onFailure: "optOut" | "goOn";
}

/** A POST of JSON to a URL. */
export interface Webhook extends Action {
  readonly kind: "webhook";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** How often it is tried again after an attempt that failed. */
  readonly retries: number;
}

/** A program to run. */
export interface CommandAction extends Action {
  readonly kind: "command";
  readonly argv: readonly string[];
}

/** A message to the MQTT broker. */
export interface Publication extends Action {
  readonly kind: "mqtt";
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

/** What the VEN does about events. */
export interface EventsConfig {
  /** The answer where no rule applies. */
  readonly opt: Opt;
  readonly rules: readonly OptRule[];
  readonly actOnTestEvents: boolean;
  readonly actions: readonly ActionConfig[];
}

const shared = {
  on: required(oneOrMore(oneOf(...STEPS))),
  timeout: defaulted(span(), seconds(30)),
  onFailure: defaulted(oneOf("optOut", "goOn"), "optOut"),
};

const webhook: Reader<Webhook> = refine(
  mapping({
    ...shared,
    timeout: defaulted(span(), seconds(10)),
    webhook: required(serviceUrl),
    headers: defaulted(headers, {}),
    retries: defaulted(integer(0, 10), 2),
  }),
  ({ webhook: url, ...rest }) => ({ kind: "webhook", url, ...rest }),
);

const command: Reader<CommandAction> = refine(
  mapping({ ...shared, command: required(list(text)) }),
  ({ command: argv, ...rest }) => ({ kind: "command", argv, ...rest }),
);

const qos: Reader<0 | 1 | 2> = refine(integer(0, 2), (value) => value as 0 | 1 | 2);

const publication: Reader<Publication> = refine(
  mapping({ ...shared, mqtt: required(topic), qos: defaulted(qos, 1), retain: defaulted(flag, false) }),
  ({ mqtt, ...rest }) => ({ kind: "mqtt", topic: mqtt, ...rest }),
);

const action: Reader<ActionConfig> = byKey<ActionConfig>({ webhook, command, mqtt: publication });

/** What is done where the file says nothing. */
export const noEvents: EventsConfig = { opt: OPT.OPT_IN, rules: [], actOnTestEvents: false, actions: [] };

export const events: Reader<EventsConfig> = mapping({
  opt: defaulted(oneOf(OPT.OPT_IN, OPT.OPT_OUT), noEvents.opt),
  rules: defaulted(list(rule), noEvents.rules),
  actOnTestEvents: defaulted(flag, noEvents.actOnTestEvents),
  actions: defaulted(list(action), noEvents.actions),
});
