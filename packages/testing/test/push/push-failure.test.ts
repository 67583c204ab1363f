import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { hours, minutes, seconds } from "@openleadr/protocol";
import { MemoryStore } from "@openleadr/vtn";
import { anEvent, aReportRequest, openPush, type OpenPush } from "./open-push.ts";
import { fittingReply, type PushVen } from "./push-ven.ts";

const allowedHosts = ["127.0.0.0/8"];

describe("push to a VEN that fails", () => {
  it("tries again, ever later, until the VEN is there again", async () => {
    const draws = [0, 0.5, 0.75];
    let drawn = 0;
    await using open = await openPush({ random: () => draws[drawn++ % 3] ?? 0 });
    const ven = await open.registered();
    const goUp = await ven.goDown();
    const start = open.clock.now().getTime();
    const retries: number[] = [];

    await open.vtn.events.create(anEvent());
    while (retries.length < 8) {
      const { retryAt } = await open.told("deliveryRetried");
      retries.push((retryAt.getTime() - open.clock.now().getTime()) / 1000);
      await open.clock.advanceTo(retryAt);
    }
    await open.told("deliveryRetried");
    const [failing] = await open.vtn.events.deliveries("event-1");
    await goUp();
    await open.clock.advance(minutes(2));
    await ven.expect("oadrDistributeEvent");
    await open.told("eventsSent");

    assert.deepEqual(retries, [0.9, 2, 4.2, 7.2, 16, 33.6, 54, 60]);
    assert.deepEqual([failing?.state, failing?.tries, failing?.failedAt], ["queued", 9, undefined]);
    assert.match(failing?.error ?? "", /ECONNREFUSED|connect/);
    const [delivery] = await open.vtn.events.deliveries("event-1");
    assert.deepEqual([delivery?.state, delivery?.error], ["sent", undefined]);
    assert.equal(delivery?.firstSentAt?.getTime(), start);
  });

  it("keeps the order, also of what comes while the VEN is away", async () => {
    await using open = await openPush();
    const ven = await open.registered();
    const goUp = await ven.goDown();
    await enqueue(open, "a");
    await open.told("deliveryRetried");
    await open.vtn.vens.requestReregistration("kitchen");
    await enqueue(open, "b");

    await goUp();
    await open.clock.advance(seconds(2));

    const names = [(await ven.next()).name, (await ven.next()).name, (await ven.next()).name];
    assert.deepEqual(names, ["oadrCreateReport", "oadrRequestReregistration", "oadrCreateReport"]);
  });

  it("sends a message again whose answer was lost", async () => {
    await using open = await openPush();
    const ven = await open.registered();
    ven.reply = () => "lost";
    await enqueue(open, "a");
    await open.told("deliveryRetried");

    ven.reply = (message) => fittingReply(message, "kitchen");
    await open.clock.advance(seconds(2));
    await open.told("delivered");

    const requestIds = ven.received.slice(1).map(({ payload }) => "requestId" in payload && payload.requestId);
    assert.deepEqual(requestIds, ["a", "a"]);
    assert.deepEqual(await open.vtn.mailboxes.list("kitchen"), []);
  });

  it("sends events again whose arrival was not confirmed, even if none is to be answered", async () => {
    await using open = await openPush();
    const ven = await open.registered();
    ven.reply = () => "lost";
    await open.vtn.events.create(anEvent("event-1", { responseRequired: "never" }));
    await open.told("deliveryRetried");

    ven.reply = () => undefined;
    await open.clock.advance(seconds(2));
    await open.told("eventsSent");

    assert.equal(ven.received.filter(({ name }) => name === "oadrDistributeEvent").length, 2);
    assert.deepEqual(await open.vtn.mailboxes.list("kitchen"), []);
  });

  it("awaits the answer of a VEN that answers later, and asks again for it", async () => {
    await using open = await openPush();
    const ven = await open.registered();
    ven.reply = () => undefined;
    await enqueue(open, "a");
    await ven.expect("oadrCreateReport");
    await open.clock.settle();

    await open.clock.advance(seconds(10));
    await ven.expect("oadrCreateReport");
    const response = { responseCode: 200, requestId: "a" };
    await ven.call("oadrCreatedReport", { response, pendingReports: [], venId: "kitchen" });

    assert.equal((await open.told("delivered")).message, "oadrCreateReport");
    assert.deepEqual(await open.vtn.mailboxes.list("kitchen"), []);
  });

  for (const [title, reply, error] of [
    ["refuses it with HTTP 406", 406, /406/],
    ["has no such service", 404, /404/],
    ["answers nonsense", "nonsense", /nonsense/],
    ["answers something else", { name: "oadrPoll", payload: { venId: "kitchen" } }, /oadrPoll/],
    [
      "says no",
      { name: "oadrResponse", payload: { response: { responseCode: 459, requestId: "a" }, venId: "kitchen" } },
      /459|no reason given/,
    ],
  ] as const) {
    it(`makes a dead letter at once of a message to a VEN that ${title}, and goes on`, async () => {
      await using open = await openPush();
      const ven = await open.registered();
      ven.reply = (message) => (message.name === "oadrCreateReport" ? reply : fittingReply(message, "kitchen"));

      await enqueue(open, "a");
      await open.vtn.vens.requestReregistration("kitchen");
      await ven.expect("oadrCreateReport");
      await ven.expect("oadrRequestReregistration");
      await open.told("delivered");

      const [dead, ...others] = await open.vtn.mailboxes.list("kitchen");
      assert.deepEqual([dead?.state, dead?.tries, others], ["failed", 1, []]);
      assert.match(dead?.error ?? "", error);
    });
  }

  it("makes a dead letter after so many attempts, which can be seen, and sent again", async () => {
    await using open = await openPush({ push: { allowedHosts, maxAttempts: 3 } });
    const ven = await open.registered();
    const goUp = await ven.goDown();
    await enqueue(open, "a");
    await failThrough(open);
    const [dead] = await open.vtn.mailboxes.deadLetters();

    await goUp();
    await open.vtn.mailboxes.resend("kitchen", dead?.letterId ?? "");
    const { requestId } = await ven.expect("oadrCreateReport");
    await open.told("delivered");

    assert.deepEqual([dead?.state, dead?.tries, dead?.venId], ["failed", 3, "kitchen"]);
    assert.ok(dead?.triedAt !== undefined && dead.triedAt > new Date("2026-06-01T12:00:02Z"));
    assert.equal(requestId, "a");
    assert.deepEqual(await open.vtn.mailboxes.deadLetters(), []);
  });

  it("lets a dead letter be discarded", async () => {
    await using open = await openPush({ push: { allowedHosts, maxAttempts: 1 } });
    const ven = await open.registered();
    await ven.goDown();
    await enqueue(open, "a");
    const { letterId = "" } = await open.told("deliveryFailed");

    await open.vtn.mailboxes.discard("kitchen", letterId);

    assert.deepEqual(await open.vtn.mailboxes.list("kitchen"), []);
    await assert.rejects(open.vtn.mailboxes.discard("kitchen", letterId), RangeError);
    await assert.rejects(open.vtn.mailboxes.resend("kitchen", letterId), RangeError);
  });

  it("fails events that did not get through, and sends them again when wanted", async () => {
    await using open = await openPush({ push: { allowedHosts, maxAttempts: 2 } });
    const ven = await open.registered();
    const goUp = await ven.goDown();
    await open.vtn.events.create(anEvent());
    await open.told("deliveryRetried");
    await open.clock.advance(seconds(5));
    const { eventIds } = await open.told("deliveryFailed");
    const [failed] = await open.vtn.events.deliveries("event-1");

    await goUp();
    await open.vtn.events.resend("event-1", "kitchen");
    await ven.expect("oadrDistributeEvent");
    await open.told("eventsSent");

    const [delivery] = await open.vtn.events.deliveries("event-1");
    assert.deepEqual(eventIds, ["event-1"]);
    assert.deepEqual([failed?.state, failed?.tries], ["failed", 2]);
    assert.deepEqual(failed?.failedAt, failed?.lastSentAt);
    assert.deepEqual([delivery?.state, delivery?.failedAt], ["sent", undefined]);
    assert.deepEqual(await open.vtn.mailboxes.deadLetters(), []);
  });

  it("sends dead word of events along with the next change", async () => {
    await using open = await openPush({ push: { allowedHosts, maxAttempts: 1 } });
    const ven = await open.registered();
    const goUp = await ven.goDown();
    await open.vtn.events.create(anEvent("a"));
    await open.told("deliveryFailed");

    await goUp();
    await open.vtn.events.create(anEvent("b"));
    const { events } = await ven.expect("oadrDistributeEvent");
    await open.told("eventsSent");

    const deliveries = await open.vtn.events.deliveries("a");
    assert.equal(events.length, 2);
    assert.deepEqual(
      deliveries.map(({ state }) => state),
      ["sent"],
    );
  });

  it("keeps a letter whose answer the application could not deal with", async () => {
    const failing = { now: true };
    await using open = await openPush({
      onCancelPartyRegistration: () => {
        if (failing.now) throw new Error("no database");
      },
    });
    const ven = await open.registered();

    await open.vtn.vens.cancelPartyRegistration("kitchen");
    await ven.expect("oadrCancelPartyRegistration");
    while (open.errors.length === 0) await open.clock.settle();
    failing.now = false;
    await open.clock.advance(seconds(10));
    await ven.expect("oadrCancelPartyRegistration");

    assert.equal((await open.told("unregistered")).venId, "kitchen");
  });

  it("stops in the middle, and a new VTN with the same store goes on", async () => {
    const store = new MemoryStore();
    const first = await openPush({ store });
    const ven = await first.registered();
    const goUp = await ven.goDown();
    await enqueue(first, "a");
    await enqueue(first, "b");
    await first.told("deliveryRetried");
    await first.vtn.stop();

    await goUp();
    await using second = await openPush({ store });
    await second.clock.advance(hours(1));

    assert.equal((await ven.expect("oadrCreateReport")).requestId, "a");
    assert.equal((await ven.expect("oadrCreateReport")).requestId, "b");
    await second.told("delivered");
    await ven[Symbol.asyncDispose]();
  });

  it("finishes what is under way when it stops, and sends nothing more", async () => {
    await using open = await openPush();
    const ven = await open.registered();
    const { reply, release } = heldBack(ven);
    await enqueue(open, "a");
    await enqueue(open, "b");
    await ven.expect("oadrCreateReport");

    const stopped = open.vtn.stop();
    await open.clock.settle();
    release();
    await stopped;

    const letters = await open.vtn.mailboxes.list("kitchen");
    assert.deepEqual(
      letters.map(({ entry, state, tries }) => [entry.kind === "message" && entry.message, state, tries]),
      [[aReportRequest("b"), "queued", 0]],
    );
    assert.equal(reply.count, 1);
  });

  it("cuts what is under way when the signal of stop aborts, and keeps it", async () => {
    await using open = await openPush();
    const ven = await open.registered();
    const { release } = heldBack(ven);
    await enqueue(open, "a");
    await ven.expect("oadrCreateReport");

    await open.vtn.stop({ signal: AbortSignal.abort() });
    release();
    const [letter] = await open.vtn.mailboxes.list("kitchen");

    assert.deepEqual([letter?.state, letter?.tries, letter?.dueAt], ["queued", 0, undefined]);
    await open.vtn.start();
    await ven.expect("oadrCreateReport");
  });

  it("takes a VEN that has left while it was pushed to for gone", async () => {
    await using open = await openPush();
    const ven = await open.registered();
    const { reply, release } = heldBack(ven);
    await enqueue(open, "a");
    await ven.expect("oadrCreateReport");

    const { venId, registrationId } = ven;
    await ven.call("oadrCancelPartyRegistration", { requestId: "req-3", registrationId, venId });
    const told = open.statuses.length;
    release();
    await open.vtn.stop();

    assert.equal(reply.count, 1);
    assert.deepEqual(
      open.statuses.slice(told).map(({ type }) => type),
      ["stopped"],
    );
    assert.deepEqual(open.errors, []);
  });

  it("goes on with the new address of a VEN that registers again", async () => {
    await using open = await openPush();
    const ven = await open.registered();
    await ven.goDown();
    await enqueue(open, "a");
    await open.told("deliveryRetried");
    const moved = await open.ven();
    Object.assign(moved, { venId: "kitchen" });

    await moved.call("oadrCreatePartyRegistration", {
      requestId: "req-2",
      venId: "kitchen",
      registrationId: ven.registrationId,
      profileName: "2.0b",
      transportName: "simpleHttp",
      transportAddress: moved.url.origin,
      reportOnly: false,
      xmlSignature: false,
      venName: "kitchen",
      httpPullModel: false,
    });
    await open.clock.advance(seconds(2));

    assert.equal((await moved.expect("oadrCreateReport")).requestId, "a");
  });
});

async function enqueue(open: OpenPush, requestId: string): Promise<void> {
  await open.store.enqueue("kitchen", { kind: "message", message: aReportRequest(requestId) });
}

/** Lets time pass until the VTN gives up. */
async function failThrough(open: OpenPush): Promise<void> {
  while (!open.statuses.some(({ type }) => type === "deliveryFailed")) await open.clock.advance(seconds(1));
}

/** A VEN that does not answer until it is released. */
function heldBack(ven: PushVen): { readonly reply: { count: number }; release(): void } {
  const reply = { count: 0 };
  const holding = new AbortController();
  const released = new Promise((resolve) => holding.signal.addEventListener("abort", resolve));
  ven.reply = async (message) => {
    reply.count += 1;
    await released;
    return fittingReply(message, "kitchen");
  };
  return { reply, release: () => holding.abort() };
}
