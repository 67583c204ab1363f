import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { seconds, type OadrEvent } from "@openleadr/protocol";
import { httpTransport } from "@openleadr/transport";
import { Ven, type VenOptions, type VenStatus } from "@openleadr/ven";
import { describe, it } from "vitest";
import { ManualClock } from "../../src/index.ts";
import { anActingBench, instant, type ActingBench } from "./acting-ven.ts";
import { anEvent, ScriptedVtn } from "./scripted-vtn.ts";

function createdAt(eventId: string, text: string): OadrEvent {
  const event = anEvent({ eventId });
  return { ...event, eventDescriptor: { ...event.eventDescriptor, createdDateTime: instant(text) } };
}

describe("clocks that differ", () => {
  it("rule 114: tells that the VTN makes events at a time that is yet to come, once", async () => {
    await using bench = await anActingBench();
    assert.equal(bench.ven.clockSkew, undefined);

    bench.vtn.distribute(createdAt("a", "00:02:10"));
    await bench.clock.advance(seconds(10));
    bench.vtn.distribute(createdAt("a", "00:02:10"), createdAt("b", "00:02:21"));
    await bench.clock.advance(seconds(10));

    assert.deepEqual(bench.told("clockSkew"), [{ type: "clockSkew", skew: seconds(120), isWithinLimit: false }]);
    assert.equal(bench.ven.clockSkew, seconds(121));
  });

  it("rule 114: tells when the clocks differ by another span, and when they agree again", async () => {
    await using bench = await anActingBench({ maxClockSkew: seconds(60) });

    for (const created of ["00:01", "00:02", "00:05", "00:00:31", "00:05:01", "00:05:02"]) {
      bench.vtn.distribute(createdAt(created, created));
      await bench.clock.advance(seconds(10));
    }
    await bench.until("00:10");
    bench.vtn.distribute(createdAt("new", "00:09:59"));
    await bench.clock.advance(seconds(10));

    assert.deepEqual(
      bench.told("clockSkew").map(({ skew, isWithinLimit }) => [skew / 1000, isWithinLimit]),
      [
        [100, false],
        [270, false],
        [0, true],
      ],
    );
  });

  it("says nothing of an old event that comes again", async () => {
    await using bench = await anActingBench();

    bench.vtn.distribute(createdAt("a", "00:00:05"));
    await bench.until("01:00");
    bench.vtn.distribute(createdAt("a", "00:00:05"));
    await bench.until("01:01");

    assert.deepEqual(bench.told("clockSkew"), []);
  });

  it("rule 114: measures by the Date header over HTTP, in both directions", async () => {
    const vtn = new ScriptedVtn();
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => void chunks.push(chunk));
      request.on("end", () => void answer(response, request.url ?? "", Buffer.concat(chunks).toString()));
    });
    const answer = async (response: ServerResponse, path: string, xml: string): Promise<void> => {
      const service = path.slice(path.lastIndexOf("/") + 1) as Parameters<typeof vtn.transport>[0];
      response.setHeader("date", instant("00:59:00").toUTCString());
      response.setHeader("content-type", "application/xml");
      response.end(await vtn.transport(service, xml));
    };
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const statuses: VenStatus[] = [];
    const ven = new Ven({
      vtnUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      venName: "a VEN",
      clock: new ManualClock("2026-01-01T01:00:00Z"),
      onStatus: (status) => void statuses.push(status),
    });

    await ven.start();
    await ven.stop();
    server.close();

    assert.equal(ven.clockSkew, -59_500);
    assert.deepEqual(
      statuses.filter(({ type }) => type === "clockSkew"),
      [{ type: "clockSkew", skew: -59_500, isWithinLimit: false }],
    );
  });

  it("refuses a limit below a second", async () => {
    await assert.rejects(
      anActingBench({ maxClockSkew: seconds(0.5) }),
      new RangeError("maxClockSkew: expected at least 1 s, got 500 ms"),
    );
  });
});

describe("an HTTP transport", () => {
  it("tells no date where the peer tells none, or nonsense", async () => {
    const dates: Date[] = [];
    const server = createServer((request, response) => {
      response.sendDate = false;
      if (request.url?.endsWith("EiEvent") === true) response.setHeader("date", "yesterday");
      request.resume().on("end", () => response.end());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await using transport = httpTransport({ url, onDate: (date) => dates.push(date) });

    await transport("EiEvent", "<a/>");
    await transport("OadrPoll", "<a/>");
    server.close();

    assert.deepEqual(dates, []);
  });
});

/** A VEN whose VTN has told it the time, by making an event so far in the future, and `event-1` from 01:00 to 02:00. */
async function aBenchBehind(skew: string, options: Partial<VenOptions> = {}): Promise<ActingBench> {
  const bench = await anActingBench({ maxClockSkew: seconds(30), ...options });
  await bench.distribute({});
  await bench.until("01:59");
  const { activePeriod } = anEvent({ dtstart: "2026-01-01T05:00:00Z" });
  bench.vtn.distribute(anEvent(), { ...createdAt("another", skew), activePeriod });
  await bench.clock.advance(seconds(10));
  return bench;
}

describe("an event that a VTN whose clock is ahead sends no longer", () => {
  it("rules 61, 114: is completed at its end if it is over by that clock", async () => {
    await using bench = await aBenchBehind("01:59:30");
    await bench.until("01:59:30");

    await bench.distribute();
    await bench.until("02:10");

    assert.deepEqual(bench.journal.slice(-1), ["02:00 end event-1 completed"]);
    assert.deepEqual(bench.told("eventCancelled"), [{ type: "eventCancelled", eventId: "another", implied: true }]);
    assert.deepEqual(bench.ven.events, []);
  });

  it("rules 61, 114: is called off if it is not over by that clock", async () => {
    await using bench = await aBenchBehind("01:59:30");

    await bench.distribute();

    assert.equal(bench.journal.includes("01:59:20 end event-1 cancelled"), true);
  });

  it("rules 61, 114: is called off where clocks differ by more than a VEN believes", async () => {
    await using bench = await aBenchBehind("02:01", { maxClockSkew: seconds(5) });

    await bench.distribute();

    assert.equal(bench.journal.includes("01:59:20 end event-1 cancelled"), true);
  });
});
