import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { systemClock } from "@openleadr/protocol";
import { inMemoryTransport } from "@openleadr/transport";
import { Ven } from "@openleadr/ven";
import { Vtn } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { DaemonLog } from "./daemon-log.ts";
import { control } from "./local-control.ts";

const clock = systemClock;
const parts = {
  ven: new Ven({ vtnUrl: "http://127.0.0.1:9", venName: "kitchen" }),
  log: new DaemonLog({ write: () => {} }, clock),
  clock,
  signal: new AbortController().signal,
};

function aRequestTo(localAddress: string): IncomingMessage {
  const given = { method: "GET", url: "/events", headers: { host: "localhost:8090" }, socket: { localAddress } };
  return given as unknown as IncomingMessage;
}

describe("the control of a person at the device", () => {
  for (const [localAddress, expected] of [
    ["127.0.0.1", 200],
    ["::1", 200],
    ["::ffff:127.0.0.1", 200],
    ["192.0.2.1", 403],
    ["2001:db8::1", 403],
  ] as const) {
    it(`answers what comes to ${localAddress} as localhost with ${expected}`, async () => {
      const { status } = await control(aRequestTo(localAddress), parts);

      assert.equal(status, expected);
    });
  }

  it("says that the VEN is being stopped, where the answer changes no more", async () => {
    await using vtn = new Vtn({ vtnId: "vtn", listen: false, onCreatePartyRegistration: () => true });
    await vtn.start();
    const ven = new Ven({ transport: inMemoryTransport(vtn.handler), venName: "kitchen" });
    await ven.start();
    await ven.stop();

    const { status, body } = await control(aChangeTo("optOut"), { ...parts, ven });

    assert.deepEqual([status, body], [503, { error: "the VEN is being stopped" }]);
  });
});

function aChangeTo(optType: string): IncomingMessage {
  const headers = { host: "localhost:8090", "content-type": "application/json" };
  const head = { method: "POST", url: "/events/peak/respond", headers, socket: { localAddress: "127.0.0.1" } };
  return Object.assign(Readable.from([Buffer.from(JSON.stringify({ optType }))]), head) as unknown as IncomingMessage;
}
