import assert from "node:assert/strict";
import { decode } from "@openleadr/protocol";
import type { WireExchange } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { aReportRequest, openPush } from "./open-push.ts";
import { fittingReply, type Reply } from "./push-ven.ts";

/** What `onExchange` is told of a push that a VEN answers with `reply`. */
async function exchangeAnswered(reply: (() => Reply) | undefined) {
  const exchanges: WireExchange[] = [];
  await using open = await openPush({ onExchange: (exchange) => void exchanges.push(exchange) });
  const ven = await open.registered();
  if (reply !== undefined) ven.reply = reply;
  exchanges.length = 0;
  await open.store.enqueue("kitchen", { kind: "message", message: aReportRequest("a") });
  await ven.expect("oadrCreateReport");
  while (exchanges.length === 0) await open.clock.settle();
  const { request, answer, ...rest } = exchanges[0] ?? assert.fail("expected an exchange");
  return { open, rest, request: request ?? assert.fail("expected a request"), answer };
}

describe("onExchange, of a push", () => {
  it("gets both documents, who was asked, when, and the verdict", async () => {
    const { open, rest, request, answer } = await exchangeAnswered(undefined);

    assert.equal(decode(request).message.name, "oadrCreateReport");
    assert.equal(decode(answer ?? "").message.name, "oadrCreatedReport");
    assert.deepEqual(rest, {
      sentBy: "vtn",
      peer: { address: "127.0.0.1" },
      headers: {},
      service: "EiReport",
      receivedAt: open.clock.now(),
      answeredAt: open.clock.now(),
      message: "oadrCreateReport",
      venId: "kitchen",
      verdict: { kind: "accepted" },
      deviations: [],
    });
  });

  it("gets the code with which the VEN refuses", async () => {
    const response = { responseCode: 452, responseDescription: "who?", requestId: "a" };
    const { rest } = await exchangeAnswered(() => ({ name: "oadrResponse", payload: { response, venId: "kitchen" } }));

    assert.deepEqual(rest.verdict, { kind: "refused", responseCode: 452, reason: "who?" });
  });

  it("gets the HTTP status with which the VEN refuses", async () => {
    const { rest, answer } = await exchangeAnswered(() => 406);

    assert.deepEqual([rest.verdict.kind, rest.verdict.kind === "rejected" && rest.verdict.status], ["rejected", 406]);
    assert.equal(answer, undefined);
  });

  it("gets an answer that is no message as it came, and why it is none", async () => {
    const { rest, answer } = await exchangeAnswered(() => "nonsense");

    assert.equal(answer, "<nonsense/>");
    assert.equal(rest.verdict.kind, "failed");
    assert.ok(rest.deviations.length > 0);
  });

  it("gets an answer of another VEN, and that it counts for nothing", async () => {
    const { rest, answer } = await exchangeAnswered(() => fittingReply(aReportRequest("a"), "hall"));

    assert.equal(decode(answer ?? "").message.name, "oadrCreatedReport");
    assert.deepEqual(rest.verdict, { kind: "failed", reason: "452 expected an answer of kitchen, got one of hall" });
  });

  it("gets a push that reached nobody, with the reason", async () => {
    const exchanges: WireExchange[] = [];
    await using open = await openPush({ onExchange: (exchange) => void exchanges.push(exchange) });
    const ven = await open.registered();
    await ven.goDown();
    exchanges.length = 0;

    await open.store.enqueue("kitchen", { kind: "message", message: aReportRequest("a") });
    await open.told("deliveryRetried");

    const [{ verdict, answer } = assert.fail("expected an exchange")] = exchanges;
    assert.equal(answer, undefined);
    assert.equal(verdict.kind, "failed");
    assert.match(verdict.kind === "failed" ? verdict.reason : "", /ECONNREFUSED/);
  });

  it("may throw without harm to the push", async () => {
    await using open = await openPush({
      onExchange: ({ sentBy }) => {
        if (sentBy === "vtn") throw new Error("a faulty tap");
      },
    });
    const ven = await open.registered();

    await open.store.enqueue("kitchen", { kind: "message", message: aReportRequest("a") });
    await ven.expect("oadrCreateReport");
    await open.told("reportCreated");

    assert.match(
      JSON.stringify(open.errors.map((fields) => String((fields as { error?: unknown }).error))),
      /faulty tap/,
    );
  });
});
