import { hours, minutes, type Duration, type Opt, type Payload, type Target } from "@openleadr/protocol";
import { afterNoon } from "./events.ts";
import { expectMessage, noon, type OpenVtn, type TestVen } from "./open-vtn.ts";

/** An opt in words that a test needs to say; the rest has fixed values. */
export interface OptInWords {
  readonly optId?: string;
  readonly optType?: Opt;
  readonly marketContext?: string;
  /** Start, counted from noon, and length of each span. @default one hour, from noon */
  readonly spans?: readonly (readonly [Duration, Duration])[];
  readonly resourceIds?: readonly string[];
  readonly targets?: readonly Target[];
  readonly deviceClasses?: readonly string[];
}

type Request = Payload<"oadrCreateOpt">;

/** An optOut schedule of a VEN, called "opt-1" unless it has a name of its own. */
export function aSchedule({ venId }: Pick<TestVen, "venId">, words: OptInWords = {}): Request {
  const { spans = [[minutes(0), hours(1)]], marketContext } = words;
  const vavailability = spans.map(([start, duration]) => ({ dtstart: afterNoon(start), duration }));
  return { ...statement(venId, words), vavailability, ...(marketContext !== undefined && { marketContext }) };
}

/** An optOut of a VEN for "event-1", or another event. */
export function anEventOpt(
  { venId }: Pick<TestVen, "venId">,
  words: OptInWords & { readonly eventId?: string; readonly modificationNumber?: number } = {},
): Request {
  const { eventId = "event-1", modificationNumber = 0 } = words;
  return { ...statement(venId, words), eventId, modificationNumber };
}

function statement(venId: string, words: OptInWords): Request {
  const { optId = "opt-1", optType = "optOut", resourceIds = [], targets = [], deviceClasses } = words;
  return {
    optId,
    optType,
    optReason: "notParticipating",
    venId,
    createdDateTime: noon,
    requestId: "req-7",
    targets: [...resourceIds.map((resourceId) => ({ resourceId })), { venId }, ...targets],
    ...(deviceClasses !== undefined && { deviceClasses: deviceClasses.map((endDeviceAsset) => ({ endDeviceAsset })) }),
  };
}

/** Sends an oadrCreateOpt that may break rules; the response code. */
export async function codeOf(open: OpenVtn, payload: Request): Promise<number> {
  const answer = await open.answer({ name: "oadrCreateOpt", payload });
  return expectMessage("oadrCreatedOpt", answer).response.responseCode;
}

/** Cancels an optID; the response code. */
export async function cancelOpt(open: OpenVtn, { venId }: TestVen, optId = "opt-1"): Promise<number> {
  const answer = await open.answer({ name: "oadrCancelOpt", payload: { requestId: "req-7", optId, venId } });
  return expectMessage("oadrCanceledOpt", answer).response.responseCode;
}
