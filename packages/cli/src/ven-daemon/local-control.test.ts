import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { systemClock } from "@openleadr/protocol";
import { Ven } from "@openleadr/ven";
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
});
