import { STATUS_CODES } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Socket } from "node:net";

/** Answers what is not even an HTTP request, and closes the connection. */
export function answerBadRequest(
  error: NodeJS.ErrnoException,
  socket: Socket,
  answerUnderWay: ServerResponse | undefined,
): void {
  // Bytes in the middle of another answer would be taken for a part of it.
  if (socket.writable && answerUnderWay?.headersSent !== true) {
    socket.write(emptyAnswer(statusOfParserError.get(error.code) ?? 400));
  }
  socket.destroySoon();
}

/** Answers CONNECT, which Node does not treat as a request, as any other method that is not POST. */
export function refuseConnect(_request: IncomingMessage, socket: Duplex): void {
  socket.on("error", () => {});
  socket.end(emptyAnswer(501));
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
