import type { RuleViolation } from "../errors.ts";
import type { Message, MessageName } from "../messages/index.ts";
import { currentValue } from "./current-value.ts";
import { accuracy, dataContent, pointData } from "./data-reports.ts";
import { optDeviceClasses, reportSubjects, signalDeviceClasses } from "./device-classes.ts";
import { distributeRequestId, notification, oneVenId, signalIds } from "./distributed-events.ts";
import { envelopeContent } from "./envelope.ts";
import { eventResponses } from "./event-responses.ts";
import { intervalPayload, intervalStart } from "./interval-content.ts";
import { seriesDurations, signalDurations } from "./interval-durations.ts";
import { intervalUids } from "./interval-uids.ts";
import { metadataContent, metadataDuration, metadataRequestIds, uniqueReportIds } from "./metadata-reports.ts";
import { eventOrSchedule, plainSpans } from "./opt.ts";
import { registrationAnswer, registrationContent } from "./registration.ts";
import { intervalDurations, intervalStarts, reportIntervalUids } from "./report-intervals.ts";
import { metadataRequest, requestContent, requestReadingType } from "./report-requests.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { simpleCurrentValue, simpleType, simpleValues } from "./simple-signal.ts";
import { standardSignals } from "./standard-signals.ts";
import { samplingRates, standardData, standardMetadata } from "./standard-reports.ts";
import { venId } from "./ven-id.ts";

/**
 * The breaches of conformance rules that a message shows, in the order of the rules' numbers; empty if there are none.
 *
 * The message must be valid by the schema. Looked at are rules 1, 2, 8, 9, 14, 29, 35, 41, 45, 63, 100 to 105, 107, 111,
 * 116, 200, 206, 209, 305, 307, 308, 311 to 316, 319, 321, 331, 333, 338, 342, 402 to 404, 508 and 509; the others take
 * more than one message to see.
 *
 * @see OpenADR 2.0b, §11.2
 */
export function checkRules(message: Message, context: RuleContext): RuleViolation[] {
  const violations: RuleViolation[] = [];
  for (const rule of table[message.name] as readonly Rule[]) {
    for (const violation of rule(message, context)) violations.push(violation);
  }
  for (const violation of venId(message, context)) violations.push(violation);
  for (const violation of envelopeContent(message, context)) violations.push(violation);
  return violations.length > 1 ? violations.sort((a, b) => a.rule - b.rule) : violations;
}

const none: readonly [] = [];

const requests = [metadataRequest, requestContent, requestReadingType] as const;

const table: { readonly [Name in MessageName]: readonly Rule<Name>[] } = {
  oadrPoll: none,
  oadrResponse: none,
  oadrQueryRegistration: none,
  oadrCreatePartyRegistration: [registrationContent],
  oadrCreatedPartyRegistration: [registrationAnswer],
  oadrRequestReregistration: none,
  oadrCancelPartyRegistration: none,
  oadrCanceledPartyRegistration: none,
  oadrRequestEvent: none,
  oadrDistributeEvent: [
    intervalUids,
    signalDurations,
    simpleValues,
    simpleCurrentValue,
    currentValue,
    distributeRequestId,
    oneVenId,
    intervalPayload,
    seriesDurations,
    intervalStart,
    standardSignals,
    notification,
    signalIds,
    signalDeviceClasses,
    simpleType,
  ],
  oadrCreatedEvent: [eventResponses],
  oadrCreateOpt: [plainSpans, eventOrSchedule, optDeviceClasses],
  oadrCreatedOpt: none,
  oadrCancelOpt: none,
  oadrCanceledOpt: none,
  oadrRegisterReport: [
    metadataContent,
    reportSubjects,
    uniqueReportIds,
    metadataRequestIds,
    metadataDuration,
    standardMetadata,
    samplingRates,
  ],
  oadrRegisteredReport: requests,
  oadrCreateReport: requests,
  oadrCreatedReport: none,
  oadrUpdateReport: [
    dataContent,
    intervalStarts,
    intervalDurations,
    reportIntervalUids,
    accuracy,
    standardData,
    pointData,
  ],
  oadrUpdatedReport: none,
  oadrCancelReport: none,
  oadrCanceledReport: none,
};
