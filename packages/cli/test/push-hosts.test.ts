import assert from "node:assert/strict";
import { Ven } from "@openleadr/ven";
import { describe, it } from "vitest";
import { RunningCommand } from "./command.ts";

async function openVtn(...options: readonly string[]) {
  const stdin = JSON.stringify({
    eventDescriptor: { eventId: "peak" },
    signals: [{ intervals: [{ duration: "PT1H", value: 2 }] }],
  });
  const vtn = new RunningCommand(["vtn", "--port", "0", "--event", "-", ...options], { stdin });
  const vtnUrl = await vtn.prints(/http:\/\/[\d.]+:\d+\/OpenADR2\/Simple\/2\.0b/);
  const ven = new Ven({ vtnUrl, venName: "kitchen", push: { listen: { port: 0 } }, onEvent: () => "optIn" });
  return { vtn, ven };
}

describe("openleadr vtn --push-hosts", () => {
  for (const hosts of [["any"], ["127.0.0.0/8"], ["public", "127.0.0.1"]]) {
    it(`pushes to a VEN on this machine with ${hosts.join(" ")}`, async () => {
      const { vtn, ven } = await openVtn("--push-hosts", ...hosts);
      await using _ = vtn;

      await ven.start();
      await vtn.prints(/event answered +optIn by kitchen for peak\n/);
      await ven.stop();

      assert.equal((await vtn.interrupt()).code, 0);
    });
  }

  for (const [options, reason] of [
    [[], /this VTN does not call 127\.0\.0\.1/],
    [["--push-hosts", "off"], /this VTN is polled/],
  ] as const) {
    it(`refuses a VEN on this machine that wants push with ${options.join(" ") || "nothing said"}`, async () => {
      const { vtn, ven } = await openVtn(...options);
      await using _ = vtn;

      const started = ven.start().catch(() => {});
      await vtn.prints(reason);
      await ven.stop();
      await started;

      assert.equal((await vtn.interrupt()).code, 0);
    });
  }
});
