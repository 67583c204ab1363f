import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "vitest";
import { runCommand } from "./command.ts";
import { Folder } from "./folder.ts";
import { check, minimal, mistakesIn } from "./ven-config.ts";

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

  it("tells of rules for what the VEN refuses, which would never apply", async () => {
    const content = `${minimal}signals: [x-frost-warning]
marketContexts: [http://example.com/heat]
resources:
  - resourceId: boiler
  - resourceId: 7
events:
  rules:
    - { opt: optIn, when: { signal: [SIMPLE, x-frost-warning], resourceId: 7, marketContext: http://EXAMPLE.com/heat } }
    - { opt: optOut, when: { signal: [SIMPLE, SIMPEL], resourceId: boilr } }
    - { opt: optOut, when: { marketContext: http://example.com/cold } }
`;

    const mistakes = await mistakesIn(content);

    assert.deepEqual(mistakes, [
      '12:47: events.rules[1].when.signal[1]: expected a signal of the standard, or one of signals, got "SIMPEL"; did you mean SIMPLE?',
      '12:68: events.rules[1].when.resourceId: expected one of resources, got "boilr"; did you mean boiler?',
      '13:45: events.rules[2].when.marketContext: expected one of marketContexts, got "http://example.com/cold"; did you mean http://example.com/heat?',
    ]);
  });

  it("takes a rule for any resource and market context where the file names none", async () => {
    using folder = new Folder();
    const when = "{ resourceId: boiler, marketContext: http://example.com/heat, signal: simple }";

    const { code, stderr } = await check(folder, `${minimal}events:\n  rules:\n    - { opt: optOut, when: ${when} }\n`);

    assert.deepEqual([code, stderr], [0, ""]);
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
