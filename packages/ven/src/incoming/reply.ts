import type { OperationName, Payload } from "@openleadr/protocol";
import type { Outcome } from "../context.ts";

/**
 * Sends the VEN's answer to a message of the VTN: as a request of its own where the VEN polls, as the answer to the VTN's
 * request where the VTN pushes.
 *
 * @see OpenADR 2.0b, §8.6
 */
export type Reply = <Name extends OperationName>(name: Name, payload: Payload<Name>) => Promise<Outcome<Name>>;
