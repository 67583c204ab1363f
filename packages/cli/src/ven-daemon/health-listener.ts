import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { asJson } from "../journal.ts";
import type { Health } from "./vitals.ts";

/** Answers `GET /health` over HTTP: 200 or 503, with JSON. */
export class HealthListener {
  readonly #server: Server;

  constructor(health: () => Health) {
    this.#server = createServer((request, response) => answer(request, response, health));
  }

  /** Listens, and resolves with the URL. Rejects if it cannot. */
  async start({ host, port }: { readonly host: string; readonly port: number }): Promise<string> {
    this.#server.listen(port, host);
    await once(this.#server, "listening");
    const { address, port: taken, family } = this.#server.address() as AddressInfo;
    return `http://${family === "IPv6" ? `[${address}]` : address}:${taken}/health`;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

function answer({ method, url = "" }: IncomingMessage, response: ServerResponse, health: () => Health): void {
  const isRead = method === "GET" || method === "HEAD";
  if (!isRead || url.replace(/\?.*/, "") !== "/health") {
    response.writeHead(isRead ? 404 : 405, isRead ? {} : { allow: "GET, HEAD" }).end();
    return;
  }
  const report = health();
  const body = `${JSON.stringify(report, asJson)}\n`;
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  response.writeHead(report.status === "ok" ? 200 : 503, headers).end(method === "HEAD" ? undefined : body);
}
