import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { encode, hours, type OadrCreatedPartyRegistration } from "@openleadr/protocol";
import { createCa, generateCertificates, generateVtnCertificates } from "@openleadr/pki";
import type { Ca, CertificateAndKey, VtnCertificateOptions } from "@openleadr/pki";
import { ManualClock } from "@openleadr/testing";
import { HttpListener, modernTls, type ListenerTlsOptions } from "@openleadr/transport";
import { describe, it } from "vitest";
import { certificate, keys } from "../../protocol/test/certificates.ts";
import { runCommand, type Outcome } from "./command.ts";
import { Folder } from "./folder.ts";

const now = new Date();
const longAgo = new ManualClock(new Date(now.getTime() - hours(1000)));
const [ca, otherCa] = [await createCa({ commonName: "CA" }), await createCa({ commonName: "Other CA" })];
const [ecc, rsa] = await generateVtnCertificates("vtn", { ca, hostNames: ["127.0.0.1"] });
const ven = await generateCertificates("kitchen", { ca });
const stranger = await generateCertificates("stranger", { ca: otherCa });
const expired = await generateCertificates("late", { ca, clock: longAgo, validity: hours(10) });
const soon = await generateCertificates("soon", { ca, validity: hours(24 * 10) });
assert.ok(ecc !== undefined && rsa !== undefined);

const vtnOf = (issuer: Ca, options: Partial<VtnCertificateOptions> = {}) =>
  generateVtnCertificates("vtn", { ca: issuer, hostNames: ["127.0.0.1"], ...options });
const [ofOtherCa, over, ofOtherHost, ending] = [
  await vtnOf(otherCa),
  await vtnOf(ca, { clock: longAgo, validity: hours(10) }),
  await vtnOf(ca, { hostNames: ["vtn.example.com"] }),
  await vtnOf(ca, { validity: hours(100) }),
];

/** TLS with both certificates, as the standard wants it, but for what is given. */
function tlsOf(
  certificates: readonly CertificateAndKey[] = [ecc, rsa] as never,
  more: Partial<ListenerTlsOptions> = {},
) {
  return {
    certificate: certificates.map(({ certificate }) => certificate),
    key: certificates.map(({ key }) => key),
    ca: ca.certificate,
    ...more,
  } satisfies ListenerTlsOptions;
}

const unknown: OadrCreatedPartyRegistration = {
  response: { responseCode: 200, requestId: "1" },
  vtnId: "utility",
  profiles: [{ profileName: "2.0b", transports: ["simpleHttp"] }],
};

interface VtnParts {
  readonly tls?: ListenerTlsOptions | undefined;
  readonly answer?: OadrCreatedPartyRegistration | string;
}

/** A VTN that has one answer for everything. */
async function openVtn({ tls, answer = unknown }: VtnParts): Promise<HttpListener & { readonly address: string }> {
  const xml = typeof answer === "string" ? answer : encode({ name: "oadrCreatedPartyRegistration", payload: answer });
  const listener = new HttpListener({ port: 0, handler: async () => xml, tls });
  await listener.start();
  return Object.assign(listener, { address: listener.url?.origin ?? "" });
}

/** A server that is no VTN. */
async function openServer(server: Server): Promise<AsyncDisposable & { readonly port: number }> {
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async (): Promise<void> => {
    server.close();
    await once(server, "close");
  };
  return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: close };
}

interface Look {
  readonly own?: CertificateAndKey | undefined;
  readonly trusted?: string | undefined;
}

interface Diagnosis extends Outcome {
  /** Verdict, check and text of each finding. */
  readonly findings: readonly string[];
}

async function examine(vtn: string, { own, trusted = ca.certificate }: Look = { own: ven }): Promise<Diagnosis> {
  using folder = new Folder();
  const files =
    own === undefined ? [] : ["--cert", folder.write("cert", own.certificate), "--key", folder.write("key", own.key)];
  const trust = vtn.startsWith("http:") ? [] : ["--ca", folder.write("ca", trusted)];
  const outcome = await runCommand(["cert", "doctor", "--vtn", vtn, ...files, ...trust, "--json"]);
  const { findings } = JSON.parse(outcome.stdout) as { readonly findings: readonly Record<string, string>[] };
  for (const { verdict, advice } of findings) assert.equal(advice !== undefined, verdict !== "ok", outcome.stdout);
  return { ...outcome, findings: findings.map(({ verdict, check, what }) => `${verdict} ${check}: ${what}`) };
}

/** Demands that this is the last finding, and the exit code that belongs to it. */
function expectLast({ findings, code, stderr }: Diagnosis, pattern: RegExp): void {
  assert.match(findings.at(-1) ?? "", pattern);
  const isBroken = findings.some((finding) => finding.startsWith("failed"));
  assert.deepEqual([code, stderr], [isBroken ? 1 : 0, ""]);
}

describe("openleadr cert doctor", () => {
  it("finds nothing wrong where nothing is", async () => {
    await using vtn = await openVtn({ tls: tlsOf(), answer: { ...unknown, registrationId: "r1", venId: "kitchen" } });

    const { findings, code } = await examine(vtn.address);

    assert.deepEqual(
      findings.map((finding) => finding.replace(/:.*/, "")),
      [
        "ok own certificate",
        "ok name",
        "ok port",
        "ok TLS",
        "ok versions",
        "ok suites",
        "ok chain",
        "ok dates",
        "ok host name",
        "ok client certificate",
        "ok registration",
      ],
    );
    assert.equal(findings.at(-1), 'ok registration: the VTN "utility" knows us as kitchen, registration r1');
    assert.equal(code, 0);
  });

  it("says it in plain words, with what to do", async () => {
    await using vtn = await openVtn({ tls: tlsOf() });

    const { code, stdout } = await runCommand(["cert", "doctor", "--vtn", vtn.address]);

    assert.match(
      stdout,
      /^warning {2}own certificate +none given\n +what to do: give --cert and --key: .+\nok {7}name +127/,
    );
    assert.match(
      stdout,
      /\nfailed {3}chain +CN=vtn.*: its CA is not among those we trust\n +what to do: give the VTN's CA with --ca/,
    );
    assert.equal(code, 1);
  });

  it("sees that a VTN that answers has no registration yet", async () => {
    await using vtn = await openVtn({ tls: tlsOf() });

    expectLast(
      await examine(vtn.address),
      /^warning registration: the VTN "utility" answers, and has no registration of ours yet$/,
    );
  });

  it("sees a name without an address", async () => {
    expectLast(await examine(`https://${"a".repeat(64)}.localhost`), /^failed name: a+\.localhost has no address/);
  });

  it("sees a closed port", async () => {
    const server = await openServer(createServer());
    await server[Symbol.asyncDispose]();

    expectLast(await examine(`https://127.0.0.1:${server.port}`), /^failed port: port \d+ of 127\.0\.0\.1 is closed$/);
  });

  it("sees plain HTTP where TLS should be", async () => {
    await using vtn = await openVtn({});

    expectLast(
      await examine(vtn.address.replace("http:", "https:")),
      /^failed TLS: what listens there does not speak TLS$/,
    );
  });

  it("sees TLS where plain HTTP should be", async () => {
    await using vtn = await openVtn({ tls: tlsOf() });

    expectLast(
      await examine(vtn.address.replace("https:", "http:"), {}),
      /^failed TLS: what listens there speaks TLS, not plain HTTP$/,
    );
  });

  it("sees a server that hangs up", async () => {
    await using server = await openServer(createServer((socket) => socket.destroy()));

    expectLast(
      await examine(`https://127.0.0.1:${server.port}`),
      /^failed TLS: the VTN hangs up during the handshake$/,
    );
  });

  it("warns of plain HTTP", async () => {
    await using vtn = await openVtn({});

    const diagnosis = await examine(vtn.address, {});

    assert.match(diagnosis.findings[0] ?? "", /^warning own certificate: plain HTTP/);
    expectLast(diagnosis, /^warning registration/);
  });

  for (const [present, lacking] of [
    [ecc, "AES128-SHA256 \\(RSA\\)"],
    [rsa, "ECDHE-ECDSA-AES128-SHA256 \\(ECC\\)"],
  ] as const) {
    it(`rules 67, 68: warns of a VTN that lacks ${lacking.replaceAll("\\", "")}`, async () => {
      await using vtn = await openVtn({ tls: tlsOf([present]) });

      const { findings, code } = await examine(vtn.address);

      assert.match(findings[5] ?? "", new RegExp(`^warning suites: of the standard's, the VTN lacks ${lacking}$`));
      assert.equal(code, 0);
    });
  }

  it("rule 67: warns of a VTN with TLS 1.3 only", async () => {
    await using vtn = await openVtn({ tls: tlsOf([ecc], { ...modernTls, minVersion: "TLSv1.3" }) });

    const { findings } = await examine(vtn.address);

    assert.equal(findings[4], "warning versions: TLS 1.3 only");
  });

  it("warns of a VTN with old versions of TLS", async () => {
    const options: TlsOptions = {
      cert: rsa.certificate,
      key: rsa.key,
      minVersion: "TLSv1",
      ciphers: "DEFAULT@SECLEVEL=0",
    };
    await using server = await openServer(createTlsServer(options, (socket) => socket.on("error", () => {}).resume()));

    const { findings } = await examine(`https://127.0.0.1:${server.port}`);

    assert.equal(findings[5], "warning versions: TLS 1.0 or 1.1 too, which are broken");
  });

  it("sees that a CA has expired, and not the VTN's certificate", async () => {
    const issuer = { subject: "Old CA", key: keys.ca };
    const old = certificate({ ...issuer, isCa: true, from: "2020-01-01", to: "2021-01-01" }).toString();
    const own = certificate({ subject: "vtn", key: keys.p256, issuer }).toString();
    const key = keys.p256.export({ type: "pkcs8", format: "pem" }).toString();
    await using vtn = await openVtn({ tls: { certificate: own, key, ca: ca.certificate } });

    const { findings, code } = await examine(vtn.address, { trusted: old });

    assert.match(findings[6] ?? "", /^failed chain: CN=vtn, .*: a CA in it has expired$/);
    assert.match(findings[7] ?? "", /^ok dates: /);
    assert.equal(code, 1);
  });

  for (const [title, certificates, index, finding] of [
    [
      "of another CA",
      ofOtherCa,
      6,
      /^failed chain: CN=vtn, .* issued by CN=Other CA: its CA is not among those we trust/,
    ],
    ["that has expired", over, 7, /^failed dates: .* to .*: expired$/],
    [
      "for another host",
      ofOtherHost,
      8,
      /^failed host name: the VTN's certificate is for vtn\.example\.com, not for 127\.0\.0\.1$/,
    ],
    ["that is a client's", [ven], 6, /^failed chain: .*: it is not made for a server$/],
    ["that is about to end", ending, 7, /^warning dates: .*, 4 days left$/],
  ] as const) {
    it(`sees a VTN's certificate ${title}, and sends nothing to whom it cannot trust`, async () => {
      let asked = 0;
      const tls = tlsOf(certificates);
      const handler = async (): Promise<undefined> => void asked++;
      await using listener = new HttpListener({ port: 0, handler, tls });
      await listener.start();

      const { findings, code } = await examine(listener.url?.origin ?? "");

      const isBroken = finding.source.startsWith("^failed");
      assert.match(findings[index] ?? "", finding);
      const firstFailed = findings.findIndex((each) => each.startsWith("failed"));
      assert.equal(firstFailed, isBroken ? index : -1);
      assert.match(findings.at(-1) ?? "", isBroken ? /^\w+ host name:/ : /^warning registration:/);
      assert.deepEqual([code, asked > 0], [isBroken ? 1 : 0, !isBroken]);
    });
  }

  for (const unauthorized of ["answer403", "endHandshake"] as const) {
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      for (const [title, own, words] of [
        ["no certificate", undefined, /wants a certificate|it wants a certificate/],
        ["a certificate of another CA", stranger, /does not (?:take|know) our certificate/],
        ["a certificate that has expired", expired, /does not take our certificate|our certificate has expired/],
      ] as const) {
        it(`rules 516, 517: sees that a VTN refuses ${title} over ${version} (${unauthorized})`, async () => {
          const tls = tlsOf([ecc], { ...modernTls, unauthorized, minVersion: version, maxVersion: version });
          await using vtn = await openVtn({ tls });

          const diagnosis = await examine(vtn.address, { own });

          assert.match(diagnosis.findings.at(-1) ?? "", words);
          expectLast(diagnosis, /^failed client certificate: /);
        });
      }
    }
  }

  for (const [title, own] of [
    ["no certificate", undefined],
    ["another CA's certificate", stranger],
  ] as const) {
    it(`rule 67: knows versions and suites of a VTN that ends the handshake for ${title}`, async () => {
      await using vtn = await openVtn({ tls: tlsOf(undefined, { unauthorized: "endHandshake" }) });

      const { findings } = await examine(vtn.address, { own });

      assert.equal(findings[4], "ok versions: TLS 1.2 and TLS 1.3");
      assert.match(findings[5] ?? "", /^ok suites: both of the standard/);
    });
  }

  it("warns of a certificate of ours that is about to end, and sees one that has", async () => {
    await using vtn = await openVtn({ tls: tlsOf() });

    const [near, over] = [await examine(vtn.address, { own: soon }), await examine(vtn.address, { own: expired })];

    assert.match(near.findings[0] ?? "", /^warning own certificate: CN=soon, .*, 9 days left$/);
    assert.match(over.findings[0] ?? "", /^failed own certificate: CN=late, .*, expired since /);
    assert.deepEqual([near.code, over.code], [0, 1]);
  });

  for (const [title, own] of [
    ["takes ours, but answers clients without one too", ven],
    ["answers clients without a certificate", undefined],
  ] as const) {
    it(`warns of a VTN that ${title}`, async () => {
      await using vtn = await openVtn({ tls: tlsOf(undefined, { clientCertificate: "optional" }) });

      const { findings, code } = await examine(vtn.address, { own });

      assert.equal(findings.at(-2), `warning client certificate: the VTN ${title}`);
      assert.equal(code, 0);
    });
  }

  it("sees that the VTN does not let the VEN register", async () => {
    const response = { responseCode: 463, responseDescription: "not on the list", requestId: "1" };
    await using vtn = await openVtn({ tls: tlsOf(), answer: { ...unknown, response } });

    expectLast(await examine(vtn.address), /^failed registration: the VTN does not let us register: .*not on the list/);
  });

  it("sees a path where no VTN is", async () => {
    await using vtn = await openVtn({ tls: tlsOf() });

    expectLast(
      await examine(`${vtn.address}/elsewhere`),
      /^failed registration: there is no VTN at this path \(HTTP 404\)$/,
    );
  });

  it("says what to do about a VTN that does not send the CAs in between", async () => {
    const issuer = { subject: "Between", key: keys.p384 };
    const own = certificate({ subject: "vtn", key: keys.p256, issuer }).toString();
    const trusted = certificate({ subject: "Root", key: keys.ca, isCa: true }).toString();
    const key = keys.p256.export({ type: "pkcs8", format: "pem" }).toString();
    await using vtn = await openVtn({ tls: { certificate: own, key, ca: ca.certificate } });
    using folder = new Folder();

    const { stdout } = await runCommand(["cert", "doctor", "--vtn", vtn.address, "--ca", folder.write("ca", trusted)]);

    assert.match(
      stdout,
      /or the VTN does not send the CAs in between\n +what to do: .*; or have its operator add the CAs in between to the file of/,
    );
  });

  it("sees a proxy that does not reach the VTN", async () => {
    await using server = await openServer(createHttpServer((_request, response) => response.writeHead(502).end()));

    expectLast(
      await examine(`http://127.0.0.1:${server.port}`, {}),
      /^failed registration: a proxy does not reach the VTN, or the VTN is not ready \(HTTP 502\)$/,
    );
  });

  it("sees that what answers is no OpenADR", async () => {
    await using vtn = await openVtn({ tls: tlsOf(), answer: "<html/>" });

    expectLast(await examine(vtn.address), /^failed registration: what answers is no OpenADR 2\.0b: /);
  });
});
