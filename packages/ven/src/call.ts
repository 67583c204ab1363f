import { checkRules, NotRegisteredOrAuthorizedError, RuleViolationError, type Message } from "@openleadr/protocol";
import { messageClient, type MessageClient, type Transport } from "@openleadr/transport";
import { turns } from "./async/turns.ts";
import { unlessAborted } from "./async/unless-aborted.ts";
import type { ResolvedVenOptions } from "./options.ts";
import type { VenStatus } from "./status.ts";
import { tapSent } from "./tap.ts";

/** What the messages of a session go through. */
export interface CallParts {
  readonly options: ResolvedVenOptions;
  readonly transport: Transport;
  /** The VTN's host; empty for a transport of one's own. */
  readonly vtnHost: string;
  /** Ends all calls at once. */
  readonly aborting: AbortSignal;
  tell(status: VenStatus): void;
  /** Called when the VTN says that it does not know the VEN. */
  onUnknown(): void;
}

/** Sends messages to the VTN: each once and in its turn, none that breaks a rule. */
export function callsTo({ options, transport, vtnHost, aborting, tell, onUnknown }: CallParts): MessageClient {
  const { tolerant, limits, clock, signatures } = options;
  const client = messageClient({
    transport,
    write: signatures.write,
    verify: signatures.isVerifying ? (answer) => signatures.verify(answer) : undefined,
    decoding: { tolerant, limits },
    check: (message) => requireConformance(message, clock.now()),
    onDeviations: ({ name }, deviations) => tell({ type: "deviated", message: name, deviations }),
    ...tapSent(options, vtnHost),
  });
  const takeTurn = turns();
  return (name, payload, signal = aborting) => {
    const call = takeTurn(async () => {
      aborting.throwIfAborted();
      signal.throwIfAborted();
      try {
        return await unlessAborted(client(name, payload, signal), signal);
      } catch (error) {
        if (error instanceof NotRegisteredOrAuthorizedError) onUnknown();
        throw error;
      }
    });
    return unlessAborted(call, signal);
  };
}

function requireConformance(message: Message, now: Date): void {
  const [first, ...rest] = checkRules(message, { sender: "ven", now });
  if (first !== undefined) throw new RuleViolationError(message.name, [first, ...rest]);
}
