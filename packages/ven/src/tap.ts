import type { Clock } from "@openleadr/protocol";
import {
  type HttpListenerOptions,
  type Logger,
  type MessageClientOptions,
  type MessageHandlerOptions,
  type WireExchange,
} from "@openleadr/transport";
import { handledExchange, sentExchange, tapExchange, unhandledExchange } from "@openleadr/transport/internal";

/** Who looks at what goes over the wire, if anybody does. */
export interface Tap {
  readonly onExchange?: ((exchange: WireExchange) => void) | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Shows what a VEN sends and how it is answered; `address` is the VTN's host. */
export function tapSent(tap: Tap, address: string): Pick<MessageClientOptions, "onSent"> {
  if (tap.onExchange === undefined) return {};
  return {
    onSent() {
      const receivedAt = tap.clock.now();
      return (sent) => {
        const times = { receivedAt, answeredAt: tap.clock.now() };
        tapExchange(tap, () => sentExchange("ven", { sent, address }, times));
      };
    },
  };
}

/** Shows what a VTN pushes and how it is answered. */
export function tapPushed(tap: Tap): Pick<MessageHandlerOptions, "onReceived"> {
  if (tap.onExchange === undefined) return {};
  return {
    onReceived(exchange) {
      const receivedAt = tap.clock.now();
      return (handled) => {
        const times = { receivedAt, answeredAt: tap.clock.now() };
        tapExchange(tap, () => handledExchange("vtn", { exchange, handled }, times));
      };
    },
  };
}

/** Shows what somebody sends to the VEN's listener that is refused before it is read. */
export function tapRefused(tap: Tap): Pick<HttpListenerOptions, "onRefused"> {
  if (tap.onExchange === undefined) return {};
  return { onRefused: (refused) => tapExchange(tap, () => unhandledExchange("vtn", refused, tap.clock.now())) };
}
