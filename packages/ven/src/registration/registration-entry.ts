import { milliseconds } from "@openleadr/protocol";
import type { EntryKind } from "../store/entry-kind.ts";
import type { Registration } from "./state.ts";

/** What of its options a VEN has told the VTN, or has made of its answer. */
export interface Announced {
  readonly venName: string;
  /** The one that the VTN had given out beforehand. */
  readonly venId?: string;
  readonly transportAddress?: string;
  /** Whether it only reports; left out if not. */
  readonly reportOnly?: true;
  /** Whether it signs what it sends. */
  readonly xmlSignature: boolean;
  /** What is taken where the VTN names none, in milliseconds. */
  readonly pollIntervalMs: number;
}

/** A registration as a VEN keeps it. */
export interface KeptRegistration {
  readonly registration: Registration;
  readonly announced: Announced;
  /**
   * `begun`: what rule 405 asks of a new VEN is still to be done. `lost`: it has ended, and only what it was for the
   * events that remain is of interest.
   */
  readonly stage: "begun" | "going" | "lost";
}

/** The one registration of a VEN, without an ID. */
export const registrationEntry: EntryKind<KeptRegistration> = {
  kind: "registration",
  format: 1,
  toJson({ registration: { pollInterval, ...ids }, announced, stage }) {
    return { registration: { ...ids, pollIntervalMs: pollInterval }, announced, stage };
  },
  fromJson(json) {
    const { registration, ...rest } = json as {
      registration: Omit<Registration, "pollInterval"> & { readonly pollIntervalMs: number };
    } & Omit<KeptRegistration, "registration">;
    const { pollIntervalMs, ...ids } = registration;
    return { registration: { ...ids, pollInterval: milliseconds(pollIntervalMs) }, ...rest };
  },
};
