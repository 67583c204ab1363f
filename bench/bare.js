import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";

/** @import { RequestListener } from "node:http" */
/** @import { MutualTls } from "./mutual-tls.js" */

/**
 * Bare node:http, or node:https where there are certificates: reads each body, answers the same document, and tells the
 * parent process its port.
 *
 * @param {string} document
 * @param {MutualTls} [tls]
 */
export function answerAlways(document, tls) {
  const answer = Buffer.from(document);
  /** @type {RequestListener} */
  const listener = (request, response) => {
    /** @type {Buffer[]} */
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      Buffer.concat(chunks);
      response.writeHead(200, { "Content-Type": "application/xml", "Content-Length": answer.length });
      response.end(answer);
    });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(optionsOf(tls), listener);
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    if (typeof address === "object" && address !== null) process.send?.(address.port);
  });
}

/** @param {MutualTls} tls */
function optionsOf({ server: { certificate: cert, key, ca } }) {
  return { cert, key, ca, requestCert: true, rejectUnauthorized: true };
}
