import assert from "node:assert/strict";
import { seconds } from "@openleadr/protocol";
import { ManualClock } from "@openleadr/testing";
import { Vtn } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { fastClock } from "./command.ts";
import { Folder } from "./folder.ts";
import { Daemon, openLocalVtn, type LocalVtn } from "./ven-daemon.ts";

const holidays = {
  optId: "holidays",
  opt: "optOut",
  targets: [{ resourceId: "boiler" }],
  spans: [{ dtstart: "2026-07-04T08:00:00Z", duration: "P14D" }],
};
const works = { optId: "works", opt: "optOut", spans: [{ dtstart: "2026-02-01T08:00:00+01:00", duration: "PT8H" }] };

function config(vtn: LocalVtn, availability: readonly object[] | undefined, rest: object = {}): object {
  return { name: "kitchen", vtn: { url: vtn.url }, ...(availability && { availability }), ...rest };
}

/** What the VTN knows, each as the ID and the beginning of its first span; it also keeps what something else overrides. */
async function known({ vtn }: LocalVtn): Promise<readonly string[]> {
  const schedules = await vtn.opts.schedules("kitchen");
  const current = schedules.filter(({ cancelledAt }) => cancelledAt === undefined);
  const said = current.map(
    ({ optId, vavailability: [span] }) => `${optId} ${span?.dtstart.toISOString().slice(0, 10)}`,
  );
  return [...new Set(said)].sort();
}

describe("the availability in the file of a VEN", () => {
  it("is told to the VTN, without what is over", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    const over = { ...works, optId: "over", opt: "optIn", spans: [{ dtstart: "2025-07-04T08:00Z", duration: "P1D" }] };

    await using daemon = new Daemon(config(vtn, [holidays, works, over]), { clock });
    await daemon.prints(/optOut schedule: works/);
    await daemon.prints(/optOut schedule: holidays/);

    assert.deepEqual(await known(vtn), ["holidays 2026-07-04", "works 2026-02-01"]);
    assert.deepEqual((await vtn.vtn.opts.schedules("kitchen")).map(({ targets }) => targets).flat(), [
      { resourceId: "boiler" },
    ]);
  });

  it("follows a change of the file: entries changed, taken out, and added", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    await using daemon = new Daemon(config(vtn, [holidays, works]), { clock });
    await daemon.prints(/optOut schedule: holidays/);

    const later = { ...holidays, spans: [{ dtstart: "2026-08-01T08:00:00Z", duration: "P14D" }] };
    const ready = { ...works, optId: "ready", opt: "optIn" };
    daemon.reloadWith(config(vtn, [later, ready]));
    await daemon.prints(/opt cancelled: works/);
    await daemon.prints(/optIn schedule: ready/);
    await daemon.prints(/opt cancelled: holidays[^]*optOut schedule: holidays/);

    assert.deepEqual(await known(vtn), ["holidays 2026-08-01", "ready 2026-02-01"]);
  });

  it("is told again where a schedule for more has taken its place (rule 203)", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    await using daemon = new Daemon(config(vtn, [holidays]), { clock });
    await daemon.prints(/optOut schedule: holidays/);

    daemon.reloadWith(config(vtn, [holidays, works]));
    await daemon.prints(/optOut schedule: works/);
    await clock.advance(seconds(2));
    await daemon.prints(/optOut schedule: works[^]*optOut schedule: holidays/);

    assert.deepEqual(await known(vtn), ["holidays 2026-07-04", "works 2026-02-01"]);
  });

  it("is told once, also over a restart", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    using folder = new Folder();
    const state = { state: folder.file("state.sqlite") };
    const first = new Daemon(config(vtn, [holidays], state), { clock });
    await first.prints(/optOut schedule: holidays/);
    await first[Symbol.asyncDispose]();

    const ready = { ...works, opt: "optIn" };
    const second = new Daemon(config(vtn, [holidays, ready], state), { clock });
    await second.prints(/optIn schedule: works/);
    const { stdout } = await second.interrupt();
    await using third = new Daemon(config(vtn, [ready], state), { clock });
    await third.prints(/opt cancelled: holidays/);

    assert.doesNotMatch(stdout, /holidays/);
    assert.deepEqual(await known(vtn), ["works 2026-02-01"]);
  });

  it("is told once the VTN is there again", async () => {
    const clock = fastClock(new Date("2026-01-01T00:00:00Z"));
    await using vtn = await openLocalVtn(clock);
    const { port, href } = new URL(vtn.url);
    const file = (availability?: readonly object[]): object => ({
      name: "kitchen",
      vtn: { url: href },
      ...(availability && { availability }),
    });
    await using daemon = new Daemon(file(), { clock });
    await daemon.prints(/ready/);
    await vtn.vtn.stop();

    daemon.reloadWith(file([works]));
    await daemon.prints(/warn {2}availability not told yet: optId works/);
    await using back = new Vtn({
      vtnId: "vtn",
      clock,
      listen: { port: Number(port) },
      onCreatePartyRegistration: () => ({ venId: "kitchen" }),
    });
    await back.start();

    await daemon.prints(/optOut schedule: works/);
    assert.equal((await back.opts.schedules("kitchen")).length, 1);
  });
});
