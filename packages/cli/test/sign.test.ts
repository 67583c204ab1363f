import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { encode, systemClock } from "@openleadr/protocol";
import { encodePkcs12, parseKey } from "@openleadr/pki";
import { describe, it } from "vitest";
import { cert, fingerprintOf, venFiles, vtnFiles, withCa, withParties } from "./certificates.ts";
import { refusalsIn, runCommand, RunningCommand } from "./command.ts";
import { Folder } from "./folder.ts";

const vtnSigner = (folder: Folder): readonly string[] => [
  "--sign",
  folder.file("vtn-ecc.pem"),
  "--sign-key",
  folder.file("vtn-ecc.key.pem"),
  "--sign-ca",
  folder.file("ca.pem"),
];
const venSigner = (folder: Folder): readonly string[] => [
  "--sign",
  folder.file("kitchen", "ven.pem"),
  "--sign-key",
  folder.file("kitchen", "ven.key.pem"),
];

// Both sides have to agree on the time, to five seconds.
const clock = systemClock;

function aVtn(...options: readonly string[]): RunningCommand {
  return new RunningCommand(["vtn", "--port", "0", ...options], { clock });
}

async function urlOf(vtn: RunningCommand): Promise<string> {
  return vtn.prints(/https?:\/\/127\.0\.0\.1:\d+/);
}

function aVen(url: string, ...options: readonly string[]): RunningCommand {
  return new RunningCommand(["ven", "--vtn", url, "--name", "kitchen", ...options], { clock });
}

async function poll(url: string): Promise<void> {
  const body = encode({ name: "oadrPoll", payload: { venId: "kitchen" } });
  const headers = { "content-type": "application/xml" };
  await fetch(`${url}/OpenADR2/Simple/2.0b/OadrPoll`, { method: "POST", headers, body });
}

describe("openleadr vtn and openleadr ven that sign", () => {
  for (const passphrase of [[], ["--passphrase-file"]]) {
    it(`use the certificates that they show${passphrase.length === 0 ? "" : ", with a passphrase"}`, async () => {
      using secret = new Folder();
      const secrets = passphrase.flatMap((option) => [option, secret.write("secret", "correct horse\n")]);
      using folder = await withParties(...secrets);
      await using vtn = aVtn(...vtnFiles(folder, ["vtn-ecc"]), ...secrets, "--sign", "--signatures", "required");
      const url = await urlOf(vtn);
      const pin = ["--vtn-fingerprint", fingerprintOf(folder, "vtn-ecc.pem").toLowerCase()];

      await using ven = aVen(url, ...venFiles(folder), ...secrets, "--sign", ...pin);

      await ven.prints(/registered +with vtn as kitchen/);
    });
  }

  it("use other certificates, also without TLS", async () => {
    using folder = await withParties();
    await using vtn = aVtn(...vtnSigner(folder), "--signatures", "required");
    const url = await urlOf(vtn);

    await using ven = aVen(url, ...venSigner(folder), "--vtn-fingerprint", fingerprintOf(folder, "vtn-ecc.pem"));

    await ven.prints(/registered +with vtn as kitchen/);
  });

  it("take --signatures accepted for granted, so that a VEN need not sign", async () => {
    using folder = await withParties();
    await using vtn = aVtn(...vtnFiles(folder, ["vtn-ecc"]), "--sign");
    const url = await urlOf(vtn);

    await using ven = aVen(url, ...venFiles(folder));

    await ven.prints(/registered +with vtn as kitchen/);
  });

  it("ignore who does not sign, and what another one has signed", async () => {
    using folder = await withParties();
    await using vtn = aVtn(...vtnFiles(folder, ["vtn-ecc"]), "--sign", "--signatures", "required");
    const url = await urlOf(vtn);

    await using silent = aVen(url, ...venFiles(folder));
    await silent.prints(/registration failed .*required signature is missing/);

    await using plain = aVtn(...vtnSigner(folder));
    const wrong = ["--vtn-fingerprint", fingerprintOf(folder, "vtn-rsa.pem")];
    await using deceived = aVen(await urlOf(plain), ...venSigner(folder), ...wrong);
    await deceived.prints(new RegExp(`registration failed .*${fingerprintOf(folder, "vtn-ecc.pem")}`));
  });

  it("tell of a message that is not signed in one line, which says all", async () => {
    using folder = await withParties();
    await using vtn = aVtn(...vtnSigner(folder), "--signatures", "required");

    await poll(await urlOf(vtn));

    const what =
      "oadrPoll to OadrPoll from 127.0.0.1 as kitchen: HTTP 403, oadrPayload: expected element ds:Signature, got none";
    assert.deepEqual(refusalsIn(await vtn.interrupt()), [`request refused       ${what}`]);
  });

  it("tell programs all that is known of a message that is not signed", async () => {
    using folder = await withParties();
    await using vtn = aVtn(...vtnSigner(folder), "--signatures", "required", "--json");

    await poll(await urlOf(vtn));

    const { stdout } = await vtn.interrupt();
    const facts = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const [code, reason] = ["ERR_OADR_SIGNATURE_MISSING", "oadrPayload: expected element ds:Signature, got none"];
    const who = { message: "oadrPoll", venId: "kitchen" };
    const where = { method: "POST", url: "/OpenADR2/Simple/2.0b/OadrPoll", address: "127.0.0.1" };
    const error = { code: "ERR_OADR_HTTP_STATUS", message: `refused with HTTP status 403: ${reason}` };
    assert.deepEqual(
      facts.slice(1, -1).map(({ time: _, ...fact }) => fact),
      [
        { type: "signatureRejected", ...who, code, reason, address: "127.0.0.1" },
        { type: "log", level: "warn", what: "signature rejected", ...who, peer: "127.0.0.1", code, reason },
        { type: "requestRefused", address: "127.0.0.1", service: "OadrPoll", ...who, status: 403, reason },
        { type: "log", level: "info", what: "request refused", status: 403, ...where, error },
      ],
    );
  });

  it("read what the VTN signs with again on SIGHUP, and go on as before with what cannot be used", async () => {
    using folder = await withParties();
    await using vtn = aVtn(...vtnSigner(folder));
    const url = await urlOf(vtn);
    const before = folder.read("vtn-ecc.pem");

    folder.write("vtn-ecc.pem", folder.read("vtn-rsa.pem"));
    vtn.reload();
    await vtn.prints(/files not usable +.*expected the key of .*vtn-ecc\.pem, got that of another; as before/);
    folder.write("vtn-ecc.pem", before);
    await runCommand(["cert", "vtn", "--force", "--dir", folder.path]);
    const fingerprint = fingerprintOf(folder, "vtn-ecc.pem");
    vtn.reload();
    await vtn.prints(new RegExp(`files read again +certificates ${fingerprint}`));

    await using ven = aVen(url, ...venSigner(folder), "--vtn-fingerprint", fingerprint);
    await ven.prints(/registered +with vtn as kitchen/);
  });

  for (const [lists, options] of [
    ["--sign-crl", (folder: Folder) => [...vtnSigner(folder), "--signatures", "required"]],
    ["--crl", (folder: Folder) => [...vtnFiles(folder, ["vtn-ecc"]), "--client-certificate", "off", "--sign"]],
  ] as const) {
    it(`refuse who is on a list of ${lists}, from the moment on that the VTN has read it`, async () => {
      using folder = await withParties();
      await cert(folder, "crl");
      await using vtn = aVtn(...options(folder), lists, folder.file("crl.pem"));
      const url = await urlOf(vtn);
      const trusted = url.startsWith("https") ? ["--ca", folder.file("ca.pem")] : [];
      const doctor = ["cert", "doctor", "--vtn", url, ...trusted, ...venSigner(folder)];
      const before = await runCommand(doctor, { clock });

      await cert(folder, "revoke", folder.file("kitchen", "ven.pem"));
      vtn.reload();
      await vtn.prints(/files read again/);
      const after = await runCommand(doctor, { clock });

      assert.doesNotMatch(before.stdout, /the VTN refuses/);
      await vtn.prints(/request refused +.*expected a certificate that its CA has not revoked/);
      assert.equal(after.code, 1, after.stdout);
    });
  }

  it("do not take the lists of --crl for those of the CAs of --sign-ca", async () => {
    using folder = await withParties();
    using other = await withCa();
    await cert(folder, "crl");
    const lists = ["--crl", folder.file("crl.pem"), "--sign-ca", other.file("ca.pem")];

    await using vtn = aVtn(...vtnFiles(folder, ["vtn-ecc"]), "--sign", ...lists);

    assert.match(await urlOf(vtn), /^https:/);
  });

  it("tell of lists that are not of the CAs that vouch for signatures", async () => {
    using folder = await withParties();
    using other = await withCa();
    await cert(other, "crl");
    const list = other.file("crl.pem");

    const { code, stderr } = await runCommand(["vtn", ...vtnSigner(folder), "--sign-crl", list]);

    assert.equal(code, 2);
    assert.match(
      stderr,
      /crl\.pem: expected lists of the authorities, got the revocation list of CN=.*, which is none; a CA in between has to be one, too\n$/,
    );
  });

  it("say what cannot sign", async () => {
    using folder = await withParties();
    const [kitchen, key] = [folder.file("kitchen", "ven.pem"), folder.file("vtn-ecc.key.pem")];

    const { code, stderr } = await runCommand(["vtn", "--sign", kitchen, "--sign-key", key]);

    assert.deepEqual([code, stderr], [2, `${key}: expected the key of ${kitchen}, got that of another\n`]);
    const none = await runCommand(["vtn", "--sign", kitchen]);
    assert.match(none.stderr, /^error: expected a file of --sign-key for each of --sign in PEM, got 0 for 1\n/);
  });

  it("take PKCS#12 files with a passphrase, without keys beside them", async () => {
    using folder = await withParties();
    const secret = ["--passphrase-file", folder.write("secret", "correct horse\n")];
    const pkcs12 = (...names: readonly string[]): string => {
      const [certificate, key] = [
        folder.read(...names),
        folder.read(...names.map((name) => name.replace(".pem", ".key.pem"))),
      ];
      const content = {
        certificate: certificate + folder.read("ca.pem"),
        key: parseKey(key),
        passphrase: "correct horse",
      };
      return folder.write(`${names.at(-1)}.p12`, encodePkcs12(content));
    };
    const [ofVtn, ofVen] = [pkcs12("vtn-ecc.pem"), pkcs12("kitchen", "ven.pem")];
    const ca = ["--ca", folder.file("ca.pem")];
    const mixed = ["--cert", folder.file("vtn-rsa.pem"), ofVtn, "--key", folder.file("vtn-rsa.key.pem"), ...ca];
    await using vtn = aVtn(...mixed, ...secret, "--sign", ofVtn, "--signatures", "required");
    const url = await urlOf(vtn);

    await using ven = aVen(url, "--cert", ofVen, ...ca, ...secret, "--sign");
    await ven.prints(/registered +with vtn as kitchen/);
    const doctor = await runCommand(["cert", "doctor", "--vtn", url, "--cert", ofVen, ...ca, ...secret, "--sign"], {
      clock,
    });
    const closed = await runCommand(["ven", "--vtn", url, "--name", "kitchen", "--cert", ofVen]);
    const wrong = await runCommand([
      "vtn",
      "--cert",
      folder.write("ca.der", new X509Certificate(folder.read("ca.pem")).raw),
    ]);

    assert.match(doctor.stdout, /ok {7}registration +the VTN "vtn" knows us as kitchen/);
    assert.match(
      closed.stderr,
      /ven\.pem\.p12: .*expected a passphrase.*; --passphrase-file names a file that has it\n$/,
    );
    assert.match(wrong.stderr, /ca\.der: expected PEM, or PKCS#12 with a key, got certificate alone\n$/);
    assert.deepEqual([closed.code, wrong.code], [2, 2]);
  });

  it("do not sign with the certificate of a CA", async () => {
    using folder = await withParties();
    const [ca, key] = [folder.file("ca.pem"), folder.file("ca.key.pem")];

    const { code, stderr } = await runCommand(["vtn", "--sign", ca, "--sign-key", key]);

    const expected = "expected the certificate of a VEN or a VTN to sign with, got that of a CA";
    assert.deepEqual([code, stderr], [2, `${ca}: ${expected}\n`]);
  });

  for (const isInTls of [false, true]) {
    it(`refuse to demand signatures that nobody could make${isInTls ? ", in TLS without client certificates" : ""}`, async () => {
      using folder = await withParties();
      const own = ["--cert", folder.file("vtn-ecc.pem"), "--key", folder.file("vtn-ecc.key.pem")];
      const tls = isInTls ? [...own, "--client-certificate", "off"] : [];

      const { code, stderr } = await runCommand(["vtn", "--signatures", "required", ...tls]);

      const expected = "--sign-ca or --ca to go with --signatures required where VENs show no certificate";
      assert.deepEqual([code, stderr.split(",")[0]], [2, `error: expected ${expected}`]);
    });
  }

  it("demand signatures with the certificates that VENs show to a proxy", async () => {
    const proxy = ["--trusted-proxy", "127.0.0.1", "--proxy-certificate-header", "X-Client-Cert"];

    await using vtn = aVtn("--signatures", "required", ...proxy);

    await vtn.prints(/listening/);
  });
});
