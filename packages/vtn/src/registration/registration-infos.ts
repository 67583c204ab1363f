import type { OadrCreatedPartyRegistration } from "@openleadr/protocol";

/** What a VTN tells a VEN beside its registration (rules 403, 404). */
export interface RegistrationInfos extends Pick<OadrCreatedPartyRegistration, "serviceSpecificInfo" | "extensions"> {}
