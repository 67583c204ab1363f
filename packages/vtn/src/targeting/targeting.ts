import type { OadrEvent } from "@openleadr/protocol";
import type { VtnContext } from "../context.ts";
import { isOver } from "../event/event-state.ts";
import { audienceOf, isFor, type Audience } from "./audience.ts";
import { readEnrolment, writeEnrolment, type Enrolment } from "./enrolment.ts";

/**
 * What VENs belong to and consist of, which decides what events are for them.
 *
 * A VEN may be enrolled before it registers, and stays enrolled when it registers again and when its registration ends.
 * A change reaches it with its next poll: it gets the events that are for it from now on, and gets its events without
 * those that are not any more, which calls them off there (rule 61). Events that are over are left alone.
 */
export interface Enrolments {
  /**
   * Says anew all that a VEN belongs to and consists of. Throws `RangeError` for what is no list of IDs, before anything
   * is stored.
   */
  set(venId: string, enrolment: Enrolment): Promise<void>;
  /** Undefined for a VEN of which nothing was said. */
  get(venId: string): Promise<Enrolment | undefined>;
  /** By venID, in the order in which the VENs were first enrolled. */
  list(): Promise<ReadonlyMap<string, Enrolment>>;
  /** Forgets what was said of a VEN, if anything. */
  remove(venId: string): Promise<void>;
}

/** What a {@link ResolveTargets} may want to know. */
export interface TargetsContext {
  /** The only VEN in question, which is about to register; answers about others mean nothing. @default all VENs */
  readonly venId?: string | undefined;
}

/** Says which VENs an event is for, by their venIDs. */
export type ResolveTargets = (
  event: OadrEvent,
  context: TargetsContext,
) => Promise<readonly string[] | undefined> | readonly string[] | undefined;

/** Resolves targets to VENs. */
export class Targeting implements Enrolments {
  readonly #vtn: VtnContext;

  constructor(vtn: VtnContext) {
    this.#vtn = vtn;
  }

  async set(venId: string, enrolment: Enrolment): Promise<void> {
    await this.#vtn.store.putEnrolment(readEnrolment(venId, enrolment), this.#vtn.clock.now());
    this.#vtn.tell({ type: "enrolled", venId });
  }

  async get(venId: string): Promise<Enrolment | undefined> {
    const enrolment = await this.#vtn.store.enrolment(venId);
    return enrolment === undefined ? undefined : writeEnrolment(enrolment);
  }

  async list(): Promise<ReadonlyMap<string, Enrolment>> {
    const enrolments = await this.#vtn.store.enrolments();
    return new Map(enrolments.map((enrolment) => [enrolment.venId, writeEnrolment(enrolment)]));
  }

  async remove(venId: string): Promise<void> {
    await this.#vtn.store.removeEnrolment(venId, this.#vtn.clock.now());
    this.#vtn.tell({ type: "enrolled", venId });
  }

  /** Whom an event is for: by its targets, and by `onResolveTargets`. */
  async audienceOf(event: OadrEvent): Promise<Audience> {
    const audience = audienceOf(event);
    if (audience === "everyone") return audience;
    const named = await this.#ask(event, {});
    return [...audience, ...named.map((venId) => ({ venId }))];
  }

  /** Gives a VEN that is about to register those events that `onResolveTargets` alone says are for it. */
  async admit(venId: string): Promise<void> {
    const { store, clock, onResolveTargets } = this.#vtn;
    if (onResolveTargets === undefined) return;
    for (const { event, cancelled } of await store.events()) {
      if (!cancelled && !isOver(clock.now(), event)) await this.#admitTo(event.eventDescriptor.eventId, venId);
    }
  }

  async #admitTo(eventId: string, venId: string): Promise<void> {
    const { store } = this.#vtn;
    const record = await store.event(eventId);
    if (record === undefined || record.audience === "everyone") return;
    const { event, audience } = record;
    if (isFor(venId, record, await store.enrolment(venId)) || !(await this.#ask(event, { venId })).includes(venId))
      return;
    const widened = { ...record, audience: [...audience, { venId }] };
    // Somebody else may have changed it in the meantime.
    if (!(await store.putEvent(widened, event.eventDescriptor.modificationNumber))) await this.#admitTo(eventId, venId);
  }

  async #ask(event: OadrEvent, context: TargetsContext): Promise<readonly string[]> {
    const venIds = (await this.#vtn.onResolveTargets?.(event, context)) ?? [];
    const stranger = venIds.find((venId) => typeof venId !== "string" || venId === "");
    if (stranger === undefined) return [...new Set(venIds)];
    throw new RangeError(`onResolveTargets: expected venIDs, got ${JSON.stringify(stranger)}`);
  }
}
