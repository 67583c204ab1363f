import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { decode, encode, type MessageName } from "@openleadr/protocol";
import { inMemoryTransport } from "@openleadr/transport";
import { Ven, VenClient, type WireExchange } from "@openleadr/ven";
import { Vtn } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { ManualClock } from "../../src/index.ts";
import { aBench, refusing, ScriptedVtn } from "./scripted-vtn.ts";

const registration = { venId: "ven-1", registrationId: "registration-1" };
const poll = { name: "oadrPoll", payload: { venId: "ven-1" } } as const;

/** What `onExchange` of a VEN by hand is told of one poll, which a server of HTTP answers. */
async function polled(answer: RequestListener): Promise<WireExchange> {
  const exchanges: WireExchange[] = [];
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const vtnUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await using client = new VenClient({ vtnUrl, registration, onExchange: (exchange) => void exchanges.push(exchange) });
  await client.poll().catch(() => {});
  server.close();
  return exchanges[0] ?? assert.fail("expected an exchange");
}

function xml(body: string, status = 200): RequestListener {
  return (_request, response) => response.writeHead(status, { "content-type": "application/xml" }).end(body);
}

describe("onExchange of a VEN", () => {
  it("gets both documents, whom it asked, when, and the verdict", async () => {
    const answer = encode({ name: "oadrResponse", payload: { response: { responseCode: 200, requestId: "" } } });

    const { receivedAt, answeredAt, ...exchange } = await polled(xml(answer));

    assert.ok(receivedAt <= answeredAt);
    assert.deepEqual(exchange, {
      sentBy: "ven",
      peer: { address: "127.0.0.1" },
      headers: {},
      service: "OadrPoll",
      request: Buffer.from(encode(poll)),
      answer,
      message: "oadrPoll",
      venId: "ven-1",
      verdict: { kind: "accepted" },
      deviations: [],
    });
  });

  it("gets an answer that is no message as it came, and what is wrong with it", async () => {
    const { answer, verdict, deviations } = await polled(xml("<html/>"));

    assert.equal(answer, "<html/>");
    assert.equal(verdict.kind, "failed");
    assert.equal(deviations.length, 1);
  });

  it("gets the HTTP status with which the VTN refuses", async () => {
    const { answer, verdict } = await polled(xml("", 503));

    assert.equal(answer, undefined);
    assert.equal(verdict.kind === "rejected" && verdict.status, 503);
  });

  it("gets a request that was not answered, with the reason", async () => {
    const { answer, verdict } = await polled((request) => request.destroy());

    assert.equal(answer, undefined);
    assert.equal(verdict.kind, "failed");
  });

  it("gets every message of a VEN's life, each with the code that refuses it", async () => {
    const exchanges: WireExchange[] = [];
    const onExchange = (exchange: WireExchange): void => void exchanges.push(exchange);
    await using bench = aBench({ onExchange }, { oadrRegisterReport: refusing("oadrRegisterReport", 451) });

    await bench.ven.start();

    assert.deepEqual(
      exchanges.map(({ message, verdict }) => [message, verdict.kind]),
      [
        ["oadrQueryRegistration", "accepted"],
        ["oadrCreatePartyRegistration", "accepted"],
        ["oadrRegisterReport", "refused"],
        ["oadrPoll", "accepted"],
        ["oadrRequestEvent", "accepted"],
      ],
    );
    assert.deepEqual(
      exchanges.map(({ request }) => decode(request ?? "").message),
      bench.vtn.heard,
    );
  });

  it("gets what the VTN pushes", async () => {
    await using push = await openPush();

    await push.vtn.vens.requestReregistration(push.ven.venId ?? "");
    while (push.named("oadrRequestReregistration") === undefined) await push.clock.settle();

    const exchange = push.named("oadrRequestReregistration");
    assert.equal(exchange?.sentBy, "vtn");
    assert.equal(exchange.peer.address, "127.0.0.1");
    assert.equal(decode(exchange.request ?? "").message.name, "oadrRequestReregistration");
    assert.equal(decode(exchange.answer ?? "").message.name, "oadrResponse");
  });

  it("gets what reaches a VEN's listener and is refused there", async () => {
    await using push = await openPush();

    await fetch(`${push.ven.url?.href}/EiNonsense`, { method: "POST" });

    const { verdict, service, request } = push.exchanges.at(-1) ?? assert.fail("expected an exchange");
    assert.equal(verdict.kind === "rejected" && verdict.status, 404);
    assert.deepEqual([service, request], [undefined, undefined]);
  });

  it("harms nothing when it throws", async () => {
    const vtn = new ScriptedVtn();
    await using client = new VenClient({
      transport: vtn.transport,
      registration,
      onExchange: () => {
        throw new Error("a faulty tap");
      },
    });

    const answer = await client.poll();

    assert.equal(answer.name, "oadrResponse");
  });
});

/** A VTN in memory, and a VEN that it pushes to over HTTP, with what the VEN's tap got. */
async function openPush() {
  const exchanges: WireExchange[] = [];
  const clock = new ManualClock();
  const vtn = new Vtn({
    vtnId: "vtn",
    clock,
    listen: false,
    push: { allowedHosts: ["127.0.0.1"] },
    onCreatePartyRegistration: () => true,
  });
  await vtn.start();
  const ven = new Ven({
    transport: inMemoryTransport(vtn.handler),
    venName: "kitchen",
    clock,
    push: { listen: { port: 0 } },
    onExchange: (exchange) => void exchanges.push(exchange),
  });
  await ven.start();
  return {
    vtn,
    ven,
    clock,
    exchanges,
    named: (name: MessageName) => exchanges.find(({ message }) => message === name),
    async [Symbol.asyncDispose]() {
      await ven.stop();
      await vtn.stop();
    },
  };
}
