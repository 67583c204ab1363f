import type { VenEnrolment } from "../targeting/enrolment.ts";

/** The part of a store that knows what VENs are enrolled in; it outlives their registrations. */
export interface EnrolmentStore {
  enrolment(venId: string): Promise<VenEnrolment | undefined>;
  /** All enrolments, in the order in which the VENs were first enrolled. */
  enrolments(): Promise<readonly VenEnrolment[]>;
  /**
   * Keeps an enrolment in place of the one before. If the VEN is registered, it finds word of the events that are for it
   * by now and were not, and of those that were sent to it and are for it no longer, of which what is known there is
   * erased. Events that are over at `now` are left alone.
   */
  putEnrolment(enrolment: VenEnrolment, now: Date): Promise<void>;
  /** Erases an enrolment, if there is one; with the same consequences. */
  removeEnrolment(venId: string, now: Date): Promise<void>;
}
