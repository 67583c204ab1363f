import { OpenAdrError } from "./errors.ts";
import type { EiResponse } from "./messages/common.ts";

/** What an application response code stands for. */
export interface ResponseCode {
  /** The code's name, as in OpenLEADR's `STATUS_CODES`. */
  readonly name: string;
  /** What the sender of the code says, in a sentence for people. */
  readonly meaning: string;
}

/**
 * The application response codes that have a meaning of their own. Not HTTP statuses: all of them travel in a 200.
 *
 * 450 to 459 say that the message breaks the standard, 460 to 469 that this deployment cannot or will not do it. The
 * codes in between are free; {@link responseCodeName} names them after their family.
 *
 * @see OpenADR 2.0b, section 8.7
 */
// prettier-ignore
export const RESPONSE_CODES = {
  200: { name: "OK", meaning: "The message was understood and accepted." },
  450: { name: "OUT_OF_SEQUENCE", meaning: "The message comes at the wrong time or has an old modification number." },
  451: { name: "NOT_ALLOWED", meaning: "What the message asks for is forbidden, such as a change to the past." },
  452: { name: "INVALID_ID", meaning: "An ID in the message is not known, or not the expected one." },
  453: { name: "NOT_RECOGNIZED", meaning: "A name in the message, such as a signal's or a report's, is unknown." },
  454: { name: "INVALID_DATA", meaning: "A value in the message is out of its range." },
  459: { name: "COMPLIANCE_ERROR", meaning: "The message breaks a rule of the standard in some other way." },
  460: { name: "SIGNAL_NOT_SUPPORTED", meaning: "The signal is known, but not supported here." },
  461: { name: "REPORT_NOT_SUPPORTED", meaning: "The report is known, but not supported here." },
  462: { name: "TARGET_MISMATCH", meaning: "The target or the market context is none of the receiver's." },
  463: { name: "NOT_REGISTERED_OR_AUTHORIZED", meaning: "The sender is not registered, or may not do this." },
  469: { name: "DEPLOYMENT_ERROR_OR_OTHER_ERROR", meaning: "The receiver failed for a reason of its own." },
} as const satisfies Readonly<Record<number, ResponseCode>>;

/** The name of a response code; a free code is called after its family, e.g. 455 `COMPLIANCE_ERROR`. */
export function responseCodeName(responseCode: number): string {
  const known: Readonly<Record<number, ResponseCode>> = RESPONSE_CODES;
  const own = known[responseCode];
  if (own !== undefined) return own.name;
  if (responseCode >= 450 && responseCode <= 459) return RESPONSE_CODES[459].name;
  if (responseCode >= 460 && responseCode <= 469) return RESPONSE_CODES[469].name;
  return isSuccess(responseCode) ? RESPONSE_CODES[200].name : "UNKNOWN";
}

/** Whether a response code reports success; the standard knows 200, the schema's general scheme all of 2xx. */
export function isSuccess(responseCode: number): boolean {
  return responseCode >= 200 && responseCode <= 299;
}

/**
 * A message was understood and refused: thrown by a handler to refuse a request, and by a client whose peer did.
 *
 * The subclasses are the codes with a meaning of their own. Tell them apart by `responseCode`, or with `instanceof`.
 */
export class RejectedError extends OpenAdrError {
  override readonly name: string = "RejectedError";
  /** The application response code, 0 to 999. */
  readonly responseCode: number;
  /** Why, for people. It goes over the wire as `ei:responseDescription`, so put nothing secret into it. */
  readonly responseDescription: string;

  constructor(responseCode: number, responseDescription: string, options?: ErrorOptions) {
    super("ERR_OADR_REJECTED", `${responseCode} ${responseDescription}`, options);
    this.responseCode = responseCode;
    this.responseDescription = responseDescription;
  }
}

/** 450: the message comes at the wrong time or has an old modification number (rules 48 and 58). */
export class OutOfSequenceError extends RejectedError {
  override readonly name = "OutOfSequenceError";

  constructor(responseDescription = "out of sequence", options?: ErrorOptions) {
    super(450, responseDescription, options);
  }
}

/** 451: what the message asks for is forbidden, such as a change to the past (rule 20). */
export class NotAllowedError extends RejectedError {
  override readonly name = "NotAllowedError";

  constructor(responseDescription = "not allowed", options?: ErrorOptions) {
    super(451, responseDescription, options);
  }
}

/** 452: an ID in the message is not known, or not the expected one (rules 21, 304 and 400). */
export class InvalidIdError extends RejectedError {
  override readonly name = "InvalidIdError";

  constructor(responseDescription = "invalid ID", options?: ErrorOptions) {
    super(452, responseDescription, options);
  }
}

/** 453: a name in the message, such as a signal's or a report's, is unknown. */
export class NotRecognizedError extends RejectedError {
  override readonly name = "NotRecognizedError";

  constructor(responseDescription = "not recognized", options?: ErrorOptions) {
    super(453, responseDescription, options);
  }
}

/** 454: a value in the message is out of its range (rules 9 and 340). */
export class InvalidDataError extends RejectedError {
  override readonly name = "InvalidDataError";

  constructor(responseDescription = "invalid data", options?: ErrorOptions) {
    super(454, responseDescription, options);
  }
}

/** 459: the message breaks a rule of the standard in some other way (rule 33). */
export class ComplianceError extends RejectedError {
  override readonly name = "ComplianceError";

  constructor(responseDescription = "compliance error", options?: ErrorOptions) {
    super(459, responseDescription, options);
  }
}

/** 460: the signal is known, but not supported here (rules 48 and 109). */
export class SignalNotSupportedError extends RejectedError {
  override readonly name = "SignalNotSupportedError";

  constructor(responseDescription = "signal not supported", options?: ErrorOptions) {
    super(460, responseDescription, options);
  }
}

/** 461: the report is known, but not supported here. */
export class ReportNotSupportedError extends RejectedError {
  override readonly name = "ReportNotSupportedError";

  constructor(responseDescription = "report not supported", options?: ErrorOptions) {
    super(461, responseDescription, options);
  }
}

/** 462: the target or the market context is none of the receiver's (rule 48). */
export class TargetMismatchError extends RejectedError {
  override readonly name = "TargetMismatchError";

  constructor(responseDescription = "target mismatch", options?: ErrorOptions) {
    super(462, responseDescription, options);
  }
}

/** 463: the sender is not registered, or may not do this (rule 517). */
export class NotRegisteredOrAuthorizedError extends RejectedError {
  override readonly name = "NotRegisteredOrAuthorizedError";

  constructor(responseDescription = "not registered or authorized", options?: ErrorOptions) {
    super(463, responseDescription, options);
  }
}

/** 469: the receiver failed for a reason of its own (rule 112). */
export class DeploymentError extends RejectedError {
  override readonly name = "DeploymentError";

  constructor(responseDescription = "deployment error", options?: ErrorOptions) {
    super(469, responseDescription, options);
  }
}

/**
 * The error for a response code: the subclass that has the code, else a plain {@link RejectedError}.
 *
 * The description is the class's own if left out, or empty. Throws `RangeError` for a code of success, or one that is
 * not a whole number from 0 to 999.
 */
export function rejection(responseCode: number, responseDescription?: string): RejectedError {
  if (!Number.isInteger(responseCode) || responseCode < 0 || responseCode > 999 || isSuccess(responseCode)) {
    throw new RangeError(`expected a response code that reports an error, got ${responseCode}`);
  }
  const description = responseDescription === "" ? undefined : responseDescription;
  const RejectionClass = classes[responseCode];
  if (RejectionClass !== undefined) return new RejectionClass(description);
  return new RejectedError(
    responseCode,
    description ?? responseCodeName(responseCode).toLowerCase().replaceAll("_", " "),
  );
}

const classes: Readonly<Record<number, new (responseDescription?: string) => RejectedError>> = {
  450: OutOfSequenceError,
  451: NotAllowedError,
  452: InvalidIdError,
  453: NotRecognizedError,
  454: InvalidDataError,
  459: ComplianceError,
  460: SignalNotSupportedError,
  461: ReportNotSupportedError,
  462: TargetMismatchError,
  463: NotRegisteredOrAuthorizedError,
  469: DeploymentError,
};

/**
 * What to tell the peer about an error, as an `ei:eiResponse`.
 *
 * A {@link RejectedError} speaks for itself; all else is 469 "internal error", so that nothing inside leaks out. An
 * error that a third party's refusal caused (a VTN that is also a VEN) is the caller's to translate first.
 */
export function responseFor(error: unknown, requestId: string): EiResponse {
  if (!(error instanceof RejectedError)) return { responseCode: 469, responseDescription: "internal error", requestId };
  return { responseCode: error.responseCode, responseDescription: error.responseDescription, requestId };
}
