import assert from "node:assert/strict";
import { duration, seconds } from "@openleadr/protocol";
import { ManualClock } from "@openleadr/testing";
import { describe, it } from "vitest";
import { Folder } from "./folder.ts";
import { Daemon, openReadyVen, WebService } from "./ven-daemon.ts";

/** Longer than any action takes on a machine that has much to do. */
const patient = "P1D";

const allSteps = ["rampUp", "start", "interval", "recovery", "end", "cancel"];

/** A program that writes down the step that it is called for, and what it is given. */
const recorder = `
import { appendFileSync, readFileSync } from "node:fs";
const { step } = JSON.parse(readFileSync(0, "utf8"));
const { OPENLEADR_STEP, OPENLEADR_EVENT_ID, OPENLEADR_VALUE, OPENLEADR_RESOURCES } = process.env;
appendFileSync(process.argv[2], [step, OPENLEADR_STEP, OPENLEADR_EVENT_ID, OPENLEADR_VALUE, OPENLEADR_RESOURCES].join(" ") + "\\n");
`;

/** What a file says that has a VEN act on events. */
function actingOn(events: object): object {
  return { pollInterval: "PT10S", events };
}

describe("a VEN that runs as a file says", () => {
  it("calls webhooks and runs commands at each step of an event, in order", async () => {
    await using service = await new WebService().listen();
    using folder = new Folder();
    const script = folder.write("record.mjs", recorder);
    const record = folder.file("record.txt");
    const command = { on: allSteps, command: [process.execPath, script, record], timeout: patient };
    const webhook = { on: allSteps, webhook: `${service.url}/hook?key=\${env:KEY}`, timeout: patient };
    const events = { actions: [command, { ...webhook, headers: { authorization: "Bearer ${env:KEY}" } }] };
    const settings = { ...actingOn(events), resources: [{ resourceId: "boiler" }, { resourceId: "hall" }] };
    const env = { KEY: "hunter2", PATH: process.env["PATH"] ?? "" };
    await using ready = await openReadyVen(settings, { env });
    const { clock, vtn, daemon } = ready;
    await vtn.createEvent({
      eventId: "peak",
      activePeriod: {
        dtstart: new Date("2026-01-01T00:02:00Z"),
        duration: duration("PT2M"),
        rampUp: duration("PT1M"),
        recovery: duration("PT1M"),
      },
      signals: [
        {
          signalName: "SIMPLE",
          signalType: "level",
          intervals: [
            { duration: duration("PT1M"), value: 1 },
            { duration: duration("PT1M"), value: 2 },
          ],
        },
      ],
      targets: [{ venId: "kitchen" }],
    });

    await clock.advance(seconds(10));
    await daemon.prints(/event answered: optIn for peak/);
    for (const [minute, calls] of [
      [1, 1],
      [2, 3],
      [3, 4],
      [4, 6],
    ] as const) {
      await clock.advanceTo(new Date(Date.UTC(2026, 0, 1, 0, minute)));
      await service.calls.atLeast(calls);
      await daemon.prints(new RegExp(`(action done: step \\w+, eventId peak, action webhook[^]*){${calls}}`));
    }
    const { code, stdout, stderr } = await daemon.interrupt();

    const told = service.calls.all.map(({ body }) => body);
    assert.deepEqual(
      told.map(({ step }) => step),
      ["rampUp", "start", "interval", "interval", "end", "recovery"],
    );
    assert.deepEqual(folder.read("record.txt").trimEnd().split("\n"), [
      "rampUp rampUp peak  boiler,hall",
      "start start peak  boiler,hall",
      "interval interval peak 1 boiler,hall",
      "interval interval peak 2 boiler,hall",
      "end end peak  boiler,hall",
      "recovery recovery peak  boiler,hall",
    ]);
    const { id, event, ...interval } = told[2] ?? {};
    assert.match(String(id), /^[\da-f-]{36}$/);
    assert.equal((event as { eventDescriptor: { eventId: string } }).eventDescriptor.eventId, "peak");
    assert.deepEqual(interval, {
      time: "2026-01-01T00:02:00.000Z",
      step: "interval",
      venName: "kitchen",
      venId: "kitchen",
      eventId: "peak",
      modificationNumber: 0,
      marketContext: "http://example.com/dr",
      testEvent: false,
      resources: ["boiler", "hall"],
      start: "2026-01-01T00:02:00.000Z",
      end: "2026-01-01T00:04:00.000Z",
      signals: [
        {
          signalId: interval["signals"] && (interval["signals"] as { signalId: string }[])[0]?.signalId,
          signalName: "SIMPLE",
          signalType: "level",
          value: 1,
          from: "2026-01-01T00:02:00.000Z",
          until: "2026-01-01T00:03:00.000Z",
          resources: ["boiler", "hall"],
        },
      ],
      from: "2026-01-01T00:02:00.000Z",
      until: "2026-01-01T00:03:00.000Z",
    });
    assert.equal(told[4]?.["reason"], "completed");
    assert.deepEqual(
      [service.calls.all[0]?.url, service.calls.all[0]?.headers.authorization],
      ["/hook?key=hunter2", "Bearer hunter2"],
    );
    assert.deepEqual([code, stderr, stdout.includes("hunter2")], [0, "", false]);
  });

  it("adds the headers of the file to what it sends to the VTN", async () => {
    await using gateway = await new WebService(() => 403).listen();
    const vtn = { url: gateway.url, headers: { "x-gateway-key": "key-${env:KEY}" } };
    await using daemon = new Daemon({ name: "kitchen", vtn }, { clock: new ManualClock(), env: { KEY: "hunter2" } });

    const { headers } = await gateway.calls.first(({ url }) => url.endsWith("/EiRegisterParty"));
    await daemon.prints(/registration failed: .*got 403/);

    assert.equal(headers["x-gateway-key"], "key-hunter2");
  });

  it("tells of an event that is called off", async () => {
    await using service = await new WebService().listen();
    const actions = [{ on: allSteps, webhook: service.url, timeout: patient }];
    await using ready = await openReadyVen(actingOn({ actions }));
    const { clock, vtn } = ready;
    await vtn.createEvent({ eventId: "peak", activePeriod: { dtstart: clock.now() } });
    await clock.advance(seconds(10));
    await service.calls.atLeast(2);

    await vtn.vtn.events.cancel("peak");
    await clock.advance(seconds(10));
    await service.calls.atLeast(4);

    const told = service.calls.all.map(({ body: { step, reason } }) => [step, reason]);
    assert.deepEqual(told.slice(0, 2), [
      ["start", undefined],
      ["interval", undefined],
    ]);
    assert.deepEqual(
      new Set(told.slice(2).map(([step, reason]) => `${String(step)} ${String(reason)}`)),
      new Set(["cancel undefined", "end cancelled"]),
    );
  });

  it("answers by the first rule that applies", async () => {
    const rules = [
      { when: { signal: "SIMPLE", valueAtLeast: 3 }, opt: "optOut" },
      { when: { marketContext: "http://example.com/emergency" }, opt: "optIn" },
    ];
    await using ready = await openReadyVen(actingOn({ opt: "optOut", rules }));
    const { clock, vtn, daemon } = ready;
    const activePeriod = { dtstart: new Date("2026-01-01T01:00:00Z") };
    const eventDescriptor = { marketContext: "http://example.com/emergency" };
    const signals = [
      { signalName: "SIMPLE", signalType: "level", intervals: [{ duration: seconds(60), value: 3 }] },
    ] as const;
    await vtn.createEvent({ eventId: "mild", activePeriod });
    await vtn.createEvent({ eventId: "grave", activePeriod, eventDescriptor });
    await vtn.createEvent({ eventId: "gravest", activePeriod, eventDescriptor, signals });

    await clock.advance(seconds(10));
    await vtn.answers.atLeast(3);

    const opts = Object.fromEntries(vtn.answers.all.map(({ eventId, optType }) => [eventId, optType]));
    assert.deepEqual(opts, { mild: "optOut", grave: "optIn", gravest: "optOut" });
    await daemon.prints(/event asks: SIMPLE level 3 for 1 min; .*; optOut by rule 1\n/);
  });

  it("opts out of an event when an action for its start fails", async () => {
    await using service = await new WebService(() => 404).listen();
    const actions = [{ on: "start", webhook: `${service.url}/hook`, timeout: patient }];
    await using ready = await openReadyVen(actingOn({ actions }));
    const { clock, vtn, daemon } = ready;
    await vtn.createEvent({ eventId: "peak", activePeriod: { dtstart: clock.now() } });

    await clock.advance(seconds(10));
    await vtn.answers.first(({ optType }) => optType === "optOut");

    const host = new URL(service.url).host;
    const failed = `error handler failed: onEventStart for [^:]+: webhook ${host}: expected HTTP status 2xx, got 404\n`;
    await daemon.prints(new RegExp(failed));
    assert.equal(service.calls.all.length, 1);
  });

  it("confirms a cancellation, and ends, whatever fails of the actions then", async () => {
    await using service = await new WebService(() => 404).listen();
    const actions = [{ on: ["rampUp", "cancel", "end"], webhook: service.url, timeout: patient }];
    await using ready = await openReadyVen(actingOn({ actions }));
    const { clock, vtn, daemon } = ready;
    await vtn.createEvent({ eventId: "peak", activePeriod: { dtstart: clock.now() } });
    await clock.advance(seconds(10));
    await vtn.answers.atLeast(1);

    await vtn.vtn.events.cancel("peak");
    await clock.advance(seconds(10));
    const answer = await vtn.answers.first(({ modificationNumber }) => modificationNumber === 1);

    assert.equal(answer.optType, "optIn");
    await daemon.prints(/warn {2}action failed: step cancel, .*got 404\n/);
    await daemon.prints(/warn {2}action failed: step end, .*got 404\n/);
  });

  it("goes on after an action that fails, where it is told to, and carries out the others", async () => {
    await using service = await new WebService().listen();
    const actions = [
      { on: "start", command: [process.execPath, "-e", "process.exit(3)"], timeout: patient, onFailure: "goOn" },
      { on: "start", command: ["./there-is-none"], timeout: patient, onFailure: "goOn" },
      { on: "start", webhook: service.url, timeout: patient },
    ];
    await using ready = await openReadyVen(actingOn({ actions }), { env: { PATH: process.env["PATH"] ?? "" } });
    const { clock, vtn, daemon } = ready;
    await vtn.createEvent({ eventId: "peak", activePeriod: { dtstart: clock.now() } });

    await clock.advance(seconds(10));
    await service.calls.atLeast(1);

    await daemon.prints(/warn {2}action failed: step start, .*, ended with exit code 3\n/);
    await daemon.prints(/warn {2}action failed: step start, .*ENOENT\n/);
    await daemon.prints(/event interval/);
    assert.deepEqual(
      vtn.answers.all.map(({ optType }) => optType),
      ["optIn"],
    );
  });

  it("hands what a VTN sends to a command as it is, past no shell", async () => {
    using folder = new Folder();
    const eventId = '$(touch hacked); `touch hacked` "&& touch hacked';
    const record = folder.file("record.txt");
    const command = [process.execPath, folder.write("record.mjs", recorder), record];
    const actions = [{ on: "start", command, timeout: patient }];
    const env = { PATH: process.env["PATH"] ?? "" };
    await using ready = await openReadyVen(actingOn({ actions }), { env });
    const { clock, vtn, daemon } = ready;
    await vtn.createEvent({ eventId, activePeriod: { dtstart: clock.now() } });

    await clock.advance(seconds(10));
    await daemon.prints(/action done/);

    assert.equal(folder.read("record.txt"), `start start ${eventId}  \n`);
  });

  it("repeats a webhook that nobody answers", async () => {
    let calls = 0;
    await using service = await new WebService(() => (++calls < 3 ? 503 : 200)).listen();
    const actions = [{ on: "start", webhook: service.url, timeout: patient, retries: 2 }];
    await using ready = await openReadyVen(actingOn({ actions }));
    const { clock, vtn, daemon } = ready;
    await vtn.createEvent({ eventId: "peak", activePeriod: { dtstart: clock.now() } });

    await clock.advance(seconds(10));
    while (service.calls.all.length < 3) await clock.advance(seconds(1));

    await daemon.prints(/action done: step start/);
    assert.equal(new Set(service.calls.all.map(({ body }) => body["id"])).size, 1);
  });

  it("ends a command that takes too long", async () => {
    const endless = [process.execPath, "-e", "setInterval(() => {}, 1000)"];
    const actions = [{ on: "start", command: endless, timeout: "PT30S" }];
    await using ready = await openReadyVen(actingOn({ actions }), { env: { PATH: process.env["PATH"] ?? "" } });
    const { clock, vtn, daemon } = ready;
    await vtn.createEvent({ eventId: "peak", activePeriod: { dtstart: clock.now() } });

    await clock.advance(seconds(10));
    await daemon.prints(/event started/);
    await clock.advance(seconds(30));

    await daemon.prints(/handler failed: onEventStart for [^:]+: command .*: no answer within 30 s\n/);
  });
});
