import type { Clock, Signer } from "@openleadr/protocol";
import type { ClientTlsOptions, Pem } from "@openleadr/transport";

/** What the doctor looks at, in this order. */
export type CheckName =
  | "own certificate"
  | "name"
  | "port"
  | "TLS"
  | "versions"
  | "suites"
  | "chain"
  | "dates"
  | "host name"
  | "fingerprint"
  | "client certificate"
  | "signature"
  | "registration";

/** What the doctor found. */
export interface Finding {
  readonly check: CheckName;
  readonly verdict: "ok" | "warning" | "failed";
  /** What is so, in plain words. */
  readonly what: string;
  /** What to do about it, where something is to be done. */
  readonly advice?: string;
}

/** Findings as they come; some checks end with something that others need, or with undefined if they cannot go on. */
export type Findings<Result = void> = AsyncGenerator<Finding, Result, void>;

/** Whom the doctor examines: the connection from here to a VTN. */
export interface Patient {
  readonly vtnUrl: URL;
  /** Our certificate, and the CAs we trust. */
  readonly tls: ClientTlsOptions;
  /** Signs what we ask; undefined for a VEN that does not sign. */
  readonly signer: Signer | undefined;
  /** The VTN's certificates, in TLS and for its signatures, if no others will do. */
  readonly vtnFingerprint: readonly string[] | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export function ok(check: CheckName, what: string): Finding {
  return { check, verdict: "ok", what };
}

export function warning(check: CheckName, what: string, advice: string): Finding {
  return { check, verdict: "warning", what, advice };
}

export function failed(check: CheckName, what: string, advice: string): Finding {
  return { check, verdict: "failed", what, advice };
}

/** What an option holds, as a list. */
export function listOf(value: Pem | readonly Pem[] | undefined): readonly Pem[] {
  if (value === undefined) return [];
  return typeof value === "string" || Buffer.isBuffer(value) ? [value] : value;
}

/** How long any one step may take. */
export const patienceMs = 10_000;

/** The code of a system's or OpenSSL's error, or else what it says. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error as NodeJS.ErrnoException).code ?? error.message;
}

/** The host of a URL as the system takes it: an IPv6 address without brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

/** The port of a URL. */
export function portOf({ port, protocol }: URL): number {
  if (port !== "") return Number(port);
  return protocol === "https:" ? 443 : 80;
}
