import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { encodePkcs12, parseKey } from "@openleadr/pki";
import { describe, it } from "vitest";
import { runCommand, type Outcome } from "./command.ts";
import { Folder } from "./folder.ts";

const minimal = "name: kitchen\nvtn:\n  url: http://127.0.0.1:8080\n";

/** What `openleadr ven check` says of a file called ven.yaml. */
async function check(folder: Folder, content: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return runCommand(["ven", "check", folder.write("ven.yaml", content)], { env });
}

/** The mistakes in a file, each as `line:column: path: ...`. */
async function mistakesIn(content: string, env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  using folder = new Folder();
  const { code, stdout, stderr } = await check(folder, content, env);
  assert.deepEqual([code, stdout], [2, ""], stdout);
  return stderr
    .trimEnd()
    .split("\n")
    .map((line) => line.replaceAll(`${folder.path}/`, "").replace(/^ven\.yaml:/, ""));
}

/** A file whose VEN signs with a certificate in PKCS#12. */
function signingWith(more: string): string {
  return `name: kitchen\nvtn:\n  url: https://vtn.example.com\n  tls: { certificate: ven.p12${more} }\nsignatures: {}\n`;
}

describe("openleadr ven init", () => {
  it("writes an example that openleadr ven check takes", async () => {
    using folder = new Folder();
    const file = folder.file("ven.yaml");

    const written = await runCommand(["ven", "init", file]);
    const checked = await runCommand(["ven", "check", file]);

    assert.deepEqual([written.code, checked.code, checked.stderr], [0, 0, ""]);
    assert.match(checked.stdout, /: ok, VEN kitchen at http:\/\/127\.0\.0\.1:8080\/OpenADR2\/Simple\/2\.0b\n$/);
  });

  it("writes settings that are right, too, once they are no comments any more", async () => {
    using folder = new Folder();
    const passphrase = ["--passphrase-file", folder.write("passphrase.txt", "correct horse\n")];
    const ca = ["--dir", folder.path];
    await runCommand(["cert", "ca", ...ca]);
    await runCommand(["cert", "ven", "kitchen", "--vtn", "https://vtn.example.com", ...ca, ...passphrase]);
    await runCommand(["cert", "crl", ...ca]);
    for (const name of ["ven.pem", "ven.key.pem"]) folder.write(name, folder.read("kitchen", name));
    for (const name of ["meter-token.txt", "mqtt-password.txt"]) folder.write(name, "secret\n");
    const { stdout } = await runCommand(["ven", "init", "-"]);
    const all = stdout
      .replaceAll(/^( *)#(?=[^ \n])/gm, "$1")
      .replace("http://127.0.0.1:8080", "https://vtn.example.com");
    const env = { GATEWAY_KEY: "k", PROXY_PASSWORD: "p", BUILDING_TOKEN: "t" };

    const { code, stderr } = await check(folder, all, env);

    assert.deepEqual([code, stderr], [0, ""]);
  });

  it("leaves a file that is there as it is", async () => {
    using folder = new Folder();
    const file = folder.write("ven.yaml", "mine");

    const { code, stderr } = await runCommand(["ven", "init", file]);

    assert.deepEqual([code, stderr], [2, `error: ${file} is there already, and is left as it is\n`]);
    assert.equal(readFileSync(file, "utf8"), "mine");
  });
});

describe("openleadr ven check", () => {
  it("needs a name and a VTN, and nothing else", async () => {
    using folder = new Folder();

    const { code, stderr } = await check(folder, minimal);

    assert.deepEqual([code, stderr], [0, ""]);
  });

  for (const vtnFingerprint of ["09:71:9E:0E:51:C0:8F:05:56:C9", "09719e0e51c08f0556c9", "any"]) {
    it(`takes ${vtnFingerprint} as whose pushes to heed`, async () => {
      using folder = new Folder();

      const { code, stderr } = await check(folder, `${minimal}push: { vtnFingerprint: "${vtnFingerprint}" }\n`);

      assert.deepEqual([code, stderr], [0, ""]);
    });
  }

  it("has the VEN sign with the certificate of vtn.tls", async () => {
    using folder = new Folder();
    const ca = ["--dir", folder.path];
    await runCommand(["cert", "ca", ...ca]);
    await runCommand(["cert", "ven", "kitchen", "--vtn", "https://vtn.example.com", ...ca]);
    const tls = "tls: { certificate: kitchen/ven.pem, key: kitchen/ven.key.pem }";
    const content = `name: kitchen\nvtn: { url: https://vtn.example.com, ${tls} }\nsignatures: {}\n`;

    const { code, stderr } = await check(folder, content);
    const without = await check(folder, content.replace(tls, ""));

    assert.deepEqual([code, stderr], [0, ""]);
    const mistake = "signatures: expected certificate and key, here or in vtn.tls, to sign with, got none";
    assert.equal(without.stderr, `${folder.file("ven.yaml")}:3:13: ${mistake}\n`);
  });

  it("takes a PKCS#12 file, with the key in it", async () => {
    using folder = new Folder();
    const ca = ["--dir", folder.path];
    await runCommand(["cert", "ca", ...ca]);
    await runCommand(["cert", "ven", "kitchen", "--vtn", "https://vtn.example.com", ...ca]);
    const [certificate, key] = [folder.read("kitchen", "ven.pem"), folder.read("kitchen", "ven.key.pem")];
    folder.write("ven.p12", encodePkcs12({ certificate, key: parseKey(key), passphrase: "correct horse" }));
    folder.write("secret", "correct horse\n");
    folder.write("other", "wrong\n");

    const right = await check(folder, signingWith(", passphraseFile: secret"));
    const wrong = await check(folder, signingWith(", passphraseFile: other"));
    const doubled = await check(folder, signingWith(", passphraseFile: secret, key: kitchen/ven.key.pem"));

    assert.deepEqual([right.code, right.stderr], [0, ""]);
    assert.match(wrong.stderr, /:4:23: vtn\.tls\.certificate: .*expected the passphrase/);
    assert.match(doubled.stderr, /:4:8: vtn\.tls: expected as many keys as certificates in PEM, got 1 and 0\n$/);
  });

  it("lists every mistake about signatures", async () => {
    const content = `${minimal}signatures:
  vtnFingerprint: 09-71
  certificat: ven.pem
  maxAge: PT6M
  required: perhaps
`;

    assert.deepEqual(await mistakesIn(content), [
      '5:19: signatures.vtnFingerprint: expected ten bytes as in 09:71:9E:0E:51:C0:8F:05:56:C9, or the 32 of SHA-256, got "09-71"',
      "6:3: signatures.certificat: unknown key; did you mean certificate?",
      '7:11: signatures.maxAge: expected a duration of at most PT5M, got "PT6M"',
      '8:13: signatures.required: expected true or false, got "perhaps"',
    ]);
    assert.deepEqual(await mistakesIn(`${minimal}signatures:\n  required: true\n`), [
      "5:13: signatures.required: expected vtnFingerprint or ca to go with it, got neither",
    ]);
  });

  it("tells of a passphrase for signatures that belongs to no certificate", async () => {
    using folder = new Folder();
    const secret = folder.write("secret", "correct horse\n");

    const mistakes = await mistakesIn(`${minimal}signatures:\n  passphraseFile: ${secret}\n`);

    assert.deepEqual(mistakes, ["5:19: signatures.passphraseFile: expected certificate to go with it, got none"]);
  });

  it("lists every mistake with its line and column, in their order", async () => {
    const content = `nmae: kitchen
vtn:
  url: vtn.example.com
  requestTimeout: 30
tolerant: maybe
resources:
  - resourceId: boiler
    deviceClasses: []
  - resourceId: ""
events:
  opt: perhaps
  actions:
    - on: [start, finish]
      webhook: ftp://building.example.com
      retries: 1.5
`;

    const mistakes = await mistakesIn(content);

    assert.deepEqual(mistakes, [
      "1:1: nmae: unknown key; did you mean name?",
      "1:1: expected the key name, got none",
      '3:8: vtn.url: url: expected an absolute URL, got "vtn.example.com"',
      "4:19: vtn.requestTimeout: expected a duration such as PT30S, of at least PT1S, got 30",
      '5:11: tolerant: expected true or false, got "maybe"',
      "8:20: resources[0].deviceClasses: expected a list of at least one, got an empty one",
      '9:17: resources[1].resourceId: expected text, got ""',
      '11:8: events.opt: expected optIn | optOut, got "perhaps"',
      '13:19: events.actions[0].on[1]: expected inForce | rampUp | start | interval | recovery | end | cancel, got "finish"',
      "14:16: events.actions[0].webhook: expected a URL of http: or https:, got ftp:",
      "15:16: events.actions[0].retries: expected a whole number from 0 to 10, got 1.5",
    ]);
  });

  for (const [what, lines, mistake] of [
    ["no YAML", 'venId: "', /^5:1: expected YAML: Missing closing/],
    ["a key twice", "pollInterval: PT1S\npollInterval: PT2S", /^5:1: expected YAML: Map keys must be unique$/],
    ["an alias of nothing", "venId: *id", /^4:8: venId: expected text, got nothing$/],
    [
      "a section without content",
      "health:",
      /^4:8: health: expected a mapping with host, port, maxSilence, control, got nothing$/,
    ],
    [
      "a section that is text",
      "health: true",
      /^4:9: health: expected a mapping with host, port, maxSilence, control, got true$/,
    ],
    [
      "an unknown key that is like none",
      "health: { url: x }",
      /^4:11: health\.url: unknown key; expected host \| port \| maxSilence \| control$/,
    ],
    [
      "a port out of range",
      "health: { port: 65536 }",
      /^4:17: health\.port: expected a whole number from 0 to 65535, got 65536$/,
    ],
    [
      "events of a VEN that only reports",
      "reportOnly: true\nevents: { opt: optIn }",
      /^5:9: events: expected none of a VEN that only reports \(reportOnly\), got some$/,
    ],
    [
      "two schedules for the same",
      "availability:\n  - { optId: a, opt: optOut, spans: [{ dtstart: 2026-07-04T08:00Z, duration: P1D }] }\n  - { optId: b, opt: optOut, spans: [{ dtstart: 2026-08-04T08:00Z, duration: P1D }] }",
      /^6:5: availability\[1\]: expected one entry for all spans of the same opt and parts, .*, got another$/,
    ],
    [
      "a schedule without a zone",
      "availability: [{ optId: a, opt: optOut, spans: [{ dtstart: 2026-07-04T08:00, duration: P1D }] }]",
      /availability\[0\]\.spans\[0\]\.dtstart: expected an instant such as 2026-07-04T08:00:00Z, got "2026-07-04T08:00"$/,
    ],
    [
      "control for all the network",
      "health: { host: 0.0.0.0, control: true }",
      /^4:17: health\.host: expected 127\.0\.0\.1 or ::1 to go with control, which others must not reach, got "0\.0\.0\.0"$/,
    ],
    [
      "a span that is too short",
      "push: { resyncInterval: PT30S }",
      /resyncInterval: expected a duration such as PT30S, of at least PT60S, got "PT30S"$/,
    ],
    [
      "an unknown level",
      "logging: { level: loud }",
      /^4:19: logging\.level: expected debug \| info \| warn \| error, got "loud"$/,
    ],
    [
      "a resource twice",
      "resources: [{ resourceId: a }, { resourceId: a }]",
      /^4:32: resources\[1\]: expected another ID than those before, got a$/,
    ],
    [
      "a fingerprint of another form",
      "push: { vtnFingerprint: AB }",
      /expected ten bytes as in 09:71:9E:0E:51:C0:8F:05:56:C9, or the 32 of SHA-256, got "AB"$/,
    ],
    ["variables where none are read", "venId: ${env:ID}", /^4:8: venId: expected text without \$\{env:\.\.\.\}/],
    [
      "TLS without HTTPS",
      "mqtt: { url: mqtt://localhost, tls: {} }",
      /^4:14: mqtt\.url: expected an mqtts: or wss: URL to go with tls, got mqtt:$/,
    ],
    ["a jitter above 1", "pollJitter: 10", /^4:13: pollJitter: expected a number from 0 to 1, got 10$/],
    ["no pause", "registrationPause: 60", /^4:20: registrationPause: expected a duration such as PT30S/],
    ["clocks that agree too well", "maxClockSkew: PT0S", /^4:15: maxClockSkew: expected .*, of at least PT1S/],
    [
      "too few readings to keep",
      "unsentReports: { keepFor: PT1H, maxReadings: 99 }",
      /^4:46: unsentReports\.maxReadings: expected a whole number from 100 to \d+, got 99$/,
    ],
    [
      "a time to store readings within that is none",
      "unsentReports: { storeWithin: 0 }",
      /^4:31: unsentReports\.storeWithin: expected a duration such as PT30S, of at least PT0S/,
    ],
    [
      "a limit of nothing",
      "limits: { maxDepth: 0 }",
      /^4:21: limits\.maxDepth: expected a whole number from 1 to 1000/,
    ],
    [
      "a store key that is text",
      "storeKey: kitchen",
      /^4:11: storeKey: expected a mapping with vtn, ven, got "kitchen"$/,
    ],
    [
      "a proxy at no address",
      "push: { listen: { proxy: { addresses: [10.0.0.0/33], certificateHeader: x } } }",
      /^4:40: push\.listen\.proxy\.addresses\[0\]: expected an IP address, or a network such as 10\.0\.0\.0\/8, got "10\.0\.0\.0\/33"$/,
    ],
    [
      "a proxy that tells of no certificate",
      "push: { listen: { proxy: { addresses: '::1' } } }",
      /^4:26: push\.listen\.proxy: expected certificateHeader or fingerprintHeader, got neither$/,
    ],
    [
      "a listener without a key",
      "push: { listen: { tls: {} } }",
      /push\.listen\.tls: expected certificate and key, got none$/,
    ],
  ] as const) {
    it(`tells of ${what}`, async () => {
      const mistakes = await mistakesIn(`${minimal}${lines}\n`);

      assert.equal(mistakes.length, 1, mistakes.join("\n"));
      assert.match(mistakes[0] ?? "", mistake);
    });
  }

  for (const [what, action, mistake] of [
    ["nothing to do", "on: start", /actions\[0\]: expected one key of webhook \| command \| mqtt, got none$/],
    [
      "two things to do",
      "{ on: end, mqtt: a, command: [b] }",
      /expected one key of webhook \| command \| mqtt, got command and mqtt$/,
    ],
    ["no step", "command: [b]", /actions\[0\]: expected the key on, got none$/],
    [
      "a command in one text",
      "{ on: end, command: rm -rf x }",
      /\.command: expected a list of at least one, got "rm -rf x"$/,
    ],
    [
      "a password in a URL",
      "{ on: end, webhook: 'http://u:p@a' }",
      /\.webhook: expected a URL without user name and password, got one with them$/,
    ],
    ["a topic with a wildcard", "{ on: end, mqtt: a/# }", /\.mqtt: expected a topic without \+ and #, got "a\/#"$/],
    [
      "MQTT without a broker",
      "{ on: end, mqtt: a }",
      /\.mqtt: expected a section mqtt that names the broker, got none$/,
    ],
  ] as const) {
    it(`tells of an action with ${what}`, async () => {
      const mistakes = await mistakesIn(`${minimal}events:\n  actions:\n    - ${action}\n`);

      assert.match(mistakes.join("\n"), mistake);
      assert.match(mistakes[0] ?? "", /^6:/);
    });
  }

  for (const [what, when, mistake] of [
    ["no condition", "{}", /when: expected a condition, got none$/],
    ["no hours", "{ hours: 22-6 }", /hours: expected hours such as 22:00-06:30, got "22-6"$/],
    ["hours past midnight", "{ hours: 22:00-25:00 }", /hours: expected hours such as 22:00-06:30/],
    ["an unknown day", "{ days: sunny }", /days: expected monday \| .*, got "sunny"$/],
    [
      "an unknown time zone",
      "{ testEvent: true, timeZone: Mars/Base }",
      /timeZone: expected a time zone such as Europe\/Berlin/,
    ],
  ] as const) {
    it(`tells of a rule with ${what}`, async () => {
      const mistakes = await mistakesIn(`${minimal}events:\n  rules:\n    - { opt: optOut, when: ${when} }\n`);

      assert.match(mistakes.join("\n"), mistake);
    });
  }

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

  it("tells of secrets that are not there, and shows none", async () => {
    const content = `${minimal}  proxy: \${env:PROXY}
  headers:
    x-key: a\${env:KEY}
    x-token:
      file: token.txt
    content-type: \${env:PROXY}
mqtt:
  url: mqtt://localhost
  password: \${env:EMPTY}
`;

    const mistakes = await mistakesIn(content, { PROXY: "hunter2", EMPTY: "" });

    assert.deepEqual(mistakes, [
      "4:10: vtn.proxy: expected the URL of an HTTP proxy, got something else",
      "6:12: vtn.headers.x-key: expected the environment to have KEY, got none",
      "8:13: vtn.headers.x-token.file: token.txt cannot be read: no such file or directory",
      "12:13: mqtt.password: expected the environment to have EMPTY, got an empty one",
    ]);
  });

  it("tells of headers that HTTP does not know, without their values", async () => {
    const content = `${minimal}  headers:\n    x key: a\n    x-key: \${env:KEY}\n`;

    const mistakes = [await mistakesIn(content, { KEY: "hun\nter2" }), await mistakesIn(content, { KEY: "hunter2" })];

    assert.deepEqual(mistakes.flat(), [
      "6:12: vtn.headers.x-key: expected text that an HTTP header can hold, got something else",
      "5:12: vtn.headers.x key: expected the name of an HTTP header",
    ]);
  });

  it("tells of what the library would refuse, at the place where it stands", async () => {
    const headers = "  headers:\n    x-key: a\n    content-type: text/plain\n";
    const mistakes = [await mistakesIn(`${minimal}${headers}`), await mistakesIn(`${minimal}  requestTimeout: P30D\n`)];

    assert.deepEqual(mistakes.flat(), [
      '5:5: vtn.headers: expected none that OpenADR rules on, got "content-type"',
      "4:19: vtn.requestTimeout: expected a positive duration of at most 24 days, got 2592000000 ms",
    ]);
  });

  it("tells of what the library would refuse as it says it, where it names no option", async () => {
    const content = `${minimal}  proxy: http://user:p%zz@127.0.0.1:3128\n`;

    assert.deepEqual(await mistakesIn(content), ["3:3: vtn: URI malformed"]);
  });

  it("tells of certificates and keys that do not belong together", async () => {
    using folder = new Folder();
    await runCommand(["cert", "ca", "--dir", folder.path]);
    for (const name of ["hall", "kitchen"])
      await runCommand(["cert", "ven", name, "--vtn", "https://vtn.example.com", "--dir", folder.path]);

    const { stderr } = await check(
      folder,
      "name: kitchen\nvtn:\n  url: https://vtn.example.com\n  tls:\n    certificate: kitchen/ven.pem\n    key: hall/ven.key.pem\n",
    );

    assert.deepEqual(
      stderr.replaceAll(`${folder.path}/`, ""),
      "ven.yaml:6:10: vtn.tls.key: expected the key of the certificate, got that of another\n",
    );
  });

  it("tells of a file that cannot be read", async () => {
    using folder = new Folder();

    const { code, stderr } = await runCommand(["ven", "check", folder.file("none.yaml")]);

    assert.deepEqual([code, stderr], [2, `${folder.file("none.yaml")}: cannot be read: no such file or directory\n`]);
  });
});

describe("openleadr ven --config", () => {
  it("does not start with mistakes in its file", async () => {
    using folder = new Folder();
    const file = folder.write("ven.yaml", "name: kitchen\n");

    const { code, stdout, stderr } = await runCommand(["ven", "--config", file]);

    assert.deepEqual([code, stdout, stderr], [2, "", `${file}:1:1: expected the key vtn, got none\n`]);
  });

  it("takes no options that the file has instead", async () => {
    const { code, stderr } = await runCommand(["ven", "--config", "ven.yaml", "--name", "kitchen"]);

    assert.equal(code, 2);
    assert.match(stderr, /option '--config <file>' cannot be used with option '--name <name>'/);
  });
});
