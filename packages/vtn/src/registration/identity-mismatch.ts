import { NotRegisteredOrAuthorizedError } from "@openleadr/protocol";

/**
 * The peer's certificate, or the lack of one, does not stand for the VEN that it says it is. The peer is told the same as
 * of a venID that nobody has: which venIDs there are is nobody's business.
 */
export class IdentityMismatchError extends NotRegisteredOrAuthorizedError {
  constructor(description: string) {
    super(description, { cause: new Error("the venID is not that of the certificate") });
  }
}
