import { decode, encode, type Message, type Payload } from "@openleadr/protocol";
import { HttpListener, type Exchange, type ListenerTlsOptions } from "@openleadr/transport";
import type { SecurityEvent, VtnOptions } from "@openleadr/vtn";
import { Ven, type PushOptions } from "@openleadr/ven";
import { createTestCa, type Identity, type TestCa } from "../../../transport/test/certificates.ts";
import { OpenPush } from "./open-push.ts";

export const ca: TestCa = createTestCa();
// They are to be valid by the clock of the machine and by that of the tests.
const notBefore = new Date("2026-01-01T00:00:00Z");

/** A certificate of a CA, that of the tests unless it is another. */
export function issue(name: string, by: TestCa = ca): Identity {
  return by.issue({ name, notBefore });
}

/** What somebody shows, who trusts the CA of the tests. */
export function tlsOf({ certificate, key }: Identity): ListenerTlsOptions {
  return { certificate, key, ca: ca.certificate };
}

export const vtnIdentity: Identity = issue("vtn");
export const venIdentity: Identity = issue("kitchen");

export type OverTlsOptions = Omit<Partial<VtnOptions>, "store">;

/** A VTN that listens and pushes with its certificate, and the security events that it told. */
export class OpenOverTls extends OpenPush {
  readonly events: SecurityEvent[];

  constructor({ push, ...options }: OverTlsOptions = {}) {
    const events: SecurityEvent[] = [];
    super({
      listen: { port: 0, tls: tlsOf(vtnIdentity) },
      push: push === false ? false : { allowedHosts: ["127.0.0.1"], tls: tlsOf(vtnIdentity), ...push },
      onSecurityEvent: (event) => void events.push(event),
      ...options,
    });
    this.events = events;
  }
}

/** Such a VTN that runs. */
export async function openOverTls(options: OverTlsOptions = {}): Promise<OpenOverTls> {
  const open = new OpenOverTls(options);
  await open.vtn.start();
  return open;
}

/** A VEN that is pushed to, and what it shows: where it calls, and where it is called unless `push` says otherwise. */
export interface PushedVenOptions {
  readonly venName?: string;
  readonly identity?: Identity;
  readonly push?: PushOptions;
}

export function venOf(
  { url: vtnUrl, clock }: OpenPush,
  { venName = "kitchen", identity = venIdentity, push }: PushedVenOptions = {},
): Ven {
  const listen = { port: 0, tls: tlsOf(identity) };
  return new Ven({
    vtnUrl,
    venName,
    tls: tlsOf(identity),
    push: { listen, ...push },
    clock,
    onEvent: () => "optIn",
  });
}

/** What stands at the address that a VEN gives, and what came to it. */
export class VenServer implements AsyncDisposable {
  readonly exchanges: Exchange[] = [];
  readonly listener: HttpListener;
  /** What it answers to a message; by default it takes the VTN's reports, and hears the rest. */
  reply: (message: Message) => string | undefined | Promise<string | undefined> = (message) =>
    message.name === "oadrRegisterReport" ? encode(registeredReport(message.payload)) : undefined;

  constructor(identity: Identity) {
    this.listener = new HttpListener({
      port: 0,
      tls: tlsOf(identity),
      handler: async (exchange) => {
        this.exchanges.push(exchange);
        return this.reply(decode(exchange.body).message);
      },
    });
  }

  /** The option of a VEN that has it called there. */
  get push(): Pick<PushedVenOptions, "push"> {
    return { push: { listen: false, address: this.listener.url ?? "" } };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.listener.stop();
  }
}

/** An answer that does not say whose it is, so that it fits any VEN. */
export function registeredReport({ requestId }: Payload<"oadrRegisterReport">): Message {
  return { name: "oadrRegisteredReport", payload: { response: { responseCode: 200, requestId }, reportRequests: [] } };
}

/** Such a server that listens. */
export async function openServer(identity: Identity): Promise<VenServer> {
  const server = new VenServer(identity);
  await server.listener.start();
  return server;
}
