import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { asJson } from "../journal/journal.ts";
import type { JsonAnswer } from "./local-control.ts";
import type { Health } from "./vitals.ts";

/** What can be asked for over HTTP. */
export interface HealthParts {
  health(): Health;
  /** Deals with what is below `/events`. */
  control(request: IncomingMessage): Promise<JsonAnswer>;
}

/** Answers `GET /health` over HTTP: 200 or 503, with JSON; and has others answer below `/events`. */
export class HealthListener {
  /** Whether anybody may ask for what is below `/events`; for this listener alone, as another may be open to others. */
  isControlled: boolean;
  readonly #server: Server;

  constructor(parts: HealthParts, { isControlled }: { readonly isControlled: boolean }) {
    this.isControlled = isControlled;
    this.#server = createServer((request, response) => void this.#answer(request, response, parts));
  }

  /** Listens, and resolves with the URL. Rejects if it cannot. */
  async start({ host, port }: { readonly host: string; readonly port: number }): Promise<string> {
    this.#server.listen(port, host);
    await once(this.#server, "listening");
    const { address, port: taken, family } = this.#server.address() as AddressInfo;
    return `http://${family === "IPv6" ? `[${address}]` : address}:${taken}/health`;
  }

  /** Where it listens; undefined if it does not. */
  get port(): number | undefined {
    return this.#server.listening ? (this.#server.address() as AddressInfo).port : undefined;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse, parts: HealthParts): Promise<void> {
    const { method, url = "" } = request;
    const path = url.replace(/\?.*/, "");
    if (this.isControlled && /^\/events(?:\/|$)/.test(path)) return send(response, await parts.control(request));
    const isRead = method === "GET" || method === "HEAD";
    if (!isRead || path !== "/health") {
      response.writeHead(isRead ? 404 : 405, isRead ? {} : { allow: "GET, HEAD" }).end();
      return;
    }
    const body = parts.health();
    send(response, { status: body.status === "ok" ? 200 : 503, body }, method === "HEAD");
  }
}

function send(response: ServerResponse, { status, body, headers }: JsonAnswer, isHead = false): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store", ...headers });
  response.end(isHead ? undefined : `${JSON.stringify(body, asJson)}\n`);
}
