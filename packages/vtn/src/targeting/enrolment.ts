import {
  groupTargets,
  isSameUri,
  TARGET_LISTS,
  ungroupTargets,
  type Target,
  type TargetsByType,
} from "@openleadr/protocol";

/** What a VEN belongs to and consists of, as the operator of the VTN says it: whatever means this VEN in a target. */
export interface Enrolment extends Omit<TargetsByType, "venIds"> {
  /** The programmes it takes part in, compared as URIs (rule 512). @default every market context */
  readonly marketContexts?: readonly string[];
}

/** An enrolment as it is kept. */
export interface VenEnrolment {
  readonly venId: string;
  /** The targets that mean this VEN. */
  readonly targets: readonly Target[];
  /** Undefined for every market context. */
  readonly marketContexts?: readonly string[];
}

/** Throws `RangeError` for a name that is no list of an enrolment, and for what is no list of IDs. */
export function readEnrolment(venId: string, enrolment: Enrolment): VenEnrolment {
  requireText("venId", venId);
  const { marketContexts, ...targetsByType } = enrolment;
  const lists: Readonly<Record<string, unknown>> = { ...targetsByType };
  if (lists["venIds"] !== undefined) throw new RangeError("venIds: expected none in an enrolment, which has one VEN");
  for (const [name, list] of Object.entries({ ...lists, marketContexts }))
    if (list !== undefined) requireList(name, list);
  const targets = ungroupTargets(targetsByType);
  return { venId, targets, ...(marketContexts !== undefined && { marketContexts: [...marketContexts] }) };
}

/** The enrolment as it was given. */
export function writeEnrolment({ targets, marketContexts }: VenEnrolment): Enrolment {
  return { ...groupTargets(targets), ...(marketContexts !== undefined && { marketContexts }) };
}

/** Whether a VEN takes part in a programme; one of which nothing is said, in all. */
export function isEnrolledIn(marketContext: string, enrolment: VenEnrolment | undefined): boolean {
  const { marketContexts } = enrolment ?? {};
  return marketContexts === undefined || marketContexts.some((each) => isSameUri(each, marketContext));
}

/** Equal for targets that say the same. */
export function targetKey(target: Target): string {
  const [[name, id] = []] = Object.entries(target);
  // Most targets are an ID, and keys are asked for with every poll. No name of a target begins as JSON does.
  if (typeof id === "string") return `${name ?? ""} ${id}`;
  return JSON.stringify(target, (_, value: unknown) => (isObject(value) ? inOrder(value) : value));
}

function inOrder(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const areas: readonly string[] = [
  TARGET_LISTS.serviceArea,
  TARGET_LISTS.serviceLocation,
  TARGET_LISTS.transportInterface,
];

function requireList(name: string, list: unknown): void {
  if (!Array.isArray(list)) throw new RangeError(`${name}: expected a list, got ${JSON.stringify(list)}`);
  for (const [index, value] of list.entries()) {
    const at = `${name}[${index}]`;
    if (!areas.includes(name)) requireText(at, value);
    else if (!isObject(value)) throw new RangeError(`${at}: expected an object, got ${JSON.stringify(value)}`);
  }
}

function requireText(name: string, value: unknown): void {
  if (typeof value === "string" && value !== "") return;
  throw new RangeError(`${name}: expected an ID, got ${JSON.stringify(value)}`);
}
