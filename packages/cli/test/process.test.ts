import assert from "node:assert/strict";
import { execFile, execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, it } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const bin = fileURLToPath(new URL("../bin/openleadr.js", import.meta.url));
const poll = fileURLToPath(new URL("../../protocol/samples/oadrPoll.xml", import.meta.url));

// The executable runs what was built, which must be what stands in the sources.
beforeAll(() => {
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-b", "packages/cli"], {
    cwd: root,
    stdio: "inherit",
  });
}, 120_000);

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function openleadr(...args: readonly string[]): Promise<Ended> {
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [bin, ...args])) };
  } catch (error) {
    return error as Ended;
  }
}

function start(...args: readonly string[]) {
  return spawn(process.execPath, [bin, ...args], { stdio: ["ignore", "pipe", "inherit"] });
}

/** What a process has printed that matches; it goes on. */
async function printed({ stdout }: ChildProcess, pattern: RegExp): Promise<string> {
  let output = "";
  for await (const chunk of stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    output += String(chunk);
    const [match] = pattern.exec(output) ?? [];
    if (match === undefined) continue;
    stdout?.resume();
    return match;
  }
  assert.match(output, pattern);
  return output;
}

describe("the executable", () => {
  it("gives the verdict as its exit code", async () => {
    const [good, bad, misused] = [
      await openleadr("message", "check", poll),
      await openleadr("message", "check", bin),
      await openleadr("message", "chek", poll),
    ];

    assert.deepEqual([good.code, bad.code, misused.code], [0, 1, 2]);
    assert.equal(good.stdout, `${poll}: ok oadrPoll\n`);
    assert.match(bad.stdout, /: document: expected well-formed XML, got /);
    assert.match(misused.stderr, /Did you mean check/);
  });

  it("reads standard input", async () => {
    const child = spawn(process.execPath, [bin, "message", "check", "-"], { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.end("<a/>");
    const exit = once(child, "exit");

    await printed(child, /^-: a: expected element oadr:oadrPayload, got element a\n$/);

    assert.deepEqual(await exit, [1, null]);
  });

  it.skipIf(process.platform === "win32")("stops reading an endless file", async () => {
    const { code, stdout } = await openleadr("message", "check", "/dev/zero");

    assert.deepEqual([code, stdout], [1, "/dev/zero: document: expected at most 4194304 bytes, got more\n"]);
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`stops cleanly on ${signal}`, async () => {
      const child = spawn(process.execPath, [bin, "vtn", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
      const exit = once(child, "exit");
      await printed(child, /listening/);

      child.kill(signal);

      assert.deepEqual(await exit, [0, null]);
    });
  }

  it("stops a VEN that has just registered", async () => {
    const vtn = start("vtn", "--port", "0");
    const vtnExit = once(vtn, "exit");
    const url = await printed(vtn, /http:\/\/127\.0\.0\.1:\d+/);
    const ven = start("ven", "--vtn", url, "--name", "kitchen");
    const exit = once(ven, "exit");
    await printed(ven, /registered +with vtn/);

    ven.kill("SIGTERM");

    assert.deepEqual(await exit, [0, null]);
    vtn.kill();
    await vtnExit;
  });

  it("ends at once where there is nothing to stop", async () => {
    const child = spawn(process.execPath, [bin, "message", "check", poll, "-"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const exit = once(child, "exit");
    await printed(child, /ok oadrPoll/);

    child.kill("SIGINT");

    assert.deepEqual(await exit, [1, null]);
  });

  it("takes a reader that has seen enough for no failure", async () => {
    const files = Array.from({ length: 2_000 }, () => poll);
    const child = spawn(process.execPath, [bin, "message", "check", ...files], { stdio: ["ignore", "pipe", "pipe"] });
    const exit = once(child, "exit");
    child.stdout.destroy();

    const [code] = (await exit) as [number];

    assert.equal(code, 0);
    assert.equal(child.stderr.read(), null);
  });
});
