import { mapping, optional, required } from "./mapping.ts";
import type { Reader } from "./place.ts";
import { refine, text, url } from "./readers.ts";
import { secret } from "./secret.ts";
import { brokerTls, type BrokerTls } from "./tls.ts";

/** The MQTT broker, and how to sign in. */
export interface MqttConfig {
  readonly url: URL;
  readonly clientId: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: BrokerTls | undefined;
}

export const mqtt: Reader<MqttConfig> = refine(
  mapping({
    url: required(url("mqtt:", "mqtts:", "ws:", "wss:")),
    clientId: optional(text),
    username: optional(secret),
    password: optional(secret),
    tls: optional(brokerTls),
  }),
  (config, place) =>
    config.tls !== undefined && !/^(?:mqtts|wss):$/.test(config.url.protocol)
      ? (place.child("url") ?? place).mistake("an mqtts: or wss: URL to go with tls", config.url.protocol)
      : config,
);

/** A topic to publish to or to read: one, without wildcards. */
export const topic: Reader<string> = refine(text, (value, place) =>
  /[+#\0]/.test(value) ? place.mistake("a topic without + and #") : value,
);
