import assert from "node:assert/strict";
import { connect } from "node:net";
import { once } from "node:events";
import { seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { openVtn, type OpenVtn } from "./open-vtn.ts";

const entities = Array.from({ length: 9 }, (_, n) => `<!ENTITY a${n + 1} "${`&a${n};`.repeat(10)}">`).join("");
const lol = `<!DOCTYPE lol [<!ENTITY a0 "lol">${entities}]><lol>&a9;</lol>`;
const root = "oadr:oadrPayload xmlns:oadr='http://openadr.org/oadr-2.0b/2012/07'";

describe("Vtn: hostile input", () => {
  for (const [title, document, status] of [
    ["nothing", "", 406],
    ["what is no XML", "\u0001\u0002{}", 406],
    ["half a document", `<${root}><oadr:oadrSignedObject>`, 406],
    ["another root", "<html/>", 406],
    ["an unknown encoding", `<?xml version="1.0" encoding="EBCDIC-CP-US"?><${root}/>`, 406],
    ["a billion laughs", lol, 406],
    ["a million elements inside one another", "<a>".repeat(1_000_000), 406],
    ["more than the limit", `<${root}>${"a".repeat(5_000_000)}</oadr:oadrPayload>`, 413],
  ] as const) {
    it(`answers ${title} with ${status}, and serves others`, async () => {
      await using open = await openVtn();
      const ven = await open.register();

      const response = await post(urlOf(open, "OadrPoll"), document);

      assert.equal(response.status, status);
      assert.equal(await response.text(), "");
      assert.equal((await ven.poll()).name, "oadrResponse");
    });
  }

  it("answers an unknown path with 404", async () => {
    await using open = await openVtn();

    assert.equal((await post(urlOf(open, "EiNonsense"), "<a/>")).status, 404);
  });

  it("answers GET with 501", async () => {
    await using open = await openVtn();

    assert.equal((await fetch(urlOf(open, "OadrPoll"))).status, 501);
  });

  it("serves others while a hundred requests are half sent", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    const sockets = await Promise.all(Array.from({ length: 100 }, async () => halfRequest(open.vtn.url)));

    const answers = await Promise.all([ven.poll(), ven.poll()]);
    for (const socket of sockets) socket.destroy();

    assert.deepEqual(
      answers.map(({ name }) => name),
      ["oadrResponse", "oadrResponse"],
    );
  });

  it("serves others beside a thousand connections on which nothing comes", async () => {
    await using open = await openVtn();
    const ven = await open.register();
    const sockets = await Promise.all(Array.from({ length: 1_000 }, async () => idleConnection(open.vtn.url)));

    const answers = await Promise.all([ven.poll(), ven.poll()]);
    for (const socket of sockets) socket.destroy();

    assert.deepEqual(
      answers.map(({ name }) => name),
      ["oadrResponse", "oadrResponse"],
    );
  });

  for (const [title, length] of [
    ["too short", 10],
    ["no number", "ten"],
    ["below zero", -1],
  ] as const) {
    it(`refuses a Content-Length that is ${title}, and serves others`, async () => {
      await using open = await openVtn();
      const ven = await open.register();

      const socket = await idleConnection(open.vtn.url);
      const head = `POST ${open.vtn.url?.pathname}/OadrPoll HTTP/1.1\r\nHost: vtn\r\nContent-Type: application/xml\r\n`;
      socket.write(`${head}Content-Length: ${length}\r\n\r\n<oadr:oadrPayload>`);
      const [bytes] = (await once(socket, "data")) as [Buffer];
      socket.destroy();

      assert.match(bytes.toString(), /^HTTP\/1\.1 40[06] /);
      assert.equal((await ven.poll()).name, "oadrResponse");
    });
  }

  it("answers a body that does not arrive in time with 408", async () => {
    await using open = await openVtn({ listen: { port: 0, bodyTimeout: seconds(0.05) } });

    const socket = await halfRequest(open.vtn.url);
    const [bytes] = (await once(socket, "data")) as [Buffer];
    socket.destroy();

    assert.match(bytes.toString(), /^HTTP\/1\.1 408 /);
  });

  it("stops while requests are half sent", async () => {
    await using open = await openVtn({ listen: { port: 0, bodyTimeout: seconds(0.05) } });
    const socket = await halfRequest(open.vtn.url);
    socket.resume();

    await open.vtn.stop();

    assert.equal(open.vtn.url, undefined);
    socket.destroy();
  });
});

function urlOf({ vtn }: OpenVtn, service: string): string {
  return `${vtn.url?.href}/${service}`;
}

async function post(url: string, body: string): Promise<Response> {
  return fetch(url, { method: "POST", headers: { "content-type": "application/xml" }, body });
}

async function idleConnection(url: URL | undefined) {
  const socket = connect(Number(url?.port), "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

async function halfRequest(url: URL | undefined) {
  const socket = await idleConnection(url);
  const head = `POST ${url?.pathname}/OadrPoll HTTP/1.1\r\nHost: vtn\r\nContent-Type: application/xml\r\n`;
  socket.write(`${head}Content-Length: 1000\r\n\r\n<oadr:oadrPay`);
  return socket;
}
