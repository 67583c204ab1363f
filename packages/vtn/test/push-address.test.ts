import assert from "node:assert/strict";
import type { OadrCreatePartyRegistration } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { inMemoryTransport, type Peer } from "@openleadr/transport";
import { createTestCa } from "../../transport/test/certificates.ts";
import { pushUrl } from "../src/delivery/push-address.ts";
import { aRegistration, clientOf, expectMessage, openVtn } from "./open-vtn.ts";
import type { PushOptions, VtnOptions } from "../src/index.ts";

const ca = createTestCa();
const kitchen: Peer = { address: "192.0.2.7", fingerprint: "09:71:9E:0E:51:C0:8F:05:56:C9" };
const withTls = { port: 0, tls: { ...ca.issue(), ca: ca.certificate } };
const withProxy = { port: 0, proxy: { addresses: ["127.0.0.1"], fingerprintHeader: "x-fingerprint" } };
const allowed = (push: PushOptions = {}): Partial<VtnOptions> => ({ push: { ...push, plainHttp: true } });

describe("where a VEN has the VTN push to", () => {
  for (const [what, transportAddress, push, code, reason] of [
    ["no address", undefined, {}, 454, /expected an oadrTransportAddress/],
    ["an empty address", "", {}, 454, /expected an oadrTransportAddress/],
    ["an address that is no URL", "ven.example.com", {}, 454, /expected an absolute URL/],
    ["another protocol", "ftp://ven.example.com", {}, 454, /http: or https:/],
    ["a file", "file:///etc/passwd", {}, 454, /http: or https:/],
    ["credentials", "http://user:pass@ven.example.com", {}, 454, /no user name and password/],
    ["a query", "http://ven.example.com/?x=1", {}, 454, /no query/],
    ["a loopback address", "http://127.0.0.1:8080", {}, 469, /does not call 127\.0\.0\.1/],
    ["a loopback address in disguise", "http://0x7f.1:8080", {}, 469, /does not call 127\.0\.0\.1/],
    ["the address of a cloud's secrets", "http://169.254.169.254", {}, 469, /does not call/],
    ["an unlisted host", "https://other.example.com", { allowedHosts: ["ven.example.com"] }, 469, /does not call/],
    ["plain HTTP to a VTN that has TLS", "http://ven.example.com", { tls: {} }, 469, /expected an https: URL/],
  ] as readonly (readonly [string, string | undefined, PushOptions, number, RegExp])[]) {
    it(`refuses ${what} with ${code}, before anybody is asked`, async () => {
      const asked: OadrCreatePartyRegistration[] = [];
      await using open = await openVtn({
        listen: false,
        push,
        onCreatePartyRegistration: (request) => asked.push(request) > 0,
      });
      const address = transportAddress === undefined ? {} : { transportAddress };

      const request = aRegistration({ httpPullModel: false, ...address });
      const answer = await open.answer({ name: "oadrCreatePartyRegistration", payload: request });

      const response = answer?.name === "oadrCreatedPartyRegistration" ? answer.payload.response : undefined;
      assert.equal(response?.responseCode, code);
      assert.match(response?.responseDescription ?? "", reason);
      assert.deepEqual([asked, await open.vtn.vens.list()], [[], []]);
    });
  }

  for (const [what, options, peer, code] of [
    ["refuses plain HTTP of a VEN that shows a certificate", {}, kitchen, 469],
    ["refuses plain HTTP where VENs call with TLS", { listen: withTls }, undefined, 469],
    ["refuses plain HTTP where VENs call a proxy that ends TLS", { listen: withProxy }, undefined, 469],
    ["takes plain HTTP of a VEN that shows a certificate, if that is allowed", allowed(), kitchen, 200],
    ["takes plain HTTP beside push.tls, if that is allowed", allowed({ tls: {} }), undefined, 200],
    ["takes plain HTTP where nobody shows a certificate", {}, undefined, 200],
  ] as readonly (readonly [string, Partial<VtnOptions>, Peer | undefined, number])[]) {
    it(what, async () => {
      const push = { ...options.push, allowedHosts: ["127.0.0.1"], maxAttempts: 1 };
      await using open = await openVtn({ listen: false, ...options, push });
      const { answer } = clientOf(inMemoryTransport(open.vtn.handler, peer));

      const payload = aRegistration({ httpPullModel: false, transportAddress: "http://127.0.0.1:9" });
      const created = await answer({ name: "oadrCreatePartyRegistration", payload });

      assert.equal(expectMessage("oadrCreatedPartyRegistration", created).response.responseCode, code);
    });
  }

  for (const [address, url] of [
    ["http://ven.example.com", "http://ven.example.com/OpenADR2/Simple/2.0b"],
    ["https://ven.example.com:8443/", "https://ven.example.com:8443/OpenADR2/Simple/2.0b"],
    ["https://ven.example.com/OpenADR2/Simple/2.0b", "https://ven.example.com/OpenADR2/Simple/2.0b"],
    ["https://ven.example.com/OpenADR2/Simple/2.0b/", "https://ven.example.com/OpenADR2/Simple/2.0b"],
    ["https://ven.example.com/kitchen", "https://ven.example.com/kitchen/OpenADR2/Simple/2.0b"],
  ] as const) {
    it(`rule 511: finds the services of ${address}`, () => assert.equal(pushUrl(address).href, url));
  }
});
