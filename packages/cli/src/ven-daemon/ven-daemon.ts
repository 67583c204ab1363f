import type { IncomingMessage } from "node:http";
import { watchExpiry } from "@openleadr/pki";
import type { Pem } from "@openleadr/transport";
import type { Ven } from "@openleadr/ven";
import { SqliteVenStore } from "@openleadr/ven/sqlite";
import { reasonOf } from "../document.ts";
import { CommandError, type Io } from "../io.ts";
import { sayExpiry } from "../journal/say-expiry.ts";
import type { Tools } from "./actions.ts";
import { AvailabilityKeeper } from "./availability.ts";
import type { VenConfig } from "./config/ven-config.ts";
import { createVen } from "./create-ven.ts";
import type { DaemonLog } from "./daemon-log.ts";
import { HealthListener } from "./health-listener.ts";
import type { HistorySampler } from "./history-sampler.ts";
import { control, type JsonAnswer } from "./local-control.ts";
import { MqttConnection } from "./mqtt-connection.ts";
import { changedParts, difference, topicsOf, type Difference } from "./reload.ts";
import { untilAborted } from "../until-aborted.ts";
import { Vitals } from "./vitals.ts";

/** A VEN that does as a file says, with its connections; what the file says may change while it runs. */
export class VenDaemon {
  /** Aborts, with the reason, when the daemon cannot go on. */
  readonly failed: AbortSignal;
  readonly #failing = new AbortController();
  readonly #io: Io;
  readonly #log: DaemonLog;
  #config: VenConfig;
  #vitals: Vitals;
  #store: SqliteVenStore | undefined;
  #ven: Ven;
  /** Takes readings for the VEN's history. */
  #sampler: HistorySampler;
  /** Has the VTN know when the VEN takes part. */
  #availability: AvailabilityKeeper;
  #mqtt: MqttConnection | undefined;
  #health: HealthListener | undefined;
  /** The start of the VEN, which lasts as long as the VTN is away. */
  #starting: Promise<void> = Promise.resolve();
  readonly #stopping = new AbortController();
  #watching: Promise<void> = Promise.resolve();

  constructor(config: VenConfig, parts: { readonly io: Io; readonly log: DaemonLog }) {
    this.failed = this.#failing.signal;
    this.#io = parts.io;
    this.#log = parts.log;
    this.#log.settings = config.logging;
    this.#config = config;
    this.#vitals = new Vitals(this.#io.clock);
    ({ ven: this.#ven, sampler: this.#sampler } = this.#newVen());
    this.#availability = this.#newAvailability();
  }

  /** Resolves once it runs; the VEN may still be trying to register. Rejects if its health cannot be asked for. */
  async start(): Promise<void> {
    this.#health = await this.#newHealth(this.#config);
    this.#mqtt = this.#newMqtt();
    this.#sampler.start();
    this.#starting = this.#register(this.#ven.start());
    this.#watching = this.#watchCertificates();
  }

  /**
   * Does as another file says from now on. A VEN that the VTN would know as another is stopped, and a new one registers.
   *
   * Rejects with {@link CommandError}, and goes on as before, if the VEN cannot be run as the file says, or its health
   * cannot be asked for.
   */
  async apply(config: VenConfig): Promise<void> {
    const former = { config: this.#config, health: this.#health };
    const change = difference(former.config, config);
    if (change.health) await this.#moveHealth(config, former);
    try {
      await this.#use(config, change);
    } catch (cause) {
      await this.#use(former.config, change);
      if (change.health) await this.#restoreHealth(former);
      throw new CommandError(1, `${reasonOf(cause)}; the VEN goes on as before`, { cause });
    }
    if (change.health) await former.health?.stop();
    else if (this.#health !== undefined) this.#health.isControlled = config.health?.control === true;
    const changed = changedParts(former.config, config);
    const about = changed.length === 0 ? "nothing has changed" : changed.join(", ");
    this.#log.write("info", { what: "configuration reloaded", about }, change);
  }

  /** Ends the registration with the VTN. */
  async cancelPartyRegistration(signal: AbortSignal): Promise<void> {
    await this.#ven.cancelPartyRegistration({ signal });
  }

  /** Ends the VEN, with what it is doing, then its connections; with a signal, what is under way when that aborts is cut off. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#stopping.abort();
    await this.#watching;
    await this.#sampler.stop();
    await this.#availability.stop();
    await this.#ven.stop({ signal });
    await this.#starting;
    await this.#store?.close();
    await this.#mqtt?.close();
    await this.#health?.stop();
  }

  async #use(config: VenConfig, change: Difference): Promise<void> {
    this.#config = config;
    this.#log.settings = config.logging;
    if (change.mqtt) {
      await this.#mqtt?.close();
      this.#mqtt = this.#newMqtt();
    }
    if (change.ven) await this.#replaceVen();
    else {
      this.#replaceCertificates(change);
      this.#availability.update();
    }
  }

  #newVen(): ReturnType<typeof createVen> {
    const { state } = this.#config;
    this.#store = state === undefined ? undefined : new SqliteVenStore({ file: state });
    return createVen({
      store: this.#store,
      config: () => this.#config,
      tools: () => this.#tools(),
      vitals: this.#vitals,
    });
  }

  #newAvailability(): AvailabilityKeeper {
    const [ven, log, clock] = [this.#ven, this.#log, this.#io.clock];
    return new AvailabilityKeeper({ ven, log, clock, wanted: () => this.#config.availability });
  }

  #tools(): Omit<Tools, "signal"> {
    return { log: this.#log, clock: this.#io.clock, env: this.#io.env, mqtt: this.#mqtt };
  }

  #newMqtt(): MqttConnection | undefined {
    const { mqtt } = this.#config;
    return mqtt && new MqttConnection(mqtt, topicsOf(this.#config), { log: this.#log, clock: this.#io.clock });
  }

  /** Opens the health endpoint elsewhere; the former one is left open, unless its port is the one that is needed. */
  async #moveHealth(config: VenConfig, former: Former): Promise<void> {
    if (former.health?.port === config.health?.port) await former.health?.stop();
    try {
      this.#health = await this.#newHealth(config);
    } catch (error) {
      await this.#restoreHealth(former);
      throw error;
    }
  }

  async #restoreHealth({ config, health }: Former): Promise<void> {
    if (this.#health !== health) await this.#health?.stop();
    this.#health = health;
    if (health === undefined || health.port !== undefined) return;
    try {
      this.#health = await this.#newHealth(config);
    } catch (error) {
      this.#log.write("error", "health endpoint lost", { error });
    }
  }

  async #newHealth({ health }: VenConfig): Promise<HealthListener | undefined> {
    if (health === undefined) return undefined;
    const parts = {
      health: () => this.#vitals.health(this.#ven, this.#config),
      control: (request: IncomingMessage) => this.#control(request),
    };
    const listener = new HealthListener(parts, { isControlled: health.control });
    try {
      const url = await listener.start(health);
      this.#log.write("info", "health endpoint open", { url });
      return listener;
    } catch (cause) {
      const what = `health: cannot listen on port ${health.port} of ${health.host}`;
      throw new CommandError(1, `${what}: ${reasonOf(cause)}`, { cause });
    }
  }

  /** Does as a person at the device asks. */
  async #control(request: IncomingMessage): Promise<JsonAnswer> {
    const [ven, log, clock, signal] = [this.#ven, this.#log, this.#io.clock, this.#stopping.signal];
    return control(request, { ven, log, clock, signal });
  }

  async #register(start: Promise<void>): Promise<void> {
    const ven = this.#ven;
    try {
      await start;
      this.#log.write("info", "ready", { venName: this.#config.name, venId: ven.venId });
      this.#availability.update();
    } catch (error) {
      if (ven.state.state !== "stopped") this.#failing.abort(error);
    }
  }

  /** Tells, 60, 30 and 7 days before, that a certificate of the VEN's ends. */
  async #watchCertificates(): Promise<void> {
    try {
      await watchExpiry({
        certificates: () => certificatesOf(this.#config),
        onExpiry: ({ subject, notAfter }, expiry) =>
          this.#log.write("warn", "certificate ends", { subject, notAfter, state: sayExpiry(expiry) }),
        signal: this.#stopping.signal,
        clock: this.#io.clock,
      });
    } catch (error) {
      this.#log.write("error", "certificates are not watched", { error });
    }
  }

  async #replaceVen(): Promise<void> {
    await this.#sampler.stop();
    await this.#availability.stop();
    await this.#ven.stop({ signal: AbortSignal.timeout(graceMs) });
    await this.#starting;
    await this.#store?.close();
    this.#store = undefined;
    this.#vitals = new Vitals(this.#io.clock);
    ({ ven: this.#ven, sampler: this.#sampler } = this.#newVen());
    this.#availability = this.#newAvailability();
    const start = this.#ven.start();
    await Promise.race([start, this.#vitals.begun, untilAborted(this.#io.signal)]);
    this.#sampler.start();
    this.#starting = this.#register(start);
  }

  #replaceCertificates(change: Omit<Difference, "ven" | "mqtt" | "health">): void {
    const { vtn, push, signatures } = this.#config;
    if (change.tls) this.#ven.replaceTls(vtn.tls ?? {});
    if (change.pushTls && push?.listen?.tls !== undefined) this.#ven.replacePushTls(push.listen.tls);
    if (change.signer && signatures?.signer !== undefined) this.#ven.replaceSigner(signatures.signer);
    const isVouchingChanged = change.authorities || change.revocationLists;
    if (isVouchingChanged && signatures?.authorities !== undefined)
      this.#ven.replaceSignatureAuthorities(signatures.authorities, signatures.crl ?? []);
  }
}

/** What there was before a change. */
interface Former {
  readonly config: VenConfig;
  readonly health: HealthListener | undefined;
}

function certificatesOf({ vtn, push, mqtt, signatures }: VenConfig): readonly Pem[] {
  const given = [vtn.tls, push?.listen?.tls, mqtt?.tls].map((tls) => tls?.certificate ?? []);
  const signing = signatures?.signer?.certificates.slice(0, 1).map(({ raw }) => raw) ?? [];
  return [...given, signing].flatMap((each) =>
    typeof each === "string" || Buffer.isBuffer(each) ? [each] : [...each],
  );
}

/** How long a VTN that does not answer may hold up a change, in milliseconds. */
const graceMs = 5_000;
