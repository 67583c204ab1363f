import type { ServerResponse } from "node:http";
import type { BodyLimits } from "./incoming-body.ts";

/**
 * Sends the head of an answer at once, but ends it, and so the connection, only after some more of the request's body
 * has come and was dropped: all of it, `maxBodyBytes` more, or what comes in the time of one body.
 *
 * To close with bytes unread resets the connection, and many a peer then never sees the answer.
 */
export function lingerBeforeEnd(response: ServerResponse, { maxBodyBytes, deadlines }: BodyLimits): void {
  const lingering = { expire: (): void => void response.end() };
  let left = maxBodyBytes;
  const end = (): void => {
    deadlines.remove(lingering);
    response.end();
  };
  deadlines.add(lingering);
  response.flushHeaders();
  response.req.on("end", end).on("close", end);
  response.req.on("data", (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) end();
  });
}
