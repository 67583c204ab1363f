import type { Message, OperationName, Payload, TakenName } from "@openleadr/protocol";
import type { MessageClient } from "@openleadr/transport";
import type { HandlerContext, ResolvedVenOptions } from "./options.ts";
import type { Registration } from "./registration/state.ts";
import type { VenStatus } from "./status.ts";
import type { Notebook } from "./store/notebook.ts";

/** What became of a message: its answer, if it was taken (undefined for an empty one), or why it was not. */
export type Outcome<Name extends OperationName> =
  | { readonly isTaken: true; readonly answer: Message<TakenName<Name>> | undefined }
  | { readonly isTaken: false; readonly error: unknown };

/** What the services of a VEN share during one life, from a start to its end. */
export interface VenContext {
  readonly options: ResolvedVenOptions;
  /** The URL that the VTN pushes to; undefined for a VEN that polls. */
  readonly transportAddress: string | undefined;
  /** Aborts when the life is to end: what is under way is finished, and nothing new begins. */
  readonly stopping: AbortSignal;
  /** The registration. Throws `NotRegisteredOrAuthorizedError` when there is none. */
  registration(): Registration;
  /** The venID of the registration or, where that has ended, of the last one; undefined if there was none. */
  readonly lastVenId: string | undefined;
  /** What must not be forgotten goes here. */
  readonly notebook: Notebook;
  /** Whether there is a registration. */
  isRegistered(): boolean;
  /** Sends a message once, in its turn; never two at a time. */
  readonly call: MessageClient;
  /**
   * Sends a message until it is taken or refused, again and again while the VTN cannot be reached; failures are told.
   * Rejects when the life ends, and when the VTN says that the VEN is not registered.
   */
  request<Name extends OperationName>(name: Name, payload: Payload<Name>): Promise<Outcome<Name>>;
  /** Asks a handler of the application. */
  ask<T>(handler: (context: HandlerContext) => T | Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Tells news. */
  tell(status: VenStatus): void;
  /** Runs work that nobody waits for; it ends with the life. */
  run(work: () => Promise<void>): void;
  /** Whether an error means that the registration or the life is over, so that nobody but the life may handle it. */
  isEnd(error: unknown): boolean;
  /** Has the poll loop look for what there is to do; `poll` for a poll ahead of time. */
  wake(reason: "poll" | "reports"): void;
}
