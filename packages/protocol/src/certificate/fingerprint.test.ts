import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { describe, it } from "vitest";

import { certificateFingerprint, parseFingerprint } from "./fingerprint.ts";

// Made with `openssl req -x509`; `openssl dgst -sha256` of its DER form ends in 2938e42d39d171f74858.
const leaf = `-----BEGIN CERTIFICATE-----
MIIBcTCCARagAwIBAgIBATAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAxsZWFmLmV4
YW1wbGUwHhcNMjYxMTIwMjIyMDMwWhcNMzYxMTE3MjIyMDMwWjAXMRUwEwYDVQQD
DAxsZWFmLmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR2HRNNGKEG
crGTb1NS2NRsP4uKuwMMmSl/DxL5PDsjSU5A2XnOCNmM8JfzxDojhT7OJ4tALvTc
9aAErht+dT8Xo1MwUTAdBgNVHQ4EFgQUy0MHS5K6vACCihlrB+KxnumDnqswHwYD
VR0jBBgwFoAUy0MHS5K6vACCihlrB+KxnumDnqswDwYDVR0TAQH/BAUwAwEB/zAK
BggqhkjOPQQDAgNJADBGAiEAxhQmozhsw3R9X/9F6CfNhg1EcBy3uh8K69atxNGH
6UECIQDBJKKERaITvRmhVqe4VEeSazLmX8m35rfIEkq182DPow==
-----END CERTIFICATE-----
`;
const ca = `-----BEGIN CERTIFICATE-----
MIIBbTCCARKgAwIBAgIBATAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDApjYS5leGFt
cGxlMB4XDTI2MTEyMDIyMjAzMFoXDTM2MTExNzIyMjAzMFowFTETMBEGA1UEAwwK
Y2EuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHsSLSTfA8PpRxVf
w4WYM62eCVIhMZITqd96LESarry0CNsu6FDfgiC0ozZA83O1pQNBD3eDDJjNjFKn
2T9UUwqjUzBRMB0GA1UdDgQWBBSRP2ItCu7+Ik1SiWyJFi/XRX/VzzAfBgNVHSME
GDAWgBSRP2ItCu7+Ik1SiWyJFi/XRX/VzzAPBgNVHRMBAf8EBTADAQH/MAoGCCqG
SM49BAMCA0kAMEYCIQCWiWgkqC585o/xsTmLdJWcR7TBK9QqtGYeXuJV0KFbqgIh
AP9sMr2+PhkLlUvPZ8WViJunZh+ivS61pHO7s7mXBFJv
-----END CERTIFICATE-----
`;
const der = Buffer.from(leaf.replaceAll(/-----.*-----|\n/g, ""), "base64");
const fingerprint = "29:38:E4:2D:39:D1:71:F7:48:58";

describe("certificateFingerprint", () => {
  for (const [what, certificate] of [
    ["PEM", leaf],
    ["PEM as bytes", Buffer.from(leaf)],
    ["DER", der],
    ["a chain, whose first certificate counts", leaf + ca],
    ["PEM with text before it", `subject=CN = leaf.example\n${leaf}`],
    ["PEM with carriage returns", leaf.replaceAll("\n", "\r\n")],
    ["PEM after another block", `-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n${leaf}`],
  ] as const) {
    it(`reads ${what}`, () => assert.equal(certificateFingerprint(certificate), fingerprint));
  }

  it("tells certificates apart", () => {
    assert.equal(certificateFingerprint(ca), "CE:FB:85:95:1F:74:E3:39:AF:B0");
  });

  for (const [what, certificate] of [
    ["nothing", ""],
    ["text", "not a certificate"],
    ["PEM cut short", leaf.slice(0, 300)],
    ["DER cut short", der.subarray(0, 100)],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => certificateFingerprint(certificate), {
        name: "TypeError",
        message: "expected an X.509 certificate as PEM or DER",
      });
    });
  }
});

describe("parseFingerprint", () => {
  const { fingerprint256 } = new X509Certificate(leaf);
  for (const [what, text] of [
    ["ten bytes as OpenADR writes them", fingerprint],
    ["small letters", fingerprint.toLowerCase()],
    ["ten bytes without colons", fingerprint.replaceAll(":", "")],
    ["all of SHA-256, of which the last ten bytes count", fingerprint256],
    ["all of SHA-256 in small letters without colons", fingerprint256.replaceAll(":", "").toLowerCase()],
  ] as const) {
    it(`reads ${what}`, () => assert.equal(parseFingerprint(text), fingerprint));
  }

  for (const text of [
    "",
    "29:38",
    `${fingerprint}:00`,
    `:${fingerprint}`,
    `${fingerprint} `,
    fingerprint256.slice(3),
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseFingerprint(text, "vtnFingerprint"), {
        name: "RangeError",
        message: `vtnFingerprint: expected ten bytes as in 09:71:9E:0E:51:C0:8F:05:56:C9, or the 32 of SHA-256, got ${JSON.stringify(text)}`,
      });
    });
  }
});
