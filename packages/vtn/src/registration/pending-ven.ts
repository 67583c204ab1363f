import type { ProfileName, TransportName } from "@openleadr/protocol";
import type { VenSubject } from "./admission.ts";

/** A VEN that asked to register, and waits until somebody accepts or refuses it. */
export interface PendingVen {
  /** What it is known by when it asks again: its certificate, else the venID it brings, else its name. */
  readonly subject: VenSubject;
  readonly venName?: string;
  /** The venID that it brought. */
  readonly venId?: string;
  /** The fingerprint of its client certificate. */
  readonly fingerprint?: string;
  /** Whom its client certificate names, one attribute on a line, e.g. `CN=kitchen`. */
  readonly certificateSubject?: string;
  /** The IP address from which it asked last. */
  readonly address: string;
  readonly profileName: ProfileName;
  readonly transportName: TransportName;
  readonly transportAddress?: string;
  readonly firstAskedAt: Date;
  readonly lastAskedAt: Date;
}
