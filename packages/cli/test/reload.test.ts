import assert from "node:assert/strict";
import type { Clock } from "@openleadr/protocol";
import { ManualClock } from "@openleadr/testing";
import { describe, it } from "vitest";
import { cert, fingerprintOf, vtnFiles, withParties } from "./certificates.ts";
import { runCommand, RunningCommand } from "./command.ts";
import type { Folder } from "./folder.ts";

function aVtn(folder: Folder): RunningCommand {
  return new RunningCommand(["vtn", "--port", "0", ...vtnFiles(folder, ["vtn-ecc"])]);
}

interface Given {
  readonly ca?: string;
  readonly clock?: Clock;
}

function aVen(folder: Folder, url: string, { ca = folder.file("ca.pem"), ...options }: Given = {}): RunningCommand {
  const own = ["--cert", folder.file("kitchen", "ven.pem"), "--key", folder.file("kitchen", "ven.key.pem")];
  return new RunningCommand(["ven", "--vtn", url, "--name", "kitchen", ...own, "--ca", ca], options);
}

describe("SIGHUP", () => {
  it("leaves openleadr vtn and openleadr ven running, though they have no files", async () => {
    await using vtn = new RunningCommand(["vtn", "--port", "0"]);
    const url = await vtn.prints(/http:\/\/127\.0\.0\.1:\d+/);
    await using ven = new RunningCommand(["ven", "--vtn", url, "--name", "kitchen"]);
    await ven.prints(/registered +with vtn as kitchen/);

    for (const command of [vtn, ven]) assert.equal(command.reload(), true);

    for (const command of [vtn, ven]) await command.prints(/files read again +there are none/);
  });
});

describe("certificates that are replaced", () => {
  it("are used by openleadr vtn without a signal, as soon as they belong together", async () => {
    using folder = await withParties();
    await using vtn = aVtn(folder);
    const url = await vtn.prints(/https:\/\/127\.0\.0\.1:\d+/);
    const oldKey = folder.read("vtn-ecc.key.pem");
    await runCommand(["cert", "vtn", "--force", "--dir", folder.path]);
    const newKey = folder.read("vtn-ecc.key.pem");

    folder.write("vtn-ecc.key.pem", oldKey);
    await vtn.prints(/files not usable +.*vtn-ecc\.key\.pem: expected the key of .*; as before/);
    folder.write("vtn-ecc.key.pem", newKey);
    const fingerprint = fingerprintOf(folder, "vtn-ecc.pem");
    await vtn.prints(new RegExp(`files read again +certificates ${fingerprint}`));

    const ca = ["--ca", folder.file("ca.pem")];
    const { stdout } = await runCommand(["cert", "doctor", "--vtn", url, ...ca, "--vtn-fingerprint", fingerprint]);
    assert.match(stdout, new RegExp(`ok {7}fingerprint +${fingerprint}, as expected`));
  });

  it("are used by openleadr vtn without a signal, CAs and revocation lists for signatures among them", async () => {
    using folder = await withParties();
    await cert(folder, "crl");
    const lists = ["--sign-ca", folder.file("ca.pem"), "--sign-crl", folder.file("crl.pem")];
    await using vtn = new RunningCommand(["vtn", "--port", "0", "--signatures", "accepted", ...lists]);
    await vtn.prints(/http:\/\/127\.0\.0\.1:\d+/);

    await cert(folder, "revoke", folder.file("kitchen", "ven.pem"));
    await vtn.prints(/files read again/);
    folder.write("ca.pem", "no certificate");

    await vtn.prints(/files not usable +.*ca\.pem: expected PEM, got something else; as before/);
  });

  it("are used by openleadr ven without a signal", async () => {
    using folder = await withParties();
    using other = await withParties();
    await using vtn = aVtn(folder);
    const url = await vtn.prints(/https:\/\/127\.0\.0\.1:\d+/);
    await using ven = aVen(folder, url, { ca: other.file("ca.pem") });
    await ven.prints(/registration failed/);

    other.write("ca.pem", folder.read("ca.pem"));

    await ven.prints(/files read again +certificates/);
    await ven.prints(/registered +with vtn as kitchen/);
  });

  it("are used by openleadr ven on SIGHUP, and what cannot be used is told", async () => {
    using folder = await withParties();
    await using vtn = aVtn(folder);
    const url = await vtn.prints(/https:\/\/127\.0\.0\.1:\d+/);
    // While it stands still, nobody looks at files unasked.
    await using ven = aVen(folder, url, { clock: new ManualClock(new Date()) });
    await ven.prints(/registered +with vtn as kitchen/);
    const trusted = folder.read("ca.pem");

    folder.write("ca.pem", "no certificate");
    ven.reload();
    await ven.prints(/files not usable +.*ca\.pem: expected PEM, got something else; as before/);
    folder.write("ca.pem", trusted);
    await runCommand(["cert", "ven", "kitchen", "--vtn", "https://localhost", "--force", "--dir", folder.path]);
    ven.reload();

    await ven.prints(new RegExp(`files read again +certificates ${fingerprintOf(folder, "kitchen", "ven.pem")}`));
  });
});
