import { createServer } from "node:http";

/**
 * Bare node:http: reads each body, answers the same document, and tells the parent process its port.
 *
 * @param {string} document
 */
export function answerAlways(document) {
  const answer = Buffer.from(document);
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
}
