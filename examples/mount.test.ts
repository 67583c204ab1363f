import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { encode } from "@openleadr/protocol";
import type { Vtn } from "@openleadr/vtn";
import express from "express";
import { request, type IncomingMessage, type Server } from "node:http";
import { afterAll, describe, it } from "vitest";

process.env["PORT"] = "0";
const mounted: Record<string, { readonly vtn: Vtn; readonly server: Server }> = {
  express: await import("./express.ts"),
  fastify: await import("./fastify.ts"),
};

afterAll(async () => {
  for (const { vtn, server } of Object.values(mounted)) {
    await vtn.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const registration = encode({
  name: "oadrCreatePartyRegistration",
  payload: {
    requestId: "req-1",
    profileName: "2.0b",
    transportName: "simpleHttp",
    reportOnly: false,
    xmlSignature: false,
    venName: "kitchen",
    httpPullModel: true,
  },
});

for (const [name, { vtn, server }] of Object.entries(mounted)) {
  describe(`a VTN mounted in ${name}`, () => {
    it("is mounted in less than 30 lines", () => {
      const example = readFileSync(new URL(`${name}.ts`, import.meta.url), "utf8");

      assert.ok(example.trim().split("\n").length < 30);
      assert.match(
        readFileSync(new URL("../packages/vtn/README.md", import.meta.url), "utf8"),
        new RegExp(`${name}\\.ts`),
      );
    });

    it("serves VENs beside routes of one's own", async () => {
      const answer = await post(server, "EiRegisterParty", registration);
      const vens = await fetch(`${await urlOf(server)}/vens`);

      assert.equal(answer.status, 200);
      assert.match(await answer.text(), /oadrCreatedPartyRegistration/);
      assert.deepEqual(
        ((await vens.json()) as { venName: string }[]).map(({ venName }) => venName),
        ["kitchen"],
      );
    });

    it("answers with Content-Length, compressed where it is asked to, and without chunks", async () => {
      const url = new URL(`${await urlOf(server)}/OpenADR2/Simple/2.0b/EiRegisterParty`);
      const headers = { "content-type": "application/xml", "accept-encoding": "gzip" };
      const sent = request(url, { method: "POST", headers }).end(registration);
      const [answer] = (await once(sent, "response")) as [IncomingMessage];
      const body = Buffer.from(await text(answer.setEncoding("latin1")), "latin1");

      assert.equal(answer.headers["content-encoding"], "gzip");
      assert.equal(answer.headers["content-length"], String(body.length));
      assert.match(gunzipSync(body).toString(), /oadrCreatedPartyRegistration/);
    });

    for (const [title, status, service, init] of [
      ["another method", 501, "EiEvent", { method: "GET" }],
      ["another method with a body", 501, "EiEvent", { method: "PUT", body: "x" }],
      ["an unknown service", 404, "EiNonsense", {}],
      ["another content type", 406, "EiEvent", { headers: { "content-type": "application/json" }, body: "{}" }],
      ["a broken document", 406, "EiEvent", { body: "<a>" }],
      ["too large a document", 413, "EiEvent", { body: "x".repeat(5_000_000) }],
    ] as const satisfies readonly (readonly [string, number, string, RequestInit])[]) {
      it(`refuses ${title} with an empty ${status}`, async () => {
        const url = `${await urlOf(server)}/OpenADR2/Simple/2.0b/${service}`;

        const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/xml" }, ...init });

        assert.equal(answer.status, status);
        assert.equal(await answer.text(), "");
      });
    }

    it("refuses with 503 while it is stopped, and the routes stay", async () => {
      await vtn.stop();
      const answer = await post(server, "EiRegisterParty", registration);
      const vens = await fetch(`${await urlOf(server)}/vens`);
      await vtn.start();

      assert.deepEqual([answer.status, vens.status], [503, 200]);
    });
  });
}

describe("a VTN mounted behind a body parser", () => {
  it("says what is wrong, and answers 500", async () => {
    const app = express();
    const reasons: unknown[] = [];
    const { Vtn } = await import("@openleadr/vtn");
    const vtn = new Vtn({ vtnId: "my-vtn", listen: false, onExchange: ({ verdict }) => void reasons.push(verdict) });
    await vtn.start();
    app.use(express.text({ type: "*/*" }), vtn.requestListener());
    const server = app.listen(0, "127.0.0.1");

    const answer = await post(server, "EiRegisterParty", registration);
    server.closeAllConnections();
    server.close();
    await vtn.stop();

    assert.equal(answer.status, 500);
    assert.deepEqual(reasons, [
      { kind: "rejected", status: 500, reason: "the body was read already: mount the listener before body parsers" },
    ]);
  });
});

async function urlOf(server: Server): Promise<string> {
  if (!server.listening) await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function post(server: Server, service: string, body: string): Promise<Response> {
  const headers = { "content-type": "application/xml" };
  return fetch(`${await urlOf(server)}/OpenADR2/Simple/2.0b/${service}`, { method: "POST", headers, body });
}
