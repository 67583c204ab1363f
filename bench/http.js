// Measures how many requests a server answers per second. The server runs in a child process, so that it has a core to
// itself; the client speaks HTTP on bare sockets, so that the server is the slower of the two and the figure is its own.
import { once } from "node:events";
import { connect } from "node:net";
import { startServer } from "./child-server.js";
import { isQuick } from "./quick.js";

const warmUpMs = isQuick ? 100 : 1000;
const measureMs = isQuick ? 200 : 3000;

/** @typedef {{ server: string, path: string, bodies: readonly string[], connections: number }} Load */

/**
 * Requests per second that a server answers with 200 while each connection sends the next request as soon as it has the
 * answer to the last one. The connections share the bodies out among them, in turn. `server` names a file in `servers/`.
 *
 * @param {Load} load
 */
export async function requestsPerSecond({ server, path, bodies, connections }) {
  const { port, stop } = await startServer(server);
  const rest = stayAwake();
  try {
    const requests = inTurn(bodies.map((body) => post(path, body)));
    const clients = await Promise.all(Array.from({ length: connections }, () => openClient(port, requests)));
    await answersWithin(clients, warmUpMs);
    const start = performance.now();
    const answers = await answersWithin(clients, measureMs);
    const seconds = (performance.now() - start) / 1000;
    for (const client of clients) client.close();
    return answers / seconds;
  } finally {
    rest();
    stop();
  }
}

/**
 * Keeps the client from going to sleep between two answers: waking it up is work that the operating system charges to
 * the server's next write, and the more of it, the longer the server thinks. Ends when the function it returns is called.
 */
function stayAwake() {
  let isAwake = true;
  const turn = () => void (isAwake && setImmediate(turn));
  turn();
  return () => void (isAwake = false);
}

/**
 * @param {string} path
 * @param {string} body
 */
function post(path, body) {
  const headers = ["Host: 127.0.0.1", "Content-Type: application/xml", `Content-Length: ${Buffer.byteLength(body)}`];
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n${body}`);
}

/**
 * What gives the requests one after the other, and then again.
 *
 * @param {readonly Buffer[]} requests
 * @returns {() => Buffer}
 */
function inTurn(requests) {
  let next = 0;
  return () => {
    const request = requests[next];
    if (request === undefined) throw new RangeError("bodies: expected at least one, got none");
    next = (next + 1) % requests.length;
    return request;
  };
}

/**
 * Counts the answers of all clients during `ms`.
 *
 * @param {Awaited<ReturnType<typeof openClient>>[]} clients
 * @param {number} ms
 */
async function answersWithin(clients, ms) {
  const total = () => clients.reduce((sum, client) => sum + client.answers(), 0);
  const before = total();
  await new Promise((resolve) => setTimeout(resolve, ms));
  const answers = total() - before;
  if (answers === 0) throw new Error(`the server answered nothing within ${ms} ms`);
  return answers;
}

/**
 * One connection that sends requests for ever.
 *
 * @param {number} port
 * @param {() => Buffer} nextRequest
 */
async function openClient(port, nextRequest) {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  let answers = 0;
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1");
    const length = answerLength(received);
    if (length === undefined || received.length < length) return;
    if (received.length > length) throw new Error(`an answer is followed by ${JSON.stringify(received.slice(length))}`);
    received = "";
    answers++;
    socket.write(nextRequest());
  });
  socket.write(nextRequest());
  return { answers: () => answers, close: () => socket.destroy() };
}

/**
 * Length of head and body of an answer, or undefined while its head is not complete.
 *
 * @param {string} received
 */
function answerLength(received) {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const head = received.slice(0, headEnd);
  const contentLength = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (!head.startsWith("HTTP/1.1 200 ") || contentLength === undefined)
    throw new Error(`unexpected answer:\n${received}`);
  return headEnd + 4 + Number(contentLength);
}
