import type { Service } from "@openleadr/protocol";

/**
 * The endpoints of OpenADR's simple HTTP transport, spelled as they stand in the URL.
 *
 * `OadrPoll` exists on a VTN only.
 *
 * @see OpenADR 2.0b, §9.1 and rule 511
 */
export const services: readonly Service[] = ["EiEvent", "EiReport", "EiRegisterParty", "EiOpt", "OadrPoll"];
