import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { hours, MalformedMessageError, milliseconds, systemClock } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { answering, latch, post, RawConnection, requestOf, startListener } from "../../test/listening.ts";
import { RefusedRequestError, requestListener, services, silentLogger } from "../index.ts";

const malformed = [{ path: "document", expected: "XML", got: "something else" }] as const;

describe("requestListener, method and path (§9.1.4, rule 511)", () => {
  for (const service of services) {
    it(`takes POST to ${service}`, async () => {
      await using listening = await startListener();

      const answer = await post(listening.url, { target: `/OpenADR2/Simple/2.0b/${service}` });

      assert.equal(answer.status, 200);
      assert.equal(listening.exchanges[0]?.service, service);
    });
  }

  for (const method of ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "NONSENSE"]) {
    it(`refuses ${method} with 501`, async () => {
      await using listening = await startListener();

      const answer = await post(listening.url, { method, body: "", headers: { "content-length": undefined } });

      assert.equal(answer.status, 501);
      assert.equal(answer.headers.get("content-length"), "0");
      assert.equal(listening.exchanges.length, 0);
    });
  }

  for (const target of [
    "/OpenADR2/Simple/2.0b//EiEvent",
    "//OpenADR2/./Simple/x/../2.0b/EiEvent",
    "/OpenADR2/Simple/2%2e0b/%45iEvent",
    "/OpenADR2/Simple/2.0b/EiEvent/",
    "/OpenADR2/Simple/2.0b/EiEvent?x=/..",
    "http://VTN.example.com/OpenADR2/Simple/2.0b/EiEvent",
  ]) {
    it(`finds EiEvent at ${target}`, async () => {
      await using listening = await startListener();

      const answer = await post(listening.url, { target });

      assert.equal(answer.status, 200);
      assert.equal(listening.exchanges[0]?.service, "EiEvent");
    });
  }

  for (const target of [
    "/",
    "/EiEvent",
    "/OpenADR2/Simple/2.0b",
    "/OpenADR2/Simple/2.0b/eievent",
    "/OpenADR2/Simple/2.0b/EiMarket",
    "/OpenADR2/Simple/2.0b%2FEiEvent",
    "/OpenADR2/Simple/2.0a/EiEvent",
    "/OpenADR2/Simple/2.0b/toString",
    "*",
  ]) {
    it(`refuses ${target} with 404`, async () => {
      await using listening = await startListener();

      const answer = await post(listening.url, { target });

      assert.equal(answer.status, 404);
      assert.equal(answer.body.length, 0);
    });
  }

  it("serves below the path it is given only", async () => {
    await using listening = await startListener({ path: "/utility//OpenADR2/Simple/2.0b/" });

    const below = await post(listening.url, { target: "/utility/OpenADR2/Simple/2.0b/EiOpt" });
    const beside = await post(listening.url, { target: "/OpenADR2/Simple/2.0b/EiOpt" });

    assert.deepEqual([below.status, beside.status], [200, 404]);
    assert.equal(listening.url.pathname, "/utility/OpenADR2/Simple/2.0b");
  });
});

describe("requestListener, headers (§9.1.8, §9.1.9)", () => {
  for (const contentType of [
    "application/xml",
    "application/xml; charset=utf-8",
    "Application/XML;charset=UTF-8",
    'application/xml; charset="utf-8"',
    "application/xml; charset=utf-16",
  ]) {
    it(`takes content type ${contentType}`, async () => {
      await using listening = await startListener();

      const answer = await post(listening.url, { headers: { "content-type": contentType } });

      assert.equal(answer.status, 200);
    });
  }

  for (const contentType of [
    undefined,
    "text/plain",
    "text/xml",
    "application/json",
    "application/xml; charset=koi8-r",
  ]) {
    it(`refuses content type ${contentType ?? "(none)"} with 406`, async () => {
      await using listening = await startListener();

      const answer = await post(listening.url, { headers: { "content-type": contentType } });

      assert.equal(answer.status, 406);
      assert.equal(listening.exchanges.length, 0);
    });
  }

  it("rule 53: answers application/xml with Content-Length and without chunks", async () => {
    await using listening = await startListener({ handler: answering("<ü/>") });

    const answer = await post(listening.url);

    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-type"), "application/xml");
    assert.equal(answer.headers.get("content-length"), "5");
    assert.equal(answer.headers.get("transfer-encoding"), null);
    assert.equal(answer.body.toString(), "<ü/>");
  });

  for (const nothing of [undefined, ""]) {
    it(`answers ${JSON.stringify(nothing)} with an empty 200`, async () => {
      await using listening = await startListener({ handler: answering(nothing) });

      const answer = await post(listening.url, { headers: { "accept-encoding": "gzip" } });

      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("content-length"), "0");
      assert.equal(answer.headers.get("content-encoding"), null);
    });
  }

  it("reads a chunked request", async () => {
    await using listening = await startListener();

    const headers = { "content-length": undefined, "transfer-encoding": "chunked" };
    const answer = await post(listening.url, { headers, body: "3\r\n<a>\r\n4\r\n</a>\r\n0\r\n\r\n" });

    assert.equal(answer.status, 200);
    assert.equal(Buffer.from(listening.exchanges[0]?.body ?? []).toString(), "<a></a>");
  });

  it("lets User-Agent and Accept make no difference", async () => {
    await using listening = await startListener();

    const answer = await post(listening.url, { headers: { "user-agent": "curl/1.0", accept: "text/html" } });

    assert.equal(answer.status, 200);
  });

  for (const [what, target] of [
    ["answers", undefined],
    ["refusals", "/elsewhere"],
  ] as const) {
    it(`rule 114: dates ${what} by the clock it is given`, async () => {
      const clock = { ...systemClock, now: () => new Date("2026-03-29T01:00:00.500Z") };
      await using listening = await startListener({ clock });

      const answer = await post(listening.url, target === undefined ? {} : { target });

      assert.equal(answer.headers.get("date"), "Sun, 29 Mar 2026 01:00:00 GMT");
    });
  }

  it("answers requests that share a connection in their order", async () => {
    await using listening = await startListener();
    await using connection = new RawConnection(listening.url);

    connection.write(Buffer.concat([requestOf(), requestOf({ method: "GET", body: "" }), requestOf()]));
    const answers = [await connection.answer(), await connection.answer(), await connection.answer()];

    assert.deepEqual(
      answers.map((answer) => answer?.status),
      [200, 501, 200],
    );
  });

  it("tells the handler who asks, and with which headers", async () => {
    await using listening = await startListener();

    await post(listening.url, { headers: { "x-request-id": "7" } });

    const [exchange] = listening.exchanges;
    assert.equal(exchange?.peer.address, "127.0.0.1");
    assert.equal(typeof exchange.peer.port, "number");
    assert.equal(exchange.peer.certificate, undefined);
    assert.equal(exchange.headers["x-request-id"], "7");
  });
});

describe("requestListener, the peer of a connection", () => {
  it("stays one object from request to request, and so does its signal", async () => {
    await using listening = await startListener();
    await using connection = new RawConnection(listening.url);

    connection.write(requestOf());
    await connection.answer();
    connection.write(requestOf());
    await connection.answer();

    assert.ok(listening.exchanges[0]?.peer);
    assert.equal(listening.exchanges[0].peer, listening.exchanges[1]?.peer);
    assert.equal(listening.exchanges[0].signal, listening.exchanges[1]?.signal);
  });
});

describe("requestListener, compression (§9.1.8)", () => {
  const long = `<a>${"text ".repeat(1000)}</a>`;
  const decoders = { gzip: gunzipSync, deflate: inflateSync } as const;
  for (const [accept, coding] of [
    ["gzip", "gzip"],
    ["x-gzip", "gzip"],
    ["gzip, deflate", "gzip"],
    ["deflate", "deflate"],
    ["GZIP;q=0.5, deflate;q=1.0", "deflate"],
    ["gzip;q=0, deflate", "deflate"],
    ["*", "gzip"],
    ["br, gzip;q=0.1", "gzip"],
  ] as const) {
    it(`answers Accept-Encoding "${accept}" in ${coding}`, async () => {
      await using listening = await startListener({ handler: answering(long) });

      const answer = await post(listening.url, { headers: { "accept-encoding": accept } });

      assert.equal(answer.headers.get("content-encoding"), coding);
      assert.equal(answer.headers.get("content-length"), String(answer.body.length));
      assert.equal(decoders[coding](answer.body).toString(), long);
    });
  }

  for (const accept of ["identity", "br", "gzip;q=0", "*;q=0", "identity, gzip;q=0.5", "gzip;q=nonsense", ","]) {
    it(`answers Accept-Encoding "${accept}" uncompressed`, async () => {
      await using listening = await startListener({ handler: answering(long) });

      const answer = await post(listening.url, { headers: { "accept-encoding": accept } });

      assert.equal(answer.headers.get("content-encoding"), null);
      assert.equal(answer.body.toString(), long);
    });
  }

  for (const [coding, body] of [
    ["gzip", gzipSync("<a/>")],
    ["x-gzip", gzipSync("<a/>")],
    ["deflate", deflateSync("<a/>")],
    ["deflate", deflateRawSync("<a/>")],
    ["identity", Buffer.from("<a/>")],
  ] as const) {
    it(`reads a request in ${coding}, ${body.length} bytes`, async () => {
      await using listening = await startListener();

      const answer = await post(listening.url, { headers: { "content-encoding": coding }, body });

      assert.equal(answer.status, 200);
      assert.equal(Buffer.from(listening.exchanges[0]?.body ?? []).toString(), "<a/>");
    });
  }

  for (const [title, coding, body, status] of [
    ["an unknown coding", "br", Buffer.from("<a/>"), 406],
    ["bytes that are not gzip", "gzip", Buffer.from("<a/>"), 406],
    ["gzip cut short", "gzip", gzipSync("<a/>").subarray(0, -9), 406],
    ["a bomb", "gzip", gzipSync(Buffer.alloc(100_000)), 413],
    ["a bomb in deflate", "deflate", deflateSync(Buffer.alloc(100_000)), 413],
  ] as const) {
    it(`refuses ${title} with ${status}`, async () => {
      await using listening = await startListener({ maxBodyBytes: 50_000 });

      const answer = await post(listening.url, { headers: { "content-encoding": coding }, body });

      assert.equal(answer.status, status);
      assert.equal(listening.exchanges.length, 0);
    });
  }
});

describe("requestListener, errors (§9.1.4 to §9.1.7, rule 517)", () => {
  for (const [title, error, status] of [
    ["a malformed message", new MalformedMessageError("ERR_OADR_NOT_WELL_FORMED", malformed), 406],
    ["a message that breaks a limit of the codec", new MalformedMessageError("ERR_OADR_TOO_DEEP", malformed), 406],
    ["a message too large for the codec", new MalformedMessageError("ERR_OADR_TOO_LARGE", malformed), 413],
    ["a peer that is not authenticated", new RefusedRequestError(403, "unsigned"), 403],
    ["an operation that is not supported", new RefusedRequestError(404, "no poll on a VEN"), 404],
    ["what comes while it is busy", new RefusedRequestError(503, "starting"), 503],
  ] as const) {
    it(`refuses ${title} with a bare ${status}`, async () => {
      await using listening = await startListener({ handler: () => Promise.reject(error) });

      const answer = await post(listening.url);

      assert.equal(answer.status, status);
      assert.equal(answer.body.length, 0);
      assert.deepEqual(listening.errors, []);
    });
  }

  it("answers any other error with a bare 500 and logs it", async () => {
    const error = new Error("the password is swordfish");
    await using listening = await startListener({ handler: () => Promise.reject(error) });

    const answer = await post(listening.url);

    assert.equal(answer.status, 500);
    assert.equal(answer.body.length, 0);
    assert.doesNotMatch(JSON.stringify([...answer.headers]), /swordfish/);
    assert.deepEqual(listening.errors, [error]);
  });

  it("keeps the connection after a refusal whose request was read to its end", async () => {
    await using listening = await startListener({
      handler: () => Promise.reject(new RefusedRequestError(503, "busy")),
    });
    await using connection = new RawConnection(listening.url);

    connection.write(requestOf());
    await connection.answer();
    connection.write(requestOf());
    const second = await connection.answer();

    assert.equal(second?.status, 503);
  });

  it("aborts the handler's signal when the peer goes away", async () => {
    const aborted = latch();
    const received = latch();
    await using listening = await startListener({
      handler: async ({ signal }) => {
        signal.addEventListener("abort", aborted.open);
        received.open();
        await aborted.opened;
        return undefined;
      },
    });
    const connection = new RawConnection(listening.url);

    connection.write(requestOf());
    await received.opened;
    connection.socket.destroy();
    await aborted.opened;

    assert.equal(listening.exchanges[0]?.signal.aborted, true);
    assert.equal((await post(listening.url, { method: "GET" })).status, 501);
  });

  it("does not abort the signal of a request while the connection is open", async () => {
    await using listening = await startListener({ handler: ({ signal }) => Promise.resolve(String(signal.aborted)) });
    await using connection = new RawConnection(listening.url);

    connection.write(requestOf());
    const answer = await connection.answer();

    assert.equal(answer?.body.toString(), "false");
    assert.equal(listening.exchanges[0]?.signal.aborted, false);
  });
});

describe("requestListener, mounted in another server", () => {
  it("serves below / where the path was taken away", async () => {
    const server = createServer(requestListener({ handler: answering("<a/>"), path: "/" }));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

    const answer = await post(url, { target: "/EiEvent" });
    server.close();

    assert.equal(answer.body.toString(), "<a/>");
  });

  it("answers 500 and says why where a body parser came first", async () => {
    const errors: unknown[] = [];
    const logger = { ...silentLogger, error: (fields: object) => void errors.push(fields) };
    const listener = requestListener({ handler: answering("<a/>"), logger });
    const server = createServer((request, response) => request.resume().on("end", () => listener(request, response)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

    const answer = await post(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    server.close();

    assert.equal(answer.status, 500);
    assert.match(String((errors[0] as { error: unknown }).error), /before body parsers/);
  });

  for (const [name, options] of [
    ["maxBodyBytes", { maxBodyBytes: 0 }],
    ["maxBodyBytes", { maxBodyBytes: 1.5 }],
    ["maxBufferedBytes", { maxBufferedBytes: 10 }],
    ["bodyTimeout", { bodyTimeout: milliseconds(0) }],
    ["bodyTimeout", { bodyTimeout: hours(600) }],
  ] as const) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(() => requestListener({ handler: answering("<a/>"), ...options }), {
        name: "RangeError",
        message: new RegExp(`^${name}: expected .*, got `),
      });
    });
  }
});
