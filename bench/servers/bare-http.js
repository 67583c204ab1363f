// Bare node:http: reads the body, and answers what a VTN answers to a poll when nothing is waiting.
import { createServer } from "node:http";
import { emptyAnswer } from "../documents.js";

const answer = Buffer.from(emptyAnswer);

const server = createServer((request, response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    Buffer.concat(chunks);
    response.writeHead(200, { "Content-Type": "application/xml", "Content-Length": answer.length });
    response.end(answer);
  });
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.(address.port);
});
