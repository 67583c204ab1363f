import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { systemClock } from "@openleadr/protocol";
import { beforeAll, describe, it } from "vitest";
import { Folder } from "./folder.ts";
import { openLocalVtn, WebService } from "./ven-daemon.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const bin = fileURLToPath(new URL("../bin/openleadr.js", import.meta.url));

// The executable runs what was built, which must be what stands in the sources.
beforeAll(() => {
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-b", "packages/cli"], {
    cwd: root,
    stdio: "inherit",
  });
}, 120_000);

/** The command as a process of its own. */
function startProcess(file: string) {
  const child = spawn(process.execPath, [bin, "ven", "--config", file], { stdio: ["ignore", "pipe", "pipe"] });
  const exit = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  let output = "";
  const heard = new EventTarget();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += String(chunk);
      heard.dispatchEvent(new Event("output"));
    });
  }
  return {
    child,
    exit,
    output: () => output,
    async prints(pattern: RegExp): Promise<void> {
      while (!pattern.test(output)) await once(heard, "output");
    },
    async [Symbol.asyncDispose](): Promise<void> {
      child.kill("SIGKILL");
      await exit;
    },
  };
}

describe.skipIf(process.platform === "win32")("the executable as a daemon", () => {
  it("acts on events, takes another file on SIGHUP, and stops in order on SIGTERM", async () => {
    using folder = new Folder();
    await using vtn = await openLocalVtn(systemClock, 1);
    await using service = await new WebService().listen();
    const config = { name: "kitchen", vtn: { url: vtn.url }, health: { port: 0 } };
    const file = folder.write("ven.yaml", JSON.stringify(config));
    await using daemon = startProcess(file);
    await daemon.prints(/ready/);

    folder.write("ven.yaml", "name: kitchen\n");
    daemon.child.kill("SIGHUP");
    await daemon.prints(/configuration not reloaded: .*ven\.yaml:1:1: expected the key vtn, got none/);
    const actions = [{ on: ["start", "interval"], webhook: service.url }];
    folder.write("ven.yaml", JSON.stringify({ ...config, events: { actions } }));
    daemon.child.kill("SIGHUP");
    await daemon.prints(/configuration reloaded/);
    await vtn.createEvent({ eventId: "peak", activePeriod: { dtstart: new Date() } });
    const calls = await service.calls.atLeast(2);
    await daemon.prints(/action done: step interval/);
    daemon.child.kill("SIGTERM");

    assert.deepEqual(await daemon.exit, [0, null]);
    assert.deepEqual(
      calls.map(({ body: { step } }) => step),
      ["start", "interval"],
    );
    assert.match(daemon.output(), /stopped\n$/);
  });

  it("ends a command that is running when it is stopped", async () => {
    using folder = new Folder();
    await using vtn = await openLocalVtn(systemClock, 1);
    await using service = await new WebService().listen();
    const endless = `fetch("${service.url}", { method: "POST" }); setInterval(() => {}, 1e6)`;
    const actions = [{ on: "start", command: [process.execPath, "-e", endless] }];
    const config = { name: "kitchen", vtn: { url: vtn.url }, events: { actions } };
    const file = folder.write("ven.yaml", JSON.stringify(config));
    await using daemon = startProcess(file);
    await daemon.prints(/ready/);
    await vtn.createEvent({ eventId: "peak", activePeriod: { dtstart: new Date() } });
    await service.calls.atLeast(1);

    daemon.child.kill("SIGTERM");

    assert.deepEqual(await daemon.exit, [0, null]);
    assert.doesNotMatch(daemon.output(), /optOut/);
  });

  it("goes on after kill -9 with the registration that it has kept", async () => {
    using folder = new Folder();
    await using vtn = await openLocalVtn(systemClock, 1);
    const config = { name: "kitchen", vtn: { url: vtn.url }, state: "ven.sqlite" };
    const file = folder.write("ven.yaml", JSON.stringify(config));
    await using first = startProcess(file);
    await first.prints(/ready/);
    first.child.kill("SIGKILL");
    await first.exit;

    await using second = startProcess(file);
    await second.prints(/ready/);

    assert.match(second.output(), /info {2}resumed/);
    assert.doesNotMatch(second.output(), /registered: /);
  });

  it("ends with 2 and all mistakes where its file has some", async () => {
    using folder = new Folder();
    const file = folder.write("ven.yaml", "name: kitchen\nvtn: { url: nowhere }\npush: true\n");
    await using daemon = startProcess(file);

    assert.deepEqual(await daemon.exit, [2, null]);
    assert.equal(daemon.output().split("\n").length, 3);
  });

  it("ends with 1 if it is to be pushed to and cannot listen", async () => {
    using folder = new Folder();
    await using service = await new WebService().listen();
    const push = { listen: { port: Number(new URL(service.url).port) } };
    const config = { name: "kitchen", vtn: { url: "http://127.0.0.1:9" }, push };
    await using daemon = startProcess(folder.write("ven.yaml", JSON.stringify(config)));

    assert.deepEqual(await daemon.exit, [1, null]);
    assert.match(daemon.output(), /error: .*EADDRINUSE/);
  });

  it("stops while the VTN is away", async () => {
    using folder = new Folder();
    const config = { name: "kitchen", vtn: { url: "http://127.0.0.1:9" } };
    await using daemon = startProcess(folder.write("ven.yaml", JSON.stringify(config)));
    await daemon.prints(/registration failed/);

    daemon.child.kill("SIGTERM");

    assert.deepEqual(await daemon.exit, [0, null]);
  });
});
