import { isUtf8 } from "node:buffer";
import { MalformedMessageError } from "@openleadr/protocol";

/** TEMPORARY until `@openleadr/protocol` exports its own. */
export function textOfDocument(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) {
    throw new MalformedMessageError("ERR_OADR_ENCODING", [{ path: "document", expected: "UTF-8", got: "other bytes" }]);
  }
  return new TextDecoder().decode(bytes);
}
