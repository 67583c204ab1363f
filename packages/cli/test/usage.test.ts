import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { runCommand } from "./command.ts";

describe("openleadr", () => {
  const cert = ["ca", "vtn", "ven", "csr", "sign", "revoke", "crl", "show", "doctor"].map((name) => `cert ${name}`);
  const message = ["check", "to-json", "to-xml"].map((name) => `message ${name}`);
  for (const command of ["", "message", ...message, "vtn", "ven", "ven init", "ven check", "demo", "cert", ...cert]) {
    it(`explains ${["openleadr", command].join(" ").trim()} with an example`, async () => {
      const { code, stdout, stderr } = await runCommand([...command.split(" ").filter(Boolean), "--help"]);

      assert.match(stdout, new RegExp(`Usage: openleadr ${command}[\\s\\S]*Examples:\\n  \\$ .*openleadr ${command}`));
      assert.ok(stdout.split("\n").every((line) => line.length <= 84));
      assert.deepEqual([code, stderr], [0, ""]);
    });
  }

  it("prints its version", async () => {
    const { code, stdout } = await runCommand(["--version"]);

    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
    assert.equal(code, 0);
  });

  for (const [line, complaint] of [
    ["", /Usage: openleadr/],
    ["message", /Usage: openleadr message/],
    ["mesage", /unknown command 'mesage'\n\(Did you mean message\?\)/],
    ["message chek", /unknown command 'chek'\n\(Did you mean check\?\)/],
    ["message check --tolerent a.xml", /unknown option '--tolerent'\n\(Did you mean --tolerant\?\)/],
    ["message check", /missing required argument 'file'/],
    ["message to-json a.xml b.xml", /too many arguments/],
    ["message check --sender vnt a.xml", /Allowed choices are ven, vtn/],
    ["demo now", /too many arguments/],
    ["vtn --port 65536", /expected a whole number from 0 to 65535, got "65536"/],
    ["vtn --port 80a", /expected a whole number from 0 to 65535, got "80a"/],
    ["vtn --poll-frequency 10", /expected a duration such as PT10S, of at least PT1S, got "10"/],
    ["vtn --poll-frequency PT0S", /expected a duration such as PT10S, of at least PT1S, got "PT0S"/],
    ["vtn --push-hosts http://ven", /--push-hosts: expected names, addresses and subnets, got "http:\/\/ven"/],
    ["vtn --push-hosts any 10.0.0.0/8", /--push-hosts: expected any alone/],
    ["vtn --push-hosts off public", /--push-hosts: expected off alone/],
    ["vtn --vtn-id  ", /expected a name, got ""/],
    ["vtn --tls-preset old", /Allowed choices are both, conformant, modern/],
    ["vtn --tls-preset modern", /expected --cert and --key for HTTPS, got none/],
    ["vtn --unauthorized 404", /Allowed choices are 403, handshake/],
    ["vtn --proxy-address-header X", /expected --trusted-proxy to go with headers of a proxy, got none/],
    ["vtn --trusted-proxy 127.0.0.1", /expected --proxy-certificate-header or --proxy-fingerprint-header to go with/],
    [
      "vtn --trusted-proxy gate --proxy-certificate-header X",
      /--trusted-proxy: expected IP addresses or networks, got "gate"/,
    ],
    [
      "vtn --trusted-proxy 127.0.0.1 --proxy-certificate-header X --client-certificate off",
      /expected --client-certificate required or optional to go with --trusted-proxy, got off/,
    ],
    ["vtn --trusted-prox 127.0.0.1", /unknown option '--trusted-prox'\n\(Did you mean --trusted-proxy\?\)/],
    ["vtn --sing", /unknown option '--sing'\n\(Did you mean --sign\?\)/],
    ["vtn --sign", /expected --cert and --key, or --sign FILE and --sign-key, to sign with, got none/],
    ["vtn --sign no.pem", /no\.pem: cannot be read: no such file or directory/],
    ["vtn --sign-key vtn.pem", /expected --sign FILE to go with --sign-key, got none/],
    ["vtn --sign-ca ca.pem", /expected --signatures or --sign to go with --sign-ca, got neither/],
    [
      "vtn --sign-ca ca.pem --sign-crl crl.pem",
      /expected --signatures or --sign to go with --sign-ca and --sign-crl, got neither/,
    ],
    ["vtn --signatures some", /Allowed choices are off, accepted, required/],
    ["ven --vtn https://localhost --name kitchen --vtn-fingerprint 0:1", /expected ten bytes as in .*, got "0:1"/],
    [
      "ven --vtn http://localhost --name kitchen --vtn-fingerprint 09:71:9E:0E:51:C0:8F:05:56:C9",
      /expected an https: URL to go with --vtn-fingerprint, got http:/,
    ],
    ["ven --config ven.yaml --sign", /option '--config <file>' cannot be used with option '--sign \[file\]'/],
    ["ven --name kitchen", /required option '--vtn <url>' not specified/],
    ["ven --vtn http://localhost", /required option '--name <name>' not specified/],
    ["ven --vtn localhost --name kitchen", /expected an absolute URL, got "localhost"/],
    ["ven --vtn ftp://localhost --name kitchen", /expected http: or https:, got "ftp:/],
    ["ven --vtn http://localhost/EiEvent --name kitchen", /expected the base URL, without \/EiEvent/],
    ["ven --vtn http://localhost --name kitchen --opt maybe", /Allowed choices are optIn, optOut/],
  ] as const) {
    it(`refuses "openleadr ${line}"`, async () => {
      const { code, stdout, stderr } = await runCommand(line === "" ? [] : line.split(" "));

      assert.match(stderr, complaint);
      assert.deepEqual([code, stdout], [2, ""]);
    });
  }
});
