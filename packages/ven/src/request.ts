import {
  HttpStatusError,
  MalformedMessageError,
  milliseconds,
  minutes,
  operations,
  seconds,
  UnexpectedAnswerError,
  type Duration,
  type OperationName,
  type Payload,
} from "@openleadr/protocol";
import { backOff, retryable } from "@openleadr/transport";
import { errorOf } from "./async/failure.ts";
import type { Outcome, VenContext } from "./context.ts";

/**
 * Sends a message until it is taken or refused; failures are told. A VTN that cannot be reached is tried for ever, and one
 * whose answers say neither yes nor no a few times: something between VEN and VTN may say whatever it likes for a while.
 */
export async function request<Name extends OperationName>(
  context: VenContext,
  name: Name,
  payload: Payload<Name>,
): Promise<Outcome<Name>> {
  const { random, logger, clock } = context.options;
  const max = milliseconds(Math.max(context.registration().pollInterval, leastPause(context)));
  let unanswered = 0;
  for (const delay of backOff({ max, random })) {
    let isEmpty = false;
    try {
      const answer = await context.call(name, payload);
      isEmpty = answer === undefined;
      if (isEmpty) requireMayBeEmpty(name);
      return { isTaken: true, answer };
    } catch (error) {
      if (context.isEnd(error)) throw error;
      // A VTN that says nothing where it should say something means it.
      const mayPass = retryable(error) || (!isEmpty && isNoAnswer(error) && ++unanswered < mostUnanswered);
      const retryIn = mayPass ? delay : false;
      logger.warn({ request: name, error, retryIn }, "request failed");
      context.tell({ type: "requestFailed", request: name, error: errorOf(error), retryIn });
      if (retryIn === false) return { isTaken: false, error };
    }
    await clock.sleep(delay, context.stopping);
  }
  throw new Error("unreachable: the schedule of delays has no end");
}

/** Whoever polls asks as often anyway; of those that are pushed to, thousands may wait for one VTN. */
function leastPause({ transportAddress }: VenContext): Duration {
  return transportAddress === undefined ? seconds(1) : minutes(1);
}

/** Neither yes nor no; nor is 403, which a message gets that comes too late for its signature, and is signed anew. */
function isNoAnswer(error: unknown): boolean {
  if (error instanceof HttpStatusError) return error.status === 403;
  return error instanceof MalformedMessageError || error instanceof UnexpectedAnswerError;
}

/** After that many the VTN is taken for one that never says anything else, and what comes next has its turn. */
const mostUnanswered = 10;

/** Some VTNs leave an acknowledgement out, which harms nobody; what was asked for is not there then. */
function requireMayBeEmpty(name: OperationName): void {
  const answers: readonly string[] = operations[name].answers;
  if (answers.includes("empty") || answers.includes("oadrResponse")) return;
  throw new UnexpectedAnswerError(`${answers.join(" | ")} in answer to ${name}`, "an empty one");
}
