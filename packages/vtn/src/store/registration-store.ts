import type { Duration, ProfileName, TransportName } from "@openleadr/protocol";
import type { VenSignatures } from "../security/signature-options.ts";
import type { MailboxEntry } from "./mailbox-store.ts";

/** A VEN that is registered. */
export interface Registration extends VenSignatures {
  readonly venId: string;
  readonly registrationId: string;
  /** Absent where the VEN gave none. */
  readonly venName?: string;
  /**
   * The fingerprint of the client certificate with which the VEN registered. Nobody else is taken for this VEN. Absent
   * where it showed none.
   */
  readonly fingerprint?: string;
  /** The common name in that certificate, where VENs are known by it (`identifyBy`). */
  readonly commonName?: string;
  readonly profileName: ProfileName;
  readonly transportName: TransportName;
  readonly transportAddress?: string;
  /** Whether the VEN only reports: no event is for it, whatever the event's targets and the VEN's enrolment. */
  readonly reportOnly: boolean;
  readonly xmlSignature: boolean;
  readonly httpPullModel: boolean;
  /** How often this VEN is to poll; absent where it is as often as all others. */
  readonly pollFrequency?: Duration;
  readonly registeredAt: Date;
}

/** What a registration can be found by, beside the venID. */
export type RegistrationKey = "venName" | "fingerprint" | "commonName" | "registrationId";

/** The part of a store that knows who is registered. */
export interface RegistrationStore {
  registration(venId: string): Promise<Registration | undefined>;
  /** The first registration that has that name, fingerprint, common name or registrationID. */
  registrationBy(key: RegistrationKey, value: string): Promise<Registration | undefined>;
  registrations(): Promise<readonly Registration[]>;
  /** How many VENs are registered; asked with each new one, so better counted than listed. */
  countRegistrations(): Promise<number>;
  /**
   * Registers a VEN, or registers it anew: all that is known of it is erased (rule 406), and its mailbox is `mailbox`.
   */
  register(registration: Registration, mailbox: readonly MailboxEntry[]): Promise<void>;
  /**
   * Replaces what a registered VEN said of itself; its poll frequency stays, whatever the registration has. Where
   * `reportOnly` changes, the VEN finds word of the events that are for it by now, or of those that were sent to it and are
   * for it no longer, of which what is known there is erased. Events that are over at `registeredAt` are left alone.
   */
  updateRegistration(registration: Registration): Promise<void>;
  /** Keeps how often a registered VEN is to poll; undefined for as often as all others. */
  putPollFrequency(venId: string, pollFrequency: Duration | undefined): Promise<void>;
  /** Erases all that is known of a VEN, if it is registered (rule 407). */
  unregister(venId: string): Promise<void>;
}
