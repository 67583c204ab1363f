import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage, RequestOptions } from "node:http";
import { request as requestOverTls } from "node:https";
import type { RequestOptions as TlsRequestOptions } from "node:https";
import type { SecureContextOptions } from "node:tls";
import { certificateFingerprint } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { createTestCa } from "../../test/certificates.ts";
import type { Identity } from "../../test/certificates.ts";
import { answering, startListener } from "../../test/listening.ts";
import { HttpListener, httpTransport } from "../index.ts";
import type { HttpListenerOptions, Peer, TrustedProxyOptions } from "../index.ts";

const ca = createTestCa();
const ven = ca.issue({ name: "ven" });
const { raw, fingerprint256 } = new X509Certificate(ven.certificate);
const fingerprint = certificateFingerprint(ven.certificate);
const addresses = ["127.0.0.1"];
const certificateHeader = "X-Client-Cert";
const escapedPem = encodeURIComponent(ven.certificate);

/** The peer that the handler of a listener behind a proxy sees. */
async function peerOf(
  proxy: TrustedProxyOptions,
  headers: Readonly<Record<string, string>>,
  options: Partial<HttpListenerOptions> = {},
): Promise<Peer | undefined> {
  await using listening = await startListener({ proxy, ...options });
  await using transport = httpTransport({ url: listening.url, headers });
  await transport("OadrPoll", "<a/>");
  return listening.exchanges[0]?.peer;
}

const post = (print: string): RequestInit => ({
  method: "POST",
  body: "<a/>",
  headers: { "content-type": "application/xml", "x-fingerprint": print },
});

describe("a proxy that ends TLS", () => {
  for (const [title, value] of [
    ["URL-escaped PEM", escapedPem],
    ["DER in base64", raw.toString("base64")],
    ["DER in base64 between colons", `:${raw.toString("base64")}:`],
  ] as const) {
    it(`passes the client's certificate on as ${title}`, async () => {
      const peer = await peerOf({ addresses, certificateHeader }, { [certificateHeader]: value });

      assert.equal(peer?.certificate?.fingerprint256, fingerprint256);
      assert.equal(peer.fingerprint, fingerprint);
    });
  }

  for (const [title, value] of [
    ["SHA-256 in hexadecimal", fingerprint256.replaceAll(":", "").toLowerCase()],
    ["SHA-256 between colons", fingerprint256],
    ["its last ten bytes", fingerprint],
  ] as const) {
    it(`passes the fingerprint on as ${title}`, async () => {
      const peer = await peerOf({ addresses, fingerprintHeader: "x-fingerprint" }, { "x-fingerprint": value });

      assert.equal(peer?.fingerprint, fingerprint);
      assert.equal(peer.certificate, undefined);
    });
  }

  it("passes the client's address on", async () => {
    const proxy = { addresses, certificateHeader, addressHeader: "X-Forwarded-For" };
    const headers = { [certificateHeader]: escapedPem, "X-Forwarded-For": "203.0.113.1, 198.51.100.7" };

    assert.equal((await peerOf(proxy, headers))?.address, "198.51.100.7");
  });

  it("is known by its network", async () => {
    const headers = { [certificateHeader]: escapedPem };

    assert.equal(
      (await peerOf({ addresses: ["::1", "127.0.0.0/8"], certificateHeader }, headers))?.fingerprint,
      fingerprint,
    );
  });

  for (const [title, headers] of [
    ["no certificate", {}],
    ["an empty header", { [certificateHeader]: "" }],
    ["a dash", { [certificateHeader]: "-" }],
    ["text that is no certificate", { [certificateHeader]: "certificate" }],
    ["half an escape", { [certificateHeader]: "-----BEGIN%2" }],
    ["a certificate cut short", { [certificateHeader]: raw.subarray(0, 100).toString("base64") }],
    ["bytes after its certificate", { [certificateHeader]: Buffer.concat([raw, raw]).toString("base64") }],
    ["two certificates in PEM", { [certificateHeader]: encodeURIComponent(ven.certificate + ven.certificate) }],
    [
      "two certificates between colons",
      { [certificateHeader]: `:${raw.toString("base64")}:, :${raw.toString("base64")}:` },
    ],
  ] as const) {
    it(`gets 403 for a client with ${title}`, async () => {
      await using listening = await startListener({ proxy: { addresses, certificateHeader } });
      await using transport = httpTransport({ url: listening.url, headers });

      await assert.rejects(transport("OadrPoll", "<a/>"), { status: 403 });

      assert.equal(listening.exchanges.length, 0);
    });
  }

  for (const [form, encoded] of [
    ["PEM", ({ certificate }: Identity) => encodeURIComponent(certificate)],
    ["DER", ({ certificate }: Identity) => new X509Certificate(certificate).raw.toString("base64")],
  ] as const) {
    it(`gets 403 where the header comes twice, in ${form}, as from a client whose own one the proxy adds to`, async () => {
      await using listening = await startListener({ proxy: { addresses, certificateHeader } });
      const values = [encoded(ven), encoded(ca.issue({ name: "other" }))];

      assert.equal(await statusOf(listening.url, { [certificateHeader]: values }), 403);
      assert.equal(listening.exchanges.length, 0);
    });
  }

  it("gets 403 where the fingerprint comes twice", async () => {
    await using listening = await startListener({ proxy: { addresses, fingerprintHeader: "x-fingerprint" } });

    assert.equal(await statusOf(listening.url, { "x-fingerprint": [fingerprint, fingerprint] }), 403);
  });

  it("speaks for clients without a certificate where they are optional", async () => {
    const peer = await peerOf({ addresses, certificateHeader, clientCertificate: "optional" }, {});

    assert.equal(peer?.fingerprint, undefined);
  });

  for (const [title, header, address] of [
    ["of IPv4", "192.0.2.7", "192.0.2.7"],
    ["of IPv4 with a port", "192.0.2.7:50123", "192.0.2.7"],
    ["of IPv6", "2001:db8::7", "2001:db8::7"],
    ["of IPv6 in brackets", "[2001:db8::7]", "2001:db8::7"],
    ["of IPv6 with a port", "[2001:db8::7]:50123", "2001:db8::7"],
    ["that comes last", "10.9.9.9, 192.0.2.7:443", "192.0.2.7"],
    ["that it does not tell, as its own", "-", "127.0.0.1"],
  ] as const) {
    it(`has the address ${title}`, async () => {
      const proxy = { addresses, certificateHeader, addressHeader: "x-address" };
      const peer = await peerOf(proxy, { [certificateHeader]: escapedPem, "x-address": header });

      assert.equal(peer?.address, address);
    });
  }

  for (const header of ["unknown", "kitchen.example", "192.0.2.7:", "192.0.2.777", "[192.0.2", "192.0.2.7,"]) {
    it(`gets 403 where its address is ${JSON.stringify(header)}`, async () => {
      const proxy = { addresses, certificateHeader, addressHeader: "x-address" };

      const peer = peerOf(proxy, { [certificateHeader]: escapedPem, "x-address": header });

      await assert.rejects(peer, { status: 403 });
    });
  }

  it("tells several clients on one connection apart", async () => {
    const proxy = { addresses, fingerprintHeader: "x-fingerprint" };
    await using listening = await startListener({ proxy });
    const others = Array.from({ length: 120 }, (_, index) => `${"00".repeat(9)}${index.toString(16).padStart(2, "0")}`);

    for (const print of [...others, ...others.slice(0, 5)])
      await (await fetch(`${listening.url.href}/OadrPoll`, post(print))).text();

    const seen = listening.exchanges.map(({ peer }) => peer.fingerprint?.replaceAll(":", "").toLowerCase());
    assert.deepEqual(seen, [...others, ...others.slice(0, 5)]);
  });
});

describe("who is no proxy", () => {
  it("cannot pass for a client by sending its certificate", async () => {
    const peer = peerOf({ addresses: ["127.0.0.2"], certificateHeader }, { [certificateHeader]: escapedPem });

    await assert.rejects(peer, { status: 403 });
  });

  it("is let in by its own certificate where the listener speaks TLS", async () => {
    const server = ca.issue();
    const proxy = { addresses: ["127.0.0.2"], certificateHeader };
    await using listening = await startListener({ proxy, tls: { ...server, ca: ca.certificate } });
    const other = ca.issue({ name: "other" });
    const headers = { [certificateHeader]: escapedPem };
    await using transport = httpTransport({ url: listening.url, tls: { ...other, ca: ca.certificate }, headers });

    await transport("OadrPoll", "<a/>");

    assert.equal(listening.exchanges[0]?.peer.fingerprint, certificateFingerprint(other.certificate));
  });
});

describe("a proxy, and who comes past it", () => {
  const tls = { ...ca.issue(), ca: ca.certificate };
  const elsewhere = { addresses: ["127.0.0.2"], certificateHeader };
  for (const [title, options, status] of [
    ["403 over TLS", { tls, proxy: { ...elsewhere, clientCertificate: "optional" } }, 403],
    ["403 over HTTP", { proxy: { ...elsewhere, clientCertificate: "optional" } }, 403],
    ["403 where TLS asks nobody", { tls: { ...tls, clientCertificate: "off" }, proxy: elsewhere }, 403],
    ["what is optional in TLS", { tls: { ...tls, clientCertificate: "optional" }, proxy: elsewhere }, 200],
  ] as const) {
    it(`gives a client without a certificate that comes past the proxy ${title}`, async () => {
      await using listening = await startListener(options);

      assert.equal(await statusOf(listening.url), status);
    });
  }

  const behind = { addresses, certificateHeader };
  const late = ca.issue({ name: "proxy", notAfter: new Date(Date.now() - 86_400_000) });
  for (const [title, own, status] of [
    ["without a certificate of its own", {}, 200],
    ["with a certificate of its own", ca.issue({ name: "proxy" }), 200],
    ["not with one that has expired", late, 403],
    ["not with one of another CA", createTestCa("Other CA").issue({ name: "proxy" }), 403],
  ] as const) {
    it(`speaks for clients over TLS ${title}`, async () => {
      await using listening = await startListener({ tls, proxy: behind });
      const { certificate: cert, key } = { certificate: undefined, key: undefined, ...own };

      assert.equal(await statusOf(listening.url, { [certificateHeader]: escapedPem }, { cert, key }), status);

      const seen = listening.exchanges.map(({ peer }) => peer.fingerprint);
      assert.deepEqual(seen, status === 200 ? [fingerprint] : []);
    });
  }
});

/** The status of the answer to a request with those headers, each as often as it has values. */
async function statusOf(
  url: URL,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
  tls: SecureContextOptions = {},
): Promise<number | undefined> {
  const options = { method: "POST", agent: false, headers: { "content-type": "application/xml", ...headers } };
  const target = `${url.href}/OadrPoll`;
  const sent =
    url.protocol === "http:"
      ? request(target, options as RequestOptions)
      : requestOverTls(target, { ...options, ca: ca.certificate, ...tls } as TlsRequestOptions);
  sent.end("<a/>");
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  answer.resume();
  return answer.statusCode;
}

describe("options of a proxy", () => {
  for (const [title, proxy, name, message] of [
    ["no header", { addresses }, "TypeError", /certificateHeader or fingerprintHeader/],
    ["no address", { addresses: [], certificateHeader }, "TypeError", /^proxy\.addresses: expected at least one/],
    [
      "a host name",
      { addresses: ["proxy.example.com"], certificateHeader },
      "RangeError",
      /^proxy\.addresses: expected IP/,
    ],
    ["too long a prefix", { addresses: ["10.0.0.0/33"], certificateHeader }, "RangeError", /got "10\.0\.0\.0\/33"$/],
    ["half a network", { addresses: ["10.0.0.0/"], certificateHeader }, "RangeError", /^proxy\.addresses: expected IP/],
  ] as const) {
    it(`refuse ${title}`, () => {
      assert.throws(() => new HttpListener({ handler: answering(""), proxy }), { name, message });
    });
  }
});
