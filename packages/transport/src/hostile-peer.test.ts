import assert from "node:assert/strict";
import { milliseconds, minutes } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { answering, latch, post, RawConnection, requestOf, startListener } from "../test/listening.ts";

const target = "POST /OpenADR2/Simple/2.0b/EiEvent HTTP/1.1\r\nHost: vtn\r\nContent-Type: application/xml\r\n";

describe("HttpListener, bodies too large", () => {
  it("refuses a Content-Length beyond the limit with 413 before the body comes", async () => {
    await using listening = await startListener();
    await using connection = new RawConnection(listening.url);

    connection.write(`${target}Content-Length: 1073741824\r\n\r\n`);
    const answer = await connection.answer();

    assert.equal(answer?.status, 413);
    assert.equal(answer.headers.get("connection"), "close");
  });

  it("takes a body of exactly the limit, and refuses one byte more", async () => {
    await using listening = await startListener({ maxBodyBytes: 100_000 });

    const exact = await post(listening.url, { body: "a".repeat(100_000) });
    const beyond = await post(listening.url, { body: "a".repeat(100_001) });

    assert.deepEqual([exact.status, beyond.status], [200, 413]);
  });

  it("refuses a gigabyte in chunks with 413, and stops reading", async () => {
    await using listening = await startListener({ maxBodyBytes: 1_000_000 });
    await using connection = new RawConnection(listening.url);
    const chunk = Buffer.concat([Buffer.from("10000\r\n"), Buffer.alloc(0x10000, "a"), Buffer.from("\r\n")]);

    connection.write(`${target}Transfer-Encoding: chunked\r\n\r\n`);
    const answer = connection.answer();
    let sent = 0;
    while (sent < 2 ** 30 && !connection.socket.destroyed) {
      const flushed = new Promise((resolve) => connection.socket.write(chunk, resolve));
      await flushed;
      sent += chunk.length;
    }

    assert.equal((await answer)?.status, 413);
    // What the sockets' buffers hold is sent, but never read.
    assert.ok(sent < 50_000_000, `expected the connection to end early, got ${sent} bytes through`);
  });

  it("lets a peer that sends on for a while still read its 413", async () => {
    await using listening = await startListener({ maxBodyBytes: 1_000_000 });

    const answer = await post(listening.url, { body: Buffer.alloc(1_900_000, "a") });

    assert.equal(answer.status, 413);
  });

  it("refuses with 503 while the requests in memory reach their limit, then serves again", async () => {
    const [received, answered] = [latch(), latch()];
    await using listening = await startListener({
      maxBodyBytes: 1000,
      maxBufferedBytes: 1500,
      handler: async () => {
        received.open();
        await answered.opened;
        return "<a/>";
      },
    });
    const body = "a".repeat(1000);

    const first = post(listening.url, { body });
    await received.opened;
    const second = await post(listening.url, { body });
    answered.open();
    const third = await first.then(() => post(listening.url, { body }));

    assert.deepEqual([(await first).status, second.status, third.status], [200, 503, 200]);
  });
});

describe("HttpListener, requests that do not come to an end", () => {
  it("refuses a body that stalls with 408, and closes", async () => {
    await using listening = await startListener({ bodyTimeout: milliseconds(30) });
    await using connection = new RawConnection(listening.url);

    connection.write(`${target}Content-Length: 100\r\n\r\nhalf a mess`);
    const answer = await connection.answer();
    await connection.closed();

    assert.equal(answer?.status, 408);
    assert.equal(listening.exchanges.length, 0);
  });

  it("refuses a body that drips with 408, each drop notwithstanding", async () => {
    await using listening = await startListener({ bodyTimeout: milliseconds(50) });
    await using connection = new RawConnection(listening.url);

    connection.write(`${target}Content-Length: 100000\r\n\r\n`);
    const drip = setInterval(() => connection.write("a"), 5);
    const answer = await connection.answer();
    clearInterval(drip);

    assert.equal(answer?.status, 408);
  });

  it("closes a connection whose headers stall", async () => {
    await using listening = await startListener({ headersTimeout: milliseconds(40) });
    await using connection = new RawConnection(listening.url);

    connection.write(target);
    const answer = await connection.answer();
    await connection.closed();

    assert.equal(answer?.status, 408);
  });

  it("closes a connection on which nothing comes", async () => {
    await using listening = await startListener({ headersTimeout: milliseconds(40) });
    await using connection = new RawConnection(listening.url);

    await connection.closed();

    assert.equal(listening.exchanges.length, 0);
  });

  it("closes a connection that is idle between requests", async () => {
    await using listening = await startListener({ keepAliveTimeout: milliseconds(40) });
    await using connection = new RawConnection(listening.url);

    connection.write(requestOf());
    const answer = await connection.answer();
    await connection.closed();

    assert.equal(answer?.status, 200);
  });

  it("closes a connection whose peer does not read its answer", async () => {
    const handler = answering("a".repeat(50_000_000));
    await using listening = await startListener({ handler, stallTimeout: milliseconds(60) });
    await using connection = new RawConnection(listening.url);
    connection.socket.pause();
    const aborted = latch();

    connection.write(requestOf());
    await listening.firstExchange;
    listening.exchanges[0]?.signal.addEventListener("abort", aborted.open);
    await aborted.opened;

    assert.equal((await post(listening.url, { method: "GET" })).status, 501);
  });

  for (const [title, half] of [
    ["headers", target],
    ["a body", `${target}Content-Length: 100\r\n\r\nhalf a mess`],
    ["a chunk", `${target}Transfer-Encoding: chunked\r\n\r\n100\r\nhalf a mess`],
  ] as const) {
    it(`survives a peer that leaves in the middle of ${title}`, async () => {
      await using listening = await startListener();
      const connection = new RawConnection(listening.url);

      connection.write(half);
      connection.socket.end();
      await connection.closed();

      assert.equal((await post(listening.url)).status, 200);
      assert.equal(listening.exchanges.length, 1);
    });

    it(`survives a peer that resets in the middle of ${title}`, async () => {
      await using listening = await startListener();
      const connection = new RawConnection(listening.url);

      await new Promise((resolve) => connection.socket.write(half, resolve));
      connection.socket.resetAndDestroy();
      await connection.closed();

      assert.equal((await post(listening.url)).status, 200);
      assert.equal(listening.exchanges.length, 1);
    });
  }

  it("serves others beside many idle and many stalled connections", async () => {
    await using listening = await startListener({ bodyTimeout: minutes(5), headersTimeout: minutes(5) });
    const connections = Array.from({ length: 300 }, () => new RawConnection(listening.url));
    for (const [index, connection] of connections.entries()) {
      if (index % 3 === 1) connection.write(target);
      if (index % 3 === 2) connection.write(`${target}Content-Length: 100\r\n\r\nhalf a mess`);
    }

    const answer = await post(listening.url);

    assert.equal(answer.status, 200);
    await listening.listener.stop({ signal: AbortSignal.abort() });
  });
});

describe("HttpListener, requests that are not HTTP", () => {
  for (const [title, bytes, status] of [
    ["text that is no HTTP", "hello\r\n\r\n", 501],
    ["a TLS handshake", Buffer.from([0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x00]), 501],
    ["a negative Content-Length", `${target}Content-Length: -5\r\n\r\n`, 400],
    ["a Content-Length that is no number", `${target}Content-Length: 5x\r\n\r\nhello`, 400],
    ["two Content-Lengths", `${target}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`, 400],
    ["Content-Length beside chunks", `${target}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ["a chunk without a size", `${target}Transfer-Encoding: chunked\r\n\r\nhello\r\n`, 400],
    ["a request without Host", target.replace("Host: vtn\r\n", "\r\n"), 400],
    ["an Expect of something else than 100-continue", `${target}Expect: tea\r\n\r\n`, 417],
    ["headers without end", `${target}X: ${"a".repeat(100_000)}\r\n\r\n`, 431],
  ] as const) {
    it(`refuses ${title} with ${status}`, async () => {
      await using listening = await startListener();
      await using connection = new RawConnection(listening.url);

      connection.write(bytes);
      const answer = await connection.answer();
      await connection.closed();

      assert.deepEqual([answer?.status, answer?.headers.get("content-length")], [status, "0"]);
      assert.equal((await post(listening.url)).status, 200);
    });
  }

  it("hands over no more than a Content-Length that is too short says", async () => {
    await using listening = await startListener();
    await using connection = new RawConnection(listening.url);

    connection.write(`${target}Content-Length: 4\r\n\r\n<a/><b/><c/>`);
    const [first, rest] = [await connection.answer(), await connection.answer()];
    await connection.closed();

    assert.equal(first?.status, 200);
    assert.notEqual(rest?.status, 200);
    assert.deepEqual(
      listening.exchanges.map(({ body }) => Buffer.from(body).toString()),
      ["<a/>"],
    );
  });

  it("logs nothing as an error for all that", async () => {
    await using listening = await startListener({ handler: answering(undefined) });
    await using connection = new RawConnection(listening.url);

    connection.write(`${target}Content-Length: 4\r\n\r\n<a/>nonsense`);
    await connection.closed();

    assert.deepEqual(listening.errors, []);
  });
});
