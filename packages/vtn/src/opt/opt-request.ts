import {
  checkRules,
  ComplianceError,
  InvalidDataError,
  InvalidIdError,
  type OadrCreateOpt,
  type Target,
} from "@openleadr/protocol";
import type { OptRecord } from "./opt-record.ts";

/**
 * What an oadrCreateOpt says. Throws a {@link RejectedError} for one that breaks a rule, or has IDs or spans that mean
 * nothing.
 *
 * @see OpenADR 2.0b, rules 200, 206, 208, 209
 */
export function readOpt(
  given: OadrCreateOpt,
  { recordId, receivedAt }: Pick<OptRecord, "recordId" | "receivedAt">,
): OptRecord {
  const request = withoutEmptyElements(given);
  requireRules(request, receivedAt);
  const { venId, optId, optType, optReason, deviceClasses = [], createdDateTime } = request;
  if (optId === "") throw new InvalidIdError("expected an optID, got none");
  const targets = partsOf(venId, request.targets);
  const said = { recordId, venId, optId, optType, optReason, targets, deviceClasses, createdDateTime, receivedAt };
  const { eventId, modificationNumber, marketContext, vavailability = [] } = request;
  if (eventId !== undefined && modificationNumber !== undefined)
    return { kind: "event", ...said, eventId, modificationNumber };
  for (const span of vavailability) requireSpan(span);
  const plainSpans = vavailability.map(({ dtstart, duration }) => ({ dtstart, duration }));
  const programme = marketContext === undefined ? {} : { marketContext };
  return { kind: "schedule", ...said, ...programme, vavailability: plainSpans };
}

/** An empty element is as good as none (rule 46). */
function withoutEmptyElements(request: OadrCreateOpt): OadrCreateOpt {
  const { marketContext = "", vavailability = [], deviceClasses = [], ...rest } = request;
  return {
    ...rest,
    ...(marketContext !== "" && { marketContext }),
    ...(vavailability.length > 0 && { vavailability }),
    ...(deviceClasses.length > 0 && { deviceClasses }),
  };
}

function requireRules(payload: OadrCreateOpt, now: Date): void {
  const [breach] = checkRules({ name: "oadrCreateOpt", payload }, { sender: "ven", now });
  if (breach !== undefined) throw new ComplianceError(`rule ${breach.rule}: ${breach.path}: ${breach.message}`);
}

/** The targets within the VEN: none if all of it is meant, as where the VEN itself is all there is (rule 202). */
function partsOf(venId: string, targets: readonly Target[]): readonly Target[] {
  for (const target of targets) {
    if ("venId" in target && target.venId !== venId)
      throw new InvalidIdError(`expected ${JSON.stringify(venId)} as venID among the targets, got another`);
    if (Object.values(target).includes("")) throw new InvalidIdError("expected an ID in each target, got an empty one");
  }
  return targets.filter((target) => !("venId" in target));
}

function requireSpan({ dtstart, duration }: { readonly dtstart: Date; readonly duration: number }): void {
  if (duration < 0) throw new InvalidDataError("expected a span of 0 or longer, got a negative one");
  if (Number.isNaN(new Date(dtstart.getTime() + duration).getTime()))
    throw new InvalidDataError("a span ends after the end of time");
}
