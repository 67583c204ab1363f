import assert from "node:assert/strict";
import { seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { healthAt, openReadyVen, WebService } from "./ven-daemon.ts";

describe("SIGHUP", () => {
  it("changes what is done about events without a new registration", async () => {
    await using service = await new WebService().listen();
    await using ready = await openReadyVen();
    const { clock, vtn, daemon, config } = ready;

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
    await using ready = await openReadyVen();
    const { daemon, config } = ready;

    daemon.reloadWith({ ...config, name: "hall" });

    await daemon.prints(/stopped[^]*registered: with vtn as hall[^]*ready: venName hall, venId hall/);
  });

  it("says what has changed, by the names of the file", async () => {
    await using ready = await openReadyVen();
    const { daemon, config } = ready;

    daemon.reload();
    await daemon.prints(/configuration reloaded: nothing has changed\n/);
    daemon.reloadWith({ ...config, events: { opt: "optOut" }, health: { port: 0 } });
    await daemon.prints(/configuration reloaded: events, health\n/);
    daemon.reloadWith({ ...config, name: "hall", events: { opt: "optOut" }, health: { port: 0, maxSilence: "PT1H" } });
    await daemon.prints(/configuration reloaded: what makes the VEN, health\n/);
  });

  it("leaves all as it is when the file has mistakes, and lists them", async () => {
    await using ready = await openReadyVen({ health: { port: 0 } });
    const { daemon } = ready;
    const url = await daemon.health();

    daemon.reloadWith("name: hall\nvtn: nowhere\nhaelth: {}\n");
    await daemon.prints(/error configuration not reloaded: .*ven\.yaml:2:6: vtn: expected a mapping/);
    await daemon.prints(
      /error configuration not reloaded: .*ven\.yaml:3:1: haelth: unknown key; did you mean health\?/,
    );
    const [status, { venId }] = await healthAt(url);

    assert.deepEqual([status, venId], [200, "kitchen"]);
  });

  for (const [what, part] of [
    ["whose listener has no port", async (port: number) => ({ push: { listen: { port } } })],
    ["whose state has no file", async () => ({ state: "no/such/folder/ven.sqlite" })],
  ] as const) {
    it(`goes on as before in place of a VEN ${what}`, async () => {
      await using service = await new WebService().listen();
      await using ready = await openReadyVen({ health: { port: 0 } });
      const { daemon, config } = ready;
      const url = await daemon.health();

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
});
