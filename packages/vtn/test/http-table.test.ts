import assert from "node:assert/strict";
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { certificateFingerprint, decode, encode } from "@openleadr/protocol";
import { httpTransport } from "@openleadr/transport";
import { describe, it } from "vitest";
import { createTestCa, type Identity } from "../../transport/test/certificates.ts";
import { clientOf, openVtn, type OpenVtn } from "./open-vtn.ts";

const ca = createTestCa();
const query = encode({ name: "oadrQueryRegistration", payload: { requestId: "req-7" } });

describe("HTTP (§9.1): what the VTN answers", () => {
  for (const method of ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
    it(`answers ${method} with 501`, async () => {
      await using open = await openVtn();

      assert.equal((await ask(open, { method })).status, 501);
    });
  }

  it("answers what it refuses with a response code with 200", async () => {
    await using open = await openVtn();
    const poll = encode({ name: "oadrPoll", payload: { venId: "nobody" } });

    const answer = await ask(open, { service: "OadrPoll" }, poll);

    assert.equal(answer.status, 200);
    assert.match(answer.body.toString(), /463/);
  });

  for (const service of ["EiNothing", "eievent", "EiEvent/more", ""]) {
    it(`answers the service "${service}" with 404`, async () => {
      await using open = await openVtn();

      assert.equal((await ask(open, { service })).status, 404);
    });
  }

  for (const [title, headers, body] of [
    ["a document that is none", {}, "<a>"],
    ["a document that fails the schema", {}, query.replaceAll("requestID", "requestId")],
    ["text/plain", { "content-type": "text/plain" }, query],
    ["text/xml", { "content-type": "text/xml" }, query],
    ["application/xml; charset=latin1", { "content-type": "application/xml; charset=latin1" }, query],
    ["a coding that nobody knows", { "content-encoding": "br" }, query],
    ["a coding that is not what it says", { "content-encoding": "gzip" }, query],
  ] as const) {
    it(`answers ${title} with an empty 406`, async () => {
      await using open = await openVtn();

      const answer = await ask(open, { headers }, body);

      assert.deepEqual([answer.status, answer.body.length, answer.headers["content-length"]], [406, 0, "0"]);
    });
  }

  for (const contentType of ["application/xml", "application/xml; charset=utf-8", "application/xml;charset=UTF-8"]) {
    it(`takes ${contentType}, and answers application/xml`, async () => {
      await using open = await openVtn();

      const answer = await ask(open, { headers: { "content-type": contentType } });

      assert.deepEqual([answer.status, answer.headers["content-type"]], [200, "application/xml"]);
    });
  }

  it("rule 53: has Content-Length in every answer, and no chunks", async () => {
    await using open = await openVtn();

    const answers = [await ask(open), await ask(open, {}, "<a>"), await ask(open, { method: "GET" })];

    for (const { headers, body } of answers) {
      assert.equal(headers["content-length"], String(body.length));
      assert.equal(headers["transfer-encoding"], undefined);
    }
  });

  for (const [accept, inflate] of [
    ["gzip", gunzipSync],
    ["deflate", inflateSync],
    ["gzip, deflate", gunzipSync],
  ] as const) {
    it(`compresses its answer for Accept-Encoding "${accept}"`, async () => {
      await using open = await openVtn();

      const answer = await ask(open, { headers: { "accept-encoding": accept } });

      assert.equal(answer.headers["content-encoding"], accept.split(",")[0]);
      assert.equal(decode(inflate(answer.body)).message.name, "oadrCreatedPartyRegistration");
    });
  }

  it("reads a compressed request, and compresses nothing that it is not asked to", async () => {
    await using open = await openVtn();

    const answer = await ask(open, { headers: { "content-encoding": "gzip" } }, gzipSync(query));

    assert.deepEqual([answer.status, answer.headers["content-encoding"]], [200, undefined]);
    assert.equal(decode(answer.body).message.name, "oadrCreatedPartyRegistration");
  });

  for (const headers of [{ "user-agent": "Mozilla/5.0" }, { accept: "application/xml" }, { accept: "text/html" }]) {
    it(`lets ${JSON.stringify(headers)} make no difference`, async () => {
      await using open = await openVtn();

      const [plain, other] = [await ask(open), await ask(open, { headers })];

      assert.deepEqual([other.status, other.body], [plain.status, plain.body]);
    });
  }

  it("rule 511: finds its services in any normal form of their path", async () => {
    await using open = await openVtn();

    for (const service of ["%45iRegisterParty", "/EiRegisterParty", "./EiRegisterParty?x=1"]) {
      assert.equal((await ask(open, { service })).status, 200, service);
    }
  });
});

describe("HTTP (§9.2): who the peer is", () => {
  const notBefore = new Date("2026-01-01T00:00:00Z");
  const [server, kitchen, pantry] = [
    ca.issue(),
    ca.issue({ name: "kitchen", notBefore }),
    ca.issue({ name: "pantry", notBefore }),
  ];
  const tls = { ca: ca.certificate, certificate: server.certificate, key: server.key };

  it("rule 517: refuses a certificate with the venID of another one's VEN with 463 in the fitting payload", async () => {
    await using open = await openVtn({ listen: { port: 0, tls } });
    await using own = overTls(open, kitchen);
    await using other = overTls(open, pantry);
    const { venId } = await own.register("kitchen");

    const answer = await other.answer({ name: "oadrRequestEvent", payload: { requestId: "req-7", venId } });

    assert.equal(answer?.name, "oadrDistributeEvent");
    const response = { responseCode: 463, responseDescription: "not registered", requestId: "req-7" };
    assert.deepEqual(answer.payload.response, response);
    assert.equal((await own.call("oadrPoll", { venId }))?.name, "oadrResponse");
  });

  it("tells handlers the certificate and its fingerprint", async () => {
    const seen: unknown[] = [];
    await using open = await openVtn({
      listen: { port: 0, tls },
      onCreatePartyRegistration: (_, { peer }) => seen.push([peer.fingerprint, peer.certificate?.subject]) > 0,
    });
    await using own = overTls(open, kitchen);

    await own.register("kitchen");

    assert.deepEqual(seen, [[certificateFingerprint(kitchen.certificate), "CN=kitchen"]]);
  });

  it("rule 404: tells a VEN that asks what the VTN can do the IDs of its certificate", async () => {
    await using open = await openVtn({ listen: { port: 0, tls } });
    await using own = overTls(open, kitchen);
    await using other = overTls(open, pantry);
    const { venId, registrationId } = await own.register("kitchen");

    const [known, unknown] = [
      await own.call("oadrQueryRegistration", { requestId: "1" }),
      await other.call("oadrQueryRegistration", { requestId: "1" }),
    ];

    assert.deepEqual([known?.payload.venId, known?.payload.registrationId], [venId, registrationId]);
    assert.deepEqual([unknown?.payload.venId, unknown?.payload.registrationId], [undefined, undefined]);
  });
});

/** The end of a VEN that shows a certificate. */
function overTls({ vtn, clock }: OpenVtn, { certificate, key }: Identity) {
  const url = vtn.url ?? assert.fail("expected a VTN that listens");
  const transport = httpTransport({ url, tls: { ca: ca.certificate, certificate, key } });
  return { ...clientOf(transport, clock), [Symbol.asyncDispose]: () => transport.close() };
}

interface Asked {
  readonly service?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Sends a request, a query for EiRegisterParty unless it says otherwise. */
async function ask({ vtn }: OpenVtn, given: Asked = {}, body: string | Buffer = query): Promise<Answer> {
  const { service = "EiRegisterParty", method = "POST", headers = {} } = given;
  const { hostname, port, pathname } = vtn.url ?? assert.fail("expected a VTN that listens");
  const all = { "content-type": "application/xml", "content-length": Buffer.byteLength(body), ...headers };
  const sent = request({ hostname, port, path: `${pathname}/${service}`, method, headers: all });
  sent.end(body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) };
}
