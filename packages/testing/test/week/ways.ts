import { inMemoryTransport } from "@openleadr/transport";
import type { Ven, VenOptions, VtnAddress } from "@openleadr/ven";
import type { Vtn, VtnOptions } from "@openleadr/vtn";
import { issue, tlsOf, vtnIdentity } from "../push/over-tls.ts";
import { authority, kitchen, pantry, vtnParty } from "../security/certified.ts";
import { freePort, MemoryNetwork, Relay, RelayedNetwork, type Network } from "./network.ts";

/** Who is at the ends, at that moment. */
export interface Ends {
  vtn(): Vtn;
  ven(): Ven;
}

/** The VENs there are: one that lives by itself, and one by hand. */
export type VenName = "kitchen" | "pantry";

/** What a VEN is to know of the way to its VTN, and back. */
export type VenEnd = VtnAddress & Pick<VenOptions, "push" | "signatures">;

/** A way between a VTN and its VENs that is open. */
export interface OpenWay {
  readonly network: Network;
  readonly vtnOptions: Partial<VtnOptions>;
  venOptions(name: VenName): VenEnd;
  close(): Promise<void>;
}

/** A way in which messages get from VTN to VEN and back. */
export interface Way {
  readonly name: string;
  readonly isPush: boolean;
  /** Whether the VTN knows a VEN by its certificate. */
  readonly hasCertificates: boolean;
  open(ends: Ends): Promise<OpenWay>;
}

interface Traits {
  readonly isPush?: boolean;
  readonly isSigned?: boolean;
  readonly hasCertificates?: boolean;
}

export const ways: readonly Way[] = [
  way("in memory", inMemory),
  way("in memory, pushed", inMemory, { isPush: true }),
  way("over HTTP", overHttp),
  way("over HTTP, pushed", overHttp, { isPush: true }),
  way("over HTTP, signed", overHttp, { isSigned: true }),
  way("over mutual TLS", overHttp, { hasCertificates: true }),
];

function way(name: string, open: (ends: Ends, traits: Traits) => Promise<OpenWay>, traits: Traits = {}): Way {
  const { isPush = false, hasCertificates = false } = traits;
  return { name, isPush, hasCertificates, open: (ends) => open(ends, traits) };
}

async function inMemory({ vtn, ven }: Ends, { isPush }: Traits): Promise<OpenWay> {
  const network = new MemoryNetwork();
  const toVtn = network.carry(() => inMemoryTransport(vtn().handler), { isToVtn: true });
  const toVen = network.carry(() => inMemoryTransport(ven().handler ?? notPushed()));
  return {
    network,
    vtnOptions: { listen: false, push: { transportFor: () => toVen } },
    venOptions: (name) => ({
      transport: toVtn,
      ...(isPush === true && name === "kitchen" && { push: { listen: false, address: "http://192.0.2.7/" } }),
    }),
    close: async () => {},
  };
}

function notPushed(): never {
  throw new Error("expected a VEN that is pushed to");
}

async function overHttp(
  { vtn }: Ends,
  { isPush = false, isSigned = false, hasCertificates = false }: Traits,
): Promise<OpenWay> {
  const venPort = await freePort();
  const toVtn = new Relay(() => portOf(vtn().url));
  const toVen = new Relay(() => venPort);
  await toVtn.start();
  await toVen.start();
  const vtnUrl = `${hasCertificates ? "https" : "http"}://127.0.0.1:${toVtn.port}`;
  const address = `http://127.0.0.1:${toVen.port}`;
  return {
    network: new RelayedNetwork(toVtn, toVen),
    vtnOptions: {
      listen: { port: 0, ...(hasCertificates && { tls: tlsOf(vtnIdentity) }) },
      push: isPush ? { allowedHosts: ["127.0.0.0/8"] } : false,
      ...(isSigned && { signatures: { signer: vtnParty.signer, policy: "required", authorities: [authority] } }),
    },
    venOptions: (name) => ({
      vtnUrl,
      ...(hasCertificates && { tls: tlsOf(identities[name]) }),
      ...(isPush && { push: { listen: { port: venPort }, address } }),
      ...(isSigned && {
        signatures: { signer: parties[name].signer, vtnFingerprint: vtnParty.peer.fingerprint },
      }),
    }),
    async close() {
      await toVtn[Symbol.asyncDispose]();
      await toVen[Symbol.asyncDispose]();
    },
  };
}

function portOf(url: URL | undefined): number | undefined {
  return url === undefined ? undefined : Number(url.port);
}

const identities = { kitchen: issue("kitchen"), pantry: issue("pantry") };
const parties = { kitchen, pantry };
