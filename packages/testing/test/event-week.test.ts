import assert from "node:assert/strict";
import { hours, milliseconds, minutes } from "@openleadr/protocol";
import { inMemoryTransport } from "@openleadr/transport";
import { Ven, type VenStatus } from "@openleadr/ven";
import { Vtn } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { ManualClock } from "../src/index.ts";

/** When a day's events begin, in hours, by what becomes of them; each lasts an hour. */
const day = { plain: 2, priced: 5, lengthened: 8, called: 11, off: 14, refused: 17 };
type Kind = keyof typeof day;

describe("a week of events between a VTN and a VEN", () => {
  it("rules 10, 20, 32, 57, 59, 66: is acted on to the minute, each thing once", async () => {
    const clock = new ManualClock();
    const answers = new Map<string, string>();
    const vtn = new Vtn({
      vtnId: "vtn",
      listen: false,
      clock,
      pollFrequency: minutes(5),
      onCreatePartyRegistration: () => true,
      onCreatedEvent: ({ eventId, responseCode, optType }) => void answers.set(eventId, `${responseCode} ${optType}`),
    });
    await vtn.start();
    const told: string[] = [];
    const statuses: VenStatus[] = [];
    const say = (eventId: string, what: string): void => void told.push(`${eventId} ${at(clock.now())} ${what}`);
    const ven = new Ven({
      transport: inMemoryTransport(vtn.handler),
      venName: "a VEN",
      clock,
      random: () => 0.5,
      marketContexts: ["http://ours"],
      onStatus: (status) => void statuses.push(status),
      onEvent: () => "optIn",
      onEventStart: ({ eventDescriptor }) => say(eventDescriptor.eventId, "start"),
      onInterval: ({ eventDescriptor }, { signals }) => say(eventDescriptor.eventId, `${signals[0]?.value}`),
      onEventEnd: ({ eventDescriptor }, { reason }) => say(eventDescriptor.eventId, reason),
    });
    await ven.start();

    for (let number = 0; number < 7; number++) {
      const create = async (kind: Kind): Promise<void> => {
        const marketContext = kind === "refused" ? "http://theirs" : "http://ours";
        await vtn.events.create({
          eventDescriptor: { eventId: `${number} ${kind}`, marketContext },
          activePeriod: {
            dtstart: new Date(startOf(number) + hours(day[kind])),
            startAfter: minutes(kind === "plain" ? 20 : 0),
          },
          signals: [{ intervals: [1, 2].map((value) => ({ duration: minutes(30), value })) }],
        });
      };
      await clock.advanceTo(new Date(startOf(number) + minutes(1)));
      for (const kind of Object.keys(day) as Kind[]) await create(kind);
      await clock.advanceTo(new Date(startOf(number) + hours(day.lengthened) + minutes(40)));
      await vtn.events.modify(`${number} lengthened`, {
        signals: [{ intervals: [30, 60].map((length, index) => ({ duration: minutes(length), value: index + 1 })) }],
        activePeriod: { duration: minutes(90) },
      });
      await clock.advanceTo(new Date(startOf(number) + hours(day.called) + minutes(7)));
      await vtn.events.cancel(`${number} called`);
      await clock.advanceTo(new Date(startOf(number) + hours(day.off) - minutes(30)));
      await vtn.events.cancel(`${number} off`);
    }
    await clock.advanceTo(new Date(startOf(7)));
    await ven.stop();
    await vtn.stop();

    const expected = Array.from({ length: 7 }, (_, number) => [
      [`${number} plain`, ["02:10 start", "02:10 1", "02:40 2", "03:10 completed"]],
      [`${number} priced`, ["05:00 start", "05:00 1", "05:30 2", "06:00 completed"]],
      // The change comes with the next poll.
      [`${number} lengthened`, ["08:00 start", "08:00 1", "08:30 2", "08:45 2", "09:30 completed"]],
      [`${number} called`, ["11:00 start", "11:00 1", "11:10 cancelled"]],
    ]).flat() as [string, string[]][];
    assert.deepEqual(
      told,
      expected.flatMap(([eventId, lines]) => lines.map((line) => `${eventId} ${line}`)),
    );
    assert.deepEqual(
      new Set([...answers].map(([eventId, answer]) => `${eventId.slice(2)}: ${answer}`)),
      new Set(
        ["plain", "priced", "lengthened", "called", "off"]
          .map((kind) => `${kind}: 200 optIn`)
          .concat("refused: 462 optOut"),
      ),
    );
    assert.deepEqual(ven.events, []);
    assert.deepEqual(
      statuses.filter(({ type }) => type.endsWith("ailed") || type === "clockSkew"),
      [],
    );
  });
});

function startOf(number: number): number {
  return new Date("2026-01-01T00:00:00Z").getTime() + milliseconds(number * hours(24));
}

function at(instant: Date): string {
  return instant.toISOString().slice(11, 16);
}
