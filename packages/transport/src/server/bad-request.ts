import { STATUS_CODES } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

/**
 * Answers what is not even an HTTP request, and closes the connection.
 *
 * `answer` is the one under way on the connection, if any. If its request is complete, the bytes at fault came after
 * it, for instance because its Content-Length is too short; then it is still sent.
 */
export function answerBadRequest(
  error: NodeJS.ErrnoException,
  socket: Socket,
  answer: ServerResponse | undefined,
): void {
  if (answer?.req.complete === true && socket.writable) {
    socket.pause();
    answer.shouldKeepAlive = false;
    answer.once("close", () => socket.destroySoon());
    return;
  }
  // Bytes in the middle of an answer would be taken for a part of it.
  if (socket.writable && answer?.headersSent !== true) {
    socket.write(emptyAnswer(statusOfParserError.get(error.code) ?? 400));
  }
  socket.destroySoon();
}

/** Answers CONNECT, which Node does not treat as a request, as any other method that is not POST. */
export function refuseConnect(_request: IncomingMessage, socket: Duplex): void {
  socket.on("error", () => {});
  socket.end(emptyAnswer(501));
}

/** Answers a request that HTTP itself forbids; Node would do the same, but with a chunked answer (§9.1.9). */
export function refuseRequest(response: ServerResponse, status: 400 | 417): void {
  response.shouldKeepAlive = false;
  response.writeHead(status, ["Content-Length", "0"]).end();
}

const statusOfParserError = new Map<string | undefined, number>([
  ["HPE_INVALID_METHOD", 501],
  ["HPE_HEADER_OVERFLOW", 431],
  ["HPE_CHUNK_EXTENSIONS_OVERFLOW", 413],
  ["ERR_HTTP_REQUEST_TIMEOUT", 408],
]);

function emptyAnswer(status: number): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
}
