import assert from "node:assert/strict";
import { VenClient } from "@openleadr/ven";
import { describe, it } from "vitest";
import { vtnFiles, withParties } from "./certificates.ts";
import { runCommand, RunningCommand } from "./command.ts";

async function openVtn(...options: readonly string[]): Promise<RunningCommand & { readonly url: string }> {
  const vtn = new RunningCommand(["vtn", "--port", "0", ...options]);
  return Object.assign(vtn, { url: await vtn.prints(/https?:\/\/127\.0\.0\.1:\d+/) });
}

describe("openleadr vtn --tls-preset", () => {
  for (const [preset, versions, suites] of [
    ["both", "TLS 1.2 and TLS 1.3", "ok {7}suites"],
    ["conformant", "TLS 1.2", "ok {7}suites"],
    ["modern", "TLS 1.2 and TLS 1.3", "warning {2}suites"],
  ] as const) {
    it(`${preset} gives ${versions}`, async () => {
      using folder = await withParties();
      await using vtn = await openVtn(...vtnFiles(folder), "--tls-preset", preset);

      const { stdout } = await runCommand(["cert", "doctor", "--vtn", vtn.url, "--ca", folder.file("ca.pem")]);

      assert.match(stdout, new RegExp(`\nok {7}versions {12}${versions}\n`));
      assert.match(stdout, new RegExp(`\n${suites}`));
    });
  }
});

describe("openleadr vtn --unauthorized", () => {
  for (const [how, said] of [
    ["403", /failed {3}client certificate {2}the VTN wants a certificate, or wants messages signed \(HTTP 403\)/],
    ["handshake", /failed {3}client certificate {2}the VTN (?!.*HTTP)/],
  ] as const) {
    it(`${how} turns away who shows no certificate`, async () => {
      using folder = await withParties();
      await using vtn = await openVtn(...vtnFiles(folder), "--unauthorized", how);

      const { stdout, code } = await runCommand(["cert", "doctor", "--vtn", vtn.url, "--ca", folder.file("ca.pem")]);

      assert.match(stdout, said);
      assert.equal(code, 1);
    });
  }
});

describe("openleadr vtn --trusted-proxy", () => {
  it("knows VENs by the certificate that a proxy tells of", async () => {
    using folder = await withParties();
    const headers = ["--proxy-certificate-header", "X-Client-Cert", "--proxy-address-header", "X-Client-Address"];
    await using vtn = await openVtn("--trusted-proxy", "127.0.0.0/8", ...headers);
    const certificate = encodeURIComponent(folder.read("kitchen", "ven.pem"));
    const told = { "X-Client-Cert": certificate, "X-Client-Address": "192.0.2.7" };
    await using known = new VenClient({ vtnUrl: vtn.url, headers: told });
    await using unknown = new VenClient({ vtnUrl: vtn.url });

    await known.createPartyRegistration({ venName: "kitchen" });

    await assert.rejects(unknown.queryRegistration(), { status: 403 });
    assert.equal((await known.queryRegistration()).venId, "kitchen");
  });
});
