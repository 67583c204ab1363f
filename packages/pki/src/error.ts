/** Why something about certificates failed. Stable across releases. */
export type PkiErrorCode =
  /** What was handed in is no certificate, key, request, list or container, or a broken one. */
  | "ERR_PKI_MALFORMED"
  /** More bytes, certificates or rounds than anything honest has. */
  | "ERR_PKI_TOO_LARGE"
  /** A passphrase is missing or wrong. */
  | "ERR_PKI_PASSPHRASE"
  /** Well formed, but encrypted or signed in a way that is not supported. */
  | "ERR_PKI_UNSUPPORTED"
  /** A request for what its sender may not have, or a certificate or CA that cannot be used for this. */
  | "ERR_PKI_REFUSED"
  /** A file is there already, and nobody said that it may be replaced. */
  | "ERR_PKI_FILE_EXISTS";

/** The class of every error that this package throws because of documents and files. */
export class PkiError extends Error {
  override readonly name = "PkiError";
  readonly code: PkiErrorCode;

  constructor(code: PkiErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
