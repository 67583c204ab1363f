import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";
import { runCommand } from "./command.ts";

const samples = fileURLToPath(new URL("../../protocol/samples/", import.meta.url));
const sampleFiles = readdirSync(samples).map((name) => join(samples, name));
const poll = join(samples, "oadrPoll.xml");
const xml = readFileSync(poll, "utf8");

/** A file of that content, gone after the test. */
function fileOf(content: string | Uint8Array, name = "message.xml"): Disposable & { readonly path: string } {
  const folder = mkdtempSync(join(tmpdir(), "openleadr-cli-"));
  const path = join(folder, name);
  writeFileSync(path, content);
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

const check = (document: string | Uint8Array, ...options: readonly string[]) =>
  runCommand(["message", "check", ...options, "-"], { stdin: document });

describe("openleadr message check", () => {
  for (const options of [[], ["--tolerant"], ["--rules"]]) {
    it(`says ok of every sample ${options.join(" ")}`, async () => {
      const { code, stdout, stderr } = await runCommand(["message", "check", ...options, ...sampleFiles]);

      assert.equal(sampleFiles.length, 44);
      assert.deepEqual(
        stdout.trimEnd().split("\n"),
        sampleFiles.map((file) => `${file}: ok ${/(oadr\w+)[^/\\]*$/.exec(file)?.[1]}`),
      );
      assert.deepEqual([code, stderr], [0, ""]);
    });
  }

  it("prints one line per fault", async () => {
    const wrong = xml.replace("<ei:venID>ven-1</ei:venID>", "<ei:vtnID/>").replace('="2.0b"', '="2.0c" a=""');

    const { code, stdout } = await check(wrong);

    assert.equal(
      stdout,
      [
        '-: oadrPoll/@ei:schemaVersion: expected 2.0a | 2.0b | x-…, got "2.0c"',
        '-: oadrPoll/@a: expected no such attribute, got ""',
        "-: oadrPoll/ei:vtnID: expected ei:venID, got element ei:vtnID",
        "-: oadrPoll: expected element ei:venID, got none",
        "",
      ].join("\n"),
    );
    assert.equal(code, 1);
  });

  for (const [title, document, fault] of [
    ["what is not XML", "poll", "document: expected well-formed XML, got "],
    ["an empty document", "", "document: expected "],
    ["broken XML", "<a><b></a>", "document: expected well-formed XML, got "],
    ["another root", "<a/>", "a: expected element oadr:oadrPayload, got element a"],
    ["a DOCTYPE", "<!DOCTYPE a><a/>", "document: expected no DOCTYPE"],
    ["an unknown encoding", '<?xml version="1.0" encoding="EBCDIC"?><a/>', "document: expected an encoding of"],
    ["bytes that are not text", Buffer.from([0x3c, 0x61, 0xff, 0x3e]), "document: expected UTF-8"],
    ["deep nesting", "<a>".repeat(1_000), "document: expected elements at most 64 deep"],
    ["a document without end", "a".repeat(5_000_000), "document: expected at most 4194304 bytes, got more"],
  ] as const) {
    it(`refuses ${title}`, async () => {
      const { code, stdout, stderr } = await check(document);

      assert.ok(stdout.startsWith(`-: ${fault}`), stdout);
      assert.deepEqual([code, stderr, stdout.split("\n").length], [1, "", 2]);
    });
  }

  it("lists what it tolerates", async () => {
    const { code, stdout } = await check(xml.replace("ei:schemaVersion", "schemaVersion"), "--tolerant");

    assert.match(stdout, /^-: tolerated: \S+: expected .+, got .+\n-: ok oadrPoll\n$/);
    assert.equal(code, 0);
  });

  it("prints breaches of rules with number and path", async () => {
    const event = readFileSync(join(samples, "oadrDistributeEvent-cancelled.xml"), "utf8");

    const { code, stdout } = await check(event.replace("<xcal:duration>PT30M", "<xcal:duration>PT20M"), "--rules");

    assert.equal(
      stdout,
      "-: rule 8: events[0].signals[0].intervals: expected durations that add up to PT1H, got PT50M\n",
    );
    assert.equal(code, 1);
  });

  it("takes the only party that may send a message for its sender", async () => {
    const { stdout } = await check(xml.replace("ven-1", ""), "--rules");

    assert.equal(stdout, '-: rule 508: venId: expected the VEN\'s ID, got ""\n');
  });

  for (const [sender, verdict] of [
    ["ven", "rule 508: venId: expected the VEN's ID, got nothing"],
    ["vtn", "ok oadrRegisterReport"],
    [undefined, "ok oadrRegisterReport"],
  ] as const) {
    it(`judges what both may send as sent by ${sender ?? "either"}`, async () => {
      const document = readFileSync(join(samples, "oadrRegisterReport-empty-vtn.xml"));

      const { stdout } = await check(document, "--rules", ...(sender === undefined ? [] : ["--sender", sender]));

      assert.equal(stdout, `-: ${verdict}\n`);
    });
  }

  it("refuses a sender that cannot have sent the message", async () => {
    const { code, stdout } = await check(xml, "--sender", "vtn");

    assert.equal(stdout, "-: oadrPoll: expected a message that a VTN sends, got one that only a VEN sends\n");
    assert.equal(code, 1);
  });

  it("checks the others when a file cannot be read", async () => {
    const { code, stdout, stderr } = await runCommand(["message", "check", "missing.xml", samples, poll]);

    assert.equal(stdout, `${poll}: ok oadrPoll\n`);
    assert.match(
      stderr,
      /^missing\.xml: cannot be read: no such file or directory\n.*: cannot be read: .*directory.*\n$/,
    );
    assert.equal(code, 2);
  });

  it("reads standard input only once", async () => {
    const { code, stderr } = await runCommand(["message", "check", "-", "-"]);

    assert.equal(stderr, "-: expected standard input once, got it more than once\n");
    assert.equal(code, 2);
  });

  it("keeps control characters of a document from the terminal", async () => {
    const { stdout } = await check(xml.replace("oadrPoll>", 'oadrPoll xmlns:a="\u009b31m" a:b="">'));

    assert.doesNotMatch(stdout, /[\u0080-\u009f]/);
  });
});

describe("openleadr message to-json and to-xml", () => {
  for (const file of sampleFiles) {
    it(`turns ${file.slice(samples.length)} into JSON and back`, async () => {
      const json = await runCommand(["message", "to-json", file]);
      const back = await runCommand(["message", "to-xml", "-"], { stdin: json.stdout });
      const pretty = await runCommand(["message", "to-xml", "--pretty", "-"], { stdin: json.stdout });
      const again = await runCommand(["message", "to-json", "-"], { stdin: back.stdout });
      const fromPretty = await runCommand(["message", "to-json", "-"], { stdin: pretty.stdout });

      assert.deepEqual([json.code, back.code, json.stderr, back.stderr], [0, 0, "", ""]);
      assert.equal(again.stdout, json.stdout);
      assert.equal(fromPretty.stdout, json.stdout);
    });
  }

  it("prints name and payload", async () => {
    const { stdout } = await runCommand(["message", "to-json", poll]);

    assert.equal(stdout, '{\n  "name": "oadrPoll",\n  "payload": {\n    "venId": "ven-1"\n  }\n}\n');
  });

  it("reads JSON in UTF-16, as some shells write it", async () => {
    using file = fileOf(Buffer.from('\uFEFF{"name":"oadrPoll","payload":{"venId":"ven-1"}}', "utf16le"), "poll.json");

    const { code, stdout } = await runCommand(["message", "to-xml", file.path]);

    assert.match(stdout, /<ei:venID>ven-1<\/ei:venID>/);
    assert.equal(code, 0);
  });

  for (const [title, json, faults] of [
    ["what is not JSON", "poll", ["document: expected JSON, got "]],
    ["another name", '{"name":"oadrPull","payload":{}}', ["name: expected the name of one of the 23 payloads"]],
    ["a missing property", '{"name":"oadrPoll","payload":{}}', ["oadrPoll.venId: expected "]],
    [
      "several mistakes",
      '{"name":"oadrPoll","payload":{"venId":1,"venID":"a"}}',
      ["oadrPoll.venID: expected no such property", "oadrPoll.venId: expected text"],
    ],
  ] as const) {
    it(`refuses ${title}`, async () => {
      const { code, stdout, stderr } = await runCommand(["message", "to-xml", "-"], { stdin: json });

      const lines = stderr.trimEnd().split("\n");
      assert.ok(
        faults.every((fault, index) => lines[index]?.startsWith(`-: ${fault}`)),
        stderr,
      );
      assert.deepEqual([code, stdout, lines.length], [1, "", faults.length]);
    });
  }

  it("refuses what is no message, beside the output", async () => {
    const { code, stdout, stderr } = await runCommand(["message", "to-json", "-"], { stdin: "<a/>" });

    assert.deepEqual([code, stdout], [1, ""]);
    assert.equal(stderr, "-: a: expected element oadr:oadrPayload, got element a\n");
  });

  it("says why a file cannot be read", async () => {
    const { code, stderr } = await runCommand(["message", "to-json", "missing.xml"]);

    assert.deepEqual([code, stderr], [2, "missing.xml: cannot be read: no such file or directory\n"]);
  });
});
