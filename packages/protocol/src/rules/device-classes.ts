import { SIGNAL_TARGET_MRID } from "../enumerations.ts";
import type { RuleViolation } from "../errors.ts";
import type { Target } from "../messages/target.ts";
import { signalsOf } from "./events.ts";
import { violation, type Rule } from "./rule.ts";

/** Rule 111: the target of a signal names device classes, and nothing else. */
export const signalDeviceClasses: Rule<"oadrDistributeEvent"> = function* (message) {
  for (const { signal, path } of signalsOf(message))
    yield* checkClasses(111, `${path}.deviceClasses`, signal.deviceClasses);
};

/** Rule 209: oadrDeviceClass names device classes, and nothing else. */
export const optDeviceClasses: Rule<"oadrCreateOpt"> = ({ payload }) =>
  checkClasses(209, "deviceClasses", payload.deviceClasses);

/** Rule 307: a reportSubject names device classes, and nothing else. */
export const reportSubjects: Rule<"oadrRegisterReport"> = function* ({ payload }) {
  for (const [index, { reportDescriptions }] of payload.reports.entries()) {
    for (const [number, { reportSubject }] of reportDescriptions.entries()) {
      yield* checkClasses(307, `reports[${index}].reportDescriptions[${number}].reportSubject`, reportSubject);
    }
  }
};

const classes: readonly string[] = Object.values(SIGNAL_TARGET_MRID);

function* checkClasses(rule: number, path: string, targets: readonly Target[] | undefined): Iterable<RuleViolation> {
  if (targets?.length === 0)
    yield violation(rule, path, { expected: "at least one device class, or nothing", got: targets });
  for (const [index, target] of (targets ?? []).entries()) {
    if ("endDeviceAsset" in target && isDeviceClass(target.endDeviceAsset)) continue;
    const expected = "a device class of the standard, or x-…, as endDeviceAsset";
    yield violation(rule, `${path}[${index}]`, { expected, got: target });
  }
}

function isDeviceClass(name: string): boolean {
  return name.startsWith("x-") || classes.includes(name);
}
