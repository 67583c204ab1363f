import { nothing, type Schema } from "./schema.ts";

/** An element of no declared type: whatever it holds is allowed and means nothing. Written empty. */
export const anything: Schema<undefined> = {
  shape: { kind: "sequence", fields: [] },
  decode: () => nothing(),
  encode: () => "",
  toJson: () => null,
  fromJson: () => nothing(),
};
