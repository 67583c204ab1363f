import assert from "node:assert/strict";
import { duration, seconds } from "@openleadr/protocol";
import { ManualClock } from "@openleadr/testing";
import { describe, it } from "vitest";
import { Folder } from "./folder.ts";
import { Daemon, openLocalVtn, WebService, type LocalVtn } from "./ven-daemon.ts";

/** Longer than any action takes on a machine that has much to do. */
const patient = "P1D";

/** A program that writes down what it is given. */
const recorder = `
import { appendFileSync } from "node:fs";
const { OPENLEADR_STEP, OPENLEADR_EVENT_ID, OPENLEADR_VALUE, OPENLEADR_RESOURCES, OPENLEADR_UNTIL } = process.env;
const words = [OPENLEADR_STEP, OPENLEADR_RESOURCES, OPENLEADR_EVENT_ID, OPENLEADR_VALUE, OPENLEADR_UNTIL];
appendFileSync(process.argv[2], words.join(" ") + "\\n");
`;

/** Long, and of low priority, from 00:02 to 00:06; urgent from 00:03 to 00:04. */
async function createTwoEvents(vtn: LocalVtn): Promise<void> {
  for (const [eventId, priority, minute, span, value] of [
    ["long", 3, 2, "PT4M", 1],
    ["urgent", 1, 3, "PT1M", 2],
  ] as const)
    await vtn.createEvent({
      eventId,
      eventDescriptor: { eventId, priority },
      activePeriod: { dtstart: new Date(Date.UTC(2026, 0, 1, 0, minute)), duration: duration(span) },
      signals: [{ signalName: "SIMPLE", signalType: "level", intervals: [{ duration: duration(span), value }] }],
      targets: [{ venId: "kitchen" }],
    });
}

describe("what is in force at a VEN that runs as a file says", () => {
  it("is told to webhooks and commands for each resource, at the start and whenever it changes", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    await using service = await new WebService().listen();
    using folder = new Folder();
    const script = folder.write("record.mjs", recorder);
    const record = folder.file("record.txt");
    const actions = [
      { on: "inForce", command: [process.execPath, script, record], timeout: patient },
      { on: "inForce", webhook: service.url, timeout: patient },
    ];
    const file = {
      name: "kitchen",
      vtn: { url: vtn.url },
      pollInterval: "PT10S",
      resources: [{ resourceId: "boiler" }],
    };
    await using daemon = new Daemon(
      { ...file, events: { actions } },
      { clock, env: { PATH: process.env["PATH"] ?? "" } },
    );
    await daemon.prints(/ready/);
    await service.calls.atLeast(1);
    await createTwoEvents(vtn);
    await clock.advance(seconds(10));
    await daemon.prints(/event answered: optIn for urgent/);

    for (const [minute, calls] of [
      [2, 2],
      [3, 3],
      [4, 4],
      [6, 5],
    ] as const) {
      await clock.advanceTo(new Date(Date.UTC(2026, 0, 1, 0, minute)));
      await service.calls.atLeast(calls);
      await daemon.prints(new RegExp(`(action done: step inForce, resourceId boiler, action webhook[^]*){${calls}}`));
    }

    const lines = folder.read("record.txt").split("\n").slice(0, -1);
    assert.deepEqual(lines, [
      "inForce boiler   ",
      "inForce boiler long 1 2026-01-01T00:06:00.000Z",
      "inForce boiler urgent 2 2026-01-01T00:04:00.000Z",
      "inForce boiler long 1 2026-01-01T00:06:00.000Z",
      "inForce boiler   ",
    ]);
    const told = service.calls.all.map(({ body }) => body);
    assert.deepEqual(
      told.map(({ step, resources, signals }) => [step, resources, (signals as object[]).length]),
      [0, 1, 1, 1, 0].map((count) => ["inForce", ["boiler"], count]),
    );
    const { id, ...first } = told[1] ?? {};
    assert.equal(typeof id, "string");
    assert.deepEqual(first, {
      time: "2026-01-01T00:02:00.000Z",
      step: "inForce",
      venName: "kitchen",
      venId: "kitchen",
      resources: ["boiler"],
      signals: [
        {
          eventId: "long",
          signalId: (first["signals"] as { readonly signalId: string }[])[0]?.signalId,
          signalName: "SIMPLE",
          signalType: "level",
          value: 1,
          from: "2026-01-01T00:02:00.000Z",
          until: "2026-01-01T00:06:00.000Z",
          resources: ["boiler"],
        },
      ],
      until: "2026-01-01T00:06:00.000Z",
    });
  });

  it("is told again after an action that has failed, until there is nothing in force at the device either", async () => {
    const clock = new ManualClock();
    await using vtn = await openLocalVtn(clock);
    let failures = 2;
    await using service = await new WebService(() => (failures-- > 0 ? 400 : 204)).listen();
    const actions = [{ on: "inForce", webhook: service.url, timeout: patient, retries: 0 }];
    const file = { name: "kitchen", vtn: { url: vtn.url }, events: { actions } };
    await using daemon = new Daemon(file, { clock });

    await service.calls.atLeast(1);
    await daemon.prints(/handler failed: onInForce: .*400/);
    await clock.advance(seconds(2));
    await service.calls.atLeast(2);
    await daemon.prints(/(handler failed: onInForce: [^]*){2}/);
    await clock.advance(seconds(4));

    await daemon.prints(/action done: step inForce, action webhook/);
    assert.equal(service.calls.all.length, 3);
  });
});
