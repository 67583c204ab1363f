import type { ProfileName, TransportName } from "@openleadr/protocol";
import type { MailboxEntry } from "./mailbox-store.ts";

/** A VEN that is registered. */
export interface Registration {
  readonly venId: string;
  readonly registrationId: string;
  /** Absent where the VEN gave none. */
  readonly venName?: string;
  readonly profileName: ProfileName;
  readonly transportName: TransportName;
  readonly transportAddress?: string;
  readonly reportOnly: boolean;
  readonly xmlSignature: boolean;
  readonly httpPullModel: boolean;
  readonly registeredAt: Date;
}

/** The part of a store that knows who is registered. */
export interface RegistrationStore {
  registration(venId: string): Promise<Registration | undefined>;
  /** The first registration of that name. */
  registrationByName(venName: string): Promise<Registration | undefined>;
  registrations(): Promise<readonly Registration[]>;
  /**
   * Registers a VEN, or registers it anew: all that is known of it is erased (rule 406), and its mailbox is `mailbox`.
   */
  register(registration: Registration, mailbox: readonly MailboxEntry[]): Promise<void>;
  /** Replaces what a registered VEN said of itself. */
  updateRegistration(registration: Registration): Promise<void>;
  /** Erases all that is known of a VEN, if it is registered (rule 407). */
  unregister(venId: string): Promise<void>;
}
