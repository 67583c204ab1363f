import assert from "node:assert/strict";
import type { OadrCreatePartyRegistration } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { pushUrl } from "../src/delivery/push-address.ts";
import { aRegistration, openVtn } from "./open-vtn.ts";
import type { PushOptions } from "../src/index.ts";

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
