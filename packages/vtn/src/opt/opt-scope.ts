import { type Target } from "@openleadr/protocol";
import { normalizeUri } from "@openleadr/protocol/internal";
import type { OptRecord } from "./opt-record.ts";

/** What a question about opt states is about: a VEN, or a part of it. */
export interface OptSubject {
  readonly venId: string;
  /** One resource of the VEN. @default the VEN as a whole, of which opts for parts of it say nothing */
  readonly resourceId?: string | undefined;
  /** What else the part is known as: its groups, its meter. Opts for any of these names count. @default none */
  readonly targets?: readonly Target[] | undefined;
  /** One class of devices in it, such as `Thermostat`. @default all, of which opts for some say nothing */
  readonly deviceClass?: string | undefined;
}

/** Whether an opt says something about a subject. */
export function concerns(
  { targets, deviceClasses }: Pick<OptRecord, "targets" | "deviceClasses">,
  subject: Omit<OptSubject, "venId">,
): boolean {
  const { resourceId, deviceClass } = subject;
  const names = [...(subject.targets ?? []), ...(resourceId === undefined ? [] : [{ resourceId }])];
  const classes = deviceClass === undefined ? [] : [{ endDeviceAsset: deviceClass }];
  return includesAny(targets, names) && includesAny(deviceClasses, classes);
}

/**
 * Those of a list of opts, oldest first, that say nothing any more, since newer ones are about all that they are about.
 */
export function coveredOf<T extends OptRecord>(opts: readonly T[]): ReadonlySet<T> {
  const covered = new Set<T>();
  const reaches = new Map<string, Reach>();
  for (const opt of opts.toReversed()) {
    if (isCovered(opt, [...reaches.values()])) covered.add(opt);
    extendReach(reaches, opt);
  }
  return covered;
}

/** Whether every target of a list is among those of another. */
export function includesAll(outer: readonly Target[], inner: readonly Target[]): boolean {
  const keys = new Set(outer.map(keyOf));
  return inner.every((target) => keys.has(keyOf(target)));
}

/** What opts for the same programme and classes of devices are about together. */
interface Reach {
  readonly marketContext: string | undefined;
  /** All classes when empty. */
  readonly classes: ReadonlySet<string>;
  readonly targets: Set<string>;
  isWhole: boolean;
}

function extendReach(reaches: Map<string, Reach>, opt: OptRecord): void {
  const marketContext = contextOf(opt);
  const classes = new Set(opt.deviceClasses.map(keyOf));
  const key = JSON.stringify([marketContext, ...[...classes].sort()]);
  const reach = reaches.get(key) ?? { marketContext, classes, targets: new Set(), isWhole: false };
  reaches.set(key, reach);
  if (opt.targets.length === 0) reach.isWhole = true;
  for (const target of opt.targets) reach.targets.add(keyOf(target));
}

function isCovered(opt: OptRecord, reaches: readonly Reach[]): boolean {
  const marketContext = contextOf(opt);
  const classes = opt.deviceClasses.map(keyOf);
  const rivals = reaches.filter(
    (reach) =>
      (reach.marketContext === undefined || reach.marketContext === marketContext) &&
      (reach.classes.size === 0 || (classes.length > 0 && classes.every((each) => reach.classes.has(each)))),
  );
  if (rivals.some(({ isWhole }) => isWhole)) return true;
  const keys = opt.targets.map(keyOf);
  return keys.length > 0 && keys.every((key) => rivals.some(({ targets }) => targets.has(key)));
}

/** In normal form, so that two are equal if they are the same (rule 512). */
function contextOf(opt: OptRecord): string | undefined {
  const marketContext = opt.kind === "schedule" ? opt.marketContext : undefined;
  return marketContext === undefined ? undefined : normalizeUri(marketContext);
}

function includesAny(outer: readonly Target[], names: readonly Target[]): boolean {
  if (outer.length === 0) return true;
  const keys = new Set(names.map(keyOf));
  return outer.some((target) => keys.has(keyOf(target)));
}

function keyOf(target: Target): string {
  return JSON.stringify(target);
}
