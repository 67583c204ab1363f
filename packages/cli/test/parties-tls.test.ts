import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { Ven, type PushOptions } from "@openleadr/ven";
import { describe, it } from "vitest";
import { cert, vtnUrl, withCa } from "./certificates.ts";
import { runCommand, RunningCommand } from "./command.ts";
import type { Folder } from "./folder.ts";

/** A VTN with the ECC certificate of a folder. */
function listening(folder: Folder, ...options: readonly string[]): RunningCommand {
  const own = ["--cert", folder.file("vtn-ecc.pem"), "--key", folder.file("vtn-ecc.key.pem")];
  return new RunningCommand(["vtn", "--port", "0", ...own, "--ca", folder.file("ca.pem"), ...options]);
}

/** The options of a VEN with the bundle of a folder. */
function kitchen(folder: Folder): readonly string[] {
  const own = ["--cert", folder.file("kitchen", "ven.pem"), "--key", folder.file("kitchen", "ven.key.pem")];
  return [...own, "--ca", folder.file("ca.pem")];
}

/** A folder with certificates for a VTN, and for a VEN and a gateway that are pushed to. */
async function withPushedVens(): Promise<Folder> {
  const folder = await withCa();
  await cert(folder, "vtn");
  for (const name of ["kitchen", "gateway"]) await cert(folder, "ven", name, "--vtn", vtnUrl, "--host", "127.0.0.1");
  return folder;
}

/** A VTN with an event, which pushes to VENs on this machine. */
function pushing(folder: Folder, ...options: readonly string[]): RunningCommand {
  const event = { eventDescriptor: { eventId: "peak" }, signals: [{ intervals: [{ duration: "PT1H", value: 2 }] }] };
  const file = folder.write("event.json", JSON.stringify(event));
  return listening(folder, "--push-hosts", "127.0.0.1", "--event", file, ...options);
}

function tlsIn(folder: Folder, name: string) {
  return {
    certificate: folder.read(name, "ven.pem"),
    key: folder.read(name, "ven.key.pem"),
    ca: folder.read("ca.pem"),
  };
}

/** The VEN `kitchen`, which is pushed to. */
function pushedVen(folder: Folder, url: string, push: PushOptions): Ven {
  const tls = tlsIn(folder, "kitchen");
  return new Ven({
    vtnUrl: url,
    venName: "kitchen",
    tls,
    push: { listen: { port: 0, tls }, ...push },
    onEvent: () => "optIn",
  });
}

describe("openleadr vtn and openleadr ven with certificates", () => {
  it("keep a VEN out whose certificate is revoked", async () => {
    using folder = await withCa();
    await cert(folder, "vtn");
    await cert(folder, "ven", "kitchen", "--vtn", vtnUrl);
    await cert(folder, "revoke", folder.file("kitchen", "ven.pem"));

    await using vtn = listening(folder, "--crl", folder.file("crl.pem"));
    const url = await vtn.prints(/https:\/\/127\.0\.0\.1:\d+/);
    const { code, stdout } = await runCommand(["cert", "doctor", "--vtn", url, ...kitchen(folder)]);

    assert.match(stdout, /\nfailed {3}client certificate {2}the VTN does not take our certificate/);
    assert.equal(code, 1);
  });

  it("read the files again on SIGHUP, and go on as before with what cannot be used", async () => {
    using folder = await withCa();
    await cert(folder, "vtn");
    await cert(folder, "ven", "kitchen", "--vtn", vtnUrl);
    await using vtn = listening(folder);
    const url = await vtn.prints(/https:\/\/127\.0\.0\.1:\d+/);
    const before = folder.read("vtn-ecc.pem");

    folder.write("vtn-ecc.pem", "no certificate");
    vtn.reload();
    await vtn.prints(/files not usable +.*vtn-ecc\.pem: .*; as before/);
    folder.write("vtn-ecc.pem", before);
    await cert(folder, "vtn", "--force");
    const fingerprint = new X509Certificate(folder.read("vtn-ecc.pem")).fingerprint256.slice(-29);
    vtn.reload();
    await vtn.prints(new RegExp(`files read again +certificates ${fingerprint}`));

    const args = ["ven", "--vtn", url, "--name", "kitchen", ...kitchen(folder), "--vtn-fingerprint", fingerprint];
    await using ven = new RunningCommand(args);
    await ven.prints(/registered +with vtn/);
  });

  it("push with what was read again", async () => {
    using folder = await withPushedVens();
    await using vtn = pushing(folder);
    const url = await vtn.prints(/https:\/\/127\.0\.0\.1:\d+/);
    await cert(folder, "vtn", "--force");
    const vtnFingerprint = new X509Certificate(folder.read("vtn-ecc.pem")).fingerprint256.slice(-29);
    vtn.reload();
    await vtn.prints(/files read again/);

    await using ven = pushedVen(folder, url, { vtnFingerprint });
    await ven.start();

    await vtn.prints(/event answered +optIn by kitchen for peak\n/);
  });

  for (const [which, outcome] of [
    ["own", /tried again later +oadrRegisterReport to kitchen: .*expected that of the VEN kitchen, got [\dA-F:]{29}\n/],
    ["any", /event answered +optIn by kitchen for peak\n/],
  ] as const) {
    it(`push to a VEN behind a gateway with --push-certificate ${which}, or do not`, async () => {
      using folder = await withPushedVens();
      await using vtn = pushing(folder, "--push-certificate", which);
      const url = await vtn.prints(/https:\/\/127\.0\.0\.1:\d+/);

      await using ven = pushedVen(folder, url, { listen: { port: 0, tls: tlsIn(folder, "gateway") } });
      await ven.start();

      await vtn.prints(outcome);
    });
  }

  it("refuse a VTN of another fingerprint", async () => {
    using folder = await withCa();
    await cert(folder, "vtn");
    await cert(folder, "ven", "kitchen", "--vtn", vtnUrl);
    const fingerprint = new X509Certificate(folder.read("vtn-ecc.pem")).fingerprint256.slice(-29);
    await using vtn = listening(folder);
    const url = await vtn.prints(/https:\/\/127\.0\.0\.1:\d+/);
    const args = ["ven", "--vtn", url, "--name", "kitchen", ...kitchen(folder), "--vtn-fingerprint"];

    await using right = new RunningCommand([...args, fingerprint]);
    await right.prints(/registered +with vtn/);
    await using wrong = new RunningCommand([...args, "00:71:9E:0E:51:C0:8F:05:56:C9"]);
    await wrong.prints(/registration failed +.*expected fingerprint 00:71/);
    const none = await runCommand([...args, "certificate"]);

    assert.match(none.stderr, /--vtn-fingerprint.* is invalid\. expected ten bytes as in .*, got "certificate"\n/);
    assert.equal(none.code, 2);
  });
});
