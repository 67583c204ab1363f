import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createServer as createTcpServer, connect } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { deflateSync, gzipSync } from "node:zlib";
import { hours, milliseconds, TransportError } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { answering, latch, startListener } from "../../test/listening.ts";
import { httpTransport, retryable, services } from "../index.ts";

interface Serving extends AsyncDisposable {
  readonly url: string;
}

async function serving(server: Server): Promise<Serving> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(listener: RequestListener): Promise<Serving> {
  return serving(createServer(listener));
}

/** A server that answers with a status, headers and a body. */
async function serveAnswer(
  status: number,
  headers: Record<string, string> = { "content-type": "application/xml" },
  body: string | Buffer = "<a/>",
): Promise<Serving> {
  return serve((_request: IncomingMessage, response: ServerResponse) => response.writeHead(status, headers).end(body));
}

/** A server on TCP that hands what comes first to a function which may answer as it likes. */
async function serveRaw(onData: (socket: Socket, text: string) => void): Promise<Serving> {
  return serving(
    createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", (chunk) => onData(socket, chunk.toString()));
    }),
  );
}

const closed = "http://127.0.0.1:1";

describe("httpTransport, the request (§9.1.8, §9.1.9, rule 511)", () => {
  it("rule 53: sends POST with Host, Content-Length, Content-Type and Accept, and no chunks", async () => {
    const requests: string[] = [];
    await using server = await serveRaw((socket, text) => {
      requests.push(text);
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    await using transport = httpTransport({ url: server.url, headers: { "X-Key": "k" } });

    await transport("EiEvent", "<ü/>");

    const [head = "", body] = requests.join("").split("\r\n\r\n");
    const [requestLine, ...headers] = head.toLowerCase().split("\r\n");
    assert.equal(requestLine, "post /openadr2/simple/2.0b/eievent http/1.1");
    assert.deepEqual(headers.sort(), [
      "accept: application/xml",
      "connection: keep-alive",
      "content-length: 5",
      "content-type: application/xml",
      `host: ${new URL(server.url).host}`,
      "x-key: k",
    ]);
    assert.equal(body, "<ü/>");
  });

  for (const service of services) {
    it(`reaches ${service} below a base URL with or without trailing slash`, async () => {
      await using listening = await startListener({ path: "/prefix/OpenADR2/Simple/2.0b" });
      await using plain = httpTransport({ url: listening.url });
      await using slash = httpTransport({ url: `${listening.url.href}/` });

      await plain(service, "<a/>");
      await slash(service, "<a/>");

      assert.deepEqual(
        listening.exchanges.map((exchange) => exchange.service),
        [service, service],
      );
    });
  }

  it("asks for compression only if told to, and reads it", async () => {
    await using listening = await startListener({ handler: answering("<answer>compressed</answer>") });
    await using plain = httpTransport({ url: listening.url });
    await using compressing = httpTransport({ url: listening.url, compression: true });

    const answers = [await plain("EiEvent", "<a/>"), await compressing("EiEvent", "<a/>")];

    assert.deepEqual(answers, ["<answer>compressed</answer>", "<answer>compressed</answer>"]);
    assert.deepEqual(
      listening.exchanges.map(({ headers }) => [headers["accept-encoding"], headers["content-encoding"]]),
      [
        [undefined, undefined],
        ["gzip", undefined],
      ],
    );
  });

  it("goes through a proxy", async () => {
    await using listening = await startListener();
    const tunnels: string[] = [];
    const proxy = createServer().on("connect", (request, socket) => {
      tunnels.push(String(request.url));
      const upstream = connect(Number(listening.url.port), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.pipe(upstream).pipe(socket);
      });
    });
    await using proxied = await serving(proxy);
    await using transport = httpTransport({ url: listening.url, proxy: proxied.url, connections: 1 });

    const answers = [await transport("OadrPoll", "<a/>"), await transport("OadrPoll", "<a/>")];

    assert.deepEqual(answers, ["<answer/>", "<answer/>"]);
    assert.deepEqual(tunnels, [listening.url.host]);
  });
});

describe("httpTransport, the answer", () => {
  it("answers undefined for an empty 200", async () => {
    await using server = await serveAnswer(200, { "content-type": "application/octet-stream" }, "");
    await using transport = httpTransport({ url: server.url });

    assert.equal(await transport("EiEvent", "<a/>"), undefined);
  });

  for (const contentType of ["application/xml; charset=utf-8", "Application/XML", "text/xml", undefined]) {
    it(`takes content type ${contentType ?? "(none)"}`, async () => {
      await using server = await serveAnswer(200, contentType === undefined ? {} : { "content-type": contentType });
      await using transport = httpTransport({ url: server.url });

      assert.equal(await transport("EiEvent", "<a/>"), "<a/>");
    });
  }

  it("refuses a page in HTML with a clear error", async () => {
    await using server = await serveAnswer(200, { "content-type": "text/html" }, "<html/>");
    await using transport = httpTransport({ url: server.url });

    await assert.rejects(transport("EiEvent", "<a/>"), {
      code: "ERR_OADR_TRANSPORT",
      message: `EiEvent at ${server.url}/OpenADR2/Simple/2.0b/EiEvent: expected content type application/xml, got "text/html"`,
    });
  });

  it("reads a chunked answer", async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "application/xml" });
      response.write("<a>");
      response.end("</a>");
    });
    await using transport = httpTransport({ url: server.url });

    assert.equal(await transport("EiEvent", "<a/>"), "<a></a>");
  });

  for (const [coding, body] of [
    ["gzip", gzipSync("<a/>")],
    ["deflate", deflateSync("<a/>")],
  ] as const) {
    it(`reads an answer in ${coding}`, async () => {
      await using server = await serveAnswer(200, { "content-encoding": coding }, body);
      await using transport = httpTransport({ url: server.url, compression: true });

      assert.equal(await transport("EiEvent", "<a/>"), "<a/>");
    });
  }

  for (const [title, headers, body] of [
    ["a large answer", {}, "a".repeat(100_001)],
    ["a bomb", { "content-encoding": "gzip" }, gzipSync(Buffer.alloc(10_000_000))],
  ] as const) {
    it(`refuses ${title}`, async () => {
      await using server = await serveAnswer(200, headers, body);
      await using transport = httpTransport({ url: server.url, maxBodyBytes: 100_000 });

      await assert.rejects(transport("EiEvent", "<a/>"), { code: "ERR_OADR_TOO_LARGE", path: "document" });
    });
  }

  it("stops reading an answer without end", async () => {
    const closedByClient = latch();
    await using server = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "application/xml" });
      const more = (): void =>
        void (response.destroyed || response.write("a".repeat(100_000), () => setImmediate(more)));
      response.on("close", closedByClient.open);
      more();
    });
    await using transport = httpTransport({ url: server.url });

    await assert.rejects(transport("EiEvent", "<a/>"), { code: "ERR_OADR_TOO_LARGE" });

    await closedByClient.opened;
  });

  it("refuses bytes that are no text", async () => {
    await using server = await serveAnswer(200, {}, Buffer.from([0x3c, 0xff, 0x3e]));
    await using transport = httpTransport({ url: server.url });

    await assert.rejects(transport("EiEvent", "<a/>"), { code: "ERR_OADR_ENCODING" });
  });
});

describe("httpTransport, refusals and failures (§9.1.4 to §9.1.7)", () => {
  for (const [status, meaning, again] of [
    [302, "redirects are not followed", false],
    [403, "not authenticated, or the required signature is missing", false],
    [404, "operation not supported, or the wrong path", false],
    [406, "the message fails the schema, or its content type is not supported", false],
    [413, "the message is too large", false],
    [418, "I'm a Teapot", false],
    [500, "the peer failed; may be tried again later", true],
    [501, "the peer takes POST only", false],
    [503, "the peer is busy; to be tried again later", true],
  ] as const) {
    it(`rejects with status ${status}, ${again ? "worth" : "not worth"} another attempt`, async () => {
      await using server = await serveAnswer(status, { location: closed }, "<oops/>");
      await using transport = httpTransport({ url: server.url });

      const error: unknown = await transport("EiEvent", "<a/>").catch((error: unknown) => error);

      assert.ok(error instanceof TransportError);
      assert.equal(error.code, "ERR_OADR_HTTP_STATUS");
      assert.equal(
        error.message,
        `EiEvent at ${server.url}/OpenADR2/Simple/2.0b/EiEvent: expected HTTP status 200, got ${status} (${meaning})`,
      );
      assert.equal(retryable(error), again);
    });
  }

  it("gives the status although the body that comes with it breaks off", async () => {
    await using server = await serveRaw((socket) => socket.end("HTTP/1.1 406 No\r\nContent-Length: 50\r\n\r\nhalf"));
    await using transport = httpTransport({ url: server.url });

    await assert.rejects(transport("EiEvent", "<a/>"), { status: 406 });
  });

  it("names the place and the cause when nobody listens", async () => {
    await using transport = httpTransport({ url: closed });

    await assert.rejects(transport("EiEvent", "<a/>"), (error: TransportError) => {
      assert.equal(error.code, "ERR_OADR_TRANSPORT");
      assert.equal(
        error.message,
        `EiEvent at ${closed}/OpenADR2/Simple/2.0b/EiEvent: connect ECONNREFUSED 127.0.0.1:1`,
      );
      assert.ok(error.cause instanceof Error);
      return retryable(error);
    });
  });

  for (const [title, bytes] of [
    ["without an answer", ""],
    ["inside the headers", "HTTP/1.1 200 OK\r\nContent"],
    ["inside the body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n<a>"],
    ["inside a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n<a>"],
    ["after something that is not HTTP", "hello\r\n\r\n"],
  ] as const) {
    it(`rejects when the connection ends ${title}`, async () => {
      await using server = await serveRaw((socket) => socket.end(bytes));
      await using transport = httpTransport({ url: server.url });

      await assert.rejects(transport("EiEvent", "<a/>"), (error: unknown) => {
        assert.equal((error as TransportError).code, "ERR_OADR_TRANSPORT");
        return retryable(error);
      });
    });
  }

  for (const [title, bytes] of [
    ["no answer", ""],
    ["half an answer", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n<a>"],
  ] as const) {
    it(`rejects when ${title} comes in time`, async () => {
      await using server = await serveRaw((socket) => socket.write(bytes));
      await using transport = httpTransport({ url: server.url, requestTimeout: milliseconds(50) });

      await assert.rejects(transport("EiEvent", "<a/>"), (error: unknown) => {
        assert.equal((error as TransportError).code, "ERR_OADR_TIMEOUT");
        assert.match((error as TransportError).message, /no answer within 50 ms$/);
        return retryable(error);
      });
    });
  }

  it("rejects when no connection comes about in time", async () => {
    await using server = await serveRaw(() => {});
    const url = server.url.replace("http:", "https:");
    await using transport = httpTransport({ url, requestTimeout: milliseconds(50) });

    await assert.rejects(transport("EiEvent", "<a/>"), { code: "ERR_OADR_TIMEOUT" });
  });

  it("rejects with the caller's reason when the caller aborts", async () => {
    const received = latch();
    await using server = await serveRaw(received.open);
    await using transport = httpTransport({ url: server.url, requestTimeout: false });
    const controller = new AbortController();
    const reason = new Error("changed my mind");

    const answer = transport("EiEvent", "<a/>", controller.signal);
    await received.opened;
    controller.abort(reason);

    await assert.rejects(answer, (error) => error === reason);
  });

  it("sends nothing when the signal has aborted already", async () => {
    await using listening = await startListener();
    await using transport = httpTransport({ url: listening.url });
    const reason = new Error("too late");

    await assert.rejects(transport("EiEvent", "<a/>", AbortSignal.abort(reason)), (error) => error === reason);

    assert.equal(listening.exchanges.length, 0);
  });
});

describe("httpTransport, connections", () => {
  for (const [title, connections] of [
    ["one after the other over one connection", 1],
    ["over two connections at most", 2],
  ] as const) {
    it(`sends ${title} if there may be no more`, async () => {
      const opened: Socket[] = [];
      const server = createServer((_request, response) => response.end());
      await using listening = await serving(server.on("connection", (socket: Socket) => opened.push(socket)));
      await using transport = httpTransport({ url: listening.url, connections });

      await Promise.all(services.map(async (service) => transport(service, "<a/>")));
      for (const service of services) await transport(service, "<a/>");

      assert.equal(opened.length, connections);
    });
  }

  it("connects anew when a connection did not come about in time", async () => {
    const opened: Socket[] = [];
    const silent = createTcpServer((socket) => opened.push(socket.on("error", () => {})));
    await using server = await serving(silent);
    const url = server.url.replace("http:", "https:");
    await using transport = httpTransport({ url, connections: 1, requestTimeout: milliseconds(100) });

    while (opened.length < 2) await assert.rejects(transport("OadrPoll", "<a/>"), { code: /^ERR_OADR_T/ });
  });

  it("gives way to the next request when one is not answered in time", async () => {
    let requests = 0;
    await using server = await serve((_request, response) => void ((requests += 1) === 2 && response.end()));
    await using transport = httpTransport({ url: server.url, connections: 1, requestTimeout: milliseconds(100) });

    await assert.rejects(transport("OadrPoll", "<a/>"), { code: "ERR_OADR_TIMEOUT" });
    const answer = await transport("OadrPoll", "<a/>");

    assert.equal(answer, undefined);
  });
});

describe("httpTransport, close", () => {
  it("finishes what is under way; closes twice; refuses what comes later", async () => {
    const [received, answered] = [latch(), latch()];
    await using listening = await startListener({
      handler: async () => {
        received.open();
        await answered.opened;
        return "<a/>";
      },
    });
    const transport = httpTransport({ url: listening.url });

    const answer = transport("EiEvent", "<a/>");
    await received.opened;
    const closing = Promise.all([transport.close(), transport.close()]);
    answered.open();
    await closing;

    assert.equal(await answer, "<a/>");
    await assert.rejects(transport("EiEvent", "<a/>"), { code: "ERR_OADR_TRANSPORT", message: /closed/ });
  });

  for (const [way, optionsFor] of [
    ["", (url: string) => ({ url: url.replace("http:", "https:"), connections: 1 })],
    [" through a proxy", (url: string) => ({ url: "https://vtn.example.com", proxy: url })],
  ] as const) {
    it(`ends a connection${way} that is being made for a request given up`, async () => {
      const [connected, disconnected] = [latch(), latch()];
      const silent = createTcpServer((socket) => {
        connected.open();
        socket.on("error", () => {}).on("close", disconnected.open);
        socket.resume();
      });
      await using server = await serving(silent);
      const transport = httpTransport({ ...optionsFor(server.url), requestTimeout: false });
      const caller = new AbortController();
      const rejected = assert.rejects(transport("OadrPoll", "<a/>", caller.signal), { name: "AbortError" });
      await connected.opened;

      caller.abort();
      await rejected;
      await transport.close();

      await disconnected.opened;
    });
  }
});

describe("httpTransport, options", () => {
  for (const [name, options] of [
    ["url", { url: "vtn.example.com" }],
    ["url", { url: "ftp://vtn.example.com" }],
    ["url", { url: "https://user:secret@vtn.example.com" }],
    ["url", { url: "https://vtn.example.com/?x" }],
    ["url", { url: "https://vtn.example.com/OpenADR2/Simple/2.0b/EiEvent" }],
    ["requestTimeout", { url: closed, requestTimeout: milliseconds(0) }],
    ["requestTimeout", { url: closed, requestTimeout: hours(600) }],
    ["maxBodyBytes", { url: closed, maxBodyBytes: 0 }],
    ["connections", { url: closed, connections: 0 }],
    ["connections", { url: closed, connections: 1.5 }],
    ["headers", { url: closed, headers: { "Content-Length": "5" } }],
    ["headers", { url: closed, headers: { "Transfer-Encoding": "chunked" } }],
    ["proxy", { url: closed, proxy: "nowhere" }],
  ] as const) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(
        () => httpTransport(options),
        (error: Error) => {
          assert.match(error.message, new RegExp(`^${name}: expected `));
          assert.doesNotMatch(error.message, /secret/);
          return error instanceof RangeError;
        },
      );
    });
  }
});
