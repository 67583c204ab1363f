import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hours, seconds } from "@openleadr/protocol";
import { Ven } from "@openleadr/ven";
import { SqliteVenStore } from "@openleadr/ven/sqlite";
import { describe, it } from "vitest";
import { ManualClock } from "../../src/index.ts";
import { anEvent, ScriptedVtn, type EventOptions } from "./scripted-vtn.ts";

/** A folder for one test. */
function aFolder(): Disposable & { readonly file: string } {
  const folder = mkdtempSync(join(tmpdir(), "openleadr-vtns-"));
  return { file: join(folder, "vens.sqlite"), [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

/** Two VTNs that give their VENs the same IDs, and a VEN of the same name at each, in one program and one file. */
async function aProgram(file: string) {
  const clock = new ManualClock();
  const store = new SqliteVenStore({ file });
  const journal: string[] = [];
  const [north, south] = [new ScriptedVtn(), new ScriptedVtn()];
  const [atNorth, atSouth] = (
    [
      ["north", north],
      ["south", south],
    ] as const
  ).map(
    ([name, vtn]) =>
      new Ven({
        transport: vtn.transport,
        venName: "gateway",
        store,
        storeKey: { vtn: name },
        clock,
        onEvent: () => "optIn",
        onInterval: (_event, { signals }) => void journal.push(`${name} ${signals[0]?.value}`),
      }),
  ) as [Ven, Ven];
  return {
    clock,
    journal,
    north,
    south,
    vens: [atNorth, atSouth],
    async [Symbol.asyncDispose]() {
      for (const ven of [atNorth, atSouth]) await ven.stop();
      await store.close();
    },
  };
}

function interval(value: number): EventOptions {
  return { signal: { intervals: [{ duration: hours(1), uid: "0", value }] } };
}

describe("VENs of one program at several VTNs", () => {
  it("share no state, even under the same venID, eventID and file", async () => {
    using folder = aFolder();
    {
      await using first = await aProgram(folder.file);
      for (const ven of first.vens) await ven.start();
      first.north.distribute(anEvent(interval(1)));
      first.south.distribute(anEvent(interval(2)));
      await first.clock.advance(seconds(10));
      assert.deepEqual(
        first.vens.map(({ venId, events }) => [venId, events[0]?.eventDescriptor.eventId]),
        [
          ["ven-1", "event-1"],
          ["ven-1", "event-1"],
        ],
      );
    }

    await using second = await aProgram(folder.file);
    second.north.events = [anEvent(interval(1))];
    second.south.events = [];
    for (const ven of second.vens) await ven.start();
    await second.clock.advance(hours(1));

    assert.deepEqual(second.journal, ["north 1"]);
    assert.deepEqual(
      second.vens.map(({ events }) => events.length),
      [1, 0],
    );
    assert.equal(second.north.names.includes("oadrCreatePartyRegistration"), false);
  });
});
