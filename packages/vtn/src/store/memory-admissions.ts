import { subjectKey, type Admission } from "../registration/admission.ts";
import type { PendingVen } from "../registration/pending-ven.ts";
import type { AdmissionStore } from "./admission-store.ts";

/** The part of the memory store that knows who may register. */
export class MemoryAdmissions implements AdmissionStore {
  readonly #admissions = new Map<string, Admission>();
  /** The one who asked last stands last. */
  readonly #pending = new Map<string, PendingVen>();

  async admission(key: string): Promise<Admission | undefined> {
    return this.#admissions.get(key);
  }

  async admissions(): Promise<readonly Admission[]> {
    return [...this.#admissions.values()];
  }

  async putAdmission(admission: Admission): Promise<void> {
    const key = subjectKey(admission.subject);
    this.#admissions.delete(key);
    this.#admissions.set(key, admission);
    this.#pending.delete(key);
  }

  async removeAdmission(key: string): Promise<boolean> {
    return this.#admissions.delete(key);
  }

  async pendingVens(): Promise<readonly PendingVen[]> {
    return [...this.#pending.values()].toSorted((a, b) => a.firstAskedAt.getTime() - b.firstAskedAt.getTime());
  }

  async pendingVen(key: string): Promise<PendingVen | undefined> {
    return this.#pending.get(key);
  }

  async putPendingVen(pending: PendingVen, limit: number): Promise<void> {
    const key = subjectKey(pending.subject);
    const { firstAskedAt } = this.#pending.get(key) ?? pending;
    this.#pending.delete(key);
    this.#pending.set(key, { ...pending, firstAskedAt });
    const [oldest] = this.#pending.keys();
    if (this.#pending.size > limit && oldest !== undefined) this.#pending.delete(oldest);
  }
}
