import assert from "node:assert/strict";
import { request } from "node:http";
import { once } from "node:events";
import { minutes, seconds } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { Arrivals, openReadyVen, WebService, type Call, type Daemon } from "./ven-daemon.ts";

const json = { "content-type": "application/json" };

/** What a file says that has a person at the device control the VEN. */
const controlled = { health: { port: 0, control: true } };

interface Said {
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

/** What a person at the device says of an event; the status and the JSON that come back. */
async function respond(daemon: Daemon, eventId: string, { body, headers = json }: Said) {
  const url = new URL(`/events/${encodeURIComponent(eventId)}/respond`, await daemon.health());
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(body), headers });
  const text = await answer.text();
  return { status: answer.status, said: text === "" ? undefined : (JSON.parse(text) as Record<string, unknown>) };
}

describe("a person at the device of a VEN that runs as a file says", () => {
  it("changes the answer to an event, and the device acts on it", async () => {
    await using service = await new WebService().listen();
    const actions = [{ on: ["start", "end"], webhook: service.url, timeout: "P1D" }];
    await using ready = await openReadyVen({ ...controlled, events: { actions } });
    const { clock, vtn, daemon } = ready;
    await vtn.createEvent({ eventId: "peak / 1", activePeriod: { dtstart: clock.now() } });
    await clock.advance(seconds(10));
    await service.calls.atLeast(1);

    const { status, said } = await respond(daemon, "peak / 1", { body: { optType: "optOut" } });

    assert.deepEqual([status, said], [200, { eventId: "peak / 1", optType: "optOut", vtn: "told" }]);
    const end = await service.calls.first(({ body }) => body["step"] === "end");
    assert.equal(end.body["reason"], "optedOut");
    assert.deepEqual(
      vtn.answers.all.map(({ optType }) => optType),
      ["optIn", "optOut"],
    );
    await daemon.prints(/info {2}answer changed by hand: eventId peak \/ 1, optType optOut\n/);
  });

  it("sees the events, also those to come", async () => {
    await using ready = await openReadyVen(controlled);
    const { clock, vtn, daemon } = ready;
    const dtstart = new Date(clock.now().getTime() + minutes(30));
    await vtn.createEvent({ eventId: "peak", activePeriod: { dtstart } });
    await clock.advance(seconds(10));
    await vtn.answers.atLeast(1);

    const answer = await fetch(new URL("/events", await daemon.health()));

    assert.deepEqual(await answer.json(), [
      {
        eventId: "peak",
        modificationNumber: 0,
        marketContext: "http://example.com/dr",
        eventStatus: "far",
        optType: "optIn",
        start: "2026-01-01T00:30:00.000Z",
        end: "2026-01-01T00:31:00.000Z",
        signals: [{ signalName: "SIMPLE", signalType: "level" }],
      },
    ]);
  });

  it("need not wait for a VTN that is away", async () => {
    await using ready = await openReadyVen(controlled);
    const { clock, vtn, daemon } = ready;
    await vtn.createEvent({ eventId: "peak", activePeriod: { dtstart: clock.now() } });
    await clock.advance(seconds(10));
    await daemon.prints(/event interval/);
    await vtn.vtn.stop();

    const responding = respond(daemon, "peak", { body: { optType: "optOut" } });
    await daemon.prints(/request failed: oadrCreatedEvent/);
    await clock.advance(seconds(5));

    assert.deepEqual(await responding, {
      status: 202,
      said: { eventId: "peak", optType: "optOut", vtn: "pending" },
    });
  });

  for (const [what, eventId, body, headers, expected] of [
    ["an event that there is not", "none", { optType: "optOut" }, json, 404],
    ["another word", "peak", { optType: "perhaps" }, json, 400],
    ["nothing", "peak", null, json, 400],
    [
      "what a page of a browser may send anywhere",
      "peak",
      { optType: "optOut" },
      { "content-type": "text/plain" },
      415,
    ],
  ] as const) {
    it(`gets ${expected} for ${what}`, async () => {
      await using ready = await openReadyVen(controlled);
      const { daemon } = ready;

      const { status, said } = await respond(daemon, eventId, { body, headers });

      assert.equal(status, expected);
      assert.equal(typeof said?.["error"], "string");
    });
  }

  it("gets 403 under a name that is not this machine's", async () => {
    await using ready = await openReadyVen(controlled);
    const url = new URL("/events", await ready.daemon.health());

    const asking = request(url, { headers: { host: "rebound.example.com" } }).end();
    const [answer] = (await once(asking, "response")) as [{ statusCode: number; resume(): void }];
    answer.resume();

    assert.equal(answer.statusCode, 403);
  });

  it("can do nothing unless the file says so, from the next change of it on", async () => {
    await using ready = await openReadyVen({ health: { port: 0 } });
    const { daemon, config } = ready;
    const url = new URL("/events", await daemon.health());

    const before = await fetch(url);
    const refused = await respond(daemon, "peak", { body: { optType: "optOut" } });
    daemon.reloadWith({ ...config, ...controlled });
    await daemon.prints(/configuration reloaded/);
    const after = await fetch(url);

    assert.deepEqual([before.status, refused.status, after.status], [404, 405, 200]);
  });

  it("can do nothing at an address that is about to close, and was open to others", async () => {
    const [asked, released] = [new Arrivals<Call>(), new Arrivals<true>()];
    await using device = await new WebService(async (call) => {
      asked.add(call);
      await released.atLeast(1);
      return 204;
    }).listen();
    const actions = [{ on: "start", webhook: device.url, timeout: "P1D" }];
    await using ready = await openReadyVen({ health: { port: 0, host: "0.0.0.0" }, events: { actions } });
    const { clock, vtn, daemon, config } = ready;
    const [, port = ""] = /:(\d+)\/health/.exec(await daemon.prints(/http:\/\/0\.0\.0\.0:\d+\/health/)) ?? [];
    await vtn.createEvent({ eventId: "peak", activePeriod: { dtstart: clock.now() } });
    await clock.advance(seconds(10));
    await asked.atLeast(1);

    daemon.reloadWith({ ...config, ...controlled, name: "hall" });
    const moved = new URL("/events", await daemon.health());
    const answers = [await fetch(`http://127.0.0.1:${port}/events`), await fetch(moved)];
    released.add(true);

    assert.deepEqual(
      answers.map(({ status }) => status),
      [404, 200],
    );
  });
});
