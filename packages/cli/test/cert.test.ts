import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { ManualClock } from "@openleadr/testing";
import { describe, it } from "vitest";
import { cert, vtnUrl, withCa } from "./certificates.ts";
import { runCommand, RunningCommand } from "./command.ts";
import { Folder } from "./folder.ts";

describe("the two-minute recipe", () => {
  for (const passphrase of [undefined, "correct horse"]) {
    it(`gives a VTN and a VEN that trust each other, ${passphrase === undefined ? "without" : "with"} a passphrase`, async () => {
      using folder = await withCa();
      const secret = passphrase === undefined ? [] : ["--passphrase-file", folder.write("secret", `${passphrase}\n`)];
      await cert(folder, "vtn", ...secret);
      await cert(folder, "ven", "kitchen", "--vtn", vtnUrl, ...secret);
      const file = (...names: readonly string[]) => folder.file(...names);

      await using vtn = new RunningCommand(
        ["vtn", "--port", "0", "--cert", file("vtn-ecc.pem"), file("vtn-rsa.pem")].concat([
          "--key",
          file("vtn-ecc.key.pem"),
          file("vtn-rsa.key.pem"),
          "--ca",
          file("ca.pem"),
          ...secret,
        ]),
      );
      const url = await vtn.prints(/https:\/\/127\.0\.0\.1:\d+/);
      const own = ["--cert", file("kitchen", "ven.pem"), "--key", file("kitchen", "ven.key.pem")];
      await using ven = new RunningCommand([
        "ven",
        "--vtn",
        url,
        "--name",
        "kitchen",
        ...own,
        "--ca",
        file("kitchen", "ca.pem"),
        ...secret,
      ]);
      await ven.prints(/registered +with vtn as kitchen/);
      const doctor = await runCommand([
        "cert",
        "doctor",
        "--vtn",
        url,
        ...own,
        "--ca",
        file("kitchen", "ca.pem"),
        ...secret,
      ]);
      const [ofVen, ofVtn] = [await ven.interrupt(), await vtn.interrupt()];

      assert.deepEqual([ofVen.code, ofVen.stderr, ofVtn.code, ofVtn.stderr], [0, "", 0, ""]);
      assert.deepEqual([doctor.code, doctor.stdout.includes("failed")], [0, false], doctor.stdout);
    });
  }
});

describe("openleadr cert ca", () => {
  it("writes a CA whose key only its owner may read", async () => {
    using folder = new Folder();

    const { code, stdout } = await cert(
      folder,
      "ca",
      "--name",
      "Utility",
      "--key-kind",
      "rsa-2048",
      "--validity",
      "P1Y",
    );

    assert.equal(code, 0);
    assert.match(stdout, /^wrote .*ca\.pem\nwrote .*ca\.key\.pem\nWhoever has .*ca\.key\.pem can make certificates/);
    const ca = new X509Certificate(folder.read("ca.pem"));
    assert.deepEqual([ca.subject, ca.ca, ca.publicKey.asymmetricKeyType], ["CN=Utility", true, "rsa"]);
    if (process.platform !== "win32") assert.equal(statSync(folder.file("ca.key.pem")).mode & 0o777, 0o600);
  });

  it("does not replace a CA unless told to", async () => {
    using folder = await withCa();
    const before = folder.read("ca.pem");

    const refused = await cert(folder, "ca");
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /^error: .*ca\.pem, .*: expected no such file, got one .*; --force replaces it\n$/);
    assert.equal(folder.read("ca.pem"), before);

    const forced = await cert(folder, "ca", "--force");
    assert.equal(forced.code, 0);
    assert.notEqual(folder.read("ca.pem"), before);
  });

  it("encrypts its key, and needs the passphrase from then on", async () => {
    using place = new Folder();
    const secret = place.write("secret", "correct horse\r\nbattery");
    using folder = await withCa("--ca-passphrase-file", secret);

    const without = await cert(folder, "vtn");
    const wrong = await cert(folder, "vtn", "--ca-passphrase-file", place.write("wrong", "wrong"));
    const right = await cert(folder, "vtn", "--ca-passphrase-file", secret);

    assert.match(folder.read("ca.key.pem"), /^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    assert.match(without.stderr, /ca\.key\.pem: expected a passphrase, .*--ca-passphrase-file/);
    assert.match(wrong.stderr, /ca\.key\.pem: key: expected the passphrase it is encrypted with/);
    assert.deepEqual([without.code, wrong.code, right.code], [2, 2, 0]);
  });
});

describe("openleadr cert vtn", () => {
  it("rule 68: issues an ECC and an RSA certificate, and says how to use them", async () => {
    using folder = await withCa();

    const { stdout } = await cert(folder, "vtn", "--host", "vtn.example.com", "192.0.2.1", "--name", "my-vtn");

    const certificates = ["vtn-ecc.pem", "vtn-rsa.pem"].map((name) => new X509Certificate(folder.read(name)));
    assert.deepEqual(
      certificates.map((one) => [one.subject, one.subjectAltName, one.publicKey.asymmetricKeyType]),
      ["ec", "rsa"].map((kind) => ["CN=my-vtn", "DNS:vtn.example.com, IP Address:192.0.2.1", kind]),
    );
    assert.match(stdout, /\nUse them: openleadr vtn --cert \S+vtn-ecc\.pem \S+vtn-rsa\.pem --key /);
    for (const { fingerprint256 } of certificates)
      assert.ok(stdout.includes(`fingerprint ${fingerprint256.slice(-29)}\n`));
  });
});

describe("openleadr cert ven", () => {
  it("writes a bundle with the VTN's fingerprints", async () => {
    using folder = await withCa();
    await cert(folder, "vtn");

    const { code } = await cert(folder, "ven", "kitchen", "--vtn", vtnUrl, "--validity", "P90D");

    assert.equal(code, 0);
    assert.deepEqual(readdirSync(folder.file("kitchen")).sort(), [
      "README.md",
      "ca.pem",
      "settings.json",
      "ven.key.pem",
      "ven.p12",
      "ven.pem",
    ]);
    const settings = JSON.parse(folder.read("kitchen", "settings.json")) as Record<string, readonly string[]>;
    assert.equal(settings["vtnUrl"], vtnUrl);
    assert.equal(settings["vtnFingerprints"]?.length, 2);
  });

  it("writes nowhere but into its folder", async () => {
    using folder = await withCa();

    const { code, stderr } = await cert(folder, "ven", "../../kitchen", "--vtn", vtnUrl);

    assert.deepEqual([code, stderr], [2, 'error: --out: needed, since "../../kitchen" is no name for a file\n']);
  });
});

describe("openleadr cert csr and sign", () => {
  it("give a certificate for a key that stays where it is", async () => {
    using folder = await withCa();
    using device = new Folder();
    const made = await runCommand(["cert", "csr", "kitchen", "--out", device.path]);

    const signed = await cert(folder, "sign", device.file("kitchen.csr"), "--name", "kitchen");

    assert.deepEqual([made.code, signed.code, made.stderr, signed.stderr], [0, 0, "", ""]);
    assert.match(signed.stdout, /issued to CN=kitchen, fingerprint [0-9A-F:]{29}\n$/);
    const certificate = new X509Certificate(folder.read("kitchen.pem"));
    assert.ok(certificate.verify(new X509Certificate(folder.read("ca.pem")).publicKey));
    assert.ok(!existsSync(folder.file("kitchen.key.pem")));
  });

  it("sign a VTN's request for the host names that are granted, and no other", async () => {
    using folder = await withCa();
    await runCommand(["cert", "csr", "my-vtn", "--host", "vtn.example.com", "--out", folder.path]);

    const refused = await cert(folder, "sign", folder.file("my-vtn.csr"), "--role", "vtn", "--host", "a.example.com");
    const signed = await cert(folder, "sign", folder.file("my-vtn.csr"), "--role", "vtn", "--host", "vtn.example.com");

    assert.match(
      refused.stderr,
      /my-vtn\.csr: certificate request: expected host names among a\.example\.com, got vtn\.example\.com\n/,
    );
    assert.deepEqual([refused.code, signed.code], [2, 0]);
  });

  it("do not sign a request for another name", async () => {
    using folder = await withCa();
    await runCommand(["cert", "csr", "kitchen", "--out", folder.path]);

    const { code, stderr } = await cert(folder, "sign", folder.file("kitchen.csr"), "--name", "garage");

    assert.match(stderr, /kitchen\.csr: certificate request: expected the name "garage", got "kitchen"\n$/);
    assert.equal(code, 2);
  });
});

describe("openleadr cert revoke and crl", () => {
  it("keep the CA's list", async () => {
    using folder = await withCa();
    await cert(folder, "vtn");
    await cert(folder, "ven", "kitchen", "--vtn", vtnUrl);

    const first = await cert(folder, "revoke", folder.file("kitchen", "ven.pem"), "--reason", "keyCompromise");
    const second = await cert(folder, "revoke", folder.file("vtn-ecc.pem"), folder.file("vtn-rsa.pem"));
    const renewed = await cert(folder, "crl", "--validity", "P30D");
    const { stdout } = await runCommand(["cert", "show", "--json", folder.file("crl.pem")]);

    assert.match(first.stdout, /crl\.pem: 1 certificate revoked\nThe next list is due by \d{4}-\d\d-\d\d\.\n$/);
    assert.match(second.stdout, /crl\.pem: 3 certificates revoked\n/);
    assert.equal(renewed.code, 0);
    const [{ contents }] = JSON.parse(stdout) as [{ readonly contents: readonly Record<string, unknown>[] }];
    assert.equal(contents[0]?.["number"], "3");
    assert.deepEqual(
      ((contents[0]?.["revoked"] ?? []) as readonly Record<string, unknown>[]).map(({ reason }) => reason),
      ["keyCompromise", undefined, undefined],
    );
  });

  it("refuse a certificate of another CA", async () => {
    using folder = await withCa();
    using other = await withCa();
    await cert(other, "vtn");

    const { code, stderr } = await cert(folder, "revoke", other.file("vtn-ecc.pem"));

    assert.match(stderr, /vtn-ecc\.pem: certificate: expected one that this CA issued, got CN=vtn of another\n$/);
    assert.deepEqual([code, existsSync(folder.file("crl.pem"))], [2, false]);
  });
});

describe("openleadr cert show", () => {
  it("says what is in a file, for people", async () => {
    using folder = await withCa();
    await cert(folder, "vtn", "--host", "vtn.example.com");
    const { fingerprint256 } = new X509Certificate(folder.read("vtn-rsa.pem"));

    const { code, stdout } = await runCommand([
      "cert",
      "show",
      folder.file("vtn-rsa.pem"),
      folder.file("vtn-rsa.key.pem"),
    ]);

    const lines = stdout.split("\n").map((line) => line.trim().replaceAll(/ {2,}/g, " "));
    for (const line of [
      "subject CN=vtn",
      "issuer CN=OpenADR CA",
      `fingerprint ${fingerprint256.slice(-29)}`,
      "key RSA 2048",
      "names vtn.example.com",
      "for server, client",
    ]) {
      assert.ok(lines.includes(line), line);
    }
    assert.match(stdout, /vtn-rsa\.key\.pem: private key\n/);
    assert.doesNotMatch(stdout, /BEGIN|secret/);
    assert.equal(code, 0);
  });

  it("reads PKCS#12 with its passphrase only", async () => {
    using folder = await withCa();
    const secret = folder.write("secret", "secret");
    await cert(folder, "ven", "kitchen", "--vtn", vtnUrl, "--passphrase-file", secret);
    const file = folder.file("kitchen", "ven.p12");

    const without = await runCommand(["cert", "show", file]);
    const { code, stdout } = await runCommand(["cert", "show", "--json", "--passphrase-file", secret, file]);

    assert.match(without.stderr, /ven\.p12: PKCS#12: expected a passphrase, got none; --passphrase-file names/);
    const [{ contents }] = JSON.parse(stdout) as [{ readonly contents: readonly Record<string, unknown>[] }];
    assert.deepEqual(
      contents.map(({ kind }) => kind),
      ["certificate", "certificate", "key"],
    );
    assert.equal(contents[2]?.["fitsCertificate"], true);
    assert.deepEqual([without.code, code], [2, 0]);
  });

  it("tells by its exit code that a certificate has expired", async () => {
    using folder = await withCa();

    const { code, stdout } = await runCommand(["cert", "show", folder.file("ca.pem")], {
      clock: new ManualClock("2100-01-01"),
    });

    assert.match(stdout, /valid .*, expired\n/);
    assert.equal(code, 1);
  });

  it("says what is in the other files where one cannot be read", async () => {
    using folder = await withCa();
    const notes = folder.write("notes.txt", "# where the keys are");

    const { code, stdout, stderr } = await runCommand(["cert", "show", notes, folder.file("ca.pem")]);

    assert.match(stdout, /ca\.pem: certificate of a CA\n/);
    assert.match(stderr, /notes\.txt: file: expected PEM, DER or PKCS#12, got none of them\n$/);
    assert.equal(code, 2);
  });

  for (const [title, content, fault] of [
    ["what is no certificate", "certificate", "file: expected "],
    ["broken PEM", "-----BEGIN CERTIFICATE-----\n%\n-----END CERTIFICATE-----\n", "PEM CERTIFICATE: expected base64"],
    [
      "a bomb",
      "-----BEGIN CERTIFICATE-----\n".concat("A".repeat(5_000_000)),
      "document: expected at most 4194304 bytes, got more",
    ],
  ] as const) {
    it(`refuses ${title}`, async () => {
      const { code, stderr } = await runCommand(["cert", "show", "-"], { stdin: content });

      assert.ok(stderr.startsWith(`-: ${fault}`), stderr);
      assert.equal(code, 2);
    });
  }
});

describe("mistakes in the options of openleadr cert", () => {
  for (const [line, complaint] of [
    ["cert", /Usage: openleadr cert/],
    ["cert ca --key-kind dsa", /Allowed choices are p-256, p-384, rsa-2048, rsa-3072, rsa-4096/],
    ["cert ca --validity 10", /expected a duration such as P2Y or P90D, got "10"/],
    ["cert ca --validity PT0S", /expected a duration such as P2Y or P90D, got "PT0S"/],
    ["cert ca --dir nowhere --ca-passphrase-file missing", /^missing: cannot be read: no such file or directory\n$/],
    ["cert vtn --dir nowhere", /nowhere.ca\.pem: expected the CA, got no such file; "openleadr cert ca" makes one\n$/],
    ["cert ven --vtn https://localhost", /missing required argument 'venId'/],
    ["cert ven kitchen", /required option '--vtn <url>' not specified/],
    ["cert ven kitchen --vtn http://localhost", /--vtn: expected an https: URL, got "http:\/\/localhost/],
    ["cert sign", /missing required argument 'file'/],
    ["cert sign a.csr --role vnt", /Allowed choices are ven, vtn/],
    ["cert csr ../vtn", /name: expected letters, digits and _ \. @ -, since files get that name, got "\.\.\/vtn"/],
    ["cert revoke", /missing required argument 'file'/],
    ["cert show", /missing required argument 'file'/],
    ["cert show missing.pem", /^missing\.pem: cannot be read: no such file or directory\n$/],
    ["cert doctor", /required option '--vtn <url>' not specified/],
    ["cert doctor --vtn https://localhost --cert a.pem", /^a\.pem: cannot be read/],
    ["cert doctor --vtn http://localhost --ca a.pem", /expected an https: URL to go with --ca, got http:/],
    ["vtn --cert a.pem", /^a\.pem: cannot be read/],
    ["vtn --ca missing.pem", /^missing\.pem: cannot be read/],
    [
      "ven --vtn https://localhost --name a --key a.pem",
      /expected a file of --key for each of --cert in PEM, got 1 for 0\n$/,
    ],
  ] as const) {
    it(`are told: "openleadr ${line}"`, async () => {
      const { code, stdout, stderr } = await runCommand(line.split(" "));

      assert.match(stderr, complaint);
      assert.deepEqual([code, stdout], [2, ""]);
    });
  }

  it("are told: a host that is none", async () => {
    using folder = await withCa();

    const { code, stderr } = await cert(folder, "vtn", "--host", "https://vtn.example.com");

    assert.match(
      stderr,
      /^error: hostNames: expected a host name or an IP address, .*, got "https:\/\/vtn\.example\.com"\n$/,
    );
    assert.equal(code, 2);
  });

  for (const [title, args, complaint] of [
    [
      "no CA for the VENs",
      ["--cert", "vtn-ecc.pem", "--key", "vtn-ecc.key.pem"],
      /expected --ca, the CA of the VENs' certificates, or --client-certificate off/,
    ],
    ["a CA and nothing else", ["--ca", "ca.pem"], /expected --cert and --key for HTTPS, got none/],
    [
      "the key of another certificate",
      ["--cert", "vtn-ecc.pem", "--key", "vtn-rsa.key.pem", "--ca", "ca.pem"],
      /vtn-rsa\.key\.pem: expected the key of \S+vtn-ecc\.pem, got that of another\n$/,
    ],
    [
      "a key in place of a certificate",
      ["--cert", "vtn-ecc.key.pem", "--key", "vtn-ecc.key.pem", "--ca", "ca.pem"],
      /vtn-ecc\.key\.pem: expected a certificate, got key/,
    ],
    [
      "a certificate in place of a key",
      ["--cert", "vtn-ecc.pem", "--key", "vtn-ecc.pem", "--ca", "ca.pem"],
      /vtn-ecc\.pem: key: expected a private key in PEM, got none/,
    ],
  ] as const) {
    it(`are told, and never end in plain HTTP: ${title}`, async () => {
      using folder = await withCa();
      await cert(folder, "vtn");

      const paths = args.map((arg) => (arg.startsWith("--") ? arg : folder.file(arg)));
      const { code, stdout, stderr } = await runCommand(["vtn", "--port", "0", ...paths]);

      assert.match(stderr, complaint);
      assert.deepEqual([code, stdout], [2, ""]);
    });
  }
});
