/** Why an operation failed. Stable across releases: switch on it, log it, alert on it. */
export type OpenAdrErrorCode =
  /** The document is not XML. */
  | "ERR_OADR_NOT_WELL_FORMED"
  /** The document or the value does not have the shape the 2.0b schema asks for. */
  | "ERR_OADR_INVALID"
  /** More bytes than the limit. */
  | "ERR_OADR_TOO_LARGE"
  /** Elements nested deeper than the limit. */
  | "ERR_OADR_TOO_DEEP"
  /** More elements than the limit. */
  | "ERR_OADR_TOO_MANY_ELEMENTS"
  /** More attributes on one element than the limit. */
  | "ERR_OADR_TOO_MANY_ATTRIBUTES"
  /** The document has a DOCTYPE, which OpenADR has no use for and attackers have. */
  | "ERR_OADR_DOCTYPE"
  /** The bytes are not in an encoding we read, or not valid in the one they declare. */
  | "ERR_OADR_ENCODING"
  /** A message about to be sent breaks a conformance rule. */
  | "ERR_OADR_RULE"
  /** The message is not signed. */
  | "ERR_OADR_SIGNATURE_MISSING"
  /** The signature is not built as OpenADR prescribes, or refers to something else than the message. */
  | "ERR_OADR_SIGNATURE_FORM"
  /** The signature uses an algorithm, a key or a transform that is not accepted. */
  | "ERR_OADR_SIGNATURE_ALGORITHM"
  /** The signature does not fit what it claims to sign, or was not made with the key of its certificate. */
  | "ERR_OADR_SIGNATURE_MISMATCH"
  /** The signer's certificate is unknown, not valid at this time, or no certificate. */
  | "ERR_OADR_SIGNATURE_UNTRUSTED"
  /** The signature is too old, from the future, or was seen before. */
  | "ERR_OADR_SIGNATURE_REPLAYED"
  /** The peer understood the message and said no. */
  | "ERR_OADR_REJECTED"
  /** The peer answered with a message that does not answer the request. */
  | "ERR_OADR_UNEXPECTED_ANSWER"
  /** The peer could not be reached, or the connection broke. */
  | "ERR_OADR_TRANSPORT"
  /** The server that was called does not have a valid certificate, or has another one than it must have. */
  | "ERR_OADR_CERTIFICATE"
  /** The peer answered with an HTTP status other than 200. */
  | "ERR_OADR_HTTP_STATUS"
  /** The peer did not answer in time. */
  | "ERR_OADR_TIMEOUT"
  /** What is to be kept could not be read or written, for a reason that is none of the following. */
  | "ERR_OADR_STORE"
  /** Somebody else uses the store already. */
  | "ERR_OADR_STORE_LOCKED"
  /** What is stored was damaged, or is not ours. */
  | "ERR_OADR_STORE_DAMAGED"
  /** What is stored was written by a newer version. */
  | "ERR_OADR_STORE_NEWER"
  /** The disk has no room left. */
  | "ERR_OADR_STORE_FULL";

/** Base class of every error that these libraries throw on purpose. */
export class OpenAdrError extends Error {
  override readonly name: string = "OpenAdrError";
  readonly code: OpenAdrErrorCode;

  constructor(code: OpenAdrErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** One place where a document or a value differs from what the schema asks for. */
export interface Deviation {
  /** Where, e.g. `oadrCreatedEvent/pyld:eiCreatedEvent/ei:eventResponses/ei:eventResponse[0]/ei:optType`. */
  readonly path: string;
  /** What the schema allows there, in words. */
  readonly expected: string;
  /** What came. */
  readonly got: string;
}

/** The codes of a document that cannot be read. */
export type MalformedMessageCode = Extract<
  OpenAdrErrorCode,
  | "ERR_OADR_NOT_WELL_FORMED"
  | "ERR_OADR_INVALID"
  | "ERR_OADR_TOO_LARGE"
  | "ERR_OADR_TOO_DEEP"
  | "ERR_OADR_TOO_MANY_ELEMENTS"
  | "ERR_OADR_TOO_MANY_ATTRIBUTES"
  | "ERR_OADR_DOCTYPE"
  | "ERR_OADR_ENCODING"
>;

/** A document, or a value about to become one, that is not an OpenADR 2.0b message. */
export class MalformedMessageError extends OpenAdrError {
  override readonly name = "MalformedMessageError";
  declare readonly code: MalformedMessageCode;
  /** Every fault found, in document order; at least one, at most 100. */
  readonly deviations: readonly [Deviation, ...Deviation[]];

  constructor(code: MalformedMessageCode, deviations: readonly [Deviation, ...Deviation[]], options?: ErrorOptions) {
    super(code, describe(deviations[0]), options);
    this.deviations = deviations;
  }

  /** Where the first fault lies. */
  get path(): string {
    return this.deviations[0].path;
  }
}

/** One line for one fault: `<path>: expected <expected>, got <got>`. */
export function describe({ path, expected, got }: Deviation): string {
  return `${path}: expected ${expected}, got ${got}`;
}

/** The codes of a signature that is not accepted. */
export type SignatureErrorCode = Extract<OpenAdrErrorCode, `ERR_OADR_SIGNATURE_${string}`>;

/** A signature that is missing or not accepted. `message` reads `<path>: expected <expected>, got <got>`. */
export class SignatureError extends OpenAdrError {
  override readonly name = "SignatureError";
  declare readonly code: SignatureErrorCode;
  /** Which part of the signature, what was expected of it, and what came. */
  readonly deviation: Deviation;

  constructor(code: SignatureErrorCode, deviation: Deviation, options?: ErrorOptions) {
    super(code, describe(deviation), options);
    this.deviation = deviation;
  }
}

/** One breach of a numbered conformance rule. */
export interface RuleViolation {
  /** The rule's number in the 2.0b profile specification, §11.2. */
  readonly rule: number;
  /** Where in the message, as a property path, e.g. `events[0].activePeriod.duration`. */
  readonly path: string;
  /** What was expected and what came. */
  readonly message: string;
}

/** A message that was not sent because it breaks conformance rules. */
export class RuleViolationError extends OpenAdrError {
  override readonly name = "RuleViolationError";
  /** Every breach found; at least one. */
  readonly violations: readonly [RuleViolation, ...RuleViolation[]];

  constructor(messageName: string, violations: readonly [RuleViolation, ...RuleViolation[]], options?: ErrorOptions) {
    const [{ rule, path, message }] = violations;
    super("ERR_OADR_RULE", `${messageName}.${path}: rule ${rule}: ${message}`, options);
    this.violations = violations;
  }
}

/** The peer could not be reached, or the connection broke before its answer was complete. */
export class TransportError extends OpenAdrError {
  override readonly name: string = "TransportError";

  constructor(message: string, options?: ErrorOptions & { readonly code?: TransportErrorCode }) {
    super(options?.code ?? "ERR_OADR_TRANSPORT", message, options);
  }
}

type TransportErrorCode = Extract<
  OpenAdrErrorCode,
  "ERR_OADR_TRANSPORT" | "ERR_OADR_CERTIFICATE" | "ERR_OADR_HTTP_STATUS" | "ERR_OADR_TIMEOUT"
>;

/**
 * The server that was called does not have a valid certificate, or has another one than it must have. It was sent nothing.
 *
 * @see OpenADR 2.0b, §9.1.10 and rule 516
 */
export class ServerCertificateError extends TransportError {
  override readonly name = "ServerCertificateError";
  /** The fingerprint of the certificate (§10.5.1); undefined for one that TLS itself does not trust. */
  readonly fingerprint: string | undefined;

  constructor(message: string, fingerprint: string | undefined, options?: ErrorOptions) {
    super(message, { ...options, code: "ERR_OADR_CERTIFICATE" });
    this.fingerprint = fingerprint;
  }
}

/** The peer answered with an HTTP status other than 200. */
export class HttpStatusError extends TransportError {
  override readonly name = "HttpStatusError";
  /** The HTTP status, e.g. 406. */
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, { ...options, code: "ERR_OADR_HTTP_STATUS" });
    this.status = status;
  }
}

/** The peer answered with a message that does not answer the request. */
export class UnexpectedAnswerError extends OpenAdrError {
  override readonly name = "UnexpectedAnswerError";

  constructor(expected: string, got: string, options?: ErrorOptions) {
    super("ERR_OADR_UNEXPECTED_ANSWER", `expected ${expected}, got ${got}`, options);
  }
}
