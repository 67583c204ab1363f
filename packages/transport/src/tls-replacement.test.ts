import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { createTestCa } from "../test/certificates.ts";
import { answering, latch, startListener } from "../test/listening.ts";
import type { Listening } from "../test/listening.ts";
import { HttpListener, httpTransport } from "./index.ts";
import type { ClientTlsOptions, HttpTransport, ListenerTlsOptions } from "./index.ts";

const ca = createTestCa();
const otherCa = createTestCa("Other CA");
const [server, ven, other] = [ca.issue(), ca.issue({ name: "ven" }), ca.issue({ name: "other" })];
const tls: ListenerTlsOptions = { ...server, ca: ca.certificate };

function client({ url }: Listening, identity: ClientTlsOptions = ven): HttpTransport {
  return httpTransport({ url, tls: { ca: ca.certificate, ...identity } });
}

describe("a listener whose certificates are replaced", () => {
  it("shows the new certificate to who connects from then on", async () => {
    await using listening = await startListener({ tls });
    const renewed = otherCa.issue();
    await using former = client(listening);
    await using later = client(listening, { ...ven, ca: otherCa.certificate });
    await former("OadrPoll", "<a/>");

    listening.listener.replaceTls({ ...renewed, ca: ca.certificate });

    await assert.rejects(former("OadrPoll", "<a/>"), { code: "ERR_OADR_CERTIFICATE" });
    assert.equal(await later("OadrPoll", "<a/>"), "<answer/>");
  });

  it("turns away who has been revoked, also on a connection that is open", async () => {
    await using listening = await startListener({ tls: { ...tls, crl: ca.revoke() } });
    await using transport = client(listening);
    await transport("OadrPoll", "<a/>");

    listening.listener.replaceTls({ ...tls, crl: ca.revoke(ven) });

    await assert.rejects(transport("OadrPoll", "<a/>"), { status: 403 });
  });

  it("finishes the request under way", async () => {
    const [arrived, mayAnswer] = [latch(), latch()];
    const handler = async (): Promise<string> => {
      arrived.open();
      await mayAnswer.opened;
      return "<answer/>";
    };
    await using listening = await startListener({ tls, handler });
    await using transport = client(listening);
    const answer = transport("OadrPoll", "<a/>");
    await arrived.opened;

    listening.listener.replaceTls({ ...tls, crl: ca.revoke(ven) });
    mayAnswer.open();

    assert.equal(await answer, "<answer/>");
  });

  it("uses them after a stop and a start too", async () => {
    await using listening = await startListener({ tls });
    listening.listener.replaceTls({ ...tls, crl: ca.revoke(ven) });

    await listening.listener.stop();
    await listening.listener.start();

    const { url = listening.url } = listening.listener;
    await using transport = httpTransport({ url, tls: { ...ven, ca: ca.certificate } });
    await assert.rejects(transport("OadrPoll", "<a/>"), { status: 403 });
  });

  for (const [title, given, message] of [
    ["half of them", { certificate: server.certificate, key: "", ca: ca.certificate }, /^tls\.key: expected/],
    ["another demand on clients", { ...server, clientCertificate: "off" }, /^tls: expected clientCertificate required/],
    ["another answer to strangers", { ...tls, unauthorized: "endHandshake" }, /^tls: expected rejectUnauthorized/],
  ] as const) {
    it(`refuses ${title}, and goes on as before`, async () => {
      await using listening = await startListener({ tls });
      await using transport = client(listening);

      assert.throws(() => listening.listener.replaceTls(given), { name: "TypeError", message });

      assert.equal(await transport("OadrPoll", "<a/>"), "<answer/>");
    });
  }

  it("is one that has some", () => {
    const plain = new HttpListener({ handler: answering("") });

    assert.throws(() => plain.replaceTls(tls), { name: "TypeError", message: /plain HTTP/ });
  });
});

describe("a client whose certificate is replaced", () => {
  it("shows the new one with the next request", async () => {
    await using listening = await startListener({ tls });
    await using transport = client(listening);
    await transport("OadrPoll", "<a/>");

    transport.replaceTls({ ...other, ca: ca.certificate });
    await transport("OadrPoll", "<a/>");

    const subjects = listening.exchanges.map(({ peer }) => peer.certificate?.subject);
    assert.deepEqual(subjects, ["CN=ven", "CN=other"]);
  });

  it("refuses half of one, and goes on as before", async () => {
    await using listening = await startListener({ tls });
    await using transport = client(listening);

    assert.throws(() => transport.replaceTls({ certificate: other.certificate }), { name: "TypeError" });

    assert.equal(await transport("OadrPoll", "<a/>"), "<answer/>");
  });

  it("closes with all its connections, those of before, too", async () => {
    await using listening = await startListener({ tls });
    for (let turn = 0; turn < 20; turn++) {
      const own = { ...ven, ca: ca.certificate };
      const transport = httpTransport({ url: listening.url, tls: own, connections: 1 });
      await transport("OadrPoll", "<a/>");
      transport.replaceTls({ ...other, ca: ca.certificate });
      for (let steps = 0; steps < turn; steps++) await new Promise((resolve) => setImmediate(resolve));
      await transport.close();
    }
  });

  it("may be replaced when it is closed, which opens nothing", async () => {
    await using listening = await startListener({ tls });
    const transport = client(listening);
    await transport("OadrPoll", "<a/>");
    await transport.close();

    transport.replaceTls({ ...other, ca: ca.certificate });

    await transport.close();
    await assert.rejects(transport("OadrPoll", "<a/>"), { message: /the transport is closed$/ });
  });
});
