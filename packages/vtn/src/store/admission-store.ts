import type { Admission } from "../registration/admission.ts";
import type { PendingVen } from "../registration/pending-ven.ts";

/** The part of a store that knows who may register, and who waits to be told. Each is known by the key of its subject. */
export interface AdmissionStore {
  /** A decision about a subject, by its key; see `subjectKey`. */
  admission(key: string): Promise<Admission | undefined>;
  /** All decisions, in the order in which they were taken. */
  admissions(): Promise<readonly Admission[]>;
  /** Keeps a decision in place of the one before about the same subject, which then is pending no more. */
  putAdmission(admission: Admission): Promise<void>;
  /** Forgets a decision; resolves with false if there is none. */
  removeAdmission(key: string): Promise<boolean>;
  /** The VENs that wait, in the order in which they first asked. */
  pendingVens(): Promise<readonly PendingVen[]>;
  /** The VEN of that subject that waits. */
  pendingVen(key: string): Promise<PendingVen | undefined>;
  /**
   * Keeps a VEN that waits, in place of what it said before, but for when it first asked. Of more than `limit`, the one
   * whose last request is the oldest is forgotten.
   */
  putPendingVen(pending: PendingVen, limit: number): Promise<void>;
}
