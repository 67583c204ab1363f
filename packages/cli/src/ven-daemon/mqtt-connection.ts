import { once, type EventEmitter } from "node:events";
import { connect, type IClientOptions, type MqttClient } from "mqtt";
import type { Clock } from "@openleadr/protocol";
import type { MqttConfig } from "./config/mqtt.ts";
import type { BrokerTls } from "./config/tls.ts";
import type { DaemonLog } from "./daemon-log.ts";
import { unlessAborted } from "./unless-aborted.ts";

/** The last message of a topic. */
export interface TopicValue {
  readonly text: string;
  readonly at: Date;
}

/** A message to publish. */
export interface MqttMessage {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

/** What surrounds a connection. */
export interface MqttParts {
  readonly log: DaemonLog;
  readonly clock: Clock;
}

/**
 * A connection to an MQTT broker, which comes back by itself: it publishes, and keeps the last message of each of its
 * topics.
 */
export class MqttConnection {
  readonly #client: MqttClient;
  readonly #values = new Map<string, TopicValue>();

  constructor(config: MqttConfig, topics: readonly string[], { log, clock }: MqttParts) {
    const broker = config.url.host;
    this.#client = connect(config.url.href, optionsOf(config));
    this.#client.on("message", (topic, payload) => {
      this.#values.set(topic, { text: payload.toString("utf8"), at: clock.now() });
    });
    this.#client.on("connect", () => {
      log.write("info", "broker connected", { broker });
      void this.#subscribe(topics, log);
    });
    this.#client.on("error", (error) => log.write("warn", "broker failed", { broker, error }));
    this.#client.on("offline", () => log.write("warn", "broker away", { broker }));
  }

  get isConnected(): boolean {
    return this.#client.connected;
  }

  /** The last message of a topic; undefined if none has come. */
  latest(topic: string): TopicValue | undefined {
    return this.#values.get(topic);
  }

  /** Resolves when the broker has the message; waits for a broker that is away. Rejects with the signal's reason. */
  async publish({ topic, payload, qos, retain }: MqttMessage, signal: AbortSignal): Promise<void> {
    await this.#connected(signal);
    await unlessAborted(this.#client.publishAsync(topic, payload, { qos, retain }), signal);
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }

  async #connected(signal: AbortSignal): Promise<void> {
    while (!this.#client.connected) {
      try {
        await once(this.#client as unknown as EventEmitter, "connect", { signal });
      } catch {
        // An attempt to connect failed, and was told; another follows.
        signal.throwIfAborted();
      }
    }
  }

  async #subscribe(topics: readonly string[], log: DaemonLog): Promise<void> {
    if (topics.length === 0) return;
    try {
      const grants = await this.#client.subscribeAsync([...topics], { qos: 1 });
      const refused = grants.filter(({ qos }) => qos >= 128).map(({ topic }) => topic);
      if (refused.length > 0) log.write("error", "topics refused", { topics: refused });
    } catch (error) {
      log.write("warn", "subscription failed", { topics, error });
    }
  }
}

function optionsOf({ clientId, username, password, tls }: MqttConfig): IClientOptions {
  const { certificate: cert, key, passphrase, ca, crl } = tls ?? noTls;
  const given = { clientId, username, password, cert, key, passphrase, ca, crl };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    // What is published without a guarantee is not kept for a broker that is away: it would come too late.
    queueQoSZero: false,
    resubscribe: false,
    reconnectPeriod: reconnectMs,
  };
}

const noTls: Partial<BrokerTls> = {};

const reconnectMs = 5_000;
