import { connect } from "node:net";
import type { Socket } from "node:net";
import { HttpListener, silentLogger } from "../src/index.ts";
import type { Exchange, Handler, HttpListenerOptions } from "../src/index.ts";

/** A listener on a free port of 127.0.0.1, with a log of what it served. */
export interface Listening extends AsyncDisposable {
  readonly listener: HttpListener;
  readonly url: URL;
  readonly exchanges: Exchange[];
  /** Resolves when the first of them has come. */
  readonly firstExchange: Promise<void>;
  /** What was logged as an error, in order. */
  readonly errors: unknown[];
}

/** Starts a listener whose handler answers `<answer/>` unless another is given. */
export async function startListener(options: Partial<HttpListenerOptions> = {}): Promise<Listening> {
  const { handler = answering("<answer/>") } = options;
  const exchanges: Exchange[] = [];
  const first = latch();
  const errors: unknown[] = [];
  const listener = new HttpListener({
    port: 0,
    ...options,
    logger: { ...silentLogger, error: (fields) => void errors.push((fields as { error?: unknown }).error) },
    handler: async (exchange) => {
      exchanges.push(exchange);
      first.open();
      return handler(exchange);
    },
  });
  await listener.start();
  const firstExchange = first.opened;
  return {
    listener,
    url: urlOf(listener),
    exchanges,
    firstExchange,
    errors,
    [Symbol.asyncDispose]: () => listener.stop(),
  };
}

export function urlOf({ url }: HttpListener): URL {
  if (url === undefined) throw new Error("expected a listener that listens");
  return url;
}

/** A handler that gives the same answer to everything. */
export function answering(xml: string | undefined): Handler {
  return () => Promise.resolve(xml);
}

/** Resolves when `open` is called: a latch for tests that must see two things overlap. */
export function latch(): { readonly opened: Promise<void>; readonly open: () => void } {
  const controller = new AbortController();
  const opened = new Promise<void>((resolve) => controller.signal.addEventListener("abort", () => resolve()));
  return { opened, open: () => controller.abort() };
}

/** An HTTP answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** A TCP connection that says what it is told, well-formed or not. */
export class RawConnection implements AsyncDisposable {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #wake = (): void => {};
  #ended = false;

  constructor({ port, hostname }: URL) {
    this.socket = connect(Number(port), hostname);
    this.socket.on("data", (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.#ended = true;
      this.#wake();
    });
    this.socket.on("end", () => this.socket.end());
  }

  write(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** The next answer; undefined if the connection ends without one. */
  async answer(): Promise<RawAnswer | undefined> {
    for (;;) {
      const answer = this.#takeAnswer();
      if (answer !== undefined || this.#ended) return answer;
      await this.#progress();
    }
  }

  /** Resolves when the other side has closed the connection. */
  async closed(): Promise<void> {
    while (!this.#ended) await this.#progress();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    return Promise.resolve();
  }

  async #progress(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  #takeAnswer(): RawAnswer | undefined {
    const end = this.#received.indexOf("\r\n\r\n");
    if (end === -1) return undefined;
    const [statusLine = "", ...lines] = this.#received.toString("latin1", 0, end).split("\r\n");
    const headers = new Headers(
      lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]),
    );
    const length = Number(headers.get("content-length"));
    if (this.#received.length < end + 4 + length) return undefined;
    const body = this.#received.subarray(end + 4, end + 4 + length);
    this.#received = this.#received.subarray(end + 4 + length);
    return { status: Number(statusLine.split(" ")[1]), headers, body };
  }
}

/** Options of {@link post}. */
export interface PostOptions {
  readonly method?: string;
  /** The request target; the services stand below `/OpenADR2/Simple/2.0b`. */
  readonly target?: string;
  /** Added to Host, Content-Type and Content-Length, or in their place; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Uint8Array;
}

/** Sends one request over a connection of its own. Throws if it gets no answer. */
export async function post(url: URL, options: PostOptions = {}): Promise<RawAnswer> {
  await using connection = new RawConnection(url);
  connection.write(requestOf(options));
  const answer = await connection.answer();
  if (answer === undefined) throw new Error("expected an answer, got the end of the connection");
  return answer;
}

/** The bytes of one request. */
export function requestOf({ method = "POST", target, headers, body = "<request/>" }: PostOptions = {}): Buffer {
  const content = Buffer.from(body);
  const all = {
    host: "127.0.0.1",
    "content-type": "application/xml",
    "content-length": String(content.length),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\r\n`]));
  const head = `${method} ${target ?? "/OpenADR2/Simple/2.0b/OadrPoll"} HTTP/1.1\r\n${lines.join("")}\r\n`;
  return Buffer.concat([Buffer.from(head), content]);
}
