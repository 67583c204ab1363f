import assert from "node:assert/strict";
import { hours, systemClock, type Clock } from "@openleadr/protocol";
import { ManualClock } from "@openleadr/testing";
import { describe, it } from "vitest";
import { certAll, fingerprintOf, venFiles, vtnFiles, withParties } from "./certificates.ts";
import { runCommand, RunningCommand } from "./command.ts";
import type { Folder } from "./folder.ts";

/** With the VEN pantry, too; and another CA with a VEN of its own. */
async function withCertificates(): Promise<Folder> {
  const folder = await withParties();
  await certAll(folder, [["ven", "pantry", "--vtn", "https://a"]]);
  await certAll({ path: folder.file("other") }, [["ca"], ["ven", "stranger", "--vtn", "https://localhost"]]);
  return folder;
}

const signAs = (folder: Folder, ...path: readonly string[]): readonly string[] => [
  "--sign",
  folder.file(...path, "ven.pem"),
  "--sign-key",
  folder.file(...path, "ven.key.pem"),
];

// Both sides have to agree on the time, to five seconds.
function aVtn(...options: readonly string[]): RunningCommand {
  return new RunningCommand(["vtn", "--port", "0", ...options], { clock: systemClock });
}

async function urlOf(vtn: RunningCommand): Promise<string> {
  return vtn.prints(/https?:\/\/127\.0\.0\.1:\d+/);
}

/** What the doctor finds of these checks, as `verdict check: text`. */
async function examine(
  url: string,
  options: readonly string[],
  clock: Clock = systemClock,
): Promise<{ readonly findings: readonly string[]; readonly advice: string; readonly code: number }> {
  const { stdout, stderr, code } = await runCommand(["cert", "doctor", "--vtn", url, "--json", ...options], { clock });
  assert.equal(stderr, "");
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly Record<string, string>[] };
  const looked = ["fingerprint", "client certificate", "signature", "registration"];
  const chosen = findings.filter(({ check = "" }) => looked.includes(check));
  return {
    findings: chosen.map(({ verdict, check, what }) => `${verdict} ${check}: ${what}`),
    advice: chosen.map(({ advice = "" }) => advice).join("\n"),
    code,
  };
}

const answered = "ok client certificate: the VTN takes ours, and wants one";
const unregistered = 'warning registration: the VTN "vtn" answers, and has no registration of ours yet';

describe("openleadr cert doctor with signatures", () => {
  it("says as whom the VTN signs, and whether it knows the VEN", async () => {
    using folder = await withCertificates();
    await using vtn = aVtn(...vtnFiles(folder), "--sign", "--signatures", "required");
    const url = await urlOf(vtn);
    const own = [...venFiles(folder), "--sign"];
    const fingerprint = fingerprintOf(folder, "vtn-ecc.pem");
    const signed = `ok signature: the VTN's answer is signed rightly, with the certificate of fingerprint ${fingerprint}`;

    const before = await examine(url, own);
    await using ven = new RunningCommand(["ven", "--vtn", url, "--name", "kitchen", ...own], { clock: systemClock });
    await ven.prints(/registered/);
    const after = await examine(url, [...own, "--vtn-fingerprint", fingerprint]);

    assert.deepEqual(before.findings, [answered, `${signed}, which it shows in TLS, too`, unregistered]);
    assert.match(before.advice, new RegExp(`another certificate than ${fingerprintOf(folder, "kitchen", "ven.pem")}`));
    assert.deepEqual(after.findings.slice(0, 3), [
      `ok fingerprint: ${fingerprint}, as expected`,
      answered,
      `${signed}, as expected`,
    ]);
    assert.match(after.findings[3] ?? "", /^ok registration: the VTN "vtn" knows us as kitchen, registration /);
    assert.deepEqual([before.code, after.code], [0, 0]);
  });

  it("sees another certificate than the one that is expected", async () => {
    using folder = await withCertificates();
    await using vtn = aVtn(...vtnFiles(folder), "--sign");
    const [ecc, rsa] = [fingerprintOf(folder, "vtn-ecc.pem"), fingerprintOf(folder, "vtn-rsa.pem")];

    const { findings, code } = await examine(await urlOf(vtn), [...venFiles(folder), "--vtn-fingerprint", rsa]);

    assert.deepEqual([findings, code], [[`failed fingerprint: ${ecc}, not ${rsa}`], 1]);
  });

  it("warns of a VTN that does not sign", async () => {
    using folder = await withCertificates();
    await using vtn = aVtn(...vtnFiles(folder));

    const { findings, advice } = await examine(await urlOf(vtn), [...venFiles(folder), "--sign"]);

    const what = "the VTN does not sign what it answers to us, though our question was signed";
    assert.deepEqual(findings, [answered, `warning signature: ${what}`, unregistered]);
    assert.match(advice, new RegExp(`give its operator ${fingerprintOf(folder, "kitchen", "ven.pem")}`));
  });

  it("fails a VTN that does not sign, where the VEN is to heed nothing else", async () => {
    using folder = await withCertificates();
    await using vtn = aVtn(...vtnFiles(folder), "--signatures", "required");
    const pin = ["--vtn-fingerprint", fingerprintOf(folder, "vtn-ecc.pem")];

    const { findings, code } = await examine(await urlOf(vtn), [...venFiles(folder), "--sign", ...pin]);

    assert.match(findings[2] ?? "", /^failed signature: .*, and with --vtn-fingerprint a VEN heeds nothing else$/);
    assert.equal(code, 1);
  });

  for (const isInTls of [false, true]) {
    it(`names the signature, which a VTN that demands one may refuse, ${isInTls ? "in" : "without"} TLS`, async () => {
      using folder = await withCertificates();
      const authority = ["--sign-ca", folder.file("ca.pem"), "--signatures", "required"];
      await using vtn = aVtn(...(isInTls ? vtnFiles(folder) : []), ...authority);
      const own = [...(isInTls ? venFiles(folder) : []), ...signAs(folder, "other", "stranger")];

      const { findings, advice } = await examine(await urlOf(vtn), own);

      const refused = isInTls
        ? "failed client certificate: the VTN does not take our certificate, or does not take our signature (HTTP 403)"
        : "failed signature: the VTN does not take our signature (HTTP 403)";
      assert.deepEqual(findings, [refused]);
      const fingerprint = fingerprintOf(folder, "other", "stranger", "ven.pem");
      assert.match(
        advice,
        new RegExp(`that we sign with, ${fingerprint}, or the CA of that certificate for --sign-ca`),
      );
    });
  }

  it("sees that a VTN may want messages signed", async () => {
    using folder = await withCertificates();
    await using vtn = aVtn(...vtnFiles(folder), "--signatures", "required");

    const { findings, advice, code } = await examine(await urlOf(vtn), venFiles(folder));

    assert.deepEqual(findings, [
      "failed client certificate: the VTN does not take our certificate, or wants messages signed (HTTP 403)",
    ]);
    assert.match(advice, /; or try --sign$/);
    assert.equal(code, 1);
  });

  it("sees that the VTN refuses the signature alone", async () => {
    using folder = await withCertificates();
    await using vtn = aVtn(...vtnFiles(folder), "--sign");
    const own = [...venFiles(folder), ...signAs(folder, "other", "stranger")];

    const { findings, advice } = await examine(await urlOf(vtn), own);

    const fingerprint = fingerprintOf(folder, "other", "stranger", "ven.pem");
    const what = "the VTN answers what is not signed, but not what we sign";
    assert.deepEqual(findings, [`failed signature: ${what}, with the certificate of fingerprint ${fingerprint}`]);
    assert.match(advice, /^give that fingerprint to the VTN's operator/);
  });

  it("sees clocks that differ", async () => {
    using folder = await withCertificates();
    await using vtn = aVtn(...vtnFiles(folder), "--sign", "--signatures", "required");
    const fast = new ManualClock(new Date(Date.now() + hours(1)));

    const { findings, advice } = await examine(await urlOf(vtn), [...venFiles(folder), "--sign"], fast);

    // An answer's date has whole seconds, and may be of the second before.
    const what =
      /^failed signature: the VTN refuses what we sign, and its clock is (?:1 h(?: \d s)?|59 min \d+ s) behind this machine's/;
    assert.match(findings[0] ?? "", what);
    assert.match(advice, /^set the clocks right; this machine's says /);
  });

  it("sees a signature that is not that of the VTN, without TLS", async () => {
    using folder = await withCertificates();
    const vtnSigner = ["--sign", folder.file("vtn-rsa.pem"), "--sign-key", folder.file("vtn-rsa.key.pem")];
    await using vtn = aVtn(...vtnSigner, "--sign-ca", folder.file("ca.pem"), "--signatures", "required");
    const own = [...signAs(folder, "kitchen"), "--vtn-fingerprint"];
    const url = await urlOf(vtn);

    const right = await examine(url, [...own, fingerprintOf(folder, "vtn-rsa.pem")]);
    const wrong = await examine(url, [...own, fingerprintOf(folder, "vtn-ecc.pem")]);
    const none = await examine(url, []);

    assert.match(right.findings[0] ?? "", /^ok signature: .*, as expected$/);
    assert.match(
      wrong.findings[0] ?? "",
      /^failed signature: the VTN's answer is signed with a certificate that we do not know: /,
    );
    assert.match(
      none.findings[0] ?? "",
      /^failed client certificate: the VTN wants to know who asks, or wants messages signed \(HTTP 403\)$/,
    );
    assert.deepEqual([right.code, wrong.code], [0, 1]);
  });
});
