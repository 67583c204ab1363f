import assert from "node:assert/strict";
import { seconds } from "@openleadr/protocol";
import { ManualClock } from "@openleadr/testing";
import { Vtn } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { Daemon, freePort, healthAt, openLocalVtn, openReadyVen, WebService } from "./ven-daemon.ts";

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
    await using ready = await openReadyVen({ health: { port: 0 } });
    const { clock, vtn, daemon } = ready;
    const url = await daemon.health();
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
    const health = { port: 0, maxSilence: "PT15S" };
    await using ready = await openReadyVen({ health });
    const { clock, vtn, daemon } = ready;
    const url = await daemon.health();
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
      await using ready = await openReadyVen({ health: { port: 0 } });
      const { daemon } = ready;
      const url = await daemon.health();

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

describe("the health endpoint at a SIGHUP", () => {
  it("moves the health endpoint, and keeps the old one where the new port is taken", async () => {
    await using service = await new WebService().listen();
    await using ready = await openReadyVen({ health: { port: 0 } });
    const { daemon, config } = ready;
    const url = await daemon.health();

    daemon.reloadWith({ ...config, health: { port: Number(new URL(service.url).port) } });
    await daemon.prints(/error configuration not reloaded: health: cannot listen/);
    const [kept] = await healthAt(url);
    daemon.reloadWith(config);
    await daemon.prints(/configuration reloaded/);

    assert.equal(kept, 200);
    await assert.rejects(fetch(url));
  });

  it("moves the health endpoint to another address of its port, and back if the VEN cannot be run", async () => {
    const port = await freePort();
    await using ready = await openReadyVen({ health: { port } });
    const { daemon, config } = ready;
    const url = await daemon.health();

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
    const port = await freePort();
    await using ready = await openReadyVen({ health: { port } });
    const { daemon, config } = ready;
    const url = await daemon.health();

    daemon.reloadWith({ ...config, health: { port, host: "192.0.2.1" } });
    await daemon.prints(/configuration not reloaded: health: cannot listen on port \d+ of 192\.0\.2\.1/);

    assert.equal((await healthAt(url))[0], 200);
  });
});
