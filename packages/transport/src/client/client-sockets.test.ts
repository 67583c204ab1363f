import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { it } from "vitest";
import { createTestCa } from "../../test/certificates.ts";
import { httpTransport } from "../index.ts";

const ca = createTestCa();
const { certificate: cert, key } = ca.issue();
const hangingUp: RequestListener = (_request, response) => response.writeHead(200, { connection: "close" }).end();

for (const [title, openServer, tls] of [
  ["HTTP", () => createServer(hangingUp), undefined],
  ["TLS", () => createTlsServer({ cert, key }, hangingUp), { ca: ca.certificate }],
  ["TLS that it does not trust", () => createTlsServer({ cert, key }, hangingUp), { ca: createTestCa().certificate }],
] as const) {
  it(`a client keeps nothing of connections that have ended, over ${title}`, async () => {
    // Node warns of what the eleventh connection has begun to listen to.
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on("warning", onWarning);
    const server: Server = openServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await using transport = httpTransport({ url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`, tls });

    for (let turn = 0; turn < 12; turn++) await transport("OadrPoll", "<a/>").catch(() => {});

    server.close();
    process.off("warning", onWarning);
    assert.deepEqual(warnings, []);
  });
}
