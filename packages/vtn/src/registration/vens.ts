import type { Duration } from "@openleadr/protocol";
import type { VtnContext } from "../context.ts";
import { post } from "../delivery/post.ts";
import type { Registration } from "../store/registration-store.ts";
import { acceptance, subjectKey, subjectOf, type AcceptedVen, type Admission, type VenSubject } from "./admission.ts";
import { venSignatures, type VenSignatures } from "../security/signature-options.ts";
import type { Admissions } from "./admissions.ts";
import type { Farewell } from "./farewell.ts";
import type { PendingVen } from "./pending-ven.ts";
import { requirePollFrequency } from "./poll-frequency.ts";
import type { Presence, VenPresence } from "./presence.ts";

/** A VEN that is registered, and whether it is there. */
export interface Ven extends Registration {
  readonly presence: VenPresence;
}

/** Options of {@link Vens.remove}. */
export interface RemoveOptions {
  /** Whether the VEN is kept from registering again, as by {@link Vens.refuse}. @default false */
  readonly refuse?: boolean | undefined;
}

/** The VENs of a VTN: who is registered and there, and who may register. */
export interface Vens {
  /** All that are registered. */
  list(): Promise<readonly Ven[]>;
  /** One that is registered. */
  get(venId: string): Promise<Ven | undefined>;
  /**
   * Those that asked to register and wait for {@link accept} or {@link refuse}, in the order in which they first asked.
   * They are told the same as refused ones and ask again by themselves.
   */
  pending(): Promise<readonly PendingVen[]>;
  /**
   * Lets a VEN in when it asks the next time, and from then on; it need not have asked before. A VEN that waits gets the
   * venID that it brought, unless another is named here. Naming a registered VEN's venID beside a new fingerprint gives
   * that VEN a new certificate. Throws `RangeError` for an empty name or ID, and if no venID is named for a VEN that waits and
   * brought that of a registered one: it may be that one with a new certificate, or anybody else.
   */
  accept(ven: AcceptedVen): Promise<void>;
  /**
   * Keeps a VEN out when it asks the next time, and from then on, whatever `onCreatePartyRegistration` would say, and whatever
   * else of the VEN is accepted: {@link forget} takes it back. Who is refused by a venID does not get it. A VEN that is
   * registered stays so; see {@link remove}.
   */
  refuse(ven: VenSubject): Promise<void>;
  /** Takes back what {@link accept} or {@link refuse} decided. Resolves with false if nothing was. */
  forget(ven: VenSubject): Promise<boolean>;
  /** What {@link accept} and {@link refuse} decided, in that order; not what the option `acceptedVens` says. */
  admissions(): Promise<readonly Admission[]>;
  /**
   * Decides about the signatures of a registered VEN, from now on; what is left out, stays. Both certificates beside each
   * other let a VEN replace the one that it signs with. Throws `RangeError` for a VEN that is not registered.
   */
  setSignatures(venId: string, signatures: VenSignatures): Promise<void>;
  /**
   * Sets how often a VEN is to poll, at least 1 s; undefined for the VTN's `pollFrequency`. The VEN is asked to register
   * again, and learns it then (rule 403). Throws `RangeError` for a VEN that is not registered.
   */
  setPollFrequency(venId: string, pollFrequency: Duration | undefined): Promise<void>;
  /** Has a VEN register again (rule 401). Throws `RangeError` for a VEN that is not registered. */
  requestReregistration(venId: string): Promise<void>;
  /**
   * Ends the registration of a VEN at once, and forgets what waits for it, what was requested of it and what it answered;
   * resolves with false if it is not registered. All that it sends afterwards is refused with 463, on which most VENs register
   * anew: `refuse` keeps out those who show its certificate, or one that was accepted for it; if it has none, those who bring
   * its venID or its name. The status `unregistered` tells of it; `onCancelPartyRegistration` is not called. A VEN that a
   * `venLookup` still knows, and that is not refused, is registered again by the next message that it sends.
   */
  remove(venId: string, options?: RemoveOptions): Promise<boolean>;
  /** Has a VEN end its registration (rule 407). Throws `RangeError` for a VEN that is not registered. */
  cancelPartyRegistration(venId: string): Promise<void>;
}

interface Others {
  readonly admissions: Admissions;
  readonly presence: Presence;
  readonly farewell: Farewell;
}

/** {@link Vens} over a store. */
export class VenDirectory implements Vens {
  readonly #vtn: VtnContext;
  readonly #admissions: Admissions;
  readonly #presence: Presence;
  readonly #farewell: Farewell;

  constructor(vtn: VtnContext, { admissions, presence, farewell }: Others) {
    this.#vtn = vtn;
    this.#admissions = admissions;
    this.#presence = presence;
    this.#farewell = farewell;
  }

  async list(): Promise<readonly Ven[]> {
    return (await this.#vtn.store.registrations()).map((registration) => this.#withPresence(registration));
  }

  async get(venId: string): Promise<Ven | undefined> {
    const registration = await this.#vtn.store.registration(venId);
    return registration === undefined ? undefined : this.#withPresence(registration);
  }

  async pending(): Promise<readonly PendingVen[]> {
    return this.#vtn.store.pendingVens();
  }

  async accept(ven: AcceptedVen): Promise<void> {
    const { store, clock } = this.#vtn;
    const venId = ven.venId ?? (await this.#venIdBroughtBy(subjectOf(ven)));
    await store.putAdmission(acceptance({ ...ven, ...(venId !== undefined && { venId }) }, clock.now()));
  }

  async refuse(ven: VenSubject): Promise<void> {
    const { store, clock } = this.#vtn;
    await store.putAdmission({ subject: subjectOf(ven), isAccepted: false, decidedAt: clock.now() });
  }

  async forget(ven: VenSubject): Promise<boolean> {
    return this.#vtn.store.removeAdmission(subjectKey(subjectOf(ven)));
  }

  async admissions(): Promise<readonly Admission[]> {
    return this.#vtn.store.admissions();
  }

  async setSignatures(venId: string, signatures: VenSignatures): Promise<void> {
    const { store } = this.#vtn;
    const registration = await store.registration(venId);
    if (registration === undefined) throw new RangeError(`venId: expected a registered VEN, got ${venId}`);
    await store.updateRegistration({ ...registration, ...venSignatures(signatures) });
  }

  async setPollFrequency(venId: string, pollFrequency: Duration | undefined): Promise<void> {
    requirePollFrequency(pollFrequency);
    await this.#vtn.store.putPollFrequency(venId, pollFrequency);
    await this.requestReregistration(venId);
  }

  async requestReregistration(venId: string): Promise<void> {
    await post(this.#vtn, venId, { name: "oadrRequestReregistration", payload: { venId } });
  }

  async remove(venId: string, { refuse = false }: RemoveOptions = {}): Promise<boolean> {
    const registration = await this.#vtn.store.registration(venId);
    if (registration === undefined) return false;
    // First, so that it finds the door closed.
    if (refuse) for (const subject of await this.#admissions.subjectsOf(registration)) await this.refuse(subject);
    await this.#farewell(venId);
    return true;
  }

  async cancelPartyRegistration(venId: string): Promise<void> {
    const { store, newId } = this.#vtn;
    const { registrationId = "" } = (await store.registration(venId)) ?? {};
    const payload = { requestId: newId(), registrationId, venId };
    await post(this.#vtn, venId, { name: "oadrCancelPartyRegistration", payload });
  }

  async #venIdBroughtBy(subject: VenSubject): Promise<string | undefined> {
    const { store } = this.#vtn;
    const { venId } = (await store.pendingVen(subjectKey(subject))) ?? {};
    if (venId === undefined || (await store.registration(venId)) === undefined) return venId;
    throw new RangeError(`venId: expected one that is named, as the VEN that waits brings that of a VEN: "${venId}"`);
  }

  #withPresence(registration: Registration): Ven {
    return { ...registration, presence: this.#presence.of(registration.venId) };
  }
}
