import type { VenConfig } from "./config/ven-config.ts";
import { venOptionsOf } from "./ven-options.ts";

/** Which parts of a configuration differ in two of them; what else may differ is read anew each time it is needed. */
export interface Difference {
  /** What makes the VEN, beside certificates. */
  readonly ven: boolean;
  readonly tls: boolean;
  readonly pushTls: boolean;
  readonly signer: boolean;
  /** The CAs that vouch for the VTN's signatures. */
  readonly authorities: boolean;
  readonly mqtt: boolean;
  /** Where the health can be asked for. */
  readonly health: boolean;
}

export function difference(before: VenConfig, after: VenConfig): Difference {
  const differs = (part: (config: VenConfig) => unknown): boolean =>
    JSON.stringify(part(before)) !== JSON.stringify(part(after));
  return {
    ven: differs(identity),
    tls: differs(({ vtn }) => vtn.tls),
    pushTls: differs(({ push }) => push?.listen?.tls),
    signer: differs(({ signatures }) => signatures?.signer),
    authorities: differs(({ signatures }) => signatures?.authorities),
    mqtt: differs((config) => [config.mqtt, topicsOf(config)]),
    health: differs(({ health }) => health && [health.host, health.port]),
  };
}

/** The topics that readings come from. */
export function topicsOf({ reports }: VenConfig): readonly string[] {
  return [...new Set(reports.flatMap(({ source }) => (source.kind === "mqtt" ? [source.topic] : [])))].sort();
}

/** All that a running VEN cannot change. */
function identity(config: VenConfig): unknown {
  const { tls: _, push, signatures, ...options } = venOptionsOf(config);
  const { tls, ...listen } = (push?.listen || undefined) ?? {};
  const pushIdentity = push && { ...push, listen: { ...listen, tls: tls && { of: tls.clientCertificate } } };
  const signing = signatures && { ...signatures, signer: undefined, authorities: signatures.authorities && true };
  const reports = config.reports.map(({ offer, sampleEvery }) => ({ offer, sampleEvery }));
  return { ...options, push: pushIdentity, signing, state: config.state, reports };
}
