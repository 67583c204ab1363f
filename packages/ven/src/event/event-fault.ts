import { checkRules, SIGNAL_NAME, type OadrEvent } from "@openleadr/protocol";

/** Why an event is refused. */
export interface EventFault {
  readonly responseCode: number;
  readonly responseDescription: string;
}

/** What an event is looked at for. */
export interface EventFaultContext {
  readonly venId: string;
  readonly vtnId: string;
  readonly now: Date;
}

/**
 * Why the VEN has to refuse an event, whatever the application thinks of it; undefined if it need not.
 *
 * A breach counts only where a rule names an answer; other breaches are overlooked. Any market context is accepted.
 *
 * @see OpenADR 2.0b, rules 2, 8, 9, 33, 48, 100, 102, 104, 109, 116
 */
export function faultOf(event: OadrEvent, context: EventFaultContext): EventFault | undefined {
  return foreignTarget(event, context) ?? unknownSignal(event) ?? breach(event, context);
}

/** An event for other VENs only. Whether a resource or a group is ours, the application knows. */
function foreignTarget({ targets }: OadrEvent, { venId }: EventFaultContext): EventFault | undefined {
  const isForeign = targets.length > 0 && targets.every((target) => "venId" in target && target.venId !== venId);
  return isForeign ? { responseCode: 462, responseDescription: `the event is not for ${venId}` } : undefined;
}

const signalNames: readonly string[] = Object.values(SIGNAL_NAME);

function unknownSignal({ signals }: OadrEvent): EventFault | undefined {
  const unknown = signals.find(({ signalName }) => !signalNames.includes(signalName));
  if (unknown === undefined) return undefined;
  return { responseCode: 460, responseDescription: `signal ${unknown.signalName} is not supported` };
}

// prettier-ignore
const codes: Readonly<Record<number, { readonly responseCode: number; readonly of?: RegExp }>> = {
  2:   { responseCode: 450 },
  8:   { responseCode: 459 },
  9:   { responseCode: 454 },
  100: { responseCode: 459 },
  102: { responseCode: 459 },
  // That a signal exists with this type; units and values are the application's to judge.
  104: { responseCode: 460, of: /\.signalType$/ },
  116: { responseCode: 460 },
};

function breach(event: OadrEvent, { vtnId, now }: EventFaultContext): EventFault | undefined {
  const message = { name: "oadrDistributeEvent", payload: { requestId: "0", vtnId, events: [event] } } as const;
  for (const { rule, path, message: reason } of checkRules(message, { sender: "vtn", now })) {
    const code = codes[rule];
    if (code === undefined || code.of?.test(path) === false) continue;
    const where = path.replace(/^events\[0\]\./, "");
    return { responseCode: code.responseCode, responseDescription: `${where}: ${reason} (rule ${rule})` };
  }
  return undefined;
}
