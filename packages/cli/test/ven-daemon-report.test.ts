import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { fastClock } from "./command.ts";
import { Daemon, openLocalVtn, WebService } from "./ven-daemon.ts";
import { Folder } from "./folder.ts";

const patient = "P1D";
const env = { PATH: process.env["PATH"] ?? "" };

/** A program that prints a text. */
function print(text: string): readonly string[] {
  return [process.execPath, "-e", `console.log(${JSON.stringify(text)})`];
}

describe("the reports of a VEN that runs as a file says", () => {
  it("come from files, HTTP services and commands", async () => {
    const clock = fastClock();
    await using vtn = await openLocalVtn(clock);
    await using service = await new WebService(() => '{ "meters": [{ "Wh/total": "1500" }] }').listen();
    using folder = new Folder();
    const usage = { measurement: "energyReal", scale: "k" };
    const reports = [
      { resourceId: "plain", ...usage, source: { file: folder.write("plain", "12.5\n"), timeout: patient } },
      {
        resourceId: "web",
        ...usage,
        factor: 0.001,
        source: { url: `${service.url}/x`, pointer: "/meters/0/Wh~1total", timeout: patient },
      },
      { resourceId: "program", ...usage, source: { command: print('{ "a": 7 }'), pointer: "/a", timeout: patient } },
      {
        resourceId: "boiler",
        reportName: "TELEMETRY_STATUS",
        source: { command: print('{ "online": true, "manualOverride": true }'), timeout: patient },
      },
    ];

    await using daemon = new Daemon({ name: "kitchen", vtn: { url: vtn.url }, reports }, { clock, env });

    for (const [rId, value] of [
      ["plain-energyReal", 12.5],
      ["web-energyReal", 1.5],
      ["program-energyReal", 7],
      ["boiler-status", { online: true, manualOverride: true }],
    ] as const) {
      const reading = await vtn.readings.first((each) => each.rId === rId);
      assert.deepEqual((reading as { readonly value: unknown }).value, value);
    }
    await daemon.prints(/reports offered: 2 reports, 2 requested/);
  });

  it("are of one's own name, with any unit and type", async () => {
    const clock = fastClock();
    await using vtn = await openLocalVtn(clock);
    using folder = new Folder();
    const source = { file: folder.write("values", '{ "heat": 60, "flow": 4, "pump": true }'), timeout: patient };
    const own = { resourceId: "boiler", reportName: "x-heating", isPoint: true };
    const reports = [
      {
        ...own,
        measurement: "temperature",
        unit: "celsius",
        reportType: "level",
        readingType: "Mean",
        marketContext: "http://example.com/dr",
        reportSubject: "Water_Heater",
        samplingRate: "PT1S",
        source: { ...source, pointer: "/heat" },
      },
      {
        ...own,
        measurement: "customUnit",
        description: "Flow",
        unit: "l/min",
        scale: "m",
        reportType: "x-flow",
        reportDataSource: [{ groupId: "heating" }],
        samplingRate: { minPeriod: "PT1S", onChange: true },
        source: { ...source, pointer: "/flow" },
      },
      { ...own, rId: "pump", source: { ...source, pointer: "/pump" } },
    ];

    await using daemon = new Daemon({ name: "kitchen", vtn: { url: vtn.url }, reports }, { clock, env });

    for (const [rId, value] of [
      ["boiler-temperature", 60],
      ["boiler-customUnit", 4],
      ["pump", { online: true, manualOverride: false }],
    ] as const) {
      const reading = await vtn.readings.first((each) => each.rId === rId);
      assert.deepEqual([(reading as { readonly value: unknown }).value, reading.duration], [value, undefined]);
    }
    await daemon.prints(/reports offered: 1 report, 1 requested/);
    const [offered] = await vtn.vtn.reports.offered("kitchen");
    assert.equal(offered?.reportName, "x-heating");
    const [heat, flow] = offered.dataPoints;
    assert.deepEqual(
      [heat?.reportType, heat?.readingType, heat?.marketContext, heat?.deviceClasses, heat?.unit],
      ["level", "Mean", "http://example.com/dr", ["Water_Heater"], "celsius"],
    );
    assert.deepEqual(
      [flow?.reportType, flow?.measurement, flow?.dataSources, flow?.samplingRate?.onChange],
      [
        "x-flow",
        { name: "customUnit", description: "Flow", unit: "l/min", scale: "m" },
        [{ groupId: "heating" }, { resourceId: "boiler" }],
        true,
      ],
    );
  });

  for (const [what, content, reason] of [
    ["a file that is not there", undefined, "ENOENT: no such file or directory"],
    ["an empty file", "", "expected a number or JSON, got nothing"],
    ["text", "much", 'expected a number or JSON, got "much"'],
    ["JSON without the value", "{}", "expected a value at /power, got none"],
    ["a value that is no number", '{ "power": null }', "expected a number, got null"],
  ] as const) {
    it(`are of bad quality where the source is ${what}`, async () => {
      const clock = fastClock();
      await using vtn = await openLocalVtn(clock);
      using folder = new Folder();
      const file = content === undefined ? folder.file("none") : folder.write("meter", content);
      const source = { file, timeout: patient, ...(content !== "" && content !== "much" && { pointer: "/power" }) };
      const reports = [{ resourceId: "meter", measurement: "powerReal", source }];

      await using daemon = new Daemon({ name: "kitchen", vtn: { url: vtn.url }, reports }, { clock, env });

      const reading = await vtn.readings.first(() => true);
      assert.match(String(reading.dataQuality), /Bad/);
      const told = await daemon.prints(/warn {2}reading failed: .*\n/);
      assert.ok(told.includes(`reportSpecifierId usage, rId meter-powerReal, ${reason}`), told);
    });
  }

  it("that fail again and again are told of once, and once more when they work again", async () => {
    const clock = fastClock();
    await using vtn = await openLocalVtn(clock);
    using folder = new Folder();
    const file = folder.write("meter", "much");
    const reports = [{ resourceId: "meter", measurement: "powerReal", source: { file, timeout: patient } }];
    await using daemon = new Daemon({ name: "kitchen", vtn: { url: vtn.url }, reports }, { clock, env });
    await vtn.readings.atLeast(3);
    folder.write("meter", "");
    await daemon.prints(/got "much"[^]*got nothing/);

    folder.write("meter", "2");

    await daemon.prints(/info {2}reading works again: reportSpecifierId usage, rId meter-powerReal/);
    const { stdout } = await daemon.interrupt();
    assert.equal(stdout.match(/reading failed/g)?.length, 2);
    assert.ok(!stdout.includes("handler failed"), stdout);
  });
});
