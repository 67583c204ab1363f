import assert from "node:assert/strict";
import { createServer } from "node:net";
import { encode } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { RunningCommand, refusalsIn, runCommand } from "./command.ts";

const json = (line: string): Record<string, unknown> => JSON.parse(line) as Record<string, unknown>;

async function openVtn(...options: readonly string[]): Promise<RunningCommand & { readonly url: string }> {
  const stdin = JSON.stringify({
    eventDescriptor: { eventId: "peak" },
    signals: [{ intervals: [{ duration: "PT1H", value: 2 }] }],
  });
  const vtn = new RunningCommand(["vtn", "--port", "0", "--event", "-", "--poll-frequency", "PT1S", ...options], {
    stdin,
  });
  const url = await vtn.prints(/http:\/\/[\d.]+:\d+\/OpenADR2\/Simple\/2\.0b/);
  return Object.assign(vtn, { url });
}

describe("openleadr vtn and openleadr ven", () => {
  it("register, answer the event and report", async () => {
    await using vtn = await openVtn();
    await using ven = new RunningCommand(["ven", "--vtn", vtn.url, "--name", "kitchen"]);

    await vtn.prints(/\d\d:\d\d:\d\d {2}registered +kitchen\n/);
    await vtn.prints(/event answered +optIn by kitchen for peak\n/);
    await vtn.prints(/report received +kitchen: meter \d\.\d+ kW\n/);
    await ven.prints(/\d\d:\d\d:\d\d {2}registered +with vtn as kitchen, polls every 1 s\n/);
    await ven.prints(/event asks +SIMPLE level 2 for 1 h; from \S+Z for 1 h\n/);
    await ven.prints(/event answered +optIn for peak\n/);
    await ven.prints(/report sent +1 interval, the meter shows [12]\.\d+ kW\n/);
    const [ofVen, ofVtn] = [await ven.interrupt(), await vtn.interrupt()];

    assert.match(ofVen.stdout, /stopped\n$/);
    assert.match(ofVtn.stdout, /stopped\n$/);
    assert.deepEqual([ofVen.code, ofVen.stderr, ofVtn.code, ofVtn.stderr], [0, "", 0, ""]);
  });

  it("print JSON lines on request", async () => {
    await using vtn = await openVtn("--json");
    await using ven = new RunningCommand(["ven", "--vtn", vtn.url, "--name", "kitchen", "--opt", "optOut", "--json"]);

    await vtn.prints(/"type":"reading"/);
    const answered = json(await ven.prints(/.*"type":"eventAnswered".*/));
    const registered = json(await ven.prints(/.*"type":"registered".*/));
    const [ofVen, ofVtn] = [await ven.interrupt(), await vtn.interrupt()];

    const facts = [ofVen, ofVtn].map(({ stdout }) => stdout.trimEnd().split("\n").map(json));
    assert.match(String(answered["time"]), /^\d{4}-\d\d-\d\dT.*Z$/);
    assert.deepEqual([answered["eventId"], answered["optType"]], ["peak", "optOut"]);
    assert.equal(registered["pollInterval"], "PT1S");
    assert.deepEqual(
      facts.map((lines) => lines.at(-1)?.["type"]),
      ["stopped", "stopped"],
    );
    const reading = facts[1]?.find(({ type }) => type === "reading");
    assert.deepEqual([reading?.["resourceId"], reading?.["unit"]], ["meter", "kW"]);
    assert.equal(typeof reading?.["value"], "number");
  });

  it("cancel the registration on request", async () => {
    await using vtn = await openVtn();
    await using ven = new RunningCommand(["ven", "--vtn", vtn.url, "--name", "kitchen", "--cancel-registration"]);
    await ven.prints(/event answered/);

    const { code, stdout } = await ven.interrupt();

    await vtn.prints(/unregistered +kitchen\n/);
    assert.match(stdout, /unregistered +cancelled by the VEN\n/);
    assert.equal(code, 0);
  });

  it("say when the registration could not be cancelled", async () => {
    const vtn = await openVtn();
    await using ven = new RunningCommand(["ven", "--vtn", vtn.url, "--name", "kitchen", "--cancel-registration"]);
    await ven.prints(/event answered/);
    await vtn.interrupt();

    const { code, stderr } = await ven.interrupt();

    assert.match(stderr, /^error: the registration could not be cancelled: .+\n$/);
    assert.equal(code, 1);
  });

  it("are told of messages that the VTN refuses", async () => {
    await using vtn = await openVtn();

    await fetch(`${vtn.url}/OadrPoll`, {
      method: "POST",
      headers: { "content-type": "application/xml" },
      body: "<a/>",
    });

    const what = "request to OadrPoll from 127.0.0.1: HTTP 406, a: expected element oadr:oadrPayload, got element a";
    assert.deepEqual(refusalsIn(await vtn.interrupt()), [`request refused       ${what}`]);
  });

  it("are told of messages that the VTN answers with a response code", async () => {
    await using vtn = await openVtn();

    await fetch(`${vtn.url}/OadrPoll`, {
      method: "POST",
      headers: { "content-type": "application/xml" },
      body: encode({ name: "oadrPoll", payload: { venId: "nobody" } }),
    });

    const what = "oadrPoll to OadrPoll from 127.0.0.1 as nobody: 463 NOT_REGISTERED_OR_AUTHORIZED, not registered";
    assert.deepEqual(refusalsIn(await vtn.interrupt()), [`request refused       ${what}`]);
  });

  it("are told what was asked for where there is no service", async () => {
    await using vtn = await openVtn();

    await fetch(new URL("/OadrPoll", vtn.url), { method: "POST" });

    const what = "request to /OadrPoll from 127.0.0.1: HTTP 404, no such service";
    assert.deepEqual(refusalsIn(await vtn.interrupt()), [`request refused       ${what}`]);
  });
});

describe("openleadr vtn", () => {
  it("says that its port is taken", async () => {
    await using vtn = await openVtn();
    const { port } = new URL(vtn.url);

    const { code, stderr } = await runCommand(["vtn", "--port", port]);

    assert.equal(stderr, `error: port ${port} of 127.0.0.1 is taken; --port 0 takes a free one\n`);
    assert.equal(code, 1);
  });

  for (const [host, warns] of [
    ["127.0.0.1", false],
    ["localhost", false],
    ["0.0.0.0", true],
  ] as const) {
    it(`${warns ? "warns" : "does not warn"} of plain HTTP on ${host}`, async () => {
      await using vtn = new RunningCommand(["vtn", "--port", "0", "--host", host]);
      await vtn.prints(/listening/);

      const { stderr } = await vtn.interrupt();

      assert.equal(/^warning: plain HTTP with \S+: /.test(stderr), warns);
    });
  }

  for (const [title, event, faults] of [
    ["what is not JSON", "peak", ["document: expected JSON, got "]],
    ["what is no object", "[]", ["event: expected an object, got []"]],
    ["an event without signals", "{}", ["signals: expected a list of at least one, got nothing"]],
    [
      "every mistake at once",
      JSON.stringify({
        activePeriod: { dtstart: "2030-01-01T17:00:00", duration: "1 h" },
        signals: [{ intervals: [{ duration: "PT1H", value: "2" }] }],
        target: [],
      }),
      [
        'activePeriod.dtstart: expected a date-time in UTC such as 2026-01-31T12:00:00Z, got "2030-01-01T17:00:00"',
        "target: expected no such property",
        "activePeriod.duration: expected a duration",
        "signals[0].intervals[0].value: expected a number",
      ],
    ],
    [
      "starts of intervals, which would be lost",
      '{"signals":[{"intervals":[{"dtstart":"2030-01-01T17:00:00Z","value":2}]}]}',
      ["signals[0].intervals[0].dtstart: expected nothing, got one"],
    ],
    [
      "breaches of rules",
      '{"activePeriod":{"duration":"PT2H"},"signals":[{"intervals":[{"duration":"PT1H","value":7}]}]}',
      ["rule 8: signals[0].intervals: expected durations that", "rule 9: signals[0].intervals[0].value: expected 0 |"],
    ],
    [
      "an event that is over",
      '{"eventDescriptor":{"eventId":"old"},"activePeriod":{"dtstart":"2020-01-01T17:00:00Z"},"signals":[{"intervals":[{"duration":"PT1H","value":1}]}]}',
      ["event old is over"],
    ],
  ] as const) {
    it(`refuses ${title} in the event file`, async () => {
      const { code, stdout, stderr } = await runCommand(["vtn", "--port", "0", "--event", "-"], { stdin: event });

      const lines = stderr.trimEnd().split("\n");
      for (const [index, fault] of faults.entries()) assert.ok(lines[index]?.startsWith(`-: ${fault}`), stderr);
      assert.deepEqual([code, stdout, lines.length], [2, "", faults.length]);
    });
  }

  it("says why the event file cannot be read", async () => {
    const { code, stderr } = await runCommand(["vtn", "--event", "missing.json"]);

    assert.deepEqual([code, stderr], [2, "missing.json: cannot be read: no such file or directory\n"]);
  });
});

describe("openleadr ven", () => {
  it("goes on trying while the VTN is away, until Ctrl-C", async () => {
    await using ven = new RunningCommand(["ven", "--vtn", "http://127.0.0.1:1", "--name", "kitchen"]);

    await ven.prints(/(registration failed +.*tries again in [\d.]+ s\n[^]*){2}/);
    const { code, stderr } = await ven.interrupt();

    assert.deepEqual([code, stderr], [0, ""]);
  });

  it("warns of plain HTTP with another machine", async () => {
    await using ven = new RunningCommand(["ven", "--vtn", "http://0.0.0.0:9", "--name", "kitchen"]);

    const { stderr } = await ven.interrupt();

    assert.match(stderr, /^warning: plain HTTP with 0\.0\.0\.0: /);
  });
});

describe("openleadr demo", () => {
  it("shows the event answered, the load falling, and what to try next", async () => {
    await using demo = new RunningCommand(["demo"]);

    const url = await demo.prints(/http:\/\/127\.0\.0\.1:\d+/);
    await demo.prints(/VEN {2}event answered +optIn for evening-peak\n/);
    await demo.prints(/VTN {2}report received +house: meter [12]\.\d+ kW\n/);
    await demo.prints(new RegExp(`Running until Ctrl-C: the VTN at ${url}.*\\nNow try[^]*ven --vtn ${url} --name`));
    const { code, stderr } = await demo.interrupt();

    assert.deepEqual([code, stderr], [0, ""]);
  });

  it("takes a free port when the usual one is taken", async () => {
    const other = createServer().listen(8080, "127.0.0.1");
    // Whether it is this test or someone else who has the port is all the same.
    await new Promise((resolve) => other.once("listening", resolve).once("error", resolve));
    await using demo = new RunningCommand(["demo"]);

    await demo.prints(/\(Port 8080 is taken, so the VTN listens on a free one\.\)\n\n/);
    const url = await demo.prints(/http:\/\/127\.0\.0\.1:\d+/);
    const { code } = await demo.interrupt();
    other.close();

    assert.notEqual(new URL(url).port, "8080");
    assert.equal(code, 0);
  });
});
