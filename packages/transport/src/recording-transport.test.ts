import assert from "node:assert/strict";
import { systemClock, TransportError } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { recordingTransport } from "./index.ts";
import type { RecordedExchange, Transport } from "./index.ts";

/** A clock that advances a second whenever it is read. */
function tickingClock(): typeof systemClock {
  let reads = 0;
  return { ...systemClock, now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, reads++)) };
}

function recording(inner: Transport): { transport: Transport; exchanges: RecordedExchange[] } {
  const exchanges: RecordedExchange[] = [];
  const onExchange = (exchange: RecordedExchange): void => void exchanges.push(exchange);
  return { transport: recordingTransport(inner, { onExchange, clock: tickingClock() }), exchanges };
}

const startedAt = new Date("2026-01-01T00:00:00Z");

describe("recordingTransport", () => {
  for (const xml of ["<answer/>", undefined]) {
    it(`passes ${xml ?? "an empty answer"} through and records it`, async () => {
      const { transport, exchanges } = recording(() => Promise.resolve(xml));

      const answer = await transport("EiEvent", "<a/>");

      assert.equal(answer, xml);
      assert.deepEqual(exchanges, [
        { service: "EiEvent", request: "<a/>", outcome: { kind: "answer", xml }, startedAt, duration: 1000 },
      ]);
    });
  }

  it("passes an error through and records it", async () => {
    const error = new TransportError("gone");
    const { transport, exchanges } = recording(() => Promise.reject(error));

    await assert.rejects(transport("EiEvent", "<a/>"), error);

    assert.deepEqual(exchanges, [
      { service: "EiEvent", request: "<a/>", outcome: { kind: "error", error }, startedAt, duration: 1000 },
    ]);
  });

  it("hands the signal on", async () => {
    const signals: unknown[] = [];
    const { transport } = recording((_service, _xml, signal) => {
      signals.push(signal);
      return Promise.resolve(undefined);
    });
    const { signal } = new AbortController();

    await transport("EiEvent", "<a/>", signal);

    assert.deepEqual(signals, [signal]);
  });
});
