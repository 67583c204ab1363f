import assert from "node:assert/strict";
import { hours, minutes, seconds, type Duration } from "@openleadr/protocol";
import { ManualClock } from "@openleadr/testing";
import type { Reading } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { fastClock } from "./command.ts";
import { Folder } from "./folder.ts";
import { Arrivals, Daemon, openLocalVtn, WebService, type LocalVtn } from "./ven-daemon.ts";

const patient = "P1D";
const env = { PATH: process.env["PATH"] ?? "" };
const from = new Date("2026-01-01T00:00:00Z");
const hour = { dtstart: from, duration: hours(1) };
const history = { reportName: "HISTORY_USAGE", resourceId: "meter", measurement: "energyReal", scale: "k" };

const lines = `time,value,duration
2025-12-31T23:45:00Z,1
2026-01-01T00:00:00Z,2,PT15M
2026-01-01T01:15:00+01:00,3

2026-01-01T01:00:00Z,5
`;

/** Asks for a span of the past, and gives what comes: time, value, duration in minutes. */
async function askFor(vtn: LocalVtn, reportInterval: Span, nextPoll = async (): Promise<void> => {}) {
  const asked = new Arrivals<readonly Reading[]>();
  const onReadings = (readings: readonly Reading[]): void => asked.add(readings);
  await vtn.vtn.reports.request("kitchen", { reportSpecifierId: "history", reportInterval, onReadings });
  await nextPoll();
  const readings = await asked.first(() => true);
  return readings.map(({ dtstart, duration, value }) => [
    dtstart.toISOString().slice(11, 16),
    value,
    ...(duration === undefined ? [] : [duration / minutes(1)]),
  ]);
}

interface Span {
  readonly dtstart: Date;
  readonly duration: Duration;
}

/** Green Button content with a title. */
function feed(title: string): string {
  const updated = "2026-01-01T00:00:00Z";
  return `<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:uuid:1</id><title>${title}</title><updated>${updated}</updated></feed>`;
}

/** A program that runs a script. */
function script(text: string): readonly string[] {
  return [process.execPath, "-e", text];
}

describe("the past, in the reports of a VEN that runs as a file says", () => {
  for (const [what, content, more] of [
    ["lines of time and value", lines, {}],
    [
      "lines of JSON",
      `{"time":"2026-01-01T00:00:00Z","value":2,"duration":"PT15M"}\n{"time":"2026-01-01T00:15:00.000Z","value":"3"}\n`,
      {},
    ],
    [
      "a list in JSON",
      JSON.stringify([
        { time: "2026-01-01T00:00Z", value: 2, duration: "PT15M" },
        { time: "2026-01-01T00:15Z", value: 3 },
      ]),
      {},
    ],
    [
      "a list within JSON",
      JSON.stringify({
        data: [
          { time: "2026-01-01T00:00:00Z", value: 2, duration: "PT15M" },
          { time: "2026-01-01T00:15:00Z", value: 3 },
        ],
      }),
      { pointer: "/data" },
    ],
  ] as const) {
    it(`comes from a file with ${what}, of which the span that is asked for is sent`, async () => {
      const clock = fastClock(new Date("2026-01-01T02:00:00Z"));
      await using vtn = await openLocalVtn(clock);
      using folder = new Folder();
      const source = { file: folder.write("past", content), timeout: patient, ...more };
      const reports = [{ ...history, factor: 10, readingDuration: "PT5M", source }];
      await using daemon = new Daemon({ name: "kitchen", vtn: { url: vtn.url }, reports }, { clock, env });
      await daemon.prints(/ready/);

      const readings = await askFor(vtn, hour);

      assert.deepEqual(readings, [
        ["00:00", 20, 15],
        ["00:15", 30, 5],
      ]);
    });
  }

  it("comes from a command, which is told what is asked for", async () => {
    const clock = fastClock(new Date("2026-01-01T02:00:00Z"));
    await using vtn = await openLocalVtn(clock);
    const program = `const e = process.env; console.log(e.OPENLEADR_FROM + "," + (e.OPENLEADR_TO === "2026-01-01T01:00:00.000Z" ? 7 : 0));
      console.error(e); process.exitCode = e.OPENLEADR_R_ID + e.OPENLEADR_RESOURCE_ID + e.OPENLEADR_REPORT_SPECIFIER_ID + e.OPENLEADR_GRANULARITY === "r1meterhistory" ? 0 : 1`;
    const reports = [{ ...history, rId: "r1", source: { command: script(program), timeout: patient } }];
    await using daemon = new Daemon({ name: "kitchen", vtn: { url: vtn.url }, reports }, { clock, env });
    await daemon.prints(/ready/);

    assert.deepEqual(await askFor(vtn, hour), [["00:00", 7]]);
  });

  it("comes from an HTTP service, whose URL says what is asked for", async () => {
    const clock = fastClock(new Date("2026-01-01T02:00:00Z"));
    await using vtn = await openLocalVtn(clock);
    await using service = await new WebService(() => "2026-01-01T00:30:00Z,4").listen();
    const source = { url: `${service.url}/{from}/x?to={to}`, timeout: patient };
    const reports = [{ ...history, source }];
    await using daemon = new Daemon({ name: "kitchen", vtn: { url: vtn.url }, reports }, { clock, env });
    await daemon.prints(/ready/);

    assert.deepEqual(await askFor(vtn, hour), [["00:30", 4]]);
    assert.deepEqual(
      service.calls.all.map(({ url }) => decodeURIComponent(url)),
      ["/2026-01-01T00:00:00.000Z/x?to=2026-01-01T01:00:00.000Z"],
    );
  });

  for (const [content, reason] of [
    [
      "2026-01-01T00:00:00Z,1\n2026-01-01T00:15:00Z",
      /line 2: expected time,value such as .*, got "2026-01-01T00:15:00Z"/,
    ],
    ["2026-01-01 00:00,1", /line 1: expected a time such as 2026-01-01T00:00:00Z, got "\\"2026-01-01 00:00\\""/],
    ["2026-01-01T00:00:00Z,", /line 1: expected a number, got ""/],
    [
      '[{ "time": "2026-01-01T00:00:00Z", "value": 1, "duration": 900 }]',
      /item 1: expected a duration such as PT15M, got "900"/,
    ],
    ["[1]", /item 1: expected { "time": ..., "value": ... }, got "1"/],
  ] as const) {
    it(`is not sent where its source has ${JSON.stringify(content)}, and the log says why`, async () => {
      const clock = fastClock(new Date("2026-01-01T02:00:00Z"));
      await using vtn = await openLocalVtn(clock);
      using folder = new Folder();
      const reports = [{ ...history, source: { file: folder.write("past", content), timeout: patient } }];
      await using daemon = new Daemon({ name: "kitchen", vtn: { url: vtn.url }, reports }, { clock, env });
      await daemon.prints(/ready/);

      await vtn.vtn.reports.request("kitchen", { reportSpecifierId: "history", reportInterval: hour });

      const told = await daemon.prints(/warn {2}reading failed: .*\n/);
      assert.match(told, reason);
    });
  }

  it("is what the VEN has read itself, at whole multiples of sampleEvery", async () => {
    const clock = new ManualClock("2026-01-01T00:00:30Z");
    await using vtn = await openLocalVtn(clock);
    await using service = await new WebService(() => "2").listen();
    const reports = [{ ...history, factor: 10, sampleEvery: "PT1M", source: { url: service.url, timeout: patient } }];
    await using daemon = new Daemon({ name: "kitchen", vtn: { url: vtn.url }, reports }, { clock, env });
    await daemon.prints(/ready/);
    await clock.advance(seconds(29));
    assert.equal(service.calls.all.length, 0);
    await clock.advance(seconds(1));
    await service.calls.atLeast(1);

    const readings = await askFor(vtn, { ...hour, duration: minutes(1) }, () => clock.advance(seconds(10)));

    assert.deepEqual(readings, [["00:00", 20, 1]]);
  });

  it("is kept when the file changes where it is read from, but not when it changes how often", async () => {
    const clock = new ManualClock("2026-01-01T00:00:30Z");
    await using vtn = await openLocalVtn(clock);
    await using service = await new WebService(() => "2").listen();
    const sampled = { ...history, sampleEvery: "PT1M", source: { url: service.url, timeout: patient } };
    const configOf = (report: object): object => ({ name: "kitchen", vtn: { url: vtn.url }, reports: [report] });
    await using daemon = new Daemon(configOf(sampled), { clock, env });
    await daemon.prints(/ready/);
    await clock.advance(seconds(30));
    await service.calls.atLeast(1);
    const firstMinute = { ...hour, duration: minutes(1) };

    daemon.reloadWith(configOf({ ...sampled, factor: 10 }));
    await daemon.prints(/configuration reloaded: reports\n/);
    assert.deepEqual(await askFor(vtn, firstMinute, () => clock.advance(seconds(10))), [["00:00", 2, 1]]);
    daemon.reloadWith(configOf({ ...sampled, sampleEvery: "PT2M" }));

    await daemon.prints(/configuration reloaded: what makes the VEN, reports\n/);
    await clock.advance(seconds(50));
    await service.calls.atLeast(2);
    const twoMinutes = { ...hour, duration: minutes(2) };
    assert.deepEqual(await askFor(vtn, twoMinutes, () => clock.advance(seconds(10))), [["00:00", 2, 2]]);
  });

  it("has a gap where the source has failed, which the log tells", async () => {
    const clock = new ManualClock("2026-01-01T00:00:30Z");
    await using vtn = await openLocalVtn(clock);
    using folder = new Folder();
    const reports = [{ ...history, sampleEvery: "PT1M", source: { file: folder.file("none"), timeout: patient } }];
    await using daemon = new Daemon({ name: "kitchen", vtn: { url: vtn.url }, reports }, { clock, env });
    await daemon.prints(/ready/);

    await clock.advance(seconds(30));

    await daemon.prints(/warn {2}reading failed: reportSpecifierId history, rId meter-energyReal, ENOENT/);
  });

  it("is Green Button content as its source has it", async () => {
    const clock = fastClock(new Date("2026-01-01T02:00:00Z"));
    await using vtn = await openLocalVtn(clock);
    using folder = new Folder();
    const reports = [
      {
        reportName: "HISTORY_GREENBUTTON",
        reportSpecifierId: "history",
        resourceId: "hall",
        dataDescription: folder.write("description.xml", feed("what it is")),
        source: {
          command: script(`console.log(${JSON.stringify(feed("OF"))}.replace("OF", process.env.OPENLEADR_FROM))`),
          timeout: patient,
        },
      },
    ];
    await using daemon = new Daemon({ name: "kitchen", vtn: { url: vtn.url }, reports }, { clock, env });
    await daemon.prints(/ready/);

    const [reading] = await askFor(vtn, hour);

    assert.match(JSON.stringify(reading), /2026-01-01T00:00:00\.000Z/);
    const [offered] = await vtn.vtn.reports.offered("kitchen");
    assert.match(JSON.stringify(offered), /what it is/);
  });
});
