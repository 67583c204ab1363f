import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import type { ConnectionOptions } from "node:tls";
import { systemClock } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { createTestCa } from "../test/certificates.ts";
import { answering, RawConnection, startListener } from "../test/listening.ts";
import type { Listening } from "../test/listening.ts";
import { certificateFingerprint } from "@openleadr/protocol";
import { conformantTls, HttpListener, httpTransport, modernTls, silentLogger } from "./index.ts";
import type { ClientTlsOptions, HttpTransport, ListenerTlsOptions } from "./index.ts";

const ca = createTestCa();
const otherCa = createTestCa("Other CA");
const [server, ven, stranger] = [ca.issue(), ca.issue({ name: "ven" }), otherCa.issue({ name: "stranger" })];
const rsaServer = ca.issue({ kind: "rsa" });
const expired = ca.issue({ name: "ven", notAfter: new Date(Date.now() - 3_600_000) });
const early = ca.issue({ name: "ven", notBefore: new Date(Date.now() + 3_600_000) });

async function startTlsListener(tls: Partial<ListenerTlsOptions> = {}): Promise<Listening> {
  return startListener({ tls: { ...server, ca: ca.certificate, ...tls } });
}

function client({ url }: Listening, tls: ClientTlsOptions = ven): HttpTransport {
  return httpTransport({ url, tls: { ca: ca.certificate, ...tls } });
}

describe("TLS, who is let in (§9.2, rules 516 and 517)", () => {
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

  for (const [title, tls] of [
    ["without a certificate", {}],
    ["with a certificate of another CA", stranger],
    ["with a certificate that has expired", expired],
    ["with a certificate that is not valid yet", early],
  ] as const) {
    it(`answers a client ${title} with 403, then closes`, async () => {
      await using listening = await startTlsListener();

      const answer = await rawGet(listening.url, tls);

      assert.match(answer, /^HTTP\/1\.1 403 /);
      assert.match(answer, /Connection: close/i);
    });

    it(`hands no message of a client ${title} to the handler`, async () => {
      await using listening = await startTlsListener();
      await using transport = client(listening, tls);

      await assert.rejects(transport("OadrPoll", "<a/>"), { code: "ERR_OADR_HTTP_STATUS", status: 403 });

      assert.equal(listening.exchanges.length, 0);
    });

    it(`ends the handshake of a client ${title} if told to`, async () => {
      await using listening = await startTlsListener({ unauthorized: "endHandshake" });
      await using transport = client(listening, tls);

      await assert.rejects(transport("OadrPoll", "<a/>"), { code: "ERR_OADR_TRANSPORT" });

      assert.equal(listening.exchanges.length, 0);
    });
  }

  it("refuses a certificate that expires while its connection is open", async () => {
    let now = new Date();
    const tls = { ...server, ca: ca.certificate };
    await using listening = await startListener({ tls, clock: { ...systemClock, now: () => now } });
    await using transport = client(listening);

    await transport("OadrPoll", "<a/>");
    now = new Date(now.getTime() + 2 * 86_400_000);

    await assert.rejects(transport("OadrPoll", "<a/>"), { status: 403 });
  });

  for (const [title, tls, status] of [
    ["lets a client without a certificate in", {}, 200],
    ["refuses a client with a certificate of another CA", stranger, 403],
  ] as const) {
    it(`${title} where certificates are optional`, async () => {
      await using listening = await startTlsListener({ clientCertificate: "optional" });

      const answer = await rawGet(listening.url, tls, "POST");

      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
    });
  }

  it("asks for no certificate where they are off", async () => {
    await using listening = await startTlsListener({ clientCertificate: "off", ca: undefined });
    await using transport = client(listening, {});

    await transport("OadrPoll", "<a/>");

    assert.equal(listening.exchanges[0]?.peer.certificate, undefined);
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

describe("TLS, the client's checks (§9.1.10, rule 516)", () => {
  const elsewhere = otherCa.issue({ name: "localhost" });
  for (const [title, identity, message] of [
    ["of another CA", elsewhere, /self-signed|issuer|unable to verify/],
    ["that has expired", expired, /expired/],
  ] as const) {
    it(`refuses a server certificate ${title}`, async () => {
      await using listening = await startTlsListener(identity);
      await using transport = client(listening);

      await assert.rejects(transport("OadrPoll", "<a/>"), { code: "ERR_OADR_CERTIFICATE", message });

      assert.equal(listening.exchanges.length, 0);
    });
  }

  for (const [title, tls, message] of [
    ["that names another host", { checkHostName: true }, /does not match/],
    [
      "with another fingerprint",
      { checkHostName: false, serverFingerprint: certificateFingerprint(ven.certificate) },
      /fingerprint/,
    ],
  ] as const) {
    it(`refuses a server certificate ${title} the second time too`, async () => {
      const tlsOfServer = { ...server, ca: ca.certificate, maxVersion: "TLSv1.2" } as const;
      await using listening = await startListener({ host: "127.0.0.2", tls: tlsOfServer });
      await using transport = client(listening, { ...ven, ...tls });

      await assert.rejects(transport("OadrPoll", "<a/>"), { code: "ERR_OADR_CERTIFICATE", message });
      await assert.rejects(transport("OadrPoll", "<a/>"), { code: "ERR_OADR_CERTIFICATE", message });

      assert.equal(listening.exchanges.length, 0);
    });
  }

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

  it("refuses a server whose certificate names another host, unless told not to look", async () => {
    await using listening = await startListener({ host: "127.0.0.2", tls: { ...server, ca: ca.certificate } });
    await using strict = client(listening);
    await using lax = client(listening, { ...ven, checkHostName: false });

    await assert.rejects(strict("OadrPoll", "<a/>"), { code: "ERR_OADR_CERTIFICATE", message: /does not match/ });
    assert.equal(await lax("OadrPoll", "<a/>"), "<answer/>");
  });
});

describe("TLS, versions and cipher suites (rules 67 and 68)", () => {
  const both = { certificate: [server.certificate, rsaServer.certificate], key: [server.key, rsaServer.key] };

  for (const ciphers of ["ECDHE-ECDSA-AES128-SHA256", "AES128-SHA256"]) {
    it(`rule 67: speaks ${ciphers} with TLS 1.2 by default`, async () => {
      await using listening = await startTlsListener(both);

      const { protocol, cipher } = await handshake(listening.url, { ciphers, maxVersion: "TLSv1.2" });

      assert.deepEqual([protocol, cipher], ["TLSv1.2", ciphers]);
    });
  }

  for (const [kind, identity] of [
    ["an RSA", rsaServer],
    ["an ECC", server],
  ] as const) {
    it(`rule 68: shows a client of the standard's suites ${kind} certificate`, async () => {
      await using listening = await startTlsListener(both);
      const ciphers = identity === rsaServer ? "AES128-SHA256" : "ECDHE-ECDSA-AES128-SHA256";

      const { fingerprint } = await handshake(listening.url, { ciphers, maxVersion: "TLSv1.2" });

      assert.equal(fingerprint, new X509Certificate(identity.certificate).fingerprint256);
    });

    it(`rule 68: lets a VEN with ${kind} certificate in`, async () => {
      await using listening = await startTlsListener(both);
      await using transport = client(listening, ca.issue({ name: "ven", kind: identity === rsaServer ? "rsa" : "ec" }));

      assert.equal(await transport("OadrPoll", "<a/>"), "<answer/>");
    });
  }

  it("prefers forward secrecy and authenticated encryption by default", async () => {
    await using listening = await startTlsListener(both);

    const old = "AES128-SHA256:ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256";
    const { cipher } = await handshake(listening.url, { ciphers: old, maxVersion: "TLSv1.2" });

    assert.equal(cipher, "ECDHE-ECDSA-AES128-GCM-SHA256");
  });

  it("refuses TLS 1.1 by default", async () => {
    await using listening = await startTlsListener(both);

    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1" } as const;
    await assert.rejects(handshake(listening.url, old), { code: /ERR_SSL_|ECONNRESET/ });
  });

  it("refuses the standard's suites in the modern profile", async () => {
    await using listening = await startTlsListener({ ...both, ...modernTls });

    const { ciphers } = conformantTls;
    await assert.rejects(handshake(listening.url, { ciphers, maxVersion: "TLSv1.2" }), { code: /ERR_SSL_/ });
  });

  it("prefers its own first suite whatever the client offers", async () => {
    await using listening = await startTlsListener({ ...both, ...conformantTls });

    const { cipher } = await handshake(listening.url, { ciphers: "AES128-SHA256:ECDHE-ECDSA-AES128-SHA256" });

    assert.equal(cipher, "ECDHE-ECDSA-AES128-SHA256");
  });

  for (const [title, options] of [
    ["TLS 1.1", { minVersion: "TLSv1", maxVersion: "TLSv1.1" }],
    ["TLS 1.3 alone", { minVersion: "TLSv1.3" }],
    ["suites the standard does not name", { ciphers: "ECDHE-RSA-AES128-GCM-SHA256" }],
  ] as const) {
    it(`rule 67: refuses ${title} in the conformant profile`, async () => {
      await using listening = await startTlsListener({ ...both, ...conformantTls });

      await assert.rejects(handshake(listening.url, options), { code: /ERR_SSL_|ECONNRESET/ });
    });
  }

  it("speaks TLS 1.3 by default", async () => {
    await using listening = await startTlsListener(both);

    const { protocol } = await handshake(listening.url, {});

    assert.equal(protocol, "TLSv1.3");
  });

  it("lets a client of the conformant profile reach a listener of it", async () => {
    await using listening = await startTlsListener({ ...conformantTls });
    await using transport = client(listening, { ...ven, ...conformantTls });

    assert.equal(await transport("OadrPoll", "<a/>"), "<answer/>");
  });
});

describe("TLS, configurations that are incomplete", () => {
  const { certificate, key } = server;
  for (const [title, tls, message] of [
    ["a certificate without its key", { certificate, key: "", ca: ca.certificate }, /^tls\.key: expected/],
    ["a key without its certificate", { certificate: "", key, ca: ca.certificate }, /^tls\.certificate: expected/],
    ["nothing", { certificate: [], key: [] }, /^tls\.certificate: expected/],
    ["client certificates without a CA", { certificate, key }, /^tls\.ca: expected/],
    ["the key of another certificate", { certificate, key: ven.key, ca: ca.certificate }, /^tls: expected/],
    ["text that is no PEM", { certificate: "certificate", key, ca: ca.certificate }, /^tls: expected/],
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
    ["no fingerprint", "https://vtn.example.com", { serverFingerprint: "ab:cd" }, /^tls\.serverFingerprint: expected/],
    ["text that is no revocation list", "https://vtn.example.com", { crl: "crl" }, /^tls: expected/],
    ["a certificate for plain HTTP", "http://vtn.example.com", { certificate, key }, /^tls: expected an https: URL/],
  ] as const) {
    it(`refuses a client with ${title}`, () => {
      assert.throws(() => httpTransport({ url, tls }), { name: "TypeError", message });
    });
  }

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

interface Handshake {
  readonly protocol: string | null;
  readonly cipher: string;
  readonly fingerprint: string | undefined;
}

async function handshake(url: URL, options: ConnectionOptions): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname, port: Number(url.port), ca: ca.certificate, ...options }, () => {
      const fingerprint = socket.getPeerX509Certificate()?.fingerprint256;
      resolve({ protocol: socket.getProtocol(), cipher: socket.getCipher().name, fingerprint });
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

/** The whole of what a server says to one request before it closes, or before it would wait for another. */
async function rawGet(url: URL, { certificate, key }: ClientTlsOptions, method = "GET"): Promise<string> {
  const identity = certificate === undefined ? {} : { cert: String(certificate), key: String(key) };
  return new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname, port: Number(url.port), ca: ca.certificate, ...identity }, () => {
      const end = method === "POST" ? "Connection: close\r\n" : "";
      socket.write(
        `${method} ${url.pathname}/OadrPoll HTTP/1.1\r\nHost: vtn\r\nContent-Type: application/xml\r\n${end}\r\n`,
      );
    });
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk) => (text += String(chunk)));
    socket.once("end", () => resolve(text));
    socket.once("error", reject);
  });
}
