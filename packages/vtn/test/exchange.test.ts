import assert from "node:assert/strict";
import { encode, minutes } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { WireExchange } from "../src/index.ts";
import { aRegistration, expectMessage, noon, openVtn } from "./open-vtn.ts";

/** A VTN over HTTP whose exchanges are kept. */
async function openTapped(options: Parameters<typeof openVtn>[0] = {}) {
  const exchanges: WireExchange[] = [];
  const open = await openVtn({ onExchange: (exchange) => void exchanges.push(exchange), ...options });
  const post = (path: string, init: RequestInit = {}) =>
    fetch(`${open.vtn.url?.href}/${path}`, { method: "POST", ...init });
  return { exchanges, post, ...open };
}

const xml = { headers: { "content-type": "application/xml" } };

describe("onExchange", () => {
  it("gets both documents, who sent them, when, and the verdict", async () => {
    await using open = await openTapped();
    const { venId } = await open.register();
    const request = encode({ name: "oadrPoll", payload: { venId } });

    const answer = await open.transport("OadrPoll", request);

    const { peer, headers, ...exchange } = open.exchanges.at(-1) ?? assert.fail("expected an exchange");
    assert.equal(peer.address, "127.0.0.1");
    assert.equal(headers["content-type"], "application/xml");
    assert.deepEqual(exchange, {
      sentBy: "ven",
      service: "OadrPoll",
      receivedAt: noon,
      answeredAt: noon,
      request: Buffer.from(request),
      answer,
      message: "oadrPoll",
      venId,
      verdict: { kind: "accepted" },
      deviations: [],
    });
  });

  it("says when the request had come and when the answer was ready", async () => {
    const exchanges: WireExchange[] = [];
    await using open = await openVtn({
      listen: false,
      onExchange: (exchange) => void exchanges.push(exchange),
      onCreatePartyRegistration: () => {
        open.clock.advance(minutes(1));
        return true;
      },
    });

    await open.call("oadrCreatePartyRegistration", aRegistration());

    const [{ receivedAt, answeredAt } = assert.fail("expected an exchange")] = exchanges;
    assert.equal(answeredAt.getTime() - receivedAt.getTime(), minutes(1));
  });

  it("gets a refusal with its response code", async () => {
    await using open = await openTapped();

    await assert.rejects(open.call("oadrPoll", { venId: "nobody" }), { responseCode: 463 });

    const [exchange] = open.exchanges;
    assert.deepEqual(exchange?.verdict, { kind: "refused", responseCode: 463, reason: "not registered" });
    assert.equal(exchange.venId, "nobody");
    assert.match(exchange.answer ?? "", /463/);
  });

  it("gets a handler's failure as the 469 that the VEN sees", async () => {
    await using open = await openTapped({ onCreatePartyRegistration: () => Promise.reject(new Error("secret")) });

    await assert.rejects(open.call("oadrCreatePartyRegistration", aRegistration()), { responseCode: 469 });

    const verdict = { kind: "refused", responseCode: 469, reason: "internal error" };
    assert.deepEqual(open.exchanges[0]?.verdict, verdict);
  });

  it("gets what cannot be read, and what is wrong with it", async () => {
    await using open = await openTapped();

    await open.post("OadrPoll", { ...xml, body: "<html/>" });

    const [exchange] = open.exchanges;
    assert.equal(exchange?.request?.toString(), "<html/>");
    assert.equal(exchange.answer, undefined);
    assert.equal(exchange.message, undefined);
    assert.equal(exchange.verdict.kind === "rejected" && exchange.verdict.status, 406);
    assert.equal(exchange.deviations.length, 1);
  });

  it("gets what tolerant reading lets pass", async () => {
    await using open = await openTapped({ tolerant: true });
    const { venId } = await open.register();
    const strange = encode({ name: "oadrPoll", payload: { venId } }).replace(
      "</oadr:oadrPoll>",
      "<x/></oadr:oadrPoll>",
    );

    await open.transport("OadrPoll", strange);

    assert.equal(open.exchanges.at(-1)?.deviations.length, 1);
    assert.deepEqual(open.exchanges.at(-1)?.verdict, { kind: "accepted" });
  });

  for (const [title, path, init, status, service] of [
    ["another method", "EiEvent", { method: "PUT" }, 501, "EiEvent"],
    ["an unknown path", "EiNonsense", xml, 404, undefined],
    ["another content type", "EiEvent", { headers: { "content-type": "text/plain" } }, 406, "EiEvent"],
    ["too much", "EiEvent", { ...xml, body: "x".repeat(5_000_000) }, 413, "EiEvent"],
  ] as const) {
    it(`gets a request of ${title} that HTTP alone refuses with ${status}`, async () => {
      await using open = await openTapped();

      await open.post(path, init);

      const [exchange] = open.exchanges;
      assert.equal(exchange?.verdict.kind === "rejected" && exchange.verdict.status, status);
      assert.deepEqual([exchange?.service, exchange?.request, exchange?.answer], [service, undefined, undefined]);
      assert.deepEqual(
        open.statuses.flatMap((news) =>
          news.type === "requestRefused" ? [[news.status, news.service, news.url]] : [],
        ),
        [[status, service, service === undefined ? `/OpenADR2/Simple/2.0b/${path}` : undefined]],
      );
    });
  }

  it("gets an empty answer as none", async () => {
    await using open = await openTapped();
    const { venId } = await open.register();

    await open.answer({ name: "oadrResponse", payload: { response: { responseCode: 200, requestId: "" }, venId } });

    assert.deepEqual(
      [open.exchanges.at(-1)?.answer, open.exchanges.at(-1)?.verdict],
      [undefined, { kind: "accepted" }],
    );
  });

  it("gets what is refused because the VTN does not run", async () => {
    const exchanges: WireExchange[] = [];
    await using open = await openVtn({ listen: false, onExchange: (exchange) => void exchanges.push(exchange) });
    await open.vtn.stop();

    await assert.rejects(open.call("oadrPoll", { venId: "ven-1" }), { status: 503 });

    assert.equal(exchanges[0]?.verdict.kind === "rejected" && exchanges[0].verdict.status, 503);
  });

  it("harms nothing when it throws", async () => {
    const secret = new Error("tap");
    await using open = await openVtn({
      onExchange: () => {
        throw secret;
      },
    });

    const { venId } = await open.register();
    await fetch(`${open.vtn.url?.href}/EiNonsense`, { method: "POST" });

    assert.equal((await open.call("oadrPoll", { venId }))?.name, "oadrResponse");
    assert.ok(open.errors.length > 0 && open.errors.every(({ error }) => error === secret));
  });
});

describe("status requestRefused", () => {
  it("tells who was refused what, and why", async () => {
    await using open = await openVtn({ listen: false });

    await assert.rejects(open.call("oadrPoll", { venId: "nobody" }), { responseCode: 463 });

    assert.deepEqual(open.statuses.at(-1), {
      type: "requestRefused",
      address: "in-memory",
      service: "OadrPoll",
      url: undefined,
      message: "oadrPoll",
      venId: "nobody",
      responseCode: 463,
      status: 200,
      reason: "not registered",
    });
  });

  it("does not repeat that a registration was refused", async () => {
    await using open = await openVtn({ listen: false, onCreatePartyRegistration: () => false });

    await open.answer({ name: "oadrCreatePartyRegistration", payload: aRegistration() });

    assert.deepEqual(
      open.statuses.map(({ type }) => type),
      ["started", "registrationRefused"],
    );
  });

  it("tells what was wrong with a document that cannot be read", async () => {
    await using open = await openVtn({ listen: false });

    await assert.rejects(open.transport("OadrPoll", "<html/>"), { status: 406 });

    const news = open.statuses.at(-1);
    assert.equal(news?.type === "requestRefused" && news.status, 406);
    assert.match(news?.type === "requestRefused" ? news.reason : "", /html/);
  });
});

describe("EiRegisterParty: the handler of queries", () => {
  it("rule 404: adds what the VTN tells, and is told who asks", async () => {
    const asked: unknown[] = [];
    const serviceSpecificInfo = [{ serviceName: "EiEvent", infos: [{ key: "a", value: "b" }] }] as const;
    await using open = await openVtn({
      onQueryRegistration: ({ requestId }, { peer, headers, venId }) => {
        asked.push([requestId, peer.address, headers["content-type"], venId]);
        return { serviceSpecificInfo };
      },
    });

    const answer = await open.answer({ name: "oadrQueryRegistration", payload: { requestId: "req-7" } });

    assert.deepEqual(expectMessage("oadrCreatedPartyRegistration", answer).serviceSpecificInfo, serviceSpecificInfo);
    assert.deepEqual(asked, [["req-7", "127.0.0.1", "application/xml", undefined]]);
  });
});
