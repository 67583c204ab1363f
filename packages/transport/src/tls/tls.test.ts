import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { certificateFingerprint, systemClock } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { createTestCa } from "../../test/certificates.ts";
import { answering, RawConnection, startListener } from "../../test/listening.ts";
import type { Listening } from "../../test/listening.ts";
import { HttpListener, httpTransport, silentLogger } from "../index.ts";
import type { ClientTlsOptions, HttpTransport, ListenerTlsOptions, RefusedRequest } from "../index.ts";

const ca = createTestCa();
const [server, ven] = [ca.issue(), ca.issue({ name: "ven" })];
const rsaServer = ca.issue({ kind: "rsa" });

async function startTlsListener(tls: Partial<ListenerTlsOptions> = {}): Promise<Listening> {
  return startListener({ tls: { ...server, ca: ca.certificate, ...tls } });
}

function client({ url }: Listening, tls: ClientTlsOptions = ven): HttpTransport {
  return httpTransport({ url, tls: { ca: ca.certificate, ...tls } });
}

describe("TLS, the listener (§9.2)", () => {
  it("exchanges messages when both sides show a certificate", async () => {
    await using listening = await startTlsListener();
    await using transport = client(listening);

    const answer = await transport("OadrPoll", "<a/>");

    assert.equal(answer, "<answer/>");
    assert.equal(listening.url.protocol, "https:");
    assert.equal(
      listening.exchanges[0]?.peer.certificate?.fingerprint256,
      new X509Certificate(ven.certificate).fingerprint256,
    );
    assert.equal(listening.exchanges[0]?.peer.fingerprint, certificateFingerprint(ven.certificate));
  });

  it("rule 516: refuses a certificate that expires while its connection is open", async () => {
    let now = new Date();
    const refused: RefusedRequest[] = [];
    await using listening = await startListener({
      tls: { ...server, ca: ca.certificate },
      clock: { ...systemClock, now: () => now },
      onRefused: (request) => void refused.push(request),
    });
    const tls = { ...ven, ca: ca.certificate };
    await using transport = httpTransport({ url: listening.url, tls, connections: 1 });
    await transport("OadrPoll", "<a/>");

    now = new Date(now.getTime() + 2 * 86_400_000);

    await assert.rejects(transport("OadrPoll", "<a/>"), { status: 403 });
    const ports = [...listening.exchanges, ...refused].map(({ peer }) => peer.port);
    assert.deepEqual([ports.length, new Set(ports).size], [2, 1]);
  });

  it("heeds each of several revocation lists in one PEM", async () => {
    const otherCa = createTestCa("Other CA");
    const cas = [ca.certificate, otherCa.certificate];
    await using listening = await startTlsListener({ ca: cas, crl: otherCa.revoke() + ca.revoke(ven) });
    await using revoked = client(listening);

    await assert.rejects(revoked("OadrPoll", "<a/>"), { status: 403 });
    for (const good of [ca.issue({ name: "good" }), otherCa.issue({ name: "good" })]) {
      await using transport = client(listening, good);
      assert.equal(await transport("OadrPoll", "<a/>"), "<answer/>");
    }
  });

  it("survives a client that speaks plain HTTP", async () => {
    await using listening = await startTlsListener();
    await using plain = httpTransport({ url: `http://${listening.url.host}` });
    await using transport = client(listening);

    await assert.rejects(plain("OadrPoll", "<a/>"), { code: "ERR_OADR_TRANSPORT" });

    assert.equal(await transport("OadrPoll", "<a/>"), "<answer/>");
  });

  it("stops while a handshake is under way", async () => {
    await using listening = await startTlsListener();
    const connection = new RawConnection(listening.url);
    await new Promise((resolve) => connection.socket.once("connect", resolve));

    await listening.listener.stop();

    await connection.closed();
  });
});

describe("TLS, the client (§9.1.10)", () => {
  it("takes one of the pinned fingerprints", async () => {
    await using listening = await startTlsListener();
    const serverFingerprint = [certificateFingerprint(ven.certificate), certificateFingerprint(server.certificate)];
    await using transport = client(listening, { ...ven, serverFingerprint });

    assert.equal(await transport("OadrPoll", "<a/>"), "<answer/>");
  });

  it("warns where the server's name is not checked", () => {
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (_fields: object, message: string) => void warnings.push(message) };

    httpTransport({ url: "https://vtn.example.com", tls: { ...ven, checkHostName: false }, logger });

    assert.deepEqual(warnings, ["the server's certificate need not name its host"]);
  });
});

describe("TLS, what the client says of a failure", () => {
  const other = createTestCa("Another CA");

  for (const [title, tls, message] of [
    [
      "a server of another CA",
      { ...ven, ca: other.certificate },
      /: server certificate: [a-z -]+ \(its CA is not among those that are trusted\)$/,
    ],
    ["a server of older versions", { ...ven, minVersion: "TLSv1.3" }, /: TLS: [a-z0-9 ]*protocol version$/],
  ] as const) {
    it(`names ${title}`, async () => {
      await using listening = await startTlsListener({ maxVersion: "TLSv1.2" });
      await using transport = client(listening, tls);

      await assert.rejects(transport("OadrPoll", "<a/>"), { message });
    });
  }

  it("names a server that speaks plain HTTP", async () => {
    await using listening = await startListener({});
    await using transport = httpTransport({ url: `https://${listening.url.host}`, tls: { ca: ca.certificate } });

    await assert.rejects(transport("OadrPoll", "<a/>"), {
      message: /: expected TLS, got something else, such as plain HTTP \(wrong version number\)$/,
    });
  });
});

describe("TLS, configurations that are incomplete", () => {
  const { certificate, key } = server;
  const list = ca.revoke(ven);
  for (const [title, tls, message] of [
    ["a certificate without its key", { certificate, key: "", ca: ca.certificate }, /^tls\.key: expected/],
    ["a key without its certificate", { certificate: "", key, ca: ca.certificate }, /^tls\.certificate: expected/],
    ["nothing", { certificate: [], key: [] }, /^tls\.certificate: expected/],
    ["client certificates without a CA", { certificate, key }, /^tls\.ca: expected/],
    ["the key of another certificate", { certificate, key: ven.key, ca: ca.certificate }, /^tls: expected/],
    [
      "the path of its certificate",
      { certificate: "vtn.pem", key, ca: ca.certificate },
      /^tls\.certificate: expected PEM, "-----BEGIN \.\.\.", got something else; give what is in the file, not its path$/,
    ],
    ["the path of its key", { certificate, key: ["vtn.key.pem"], ca: ca.certificate }, /^tls\.key: expected PEM/],
    [
      "PEM that is no certificate",
      { certificate: "-----BEGIN CERTIFICATE-----", key, ca: ca.certificate },
      /^tls: expected/,
    ],
    [
      "a CA that is no PEM",
      { certificate, key, ca: "ca" },
      /^tls\.ca: expected certificates in PEM, got something else$/,
    ],
    [
      "a CA in DER",
      { certificate, key, ca: new X509Certificate(ca.certificate).raw },
      /^tls\.ca: expected certificates/,
    ],
    ["a key for a CA", { certificate, key, ca: [ca.certificate, key] }, /^tls\.ca 2 of 2: expected certificates/],
  ] as const) {
    it(`refuses a listener with ${title}`, () => {
      assert.throws(() => new HttpListener({ handler: answering(""), tls }), { name: "TypeError", message });
    });
  }

  for (const [title, url, tls, message] of [
    ["a certificate without its key", "https://vtn.example.com", { certificate }, /^tls\.key: expected/],
    ["a key without its certificate", "https://vtn.example.com", { key }, /^tls\.certificate: expected/],
    ["the key of another certificate", "https://vtn.example.com", { certificate, key: ven.key }, /^tls: expected/],
    [
      "the key of a certificate of another kind",
      "https://vtn.example.com",
      { certificate, key: rsaServer.key },
      /^tls\.key: expected that of the certificate CN=localhost, got another one/,
    ],
    ["text that is no revocation list", "https://vtn.example.com", { crl: "crl" }, /^tls\.crl: expected PEM/],
    ["a list and one that was cut", "https://vtn.example.com", { crl: list + list.slice(0, -30) }, /^tls: expected/],
    ["a certificate for plain HTTP", "http://vtn.example.com", { certificate, key }, /^tls: expected an https: URL/],
  ] as const) {
    it(`refuses a client with ${title}`, () => {
      assert.throws(() => httpTransport({ url, tls }), { name: "TypeError", message });
    });
  }

  it("refuses a client with a fingerprint that is none", () => {
    assert.throws(() => httpTransport({ url: "https://vtn.example.com", tls: { serverFingerprint: "ab:cd" } }), {
      name: "RangeError",
      message: /^tls\.serverFingerprint: expected ten bytes .*, got "ab:cd"$/,
    });
  });

  it("refuses certificates and keys that are not in the same order", () => {
    const tls = { certificate: [certificate, rsaServer.certificate], ca: ca.certificate };

    assert.ok(new HttpListener({ handler: answering(""), tls: { ...tls, key: [key, rsaServer.key] } }));
    assert.throws(() => new HttpListener({ handler: answering(""), tls: { ...tls, key: [rsaServer.key, key] } }), {
      name: "TypeError",
      message: /^tls\.key 1 of 2: expected/,
    });
    assert.throws(() => new HttpListener({ handler: answering(""), tls: { ...tls, key } }), {
      name: "TypeError",
      message: "tls.key: expected one for each of 2 certificates, got 1",
    });
  });

  it("reads an encrypted key with its passphrase only", () => {
    const encrypted = createPrivateKey(key).export({
      type: "pkcs8",
      format: "pem",
      cipher: "aes-256-cbc",
      passphrase: "s",
    });
    const tls = { certificate, key: encrypted, clientCertificate: "off" } as const;

    assert.ok(new HttpListener({ handler: answering(""), tls: { ...tls, passphrase: "s" } }));
    assert.throws(() => new HttpListener({ handler: answering(""), tls }), { name: "TypeError" });
  });
});
