// Needs the commands nginx and haproxy, from the Debian packages of those names.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import type { CertificateAndKey } from "@openleadr/pki";
import { decode, encode, hours, systemClock, type Message } from "@openleadr/protocol";
import { conformantTls, type Transport } from "@openleadr/transport";
import { Ven } from "@openleadr/ven";
import { describe, it } from "vitest";
import { aRegistration } from "../../../../vtn/test/open-vtn.ts";
import { clientOf, expired, kitchen, openProxy, pantry, revoked, stranger, tlsOf } from "./open-proxy.ts";

const pollOf = (venId: string): string => encode({ name: "oadrPoll", payload: { venId } });
const query = encode({ name: "oadrQueryRegistration", payload: { requestId: "req-1" } });

/** What a client without a valid certificate gets: an HTTP status from nginx, the end of the handshake from HAProxy. */
const refusals = {
  nginx: { code: "ERR_OADR_HTTP_STATUS", status: 403 },
  haproxy: { code: "ERR_OADR_TRANSPORT" },
} as const;

for (const name of ["nginx", "haproxy"] as const) {
  describe(`rules 67, 68, 516, 517: a VTN behind ${name} as docs/security.md has it`, () => {
    it("serves a VEN that registers, polls, and answers an event", async () => {
      await using open = await openProxy(name);
      await using ven = new Ven({
        vtnUrl: open.url,
        venName: "kitchen",
        tls: tlsOf(kitchen),
        onEvent: () => "optIn",
      });

      await ven.start();
      await open.vtn.events.create(anEvent);
      const { optType } = await open.vtn.events.response("event-1", "kitchen");

      assert.equal(optType, "optIn");
      const { fingerprint, presence } = (await open.vtn.vens.get("kitchen")) ?? {};
      assert.deepEqual([fingerprint, presence?.address], [kitchen.fingerprint, "127.0.0.1"]);
      assert.ok(open.exchanges.some(({ message, verdict }) => message === "oadrPoll" && verdict.kind === "accepted"));
    });

    for (const ciphers of conformantTls.ciphers.split(":")) {
      for (const [kind, identity] of [
        ["ECC", kitchen],
        ["RSA", pantry],
      ] as const) {
        it(`rules 67, 68: speaks ${ciphers} with a VEN that has an ${kind} certificate`, async () => {
          await using open = await openProxy(name);
          await using client = clientOf(open, { ...tlsOf(identity), ciphers, maxVersion: "TLSv1.2" });

          assert.equal(await statusOf(client, query, "EiRegisterParty"), 200);
        });
      }
    }

    for (const maxVersion of ["TLSv1.1", "TLSv1.3"] as const) {
      it(`rule 67: ${maxVersion === "TLSv1.1" ? "refuses" : "speaks"} the version ${maxVersion}`, async () => {
        await using open = await openProxy(name);
        const tls = { minVersion: maxVersion, maxVersion, ...(maxVersion === "TLSv1.1" && { ciphers: weakest }) };
        await using client = clientOf(open, { ...tlsOf(kitchen), ...tls });

        const answer = statusOf(client, query, "EiRegisterParty");

        if (maxVersion === "TLSv1.3") assert.equal(await answer, 200);
        else await assert.rejects(answer, { code: "ERR_OADR_TRANSPORT", message: /alert protocol version/ });
      });
    }

    for (const [rules, title, identity] of [
      ["rule 517", "without a certificate", undefined],
      ["rule 517", "with a certificate of another CA", stranger],
      ["rule 516", "with a certificate that has expired", expired],
    ] as const) {
      it(`${rules}: lets nothing of a client ${title} through to the VTN`, async () => {
        await using open = await openProxy(name);
        const own = { "X-Client-Cert": escaped(kitchen), "X-Client-Address": "192.0.2.1" };
        await using client = clientOf(open, tlsOf(identity), own);

        await assert.rejects(client("EiRegisterParty", query), refusals[name]);

        assert.deepEqual(open.exchanges, []);
      });
    }

    it("does not let a revoked certificate through once it has the list", async () => {
      await using open = await openProxy(name, { adapt: withRevocationList[name] });
      const asked = async (identity: CertificateAndKey): Promise<number | undefined> => {
        await using client = clientOf(open, tlsOf(identity));
        return await statusOf(client, query, "EiRegisterParty");
      };

      await assert.rejects(asked(revoked), refusals[name]);
      assert.equal(await asked(kitchen), 200);
      assert.equal(open.exchanges.length, 1);
    });

    it("rule 517: answers 463 to another VEN's venID, whatever header the client sends", async () => {
      await using open = await openProxy(name);
      await using own = clientOf(open, tlsOf(kitchen));
      await using plain = clientOf(open, tlsOf(pantry));
      await registered(own, "kitchen");
      await registered(plain, "pantry");

      const statuses = [];
      for (const value of [escaped(kitchen), der(kitchen), `:${der(kitchen)}:`])
        for (const header of ["X-Client-Cert", "x-client-cert", "X_Client_Cert"]) {
          await using forging = clientOf(open, tlsOf(pantry), { [header]: value, "X-Client-Address": "192.0.2.1" });
          statuses.push(await statusOf(forging, pollOf("kitchen")));
        }

      assert.deepEqual([...new Set(statuses)], [463]);
      assert.equal(await statusOf(plain, pollOf("kitchen")), 463);
      assert.equal(await statusOf(plain, pollOf("pantry")), 200);
      assert.equal(await statusOf(own, pollOf("kitchen")), 200);
      const forged = open.securityEvents.filter(({ type }) => type === "identityMismatch");
      assert.ok(forged.every((event) => "fingerprint" in event && event.fingerprint === pantry.fingerprint));
      assert.deepEqual([...new Set(open.exchanges.map(({ peer }) => peer.address))], ["127.0.0.1"]);
    });

    it("rule 516: sends on what a certificate's end has made void, which the VTN refuses", async () => {
      const late = { isLater: false };
      const clock = {
        ...systemClock,
        now: () => new Date(Date.now() + (late.isLater ? hours(24 * 800) : 0)),
      };
      await using open = await openProxy(name, { clock });
      await using client = clientOf(open, tlsOf(kitchen));
      await registered(client, "kitchen");

      late.isLater = true;

      await assert.rejects(client("OadrPoll", pollOf("kitchen")), { status: 403 });
      const refused = open.securityEvents.findLast((event) => event.type === "certificateRefused");
      assert.equal(refused?.fingerprint, kitchen.fingerprint);
    });

    it("rule 517: answers 403 to who comes past the proxy without a certificate", async () => {
      await using open = await openProxy(name);
      await using client = clientOf(open, tlsOf(kitchen));
      await registered(client, "kitchen");
      const { url = new URL("http://127.0.0.1") } = open.vtn;
      const forged = { "X-Client-Cert": escaped(kitchen) };

      // From the address of the proxy without its header, and from another one with the header.
      assert.deepEqual(await past(url, { localAddress: "127.0.0.1" }), { status: 403, body: "" });
      assert.deepEqual(await past(url, { localAddress: "127.0.0.2", headers: forged }), { status: 403, body: "" });
    });
  });
}

describe("the recipe of docs/security.md", () => {
  it("does not go without mode http, as it says: HAProxy would believe clients", async () => {
    await using open = await openProxy("haproxy", { adapt: withoutMode });
    await using own = clientOf(open, tlsOf(pantry), { "X-Client-Cert": der(kitchen) });

    await registered(own, "kitchen");

    assert.match(open.proxy.said, /'http-request' rules ignored/);
    assert.equal((await open.vtn.vens.get("kitchen"))?.fingerprint, kitchen.fingerprint);
  });

  it("goes with a fingerprint in place of the certificate, as HAProxy writes it", async () => {
    const proxy = { addresses: ["127.0.0.1"], fingerprintHeader: "X-Client-Fingerprint" };
    await using open = await openProxy("haproxy", { adapt: withFingerprint, proxy });
    await using own = clientOf(open, tlsOf(kitchen));
    await using other = clientOf(open, tlsOf(pantry), { "X-Client-Fingerprint": kitchen.fingerprint });

    await registered(own, "kitchen");

    assert.deepEqual([await statusOf(own, pollOf("kitchen")), await statusOf(other, pollOf("kitchen"))], [200, 463]);
  });
});

const withoutMode = (recipe: string): string => recipe.replaceAll("  mode http\n", "");
const withFingerprint = (recipe: string): string =>
  recipe.replace("X-Client-Cert %[ssl_c_der,base64]", "X-Client-Fingerprint %[ssl_c_der,sha2(256),hex]");

const withRevocationList = {
  nginx: (recipe: string) => recipe.replace("ssl_verify_client on;", "ssl_verify_client on;\n  ssl_crl crl.pem;"),
  haproxy: (recipe: string) => recipe.replace("verify required", "verify required crl-file crl.pem"),
};

/** So that a client of today speaks TLS 1.1 at all. */
const weakest = "DEFAULT@SECLEVEL=0";

const anEvent = {
  eventDescriptor: { eventId: "event-1" },
  activePeriod: { dtstart: new Date("2040-01-01T00:00:00Z") },
  signals: [{ intervals: [{ duration: hours(1), value: 1 }] }],
};

const escaped = ({ certificate }: CertificateAndKey): string => encodeURIComponent(certificate);
const der = ({ certificate }: CertificateAndKey): string => new X509Certificate(certificate).raw.toString("base64");

async function registered(transport: Transport, venName: string): Promise<void> {
  const payload = aRegistration({ venName });
  const message: Message = { name: "oadrCreatePartyRegistration", payload };
  assert.equal(await statusOf(transport, encode(message), "EiRegisterParty"), 200);
}

/** The response code of an answer; 200 for one that has none. */
async function statusOf(
  transport: Transport,
  document: string,
  service: "OadrPoll" | "EiRegisterParty" = "OadrPoll",
): Promise<number | undefined> {
  const { message } = decode((await transport(service, document)) ?? "");
  return "response" in message.payload ? message.payload.response?.responseCode : 200;
}

interface Bypass {
  readonly localAddress: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the VTN answers to a poll that does not come through the proxy. */
async function past(
  url: URL,
  { localAddress, headers }: Bypass,
): Promise<{ status: number | undefined; body: string }> {
  const sent = request(`${url.href}/OadrPoll`, {
    method: "POST",
    localAddress,
    headers: { "content-type": "application/xml", ...headers },
  });
  sent.end(pollOf("kitchen"));
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  let body = "";
  for await (const chunk of answer) body += String(chunk);
  return { status: answer.statusCode, body };
}
