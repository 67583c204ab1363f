import assert from "node:assert/strict";
import { hours, seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { answering, latch, post, RawConnection, requestOf, startListener, urlOf } from "../../test/listening.ts";
import { HttpListener } from "../index.ts";

const handler = answering("<a/>");

describe("HttpListener, start and stop", () => {
  it("has no URL until it listens, and none after", async () => {
    const listener = new HttpListener({ handler, port: 0 });

    const before = listener.url;
    await listener.start();
    const during = listener.url;
    await listener.stop();

    assert.deepEqual([before, listener.url], [undefined, undefined]);
    assert.match(String(during), /^http:\/\/127\.0\.0\.1:\d+\/OpenADR2\/Simple\/2\.0b$/);
  });

  it("starts twice and stops twice, at the same time or one after the other", async () => {
    const listener = new HttpListener({ handler, port: 0 });

    await Promise.all([listener.start(), listener.start()]);
    const { href } = urlOf(listener);
    await listener.start();
    const again = urlOf(listener).href;
    await Promise.all([listener.stop(), listener.stop()]);
    await listener.stop();

    assert.equal(again, href);
  });

  it("stops without having started", async () => {
    const listener = new HttpListener({ handler, port: 0 });

    await listener.stop();

    assert.equal(listener.url, undefined);
  });

  it("stops during start", async () => {
    const listener = new HttpListener({ handler, port: 0 });

    await Promise.all([listener.start(), listener.stop()]);

    assert.equal(listener.url, undefined);
  });

  it("serves again when it is started after a stop", async () => {
    await using listening = await startListener();

    await Promise.all([listening.listener.stop(), listening.listener.start()]);
    const answer = await post(urlOf(listening.listener));

    assert.equal(answer.status, 200);
  });

  it("rejects when the port is taken, and starts once it is free", async () => {
    await using listening = await startListener();
    await using listener = new HttpListener({ handler, port: Number(listening.url.port) });

    await assert.rejects(listener.start(), {
      code: "ERR_OADR_TRANSPORT",
      message: /^cannot listen on 127\.0\.0\.1, port \d+: /,
    });
    await listening.listener.stop();
    await listener.start();

    assert.equal((await post(urlOf(listener))).status, 200);
  });

  it("finishes the request under way, then closes its connection", async () => {
    const [received, answered] = [latch(), latch()];
    await using listening = await startListener({
      handler: async () => {
        received.open();
        await answered.opened;
        return "<a/>";
      },
    });
    await using connection = new RawConnection(listening.url);

    connection.write(requestOf());
    await received.opened;
    const stopped = listening.listener.stop();
    answered.open();
    const answer = await connection.answer();
    await connection.closed();
    await stopped;

    assert.equal(answer?.status, 200);
    assert.equal(answer.headers.get("connection"), "close");
  });

  it("waits for a handler whose peer has left", async () => {
    const [received, answered] = [latch(), latch()];
    let finished = false;
    await using listening = await startListener({
      handler: async () => {
        received.open();
        await answered.opened;
        finished = true;
        return "<a/>";
      },
    });
    const connection = new RawConnection(listening.url);

    connection.write(requestOf());
    await received.opened;
    connection.socket.destroy();
    const stopped = listening.listener.stop();
    answered.open();
    await stopped;

    assert.equal(finished, true);
  });

  it("does not wait for connections on which nothing is under way", async () => {
    await using listening = await startListener();
    const [silent, halfway, idle] = [0, 1, 2].map(() => new RawConnection(listening.url));
    halfway?.write("POST /OpenADR2/Simple");
    idle?.write(requestOf());
    await idle?.answer();

    await listening.listener.stop();

    await Promise.all([silent?.closed(), halfway?.closed(), idle?.closed()]);
  });

  it("cuts the connections when the signal aborts, also when it is stopping already", async () => {
    const received = latch();
    await using listening = await startListener({
      handler: async ({ signal }) => {
        received.open();
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        return undefined;
      },
    });
    await using connection = new RawConnection(listening.url);
    const impatience = new AbortController();

    connection.write(requestOf());
    await received.opened;
    const stopped = Promise.all([listening.listener.stop(), listening.listener.stop({ signal: impatience.signal })]);
    impatience.abort();
    await stopped;

    assert.equal(await connection.answer(), undefined);
  });
});

describe("HttpListener, options", () => {
  for (const [name, options] of [
    ["port", { port: 65_536 }],
    ["port", { port: -1 }],
    ["port", { port: 80.5 }],
    ["headersTimeout", { headersTimeout: seconds(0) }],
    ["keepAliveTimeout", { keepAliveTimeout: seconds(-1) }],
    ["stallTimeout", { stallTimeout: hours(600) }],
    ["maxBodyBytes", { maxBodyBytes: -1 }],
  ] as const) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(() => new HttpListener({ handler, ...options }), {
        name: "RangeError",
        message: new RegExp(`^${name}: expected .*, got `),
      });
    });
  }
});
