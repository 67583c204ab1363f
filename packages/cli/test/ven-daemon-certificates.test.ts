import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:tls";
import { createSigner, minutes, seconds, type Clock, type Duration } from "@openleadr/protocol";
import { ManualClock } from "@openleadr/testing";
import { HttpListener } from "@openleadr/transport";
import { Vtn } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { cert, withParties } from "./certificates.ts";
import { fastClock, runCommand } from "./command.ts";
import { Folder } from "./folder.ts";
import { Arrivals, Daemon, freePort, healthAt, type Health } from "./ven-daemon.ts";

function knowsOfRevoked({ lastErrors }: Health): boolean {
  return lastErrors.some(({ message }) => message.includes("expected a certificate that its CA has not revoked"));
}

describe("SIGHUP", () => {
  it("has the VEN sign with another certificate without a new registration", async () => {
    using folder = new Folder();
    const dir = ["--dir", folder.path];
    await runCommand(["cert", "ca", ...dir]);
    for (const name of ["old", "new"]) await runCommand(["cert", "ven", name, "--vtn", "https://localhost", ...dir]);
    const use = (name: string): void => {
      for (const file of ["ven.pem", "ven.key.pem"]) folder.write(file, folder.read(name, file));
    };
    const clock = new ManualClock(new Date());
    let registrations = 0;
    await using vtn = new Vtn({
      vtnId: "vtn",
      clock,
      listen: { port: 0 },
      // The clock goes on while messages are under way.
      signatures: { policy: "required", maxAge: minutes(5), authorities: [new X509Certificate(folder.read("ca.pem"))] },
      onCreatePartyRegistration: () => ({ venId: `ven-${++registrations}` }),
    });
    await vtn.start();
    use("old");
    const signatures = { certificate: folder.file("ven.pem"), key: folder.file("ven.key.pem") };
    const config = { name: "kitchen", vtn: { url: vtn.url }, signatures, health: { port: 0 } };
    await using daemon = new Daemon(config, { clock });
    const health = await daemon.health();
    await daemon.prints(/ready/);
    const nextContact = async (): Promise<void> => {
      const now = clock.now().toISOString();
      for (let contact = ""; contact <= now; contact = (await healthAt(health))[1].lastContact ?? "")
        await clock.advance(seconds(10));
    };
    await nextContact();
    const [before, after] = ["old", "new"].map((name) =>
      new X509Certificate(folder.read(name, "ven.pem")).fingerprint256.slice(-29),
    );
    await vtn.vens.setSignatures("ven-1", { signerFingerprints: [before ?? "", after ?? ""] });

    use("new");
    daemon.reload();
    await daemon.prints(/configuration reloaded: signatures\.certificate\n/);
    await vtn.vens.setSignatures("ven-1", { signerFingerprints: [after ?? ""] });
    await nextContact();

    assert.equal(registrations, 1);
  });

  it("takes other CAs and revocation lists for the VTN's signatures without a new VEN", async () => {
    using folder = new Folder();
    const dirs = ["old", "new"].map((name) => folder.file(name));
    for (const dir of dirs) await runCommand(["cert", "ca", "--dir", dir]);
    await runCommand(["cert", "ven", "kitchen", "--vtn", "https://localhost", "--dir", folder.file("old")]);
    const own = (name: string): string => folder.file("old", "kitchen", name);
    const ca = folder.write("ca.pem", folder.read("old", "ca.pem"));
    const signatures = { certificate: own("ven.pem"), key: own("ven.key.pem"), ca };
    const vtn = { url: "http://127.0.0.1:9" };
    await using daemon = new Daemon({ name: "kitchen", vtn, signatures }, { clock: new ManualClock(new Date()) });
    await daemon.prints(/registration failed/);

    folder.write("ca.pem", folder.read("new", "ca.pem"));
    daemon.reload();

    await daemon.prints(/configuration reloaded: signatures\.ca\n/);

    await runCommand(["cert", "crl", "--dir", folder.file("new")]);
    daemon.reloadWith({ name: "kitchen", vtn, signatures: { ...signatures, crl: folder.file("new", "crl.pem") } });

    await daemon.prints(/configuration reloaded: signatures\.crl\n/);
  });

  it("has the VEN heed other revocation lists from then on, and none where there is none any more", async () => {
    using folder = await withParties();
    await cert(folder, "crl");
    const clock = new ManualClock(new Date());
    await using vtn = new Vtn({
      vtnId: "vtn",
      clock,
      listen: { port: 0 },
      signatures: {
        signer: createSigner({ certificates: folder.read("vtn-ecc.pem"), key: folder.read("vtn-ecc.key.pem") }),
        maxAge: minutes(5),
        authorities: [new X509Certificate(folder.read("ca.pem"))],
      },
      onCreatePartyRegistration: () => true,
    });
    await vtn.start();
    const [ca, crl] = [folder.file("ca.pem"), folder.file("crl.pem")];
    const own = { certificate: folder.file("kitchen", "ven.pem"), key: folder.file("kitchen", "ven.key.pem") };
    const signatures = { ...own, ca, maxAge: "PT5M", maxAhead: "PT5M" };
    const config = { name: "kitchen", vtn: { url: vtn.url }, signatures: { ...signatures, crl }, health: { port: 0 } };
    await using daemon = new Daemon(config, { clock });
    const health = await daemon.health();
    await daemon.prints(/ready/);

    await cert(folder, "revoke", folder.file("vtn-ecc.pem"));
    daemon.reload();
    await daemon.prints(/configuration reloaded: signatures\.crl\n/);
    for (let isTold = false; !isTold; isTold = knowsOfRevoked((await healthAt(health))[1]))
      await clock.advance(seconds(10));
    daemon.reloadWith({ ...config, signatures });
    await daemon.prints(/configuration reloaded: signatures\.crl\n/);

    const now = clock.now().toISOString();
    for (let contact = ""; contact <= now; contact = (await healthAt(health))[1].lastContact ?? "")
      await clock.advance(seconds(10));
  });

  it("takes other certificates without a new registration", async () => {
    using folder = new Folder();
    const old = ["--dir", folder.file("old")];
    const renewed = ["--dir", folder.file("new")];
    for (const dir of [old, renewed]) {
      await runCommand(["cert", "ca", ...dir]);
      await runCommand(["cert", "vtn", ...dir]);
      await runCommand(["cert", "ven", "kitchen", "--vtn", "https://localhost", ...dir]);
    }
    const pem = (...names: readonly string[]) => readFileSync(folder.file(...names));
    const listenerTls = (dir: string) => ({
      certificate: pem(dir, "vtn-ecc.pem"),
      key: pem(dir, "vtn-ecc.key.pem"),
      ca: pem("old", "ca.pem"),
    });
    const clock = new ManualClock(new Date());
    let registrations = 0;
    await using vtn = new Vtn({
      vtnId: "vtn",
      clock,
      listen: false,
      onCreatePartyRegistration: () => ({ venId: `ven-${++registrations}` }),
    });
    await vtn.start();
    await using listener = new HttpListener({ handler: vtn.handler, port: 0, tls: listenerTls("old") });
    await listener.start();
    const url = `https://localhost:${listener.url?.port}`;
    for (const name of ["ven.pem", "ven.key.pem"]) folder.write(name, pem("old", "kitchen", name));
    const tls = { certificate: folder.file("ven.pem"), key: folder.file("ven.key.pem"), ca: folder.file("ca.pem") };
    folder.write("ca.pem", pem("old", "ca.pem"));
    await using daemon = new Daemon({ name: "kitchen", vtn: { url, tls }, health: { port: 0 } }, { clock });
    const health = await daemon.health();
    await daemon.prints(/ready/);

    listener.replaceTls(listenerTls("new"));
    await clock.advance(seconds(10));
    await daemon.prints(/poll failed/);
    folder.write("ca.pem", pem("new", "ca.pem"));
    daemon.reload();
    await daemon.prints(/configuration reloaded: vtn\.tls\n/);
    const before = clock.now().toISOString();
    for (let contact = ""; contact <= before; contact = (await healthAt(health))[1].lastContact ?? "")
      await clock.advance(seconds(10));

    assert.equal(registrations, 1);
  });

  for (const isFileChanged of [false, true]) {
    it(`is not needed for certificates that are replaced${isFileChanged ? ", unless the file has changed, too" : ""}`, async () => {
      using folder = new Folder();
      const dir = ["--dir", folder.path];
      await runCommand(["cert", "ca", ...dir]);
      await runCommand(["cert", "ven", "kitchen", "--vtn", "https://localhost", ...dir]);
      const file = (name: string): string => folder.file("kitchen", name);
      const tls = { certificate: file("ven.pem"), key: file("ven.key.pem"), ca: file("ca.pem") };
      const config = { name: "kitchen", vtn: { url: "https://localhost:9", tls } };
      await using daemon = new Daemon(config, { clock: fastClock() });
      await daemon.prints(/registration failed/);

      if (isFileChanged) daemon.folder.write("ven.yaml", JSON.stringify({ ...config, tolerant: true }));
      await runCommand(["cert", "ven", "kitchen", "--vtn", "https://localhost", "--force", ...dir]);

      await daemon.prints(
        isFileChanged
          ? /warn {2}certificates changed, and the file too: SIGHUP takes both/
          : /configuration reloaded: vtn\.tls\n/,
      );
    });
  }

  it("has a file that names other certificates read once", async () => {
    using folder = new Folder();
    await runCommand(["cert", "ca", "--dir", folder.path]);
    const looks = new Arrivals<Duration>();
    const fast = fastClock();
    const sleep: Clock["sleep"] = async (span, signal) => {
      if (span === seconds(5)) looks.add(span);
      return fast.sleep(span, signal);
    };
    const config = { name: "kitchen", vtn: { url: "https://localhost:9" } };
    await using daemon = new Daemon(config, { clock: { now: () => fast.now(), sleep } });
    await daemon.prints(/registration failed/);

    daemon.reloadWith({ ...config, vtn: { ...config.vtn, tls: { ca: folder.file("ca.pem") } } });
    await daemon.prints(/configuration reloaded: vtn\.tls\n/);
    await looks.atLeast(looks.all.length + 4);

    const { stdout } = await daemon.interrupt();
    assert.equal(stdout.match(/configuration reloaded/g)?.length, 1);
  });

  it("takes other certificates for what the VTN pushes, on the same listener", async () => {
    using folder = new Folder();
    for (const dir of ["old", "new"]) {
      await runCommand(["cert", "ca", "--dir", folder.file(dir)]);
      await runCommand(["cert", "vtn", "--dir", folder.file(dir)]);
    }
    const use = (dir: string): void => {
      for (const name of ["vtn-ecc.pem", "vtn-ecc.key.pem", "ca.pem"]) folder.write(name, folder.read(dir, name));
    };
    use("old");
    const port = await freePort();
    const tls = {
      certificate: folder.file("vtn-ecc.pem"),
      key: folder.file("vtn-ecc.key.pem"),
      ca: folder.file("ca.pem"),
    };
    const push = { listen: { port, tls }, address: `https://localhost:${port}` };
    await using daemon = new Daemon(
      { name: "kitchen", vtn: { url: "http://127.0.0.1:9" }, push },
      { clock: new ManualClock(new Date()) },
    );
    await daemon.prints(/registration failed/);

    const before = await isTrusted(port, folder.read("old", "ca.pem"));
    use("new");
    daemon.reload();
    await daemon.prints(/configuration reloaded: push\.listen\.tls\n/);
    const after = await isTrusted(port, folder.read("new", "ca.pem"));

    assert.deepEqual([before, after], [true, true]);
  });
});

describe("the certificates of a daemon", () => {
  it("are told of before they end", async () => {
    using folder = new Folder();
    const dir = ["--dir", folder.path];
    await runCommand(["cert", "ca", ...dir]);
    await runCommand(["cert", "ven", "kitchen", "--vtn", "https://localhost:9", "--validity", "P20D", ...dir]);
    const file = (name: string): string => folder.file("kitchen", name);
    const tls = { certificate: file("ven.pem"), key: file("ven.key.pem"), ca: file("ca.pem") };
    const config = { name: "kitchen", vtn: { url: "https://localhost:9", tls } };

    await using daemon = new Daemon(config, { clock: new ManualClock(new Date()) });

    await daemon.prints(/warn {2}certificate ends: subject .*, notAfter .*, state (?:19|20) days left\n/);
  });
});

/** Whether the certificate that a listener shows is of this CA. */
async function isTrusted(port: number, ca: string): Promise<boolean> {
  const socket = connect({ port, host: "localhost", ca, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { authorized } = socket;
  socket.destroy();
  return authorized;
}
