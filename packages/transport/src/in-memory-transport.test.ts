import assert from "node:assert/strict";
import { MalformedMessageError } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { answering } from "../test/listening.ts";
import { inMemoryTransport, RefusedRequestError } from "./index.ts";
import type { Exchange } from "./index.ts";

const fault = { path: "document", expected: "XML", got: "something else" };

describe("inMemoryTransport", () => {
  it("hands the handler bytes, a service and a peer", async () => {
    const exchanges: Exchange[] = [];
    const peer = { address: "a test" };
    const transport = inMemoryTransport((exchange) => {
      exchanges.push(exchange);
      return Promise.resolve("<answer/>");
    }, peer);

    const answer = await transport("EiOpt", "<ü/>");

    assert.equal(answer, "<answer/>");
    assert.equal(exchanges[0]?.service, "EiOpt");
    assert.deepEqual(exchanges[0].body, Buffer.from("<ü/>"));
    assert.equal(exchanges[0].peer, peer);
  });

  for (const nothing of [undefined, ""]) {
    it(`answers undefined for ${JSON.stringify(nothing)}`, async () => {
      assert.equal(await inMemoryTransport(answering(nothing))("EiOpt", "<a/>"), undefined);
    });
  }

  for (const [error, status] of [
    [new MalformedMessageError("ERR_OADR_INVALID", [fault]), 406],
    [new MalformedMessageError("ERR_OADR_TOO_LARGE", [fault]), 413],
    [new RefusedRequestError(403, "unsigned"), 403],
    [new Error("a mistake"), 500],
  ] as const) {
    it(`makes status ${status} of ${error.message}`, async () => {
      const transport = inMemoryTransport(() => Promise.reject(error));

      await assert.rejects(transport("EiOpt", "<a/>"), { code: "ERR_OADR_HTTP_STATUS", status, cause: error });
    });
  }

  it("rejects with the caller's reason at once, whatever the handler does", async () => {
    const controller = new AbortController();
    const reason = new Error("changed my mind");
    const transport = inMemoryTransport(() => {
      controller.abort(reason);
      return new Promise(() => {});
    });

    await assert.rejects(transport("EiOpt", "<a/>", controller.signal), (error) => error === reason);
  });
});
