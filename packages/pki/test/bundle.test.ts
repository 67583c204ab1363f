import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "vitest";
import {
  createBundle,
  createCa,
  generateCertificates,
  generateVtnCertificates,
  inspect,
  writeFiles,
} from "../src/index.ts";

const ca = await createCa({ commonName: "CA" });
const vtn = await generateVtnCertificates("vtn", { ca, hostNames: ["localhost"], keyKinds: ["p-256"] });

function folder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "openleadr-pki-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

describe("a bundle", () => {
  for (const passphrase of [undefined, "secret"]) {
    it(`has all that a VEN needs, ${passphrase === undefined ? "without" : "with"} a passphrase`, async () => {
      const issued = await generateCertificates("ven-1", { ca, passphrase });

      const files = createBundle({
        venId: "ven-1",
        issued,
        passphrase,
        vtnUrl: "https://vtn.example.com:8080",
        vtnCertificates: vtn.map(({ certificate }) => certificate),
      });

      const contents = new Map(files.map(({ name, content }) => [name, content]));
      const secrets = files.filter(({ isSecret }) => isSecret).map(({ name }) => name);
      assert.deepEqual(secrets, ["ven.key.pem", "ven.p12"]);
      assert.deepEqual(
        inspect(contents.get("ven.p12") ?? "", passphrase).map(({ kind }) => kind),
        ["certificate", "certificate", "key"],
      );
      const settings = JSON.parse(String(contents.get("settings.json"))) as Record<string, unknown>;
      assert.deepEqual(
        [settings["venId"], settings["vtnUrl"], settings["fingerprint"], settings["vtnFingerprints"]],
        ["ven-1", "https://vtn.example.com:8080", issued.fingerprint, vtn.map(({ fingerprint }) => fingerprint)],
      );
      const page = String(contents.get("README.md"));
      for (const text of [issued.fingerprint, vtn[0]?.fingerprint ?? "", "openleadr ven", "openleadr cert doctor"]) {
        assert.ok(page.includes(text), text);
      }
      assert.equal(page.includes("passphrase.txt"), passphrase !== undefined);
      assert.ok(!page.includes("secret\n"));
    });
  }

  it("needs the passphrase of the key", async () => {
    const issued = await generateCertificates("ven-1", { ca, passphrase: "secret" });

    assert.throws(() => createBundle({ venId: "ven-1", issued, vtnUrl: "https://localhost" }), {
      code: "ERR_PKI_PASSPHRASE",
    });
  });
});

describe("writeFiles", () => {
  const files = [
    { name: "key.pem", content: "key", isSecret: true },
    { name: "cert.pem", content: "certificate" },
  ];

  it.skipIf(process.platform === "win32")("lets only the owner read what is secret", async () => {
    using place = folder();
    const inner = join(place.path, "a", "b");

    const paths = await writeFiles(inner, files);

    assert.deepEqual(paths, [join(inner, "key.pem"), join(inner, "cert.pem")]);
    assert.deepEqual(
      paths.map((path) => statSync(path).mode & 0o777 & ~0o022),
      [0o600, 0o644],
    );
    assert.equal(statSync(inner).mode & 0o077, 0);
    assert.deepEqual(readdirSync(inner).sort(), ["cert.pem", "key.pem"]);
  });

  it("replaces nothing unless told to, and writes nothing then", async () => {
    using place = folder();
    writeFileSync(join(place.path, "cert.pem"), "old");
    writeFileSync(join(place.path, "key.pem"), "old");

    await assert.rejects(writeFiles(place.path, files), {
      name: "PkiError",
      code: "ERR_PKI_FILE_EXISTS",
      message: /key\.pem, .*cert\.pem: expected no such file/,
    });

    assert.deepEqual(readdirSync(place.path).sort(), ["cert.pem", "key.pem"]);
    assert.equal(readFileSync(join(place.path, "cert.pem"), "utf8"), "old");
  });

  it.skipIf(process.platform === "win32")("replaces files as a whole if told to, with their modes", async () => {
    using place = folder();
    writeFileSync(join(place.path, "key.pem"), "old");
    chmodSync(join(place.path, "key.pem"), 0o666);

    await writeFiles(place.path, files, { overwrite: true });

    assert.equal(readFileSync(join(place.path, "key.pem"), "utf8"), "key");
    assert.equal(statSync(join(place.path, "key.pem")).mode & 0o777, 0o600);
  });

  it("takes back what it wrote when a later file cannot be written", async () => {
    using place = folder();
    mkdirSync(join(place.path, "folder"));

    await assert.rejects(writeFiles(place.path, [...files, { name: "missing/key.pem", content: "" }]), {
      code: "ENOENT",
    });

    assert.deepEqual(readdirSync(place.path), ["folder"]);
  });
});
