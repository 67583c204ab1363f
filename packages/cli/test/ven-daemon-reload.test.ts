import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:tls";
import { minutes, seconds, type Clock, type Duration } from "@openleadr/protocol";
import { ManualClock } from "@openleadr/testing";
import { HttpListener } from "@openleadr/transport";
import { Vtn } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { fastClock, runCommand } from "./command.ts";
import { Folder } from "./folder.ts";
import { Arrivals, Daemon, openLocalVtn, WebService } from "./ven-daemon.ts";

interface Health {
  readonly status: string;
  readonly reasons: readonly string[];
  readonly state: string;
  readonly venId?: string;
  readonly lastContact?: string;
  readonly activeEvents: readonly { readonly eventId: string; readonly signals: readonly object[] }[];
  readonly lastErrors: readonly { readonly type: string; readonly message: string }[];
}

async function healthAt(url: string): Promise<readonly [number, Health]> {
  const answer = await fetch(url);
  return [answer.status, (await answer.json()) as Health];
}

describe("the health endpoint", () => {
  it("answers 503 until the VEN is registered, and 200 then", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    const { port } = new URL(vtn.url);
    await vtn.vtn.stop();
    await using daemon = new Daemon(
      { name: "kitchen", vtn: { url: `http://127.0.0.1:${port}` }, health: { port: 0 } },
      { clock },
    );
    const url = await daemon.health();
    await daemon.prints(/registration failed/);

    const [away, before] = await healthAt(url);
    await using back = new Vtn({
      vtnId: "vtn",
      clock,
      listen: { port: Number(port) },
      onCreatePartyRegistration: () => ({ venId: "ven-1" }),
    });
    await back.start();
    await clock.advance(seconds(10));
    await daemon.prints(/ready/);
    const [there, after] = await healthAt(url);

    assert.deepEqual([away, before.status, before.reasons], [503, "failing", ["the VEN is registering"]]);
    assert.equal(before.lastErrors[0]?.type, "registrationFailed");
    assert.deepEqual([there, after.status, after.reasons, after.venId], [200, "ok", [], "ven-1"]);
    assert.deepEqual(after.activeEvents, []);
  });

  it("shows the events that are acted on", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    await using daemon = new Daemon({ name: "kitchen", vtn: { url: vtn.url }, health: { port: 0 } }, { clock });
    const url = await daemon.health();
    await daemon.prints(/ready/);
    await vtn.createEvent({ eventId: "peak", activePeriod: { dtstart: clock.now() } });
    await clock.advance(seconds(10));
    await daemon.prints(/event interval/);

    const [, { activeEvents, lastContact }] = await healthAt(url);

    const signals = [{ signalName: "SIMPLE", signalType: "level", value: 1, until: "2026-01-01T00:01:00.000Z" }];
    assert.deepEqual(
      activeEvents.map(({ eventId, signals: given }) => [eventId, given]),
      [["peak", signals]],
    );
    assert.equal(lastContact, "2026-01-01T00:00:10.000Z");
  });

  it("answers 503 when the VTN has been silent for too long", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    const health = { port: 0, maxSilence: "PT15S" };
    await using daemon = new Daemon({ name: "kitchen", vtn: { url: vtn.url }, health }, { clock });
    const url = await daemon.health();
    await daemon.prints(/ready/);
    await vtn.vtn.stop();
    await clock.advance(seconds(16));

    const [status, { reasons }] = await healthAt(url);

    assert.deepEqual([status, reasons], [503, ["the VTN has been silent for 16 s"]]);
  });

  for (const [method, path, status] of [
    ["GET", "/", 404],
    ["POST", "/health", 405],
    ["HEAD", "/health", 200],
  ] as const) {
    it(`answers ${method} ${path} with ${status}`, async () => {
      const clock = new ManualClock();
      await using vtn = await openLocalVtn(clock);
      await using daemon = new Daemon({ name: "kitchen", vtn: { url: vtn.url }, health: { port: 0 } }, { clock });
      const url = await daemon.health();
      await daemon.prints(/ready/);

      const answer = await fetch(new URL(path, url), { method });

      assert.equal(answer.status, status);
    });
  }

  it("ends the command with 1 if its port is taken", async () => {
    const clock = new ManualClock();
    await using service = await new WebService().listen();
    const port = Number(new URL(service.url).port);
    await using daemon = new Daemon(
      { name: "kitchen", vtn: { url: "http://127.0.0.1:9" }, health: { port } },
      { clock },
    );

    const { code, stderr } = await daemon.ended;

    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`^error: health: cannot listen on port ${port} of 127.0.0.1: `));
  });
});

describe("SIGHUP", () => {
  it("changes what is done about events without a new registration", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    await using service = await new WebService().listen();
    const config = { name: "kitchen", vtn: { url: vtn.url } };
    await using daemon = new Daemon(config, { clock });
    await daemon.prints(/ready/);

    const actions = [{ on: "start", webhook: service.url, timeout: "P1D" }];
    daemon.reloadWith({ ...config, events: { actions }, logging: { format: "json" } });
    await daemon.prints(/"configuration reloaded","ven":false/);
    await vtn.createEvent({ eventId: "peak", activePeriod: { dtstart: clock.now() } });
    await clock.advance(seconds(10));

    await service.calls.atLeast(1);
    await daemon.prints(/"message":"event started"/);
    const { stdout } = await daemon.interrupt();
    assert.equal(stdout.match(/\bregistered: with|"type":"registered"/g)?.length, 1);
  });

  it("registers anew where the VEN is another one", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    const config = { name: "kitchen", vtn: { url: vtn.url } };
    await using daemon = new Daemon(config, { clock });
    await daemon.prints(/ready: venName kitchen/);

    daemon.reloadWith({ ...config, name: "hall" });

    await daemon.prints(/stopped[^]*registered: with vtn as hall[^]*ready: venName hall, venId hall/);
  });

  it("says what has changed, by the names of the file", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    const config = { name: "kitchen", vtn: { url: vtn.url } };
    await using daemon = new Daemon(config, { clock });
    await daemon.prints(/ready/);

    daemon.reload();
    await daemon.prints(/configuration reloaded: nothing has changed\n/);
    daemon.reloadWith({ ...config, events: { opt: "optOut" }, health: { port: 0 } });
    await daemon.prints(/configuration reloaded: events, health\n/);
    daemon.reloadWith({ ...config, name: "hall", events: { opt: "optOut" }, health: { port: 0, maxSilence: "PT1H" } });
    await daemon.prints(/configuration reloaded: what makes the VEN, health\n/);
  });

  it("leaves all as it is when the file has mistakes, and lists them", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    const config = { name: "kitchen", vtn: { url: vtn.url }, health: { port: 0 } };
    await using daemon = new Daemon(config, { clock });
    const url = await daemon.health();
    await daemon.prints(/ready/);

    daemon.reloadWith("name: hall\nvtn: nowhere\nhaelth: {}\n");
    await daemon.prints(/error configuration not reloaded: .*ven\.yaml:2:6: vtn: expected a mapping/);
    await daemon.prints(
      /error configuration not reloaded: .*ven\.yaml:3:1: haelth: unknown key; did you mean health\?/,
    );
    const [status, { venId }] = await healthAt(url);

    assert.deepEqual([status, venId], [200, "kitchen"]);
  });

  it("moves the health endpoint, and keeps the old one where the new port is taken", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    await using service = await new WebService().listen();
    const config = { name: "kitchen", vtn: { url: vtn.url } };
    await using daemon = new Daemon({ ...config, health: { port: 0 } }, { clock });
    const url = await daemon.health();
    await daemon.prints(/ready/);

    daemon.reloadWith({ ...config, health: { port: Number(new URL(service.url).port) } });
    await daemon.prints(/error configuration not reloaded: health: cannot listen/);
    const [kept] = await healthAt(url);
    daemon.reloadWith(config);
    await daemon.prints(/configuration reloaded/);

    assert.equal(kept, 200);
    await assert.rejects(fetch(url));
  });

  it("moves the health endpoint to another address of its port, and back if the VEN cannot be run", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    const port = await freePort();
    const config = { name: "kitchen", vtn: { url: vtn.url } };
    await using daemon = new Daemon({ ...config, health: { port } }, { clock });
    const url = await daemon.health();
    await daemon.prints(/ready/);

    daemon.reloadWith({ ...config, health: { port, host: "0.0.0.0" } });
    await daemon.prints(/health endpoint open: url http:\/\/0\.0\.0\.0:[^]*configuration reloaded: health\n/);
    const [moved] = await healthAt(url);
    daemon.reloadWith({ ...config, state: "no/such/folder/ven.sqlite", health: { port } });
    await daemon.prints(/configuration not reloaded: .*; the VEN goes on as before/);
    await daemon.prints(
      /http:\/\/127\.0\.0\.1:[^]*http:\/\/0\.0\.0\.0:[^]*http:\/\/127\.0\.0\.1:[^]*http:\/\/0\.0\.0\.0:/,
    );
    const [back] = await healthAt(url);

    assert.deepEqual([moved, back], [200, 200]);
  });

  it("opens the health endpoint again where its port has no such address", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    const port = await freePort();
    const config = { name: "kitchen", vtn: { url: vtn.url } };
    await using daemon = new Daemon({ ...config, health: { port } }, { clock });
    const url = await daemon.health();
    await daemon.prints(/ready/);

    daemon.reloadWith({ ...config, health: { port, host: "192.0.2.1" } });
    await daemon.prints(/configuration not reloaded: health: cannot listen on port \d+ of 192\.0\.2\.1/);

    assert.equal((await healthAt(url))[0], 200);
  });

  for (const [what, part] of [
    ["whose listener has no port", async (port: number) => ({ push: { listen: { port } } })],
    ["whose state has no file", async () => ({ state: "no/such/folder/ven.sqlite" })],
  ] as const) {
    it(`goes on as before in place of a VEN ${what}`, async () => {
      const clock = new ManualClock();
      await using vtn = await openLocalVtn(clock);
      await using service = await new WebService().listen();
      const config = { name: "kitchen", vtn: { url: vtn.url } };
      await using daemon = new Daemon({ ...config, health: { port: 0 } }, { clock });
      const url = await daemon.health();
      await daemon.prints(/ready/);

      const other = await part(Number(new URL(service.url).port));
      daemon.reloadWith({ ...config, name: "hall", ...other, logging: { format: "json" } });
      await daemon.prints(/error configuration not reloaded: .*; the VEN goes on as before/);
      await daemon.prints(/ready[^]*stopped[^]*ready: venName kitchen/);
      const [status, { venId }] = await healthAt(url);
      daemon.reloadWith({ ...config, name: "attic" });

      assert.deepEqual([status, venId], [200, "kitchen"]);
      await daemon.prints(/ready: venName attic/);
    });
  }

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

  it("takes other CAs for the VTN's signatures without a new VEN", async () => {
    using folder = new Folder();
    const dirs = ["old", "new"].map((name) => folder.file(name));
    for (const dir of dirs) await runCommand(["cert", "ca", "--dir", dir]);
    await runCommand(["cert", "ven", "kitchen", "--vtn", "https://localhost", "--dir", folder.file("old")]);
    const own = (name: string): string => folder.file("old", "kitchen", name);
    const ca = folder.write("ca.pem", folder.read("old", "ca.pem"));
    const signatures = { certificate: own("ven.pem"), key: own("ven.key.pem"), ca };
    await using daemon = new Daemon(
      { name: "kitchen", vtn: { url: "http://127.0.0.1:9" }, signatures },
      { clock: new ManualClock(new Date()) },
    );
    await daemon.prints(/registration failed/);

    folder.write("ca.pem", folder.read("new", "ca.pem"));
    daemon.reload();

    await daemon.prints(/configuration reloaded: signatures\.ca\n/);
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

async function freePort(): Promise<number> {
  await using service = await new WebService().listen();
  return Number(new URL(service.url).port);
}

/** Whether the certificate that a listener shows is of this CA. */
async function isTrusted(port: number, ca: string): Promise<boolean> {
  const socket = connect({ port, host: "localhost", ca, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { authorized } = socket;
  socket.destroy();
  return authorized;
}
