import { violation, type Rule } from "./rule.ts";

/**
 * Rule 508: a VEN puts its venID into every message that has room for it.
 *
 * oadrQueryRegistration has none, and a first oadrCreatePartyRegistration comes before the VEN has a venID (rule 402).
 */
export const venId: Rule = function* ({ name, payload }, { sender }) {
  if (sender !== "ven" || name === "oadrQueryRegistration" || name === "oadrCreatePartyRegistration") return;
  const got = "venId" in payload ? payload.venId : undefined;
  if (got === undefined || got === "") yield violation(508, "venId", { expected: "the VEN's ID", got });
};
