import assert from "node:assert/strict";
import { hours, minutes } from "@openleadr/protocol";
import { ManualClock } from "@openleadr/testing";
import { describe, it } from "vitest";
import { fastClock } from "./command.ts";
import { Folder } from "./folder.ts";
import { Daemon, openLocalVtn } from "./ven-daemon.ts";

describe("the options of a VEN that runs as a file says", () => {
  it("keep its state when its name changes, with a storeKey", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    using folder = new Folder();
    const config = { vtn: { url: vtn.url }, state: folder.file("ven.sqlite"), storeKey: { ven: "the one" } };
    {
      await using daemon = new Daemon({ name: "kitchen", ...config }, { clock });
      await daemon.prints(/registered: with vtn as kitchen/);
    }

    await using daemon = new Daemon({ name: "Kitchen", ...config }, { clock });

    await daemon.prints(/resumed: with vtn as kitchen/);
  });

  it("say from which difference on clocks differ", async () => {
    const clock = fastClock();
    const ahead = fastClock(new Date(Date.now() + hours(1)));
    await using vtn = await openLocalVtn(ahead);
    const config = { name: "kitchen", vtn: { url: vtn.url } };

    await using strict = new Daemon(config, { clock });
    await using lenient = new Daemon({ ...config, maxClockSkew: "PT2H" }, { clock });

    await strict.prints(/warn {2}clocks differ: the VTN's clock is \d+(?:\.\d+)? s ahead/);
    await lenient.prints(/ready/);
    assert.ok(!(await lenient.interrupt()).stdout.includes("clocks differ"));
  });

  it("say how long it waits before it registers anew", async () => {
    const clock = fastClock();
    await using vtn = await openLocalVtn(clock);
    const config = { name: "kitchen", vtn: { url: vtn.url }, registrationPause: "PT0S" };
    await using daemon = new Daemon(config, { clock });
    await daemon.prints(/ready/);

    await vtn.vtn.vens.cancelPartyRegistration("kitchen");

    const told = await daemon.prints(/\S+ \w+ +unregistered: [^]*\n(\S+) \w+ +registered: /);
    const [cancelled, registered] = [told.split(" ")[0], told.split("\n").at(-1)?.split(" ")[0]];
    const waited = Date.parse(registered ?? "") - Date.parse(cancelled ?? "");
    assert.ok(waited < minutes(1), `${waited} ms`);
  });
});
