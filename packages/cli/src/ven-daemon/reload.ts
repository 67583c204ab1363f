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
  /** What those have revoked. */
  readonly revocationLists: boolean;
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
    revocationLists: differs(({ signatures }) => signatures?.crl),
    mqtt: differs((config) => [config.mqtt, topicsOf(config)]),
    health: differs(({ health }) => health && [health.host, health.port]),
  };
}

/** Where two configurations differ, for people: by the names that the file has for what they may change in it. */
export function changedParts(before: VenConfig, after: VenConfig): readonly string[] {
  const { ven, tls, pushTls, signer, authorities, revocationLists, mqtt } = difference(before, after);
  const isChanged = {
    "what makes the VEN": ven,
    "vtn.tls": tls,
    "push.listen.tls": pushTls,
    "signatures.certificate": signer,
    "signatures.ca": authorities,
    "signatures.crl": revocationLists,
    mqtt,
    ...sectionsThatDiffer(before, after),
  };
  return Object.entries(isChanged).flatMap(([name, differs]) => (differs ? [name] : []));
}

/** The sections that are read anew each time they are needed, in whole or in part. */
function sectionsThatDiffer(before: VenConfig, after: VenConfig): Readonly<Record<string, boolean>> {
  const sections = ["events", "availability", "reports", "health", "logging"] as const;
  const differs = (name: (typeof sections)[number]): boolean =>
    JSON.stringify(before[name]) !== JSON.stringify(after[name]);
  return Object.fromEntries(sections.map((name) => [name, differs(name)]));
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
  const replaceable = { signer: undefined, authorities: signatures?.authorities && true, crl: undefined };
  const signing = signatures && { ...signatures, ...replaceable };
  const reports = config.reports.map(({ offer, sampleEvery }) => ({ offer, sampleEvery }));
  return { ...options, push: pushIdentity, signing, state: config.state, reports };
}
