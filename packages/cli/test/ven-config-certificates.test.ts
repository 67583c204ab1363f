import assert from "node:assert/strict";
import { encodePkcs12, parseKey } from "@openleadr/pki";
import { describe, it } from "vitest";
import { runCommand } from "./command.ts";
import { Folder } from "./folder.ts";
import { check, minimal, mistakesIn } from "./ven-config.ts";

/** A file whose VEN signs with a certificate in PKCS#12. */
function signingWith(more: string): string {
  return `name: kitchen\nvtn:\n  url: https://vtn.example.com\n  tls: { certificate: ven.p12${more} }\nsignatures: {}\n`;
}

/** A file whose VEN signs with a certificate of its own. */
function signingForCa(more: string): string {
  return `${minimal}signatures: { certificate: kitchen/ven.pem, key: kitchen/ven.key.pem, ${more} }\n`;
}

describe("openleadr ven check, of certificates and signatures", () => {
  it("has the VEN sign with the certificate of vtn.tls", async () => {
    using folder = new Folder();
    const ca = ["--dir", folder.path];
    await runCommand(["cert", "ca", ...ca]);
    await runCommand(["cert", "ven", "kitchen", "--vtn", "https://vtn.example.com", ...ca]);
    const tls = "tls: { certificate: kitchen/ven.pem, key: kitchen/ven.key.pem }";
    const content = `name: kitchen\nvtn: { url: https://vtn.example.com, ${tls} }\nsignatures: {}\n`;

    const { code, stderr } = await check(folder, content);
    const without = await check(folder, content.replace(tls, ""));

    assert.deepEqual([code, stderr], [0, ""]);
    const mistake = "signatures: expected certificate and key, here or in vtn.tls, to sign with, got none";
    assert.equal(without.stderr, `${folder.file("ven.yaml")}:3:13: ${mistake}\n`);
  });

  it("takes a PKCS#12 file, with the key in it", async () => {
    using folder = new Folder();
    const ca = ["--dir", folder.path];
    await runCommand(["cert", "ca", ...ca]);
    await runCommand(["cert", "ven", "kitchen", "--vtn", "https://vtn.example.com", ...ca]);
    const [certificate, key] = [folder.read("kitchen", "ven.pem"), folder.read("kitchen", "ven.key.pem")];
    folder.write("ven.p12", encodePkcs12({ certificate, key: parseKey(key), passphrase: "correct horse" }));
    folder.write("secret", "correct horse\n");
    folder.write("other", "wrong\n");

    const right = await check(folder, signingWith(", passphraseFile: secret"));
    const wrong = await check(folder, signingWith(", passphraseFile: other"));
    const doubled = await check(folder, signingWith(", passphraseFile: secret, key: kitchen/ven.key.pem"));

    assert.deepEqual([right.code, right.stderr], [0, ""]);
    assert.match(wrong.stderr, /:4:23: vtn\.tls\.certificate: .*expected the passphrase/);
    assert.match(doubled.stderr, /:4:8: vtn\.tls: expected as many keys as certificates in PEM, got 1 and 0\n$/);
  });

  it("lists every mistake about signatures", async () => {
    const content = `${minimal}signatures:
  vtnFingerprint: 09-71
  certificat: ven.pem
  maxAge: PT6M
  required: perhaps
`;

    assert.deepEqual(await mistakesIn(content), [
      '5:19: signatures.vtnFingerprint: expected ten bytes as in 09:71:9E:0E:51:C0:8F:05:56:C9, or the 32 of SHA-256, got "09-71"',
      "6:3: signatures.certificat: unknown key; did you mean certificate?",
      '7:11: signatures.maxAge: expected a duration of at most PT5M, got "PT6M"',
      '8:13: signatures.required: expected true or false, got "perhaps"',
    ]);
    assert.deepEqual(await mistakesIn(`${minimal}signatures:\n  required: true\n`), [
      "5:13: signatures.required: expected vtnFingerprint or ca to go with it, got neither",
    ]);
  });

  it("tells of revocation lists for signatures that are not of its CAs", async () => {
    using folder = new Folder();
    for (const dir of [folder.path, folder.file("other")]) {
      await runCommand(["cert", "ca", "--dir", dir]);
      await runCommand(["cert", "ven", "kitchen", "--vtn", "https://vtn.example.com", "--dir", dir]);
      await runCommand(["cert", "crl", "--dir", dir]);
    }
    const right = await check(folder, signingForCa("ca: ca.pem, crl: crl.pem"));
    const other = await check(folder, signingForCa("ca: ca.pem, crl: [crl.pem, other/crl.pem]"));
    const none = await check(folder, signingForCa("crl: crl.pem"));

    assert.deepEqual([right.code, right.stderr], [0, ""]);
    assert.match(
      other.stderr,
      /:4:\d+: signatures\.crl\[1\]: expected lists of the authorities, got the revocation list of CN=/,
    );
    assert.match(none.stderr, /:4:\d+: signatures\.crl: expected ca to go with it, got none\n$/);
  });

  it("tells of a passphrase for signatures that belongs to no certificate", async () => {
    using folder = new Folder();
    const secret = folder.write("secret", "correct horse\n");

    const mistakes = await mistakesIn(`${minimal}signatures:\n  passphraseFile: ${secret}\n`);

    assert.deepEqual(mistakes, ["5:19: signatures.passphraseFile: expected certificate to go with it, got none"]);
  });

  it("tells of certificates and keys that do not belong together", async () => {
    using folder = new Folder();
    await runCommand(["cert", "ca", "--dir", folder.path]);
    for (const name of ["hall", "kitchen"])
      await runCommand(["cert", "ven", name, "--vtn", "https://vtn.example.com", "--dir", folder.path]);

    const { stderr } = await check(
      folder,
      "name: kitchen\nvtn:\n  url: https://vtn.example.com\n  tls:\n    certificate: kitchen/ven.pem\n    key: hall/ven.key.pem\n",
    );

    assert.deepEqual(
      stderr.replaceAll(`${folder.path}/`, ""),
      "ven.yaml:6:10: vtn.tls.key: expected the key of the certificate, got that of another\n",
    );
  });
});
