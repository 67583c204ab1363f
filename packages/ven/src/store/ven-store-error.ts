import { OpenAdrError, type OpenAdrErrorCode } from "@openleadr/protocol";

/** Why a store failed. */
export type VenStoreErrorCode = Extract<OpenAdrErrorCode, `ERR_OADR_STORE${string}`>;

/** The state of a VEN cannot be read or written. */
export class VenStoreError extends OpenAdrError {
  override readonly name = "VenStoreError";
  declare readonly code: VenStoreErrorCode;
}
