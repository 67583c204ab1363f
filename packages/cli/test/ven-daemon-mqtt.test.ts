import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { Aedes, type Client } from "aedes";
import { minutes, seconds } from "@openleadr/protocol";
import { ManualClock } from "@openleadr/testing";
import type { Reading } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { fastClock } from "./command.ts";
import { Arrivals, Daemon, openLocalVtn } from "./ven-daemon.ts";

interface Published {
  readonly topic: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly qos: number;
  readonly retain: boolean;
}

/** An MQTT broker on this machine, which lets `kitchen` in with the password `hunter2`. */
async function openBroker() {
  const published = new Arrivals<Published>();
  const subscribed = new Arrivals<string>();
  const broker = await Aedes.createBroker();
  // oxlint-disable-next-line max-params -- the broker's own signature
  broker.authenticate = (_client: Client, username, password, done) =>
    done(null, username === "kitchen" && String(password) === "hunter2");
  broker.on("publish", ({ topic, payload, qos, retain }, client) => {
    if (client !== null) published.add({ topic, qos, retain, body: JSON.parse(String(payload)) as Published["body"] });
  });
  broker.on("subscribe", (subscriptions) => subscriptions.forEach(({ topic }) => subscribed.add(topic)));
  const server = createServer((socket) => broker.handle(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    published,
    subscribed,
    config: {
      url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
      username: "kitchen",
      password: "${env:PASSWORD}",
    },
    /** A message from elsewhere, which the broker keeps. */
    send: (topic: string, text: string) =>
      new Promise<void>((resolve, reject) =>
        broker.publish({ cmd: "publish", topic, payload: text, qos: 0, retain: true, dup: false }, (error) =>
          error ? reject(error) : resolve(),
        ),
      ),
    async [Symbol.asyncDispose](): Promise<void> {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      server.close();
    },
  };
}

const env = { PASSWORD: "hunter2" };

describe("MQTT in a VEN that runs as a file says", () => {
  it("publishes the steps of an event to their topics, in order", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    await using broker = await openBroker();
    const actions = [
      { on: ["start", "interval"], mqtt: "building/openadr", qos: 2, retain: true, timeout: "P1D" },
      { on: "interval", mqtt: "building/level", qos: 0, timeout: "P1D" },
    ];
    const config = { name: "kitchen", vtn: { url: vtn.url }, events: { actions }, mqtt: broker.config };
    await using daemon = new Daemon(config, { clock, env });
    await daemon.prints(/broker connected[^]*ready|ready[^]*broker connected/);
    await vtn.createEvent({ eventId: "peak", activePeriod: { dtstart: clock.now() } });

    await clock.advance(seconds(10));
    const published = await broker.published.atLeast(3);
    await daemon.prints(/action done: step interval, eventId peak, action topic building\/level/);
    const { stdout } = await daemon.interrupt();

    assert.deepEqual(
      published.map(({ topic, qos, retain, body: { step, eventId } }) => [topic, qos, retain, step, eventId]),
      [
        ["building/openadr", 2, true, "start", "peak"],
        ["building/openadr", 2, true, "interval", "peak"],
        ["building/level", 0, false, "interval", "peak"],
      ],
    );
    assert.ok(!stdout.includes("hunter2"));
  });

  it("opts out of an event when the broker is away for longer than an action may take", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    const actions = [{ on: "start", mqtt: "building/openadr", timeout: "PT30S" }];
    const mqtt = { url: "mqtt://127.0.0.1:9" };
    await using daemon = new Daemon({ name: "kitchen", vtn: { url: vtn.url }, events: { actions }, mqtt }, { clock });
    await daemon.prints(/ready/);
    await daemon.prints(/broker failed/);
    await vtn.createEvent({ eventId: "peak", activePeriod: { dtstart: clock.now() } });
    await clock.advance(seconds(10));
    await daemon.prints(/event started/);

    await clock.advance(seconds(30));

    await vtn.answers.first(({ optType }) => optType === "optOut");
    await daemon.prints(/handler failed: onEventStart for [^:]+: topic building\/openadr: no answer within 30 s/);
  });

  it("reads what is reported from topics", async () => {
    const clock = fastClock();
    await using vtn = await openLocalVtn(clock);
    await using broker = await openBroker();
    await broker.send("meters/pump", '{ "power": 2.5 }');
    const source = { mqtt: "meters/pump", pointer: "/power", maxAge: "P1D" };
    const reports = [{ resourceId: "pump", measurement: "powerReal", scale: "k", source }];

    await using _ = new Daemon(
      { name: "kitchen", vtn: { url: vtn.url }, reports, mqtt: broker.config },
      { clock, env },
    );
    await vtn.readings.first((reading) => "value" in reading && reading.value === 2.5);
    await broker.send("meters/pump", '{ "power": 3.5 }');

    await vtn.readings.first((reading) => "value" in reading && reading.value === 3.5);
  });

  it("reads the past from a topic, however old the message is", async () => {
    const clock = new ManualClock("2026-01-01T01:00:00Z");
    await using vtn = await openLocalVtn(clock);
    await using broker = await openBroker();
    await broker.send("meters/past", "2026-01-01T00:30:00Z,2.5");
    const source = { mqtt: "meters/past", timeout: "P1D" };
    const reports = [{ reportName: "HISTORY_USAGE", resourceId: "pump", measurement: "energyReal", source }];
    const config = { name: "kitchen", vtn: { url: vtn.url }, reports, mqtt: broker.config };
    await using daemon = new Daemon(config, { clock, env });
    await daemon.prints(/broker connected[^]*ready|ready[^]*broker connected/);
    await broker.subscribed.first((topic) => topic === "meters/past");
    await clock.advance(minutes(10));

    const values: unknown[] = [];
    // The broker hands the message over when it likes, after the subscription.
    while (values.at(-1) !== 2.5 && values.length < 100) {
      const arrived = new Arrivals<Reading>();
      await vtn.vtn.reports.request("kitchen", {
        reportSpecifierId: "history",
        reportInterval: { dtstart: new Date("2026-01-01T00:00:00Z"), duration: minutes(60) },
        onReadings: (readings) => readings.forEach((reading) => arrived.add(reading)),
      });
      await clock.advance(seconds(10));
      values.push((await arrived.first(() => true)).value);
    }

    assert.equal(values.at(-1), 2.5);
  });

  it("tells of a broker that does not let it in, and of a topic without a message", async () => {
    const clock = fastClock();
    await using vtn = await openLocalVtn(clock);
    await using broker = await openBroker();
    const reports = [{ resourceId: "pump", measurement: "powerReal", source: { mqtt: "meters/pump" } }];
    const config = { name: "kitchen", vtn: { url: vtn.url }, reports, mqtt: { ...broker.config, password: "wrong" } };

    await using daemon = new Daemon(config, { clock, env });

    await daemon.prints(/warn {2}broker failed: broker 127\.0\.0\.1:\d+, .*(?:[Nn]ot authorized|Bad username)/);
    await daemon.prints(
      /reading failed: reportSpecifierId usage, rId pump-powerReal, meters\/pump: expected a message, got none yet/,
    );
  });
});
