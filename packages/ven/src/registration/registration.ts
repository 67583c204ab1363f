import {
  formatDuration,
  InvalidIdError,
  NotRegisteredOrAuthorizedError,
  RejectedError,
  UnexpectedAnswerError,
  type Duration,
  type OadrCancelPartyRegistration,
  type OadrCreatedPartyRegistration,
} from "@openleadr/protocol";
import { detached } from "@openleadr/protocol/internal";
import { backOff } from "@openleadr/transport";
import type { VenContext } from "../context.ts";
import { errorOf } from "../async/failure.ts";
import type { Reply } from "../incoming/reply.ts";
import { keptPollInterval } from "../poll/poll-interval.ts";
import type { Registration } from "./state.ts";

/**
 * Queries the VTN and registers anew, again and again until the VTN agrees.
 *
 * @see OpenADR 2.0b, §8.4, rules 401, 402, 405
 */
export async function register(context: VenContext): Promise<Registration> {
  return persist(context, async () => {
    await queryRegistration(context);
    return createPartyRegistration(context);
  });
}

/**
 * Registers again under the IDs the VEN has, again and again until the VTN agrees. Rejects with
 * `NotRegisteredOrAuthorizedError` if the VTN does not know them.
 *
 * @see OpenADR 2.0b, §8.4, oadrRequestReregistration
 */
export async function registerAgain(context: VenContext): Promise<Registration> {
  return persist(context, async () => {
    try {
      return await createPartyRegistration(context, context.registration());
    } catch (error) {
      if (!(error instanceof InvalidIdError)) throw error;
      throw new NotRegisteredOrAuthorizedError("the VTN does not know the registration", { cause: error });
    }
  });
}

/** Tells the VTN that the VEN ends its registration; one that the VTN does not know has ended already. */
export async function cancelPartyRegistration(
  context: VenContext,
  { registrationId, venId }: Registration,
  signal?: AbortSignal,
): Promise<void> {
  const requestId = context.options.newId();
  try {
    await context.call("oadrCancelPartyRegistration", { requestId, registrationId, venId }, signal);
  } catch (error) {
    if (!(error instanceof NotRegisteredOrAuthorizedError)) throw error;
  }
}

/** Answers a VTN that ends the registration; whether it has ended, which takes the right registrationID. */
export async function receiveCancelPartyRegistration(
  context: VenContext,
  { requestId, registrationId }: OadrCancelPartyRegistration,
  reply: Reply,
): Promise<boolean> {
  const { registrationId: own, venId } = context.registration();
  const isOurs = registrationId === own;
  const response = isOurs
    ? { responseCode: 200, requestId }
    : { responseCode: 452, responseDescription: `no registration ${JSON.stringify(registrationId)}`, requestId };
  try {
    await reply("oadrCanceledPartyRegistration", { response, registrationId, venId });
  } catch (error) {
    // Having ended the registration, the VTN may not know us any more.
    if (!(isOurs && error instanceof NotRegisteredOrAuthorizedError)) throw error;
  }
  return isOurs;
}

async function persist(context: VenContext, attempt: () => Promise<Registration>): Promise<Registration> {
  const { maxRetryInterval, random, clock, logger } = context.options;
  for (const retryIn of backOff({ max: maxRetryInterval, random })) {
    try {
      return await attempt();
    } catch (error) {
      if (context.isEnd(error) && !isRefusalToRegister(error, context)) throw error;
      logger.warn({ error, retryIn }, "registration failed");
      context.tell({ type: "registrationFailed", error: errorOf(error), retryIn });
    }
    await clock.sleep(retryIn, context.stopping);
  }
  throw new Error("unreachable: the schedule of delays has no end");
}

/** A VTN that has yet to decide on a VEN, or does not want it, says 463. */
function isRefusalToRegister(error: unknown, context: VenContext): boolean {
  return error instanceof NotRegisteredOrAuthorizedError && !context.isRegistered();
}

async function queryRegistration(context: VenContext): Promise<void> {
  const { newId, logger } = context.options;
  try {
    const answer = await context.call("oadrQueryRegistration", { requestId: newId() });
    const profiles = answer?.payload.profiles ?? [];
    if (!profiles.some(({ profileName }) => profileName === "2.0b"))
      logger.warn({ profiles: profiles.map(({ profileName }) => profileName) }, "VTN does not offer profile 2.0b");
  } catch (error) {
    // Querying is optional, and a VTN may refuse it to strangers.
    if (!(error instanceof RejectedError)) throw error;
    logger.warn({ responseCode: error.responseCode, reason: error.responseDescription }, "query refused");
  }
}

async function createPartyRegistration(context: VenContext, current?: Registration): Promise<Registration> {
  const { newId, venName, reportOnly, signatures } = context.options;
  const venId = current?.venId ?? context.options.venId;
  const { transportAddress } = context;
  const answer = await context.call("oadrCreatePartyRegistration", {
    requestId: newId(),
    ...(current !== undefined && { registrationId: current.registrationId }),
    ...(venId !== undefined && { venId }),
    profileName: "2.0b",
    transportName: "simpleHttp",
    reportOnly,
    xmlSignature: signatures.signer !== undefined,
    venName,
    httpPullModel: transportAddress === undefined,
    ...(transportAddress !== undefined && { transportAddress }),
  });
  return registrationOf(answer?.payload, context);
}

function registrationOf(answer: OadrCreatedPartyRegistration | undefined, context: VenContext): Registration {
  const { registrationId = "", venId = "", vtnId = "", requestedOadrPollFreq } = answer ?? {};
  if (registrationId === "" || venId === "") {
    const got = answer === undefined ? "an empty answer" : "oadrCreatedPartyRegistration without them";
    throw new UnexpectedAnswerError("oadrCreatedPartyRegistration with registrationID and venID", got);
  }
  const pollInterval = pollIntervalFor(requestedOadrPollFreq, context);
  // They are kept for years.
  return {
    registrationId: detached(registrationId),
    venId: detached(venId),
    vtnId: detached(vtnId),
    pollInterval,
  };
}

/** As the VTN asks, but never without a pause, nor so seldom that the VEN is as good as gone. */
function pollIntervalFor(requested: Duration | undefined, context: VenContext): Duration {
  const { options } = context;
  if (requested === undefined) return options.pollInterval;
  const pollInterval = keptPollInterval(requested);
  if (pollInterval === requested) return requested;
  options.logger.warn({ requested, pollInterval }, "poll frequency of the VTN not kept");
  const path = "oadrCreatedPartyRegistration/oadr:oadrRequestedOadrPollFreq";
  const deviation = {
    path,
    expected: "a duration from PT1S to PT24H",
    got: formatDuration(requested) ?? `${requested} ms`,
  };
  context.tell({ type: "deviated", message: "oadrCreatedPartyRegistration", deviations: [deviation] });
  return pollInterval;
}
