import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { Folder } from "./folder.ts";
import { check, minimal, mistakesIn } from "./ven-config.ts";

describe("openleadr ven check, of reports", () => {
  for (const [what, report, mistake] of [
    ["no source", "measurement: powerReal", /reports\[0\]: expected the key source, got none$/],
    ["two sources", "source: { file: a, mqtt: b }", /source: expected one key of .*, got file and mqtt$/],
    [
      "a pointer that is none",
      "source: { file: a, pointer: power }",
      /pointer: expected a JSON pointer such as \/meter\/power, got "power"$/,
    ],
    [
      "an unknown measurement",
      "measurement: power",
      /measurement: expected powerReal \| energyReal \| pulseCount, got "power"$/,
    ],
    [
      "pulses of no size",
      "measurement: pulseCount\n    source: { file: a }",
      /expected the key pulseFactor \(the energy of a pulse in kWh\) for pulseCount, got none$/,
    ],
    [
      "a voltage of energy",
      "measurement: energyReal\n    voltage: 230\n    source: { file: a }",
      /^7:14: reports\[0\]\.voltage: does not go with energyReal$/,
    ],
    [
      "a sampling rate upside down",
      "measurement: energyReal\n    samplingRate: { minPeriod: PT1H, maxPeriod: PT1M }\n    source: { file: a }",
      /reports\[0\]: samplingRate\.maxPeriod: expected at least minPeriod/,
    ],
    [
      "an unknown name",
      "reportName: TELEMETRY",
      /reportName: expected TELEMETRY_USAGE \| TELEMETRY_STATUS \| .*, or a word that begins with x-, got "TELEMETRY"$/,
    ],
    [
      "a measurement that takes a name of one's own",
      "measurement: voltage\n    source: { file: a }",
      /measurement: expected powerReal \| .*, or a reportName that begins with x-, got "voltage"$/,
    ],
    [
      "a temperature in an unknown unit",
      "reportName: x-heat\n    measurement: temperature\n    unit: kelvin\n    source: { file: a }",
      /^8:11: reports\[0\]\.unit: expected celsius \| fahrenheit, got "kelvin"$/,
    ],
    [
      "a price in no currency",
      "reportName: x-price\n    measurement: currencyPerKWh\n    source: { file: a }",
      /expected the key unit for currencyPerKWh, got none$/,
    ],
    [
      "a price in an unknown currency",
      "reportName: x-price\n    measurement: currency\n    unit: shells\n    source: { file: a }",
      /\.unit: expected a currency such as EUR, got "shells"$/,
    ],
    [
      "a unit of nothing",
      "reportName: x-heat\n    unit: celsius\n    source: { file: a }",
      /^7:11: reports\[0\]\.unit: does not go with a data point without measurement$/,
    ],
    [
      "a type that the standard fixes",
      "measurement: powerReal\n    readingType: Mean\n    source: { file: a }",
      /^7:18: reports\[0\]\.readingType: does not go with TELEMETRY_USAGE$/,
    ],
    [
      "an unknown type",
      "reportName: x-heat\n    reportType: warmth\n    source: { file: a }",
      /reportType: expected reading \| .*, or a word that begins with x-, got "warmth"$/,
    ],
    [
      "an unknown device class",
      "measurement: powerReal\n    reportSubject: Kettle\n    source: { file: a }",
      /reportSubject: expected Thermostat \| .*, or a word that begins with x-, got "Kettle"$/,
    ],
    [
      "a data source of two kinds",
      "measurement: powerReal\n    reportDataSource: [{ groupId: a, venId: b }]\n    source: { file: a }",
      /reportDataSource\[0\]: expected one key of resourceId \| groupId \| .*, got groupId and venId$/,
    ],
    [
      "a sampling rate of the past",
      "reportName: HISTORY_USAGE\n    measurement: powerReal\n    samplingRate: PT1M\n    source: { file: a }",
      /^8:19: reports\[0\]\.samplingRate: does not go with HISTORY_USAGE$/,
    ],
    [
      "samples of the present",
      "measurement: powerReal\n    sampleEvery: PT1M\n    source: { file: a }",
      /^7:18: reports\[0\]\.sampleEvery: does not go with TELEMETRY_USAGE$/,
    ],
    [
      "samples too near to each other",
      "reportName: HISTORY_USAGE\n    measurement: powerReal\n    sampleEvery: PT10S\n    source: { file: a }",
      /sampleEvery: expected a duration such as PT30S, of at least PT60S, got "PT10S"$/,
    ],
    [
      "more samples than are kept",
      "reportName: HISTORY_USAGE\n    measurement: powerReal\n    sampleEvery: PT1M\n    duration: P30D\n    source: { file: a }",
      /^8:18: reports\[0\]\.sampleEvery: expected 1 to 10000 readings within duration, got 43200$/,
    ],
    [
      "readings that are to cover two spans",
      "reportName: HISTORY_USAGE\n    measurement: powerReal\n    sampleEvery: PT1M\n    readingDuration: PT1M\n    source: { file: a }",
      /^9:22: reports\[0\]\.readingDuration: does not go with sampleEvery/,
    ],
    [
      "a factor of Green Button content",
      "reportName: HISTORY_GREENBUTTON\n    factor: 2\n    source: { file: a }",
      /^7:13: reports\[0\]\.factor: does not go with HISTORY_GREENBUTTON$/,
    ],
    [
      "a pointer into Green Button content",
      "reportName: HISTORY_GREENBUTTON\n    source: { file: a, pointer: /x }",
      /^7:33: reports\[0\]\.source\.pointer: does not go with HISTORY_GREENBUTTON$/,
    ],
    [
      "a description that is no feed",
      "reportName: HISTORY_GREENBUTTON\n    dataDescription: ven.yaml\n    source: { file: a }",
      /^7:22: reports\[0\]\.dataDescription: expected a file with an Atom feed: /,
    ],
  ] as const) {
    it(`tells of a report with ${what}`, async () => {
      const mistakes = await mistakesIn(`${minimal}reports:\n  - resourceId: boiler\n    ${report}\n`);

      assert.match(mistakes.join("\n"), mistake);
    });
  }

  it("tells of what is wrong with a report all at once", async () => {
    const report =
      "reports:\n  - { measurement: power, scale: kilo, factor: much, samplingRate: 1, sources: { file: a } }\n";

    const mistakes = await mistakesIn(`${minimal}${report}`);

    assert.deepEqual(
      mistakes.map((mistake) => mistake.split(": ").slice(0, 2).join(": ")),
      [
        "5:5: reports[0]",
        "5:20: reports[0].measurement",
        "5:34: reports[0].scale",
        "5:48: reports[0].factor",
        "5:68: reports[0].samplingRate",
        "5:71: reports[0].sources",
      ],
    );
  });

  it("tells of data points that would have one ID, beside other mistakes", async () => {
    const point = "{ resourceId: a, measurement: powerReal, source: { file: a } }";

    const mistakes = await mistakesIn(`${minimal}reports:\n  - ${point}\n  - ${point}\n  - {}\n`);

    assert.deepEqual(mistakes, [
      "6:5: reports[1]: expected another ID than those before, or an rId of its own, got usage/a-powerReal",
      "7:5: reports[2]: expected the key source, got none",
      "7:5: reports[2]: expected the key measurement, got none",
    ]);
  });

  it("tells of a description of Green Button content that is XML, and no Atom feed", async () => {
    using folder = new Folder();
    folder.write("page.xml", "<html/>");
    const report = "{ reportName: HISTORY_GREENBUTTON, dataDescription: page.xml, source: { file: a } }";

    const { code, stderr } = await check(folder, `${minimal}reports:\n  - ${report}\n`);

    assert.equal(code, 2);
    assert.match(stderr, /ven\.yaml:5:57: reports\[0\]\.dataDescription: /);
  });
});
