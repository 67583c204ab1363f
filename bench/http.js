// Measures how many requests a server answers per second. The server runs in a child process, so that it has a core to
// itself; the client speaks HTTP on bare sockets, so that the server is the slower of the two and the figure is its own.
import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { startServer } from "./child-server.js";
import { formatMutualTls } from "./mutual-tls.js";
import { isQuick } from "./quick.js";

/** @import { MutualTls } from "./mutual-tls.js" */

const warmUpMs = isQuick ? 100 : 3000;
const measureMs = isQuick ? 200 : 3000;

/**
 * With `tls`, both sides show a certificate.
 *
 * @typedef {{ server: string, path: string, bodies: readonly string[], connections: number, tls?: MutualTls }} Load
 */

/**
 * Requests per second that a server answers with 200 while each connection sends the next request as soon as it has the
 * answer to the last one. The connections share the bodies out among them, in turn. `server` names a file in `servers/`.
 *
 * @param {Load} load
 */
export async function requestsPerSecond(load) {
  const { answers, seconds } = await answersUnder(load);
  return answers / seconds;
}

/**
 * The same by the time for which processors have worked for the server: for loads that keep the client as busy as the
 * server, such as TLS, where it takes as much to decrypt an answer as to encrypt it.
 *
 * @param {Load} load
 */
export async function requestsPerCpuSecond(load) {
  const { answers, cpuSeconds } = await answersUnder(load);
  return answers / cpuSeconds;
}

/** @param {Load} load */
async function answersUnder({ server, path, bodies, connections, tls }) {
  const { port, stop, cpuNanoseconds } = await startServer(server, tls === undefined ? [] : formatMutualTls(tls));
  const rest = stayAwake();
  try {
    const requests = inTurn(bodies.map((body) => post(path, body)));
    const clients = await Promise.all(Array.from({ length: connections }, () => openClient({ port, tls }, requests)));
    await answersWithin(clients, warmUpMs);
    const [start, cpuBefore] = [performance.now(), await cpuNanoseconds()];
    const answers = await answersWithin(clients, measureMs);
    const [cpu, end] = [(await cpuNanoseconds()) - cpuBefore, performance.now()];
    for (const client of clients) client.close();
    return { answers, seconds: (end - start) / 1000, cpuSeconds: cpu / 1e9 };
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
 * @param {{ port: number, tls: MutualTls | undefined }} server
 * @param {() => Buffer} nextRequest
 */
async function openClient(server, nextRequest) {
  const socket = await openSocket(server);
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

/** @param {{ port: number, tls: MutualTls | undefined }} server */
async function openSocket({ port, tls }) {
  const address = { port, host: "127.0.0.1", noDelay: true };
  if (tls === undefined) {
    const socket = connect(address);
    await once(socket, "connect");
    return socket;
  }
  const { certificate: cert, key, ca } = tls.client;
  const socket = connectTls({ ...address, cert, key, ca });
  await once(socket, "secureConnect");
  return socket;
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
