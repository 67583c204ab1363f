import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { minutes, seconds } from "@openleadr/protocol";
import { anEvent, aReportRequest, openPush, pullClient } from "./open-push.ts";
import { createdEvent, fittingReply } from "./push-ven.ts";

describe("push", () => {
  it("rules 38, 301: sends a new VEN what the VTN can report, and then its events", async () => {
    await using open = await openPush();
    await open.vtn.events.create(anEvent());
    const ven = await open.ven();

    await ven.register();

    assert.deepEqual((await ven.expect("oadrRegisterReport")).reports, []);
    const { events } = await ven.expect("oadrDistributeEvent");
    assert.deepEqual(
      events.map(({ eventDescriptor }) => eventDescriptor.eventId),
      ["event-1"],
    );
  });

  it("rule 403: tells no polling interval to a VEN that is pushed to", async () => {
    await using open = await openPush();
    const ven = await open.ven();

    const created = await ven.call("oadrCreatePartyRegistration", {
      requestId: "req-1",
      profileName: "2.0b",
      transportName: "simpleHttp",
      transportAddress: ven.url.origin,
      reportOnly: false,
      xmlSignature: false,
      venName: "kitchen",
      httpPullModel: false,
    });

    assert.equal(created?.payload.requestedOadrPollFreq, undefined);
  });

  it("rule 40: sends events without an eiResponse, and takes the answer as a request of its own", async () => {
    await using open = await openPush();
    const ven = await open.registered();
    await open.vtn.events.create(anEvent());
    const answer = open.vtn.events.response("event-1", "kitchen");

    const distributed = await ven.expect("oadrDistributeEvent");
    await ven.optIn(distributed);

    assert.equal(distributed.response, undefined);
    assert.equal((await answer).optType, "optIn");
    assert.deepEqual(await open.vtn.mailboxes.list("kitchen"), []);
  });

  it("rule 61: takes its events from a VEN that only reports from now on, and sends it no others", async () => {
    await using open = await openPush();
    const ven = await open.registered();
    await open.vtn.events.create(anEvent());
    await ven.optIn(await ven.expect("oadrDistributeEvent"));
    const { venId, registrationId } = ven;

    await ven.register("kitchen", { venId, registrationId, reportOnly: true });

    assert.deepEqual((await ven.expect("oadrDistributeEvent")).events, []);
    await open.vtn.events.create(anEvent("event-2"));
    await open.vtn.vens.requestReregistration(venId);
    await ven.expect("oadrRequestReregistration");
  });

  it("takes an oadrCreatedEvent that comes in the same exchange", async () => {
    await using open = await openPush();
    const ven = await open.registered();
    ven.reply = (message) =>
      message.name === "oadrDistributeEvent"
        ? { name: "oadrCreatedEvent", payload: createdEvent("kitchen", message.payload) }
        : fittingReply(message, "kitchen");

    await open.vtn.events.create(anEvent());

    assert.equal((await open.vtn.events.response("event-1", "kitchen")).optType, "optIn");
    await open.clock.settle();
    assert.deepEqual(await open.vtn.mailboxes.list("kitchen"), []);
  });

  it("sends one message at a time, in the order in which they came", async () => {
    await using open = await openPush();
    const ven = await open.registered();
    let atOnce = 0;
    let most = 0;
    ven.reply = async (message) => {
      most = Math.max(most, (atOnce += 1));
      await new Promise((resolve) => setImmediate(resolve));
      atOnce -= 1;
      return fittingReply(message, "kitchen");
    };

    await open.vtn.vens.requestReregistration("kitchen");
    await open.vtn.events.create(anEvent());
    await open.store.enqueue("kitchen", { kind: "message", message: aReportRequest("a") });
    await open.store.enqueue("kitchen", { kind: "message", message: aReportRequest("b") });

    const names = [];
    for (let count = 0; count < 4; count++) names.push((await ven.next()).name);
    assert.deepEqual(names, [
      "oadrRequestReregistration",
      "oadrDistributeEvent",
      "oadrCreateReport",
      "oadrCreateReport",
    ]);
    assert.equal(most, 1);
  });

  it("treats the answer of an exchange as the request it would be", async () => {
    await using open = await openPush();
    const ven = await open.registered();

    await open.store.enqueue("kitchen", { kind: "message", message: aReportRequest("a") });
    await ven.expect("oadrCreateReport");
    const { responseCode } = await open.told("reportCreated");
    await open.vtn.vens.cancelPartyRegistration("kitchen");
    await ven.expect("oadrCancelPartyRegistration");
    await open.told("unregistered");

    assert.equal(responseCode, 200);
    assert.deepEqual(await open.vtn.vens.list(), []);
  });

  it("rules 51, 500: refuses a poll of a VEN that is pushed to", async () => {
    await using open = await openPush();
    const ven = await open.registered();

    await assert.rejects(ven.call("oadrPoll", { venId: "kitchen" }), { responseCode: 459 });
  });

  it("rule 51: opens no connection to a VEN that pulls, wherever it says it listens", async () => {
    await using open = await openPush();
    const pushed = await open.registered("pushed");
    const other = await open.ven();
    const pull = pullClient(open.url);
    const pullModel = { reportOnly: false, xmlSignature: false, venName: "pulls", httpPullModel: true };
    const transport = { transportName: "simpleHttp", transportAddress: other.url.origin } as const;
    await pull.call("oadrCreatePartyRegistration", {
      requestId: "req-1",
      profileName: "2.0b",
      ...transport,
      ...pullModel,
    });

    await open.vtn.events.create(anEvent());
    await pushed.expect("oadrDistributeEvent");

    assert.deepEqual(other.received, []);
    assert.equal((await pull.call("oadrPoll", { venId: "pulls" }))?.name, "oadrRegisterReport");
    assert.equal((await pull.call("oadrPoll", { venId: "pulls" }))?.name, "oadrDistributeEvent");
    await pull.close();
  });

  it("rule 50: sends one message however often events have changed meanwhile, with all of them", async () => {
    await using open = await openPush();
    const ven = await open.registered();
    const goUp = await ven.goDown();
    await open.vtn.events.create(anEvent("a"));
    await open.told("deliveryRetried");
    await open.vtn.events.create(anEvent("b"));
    await open.vtn.events.modify("a", { eventDescriptor: { priority: 1 } });
    await open.told("deliveryRetried");

    await goUp();
    await open.clock.advance(minutes(1));

    const { events } = await ven.expect("oadrDistributeEvent");
    await open.told("eventsSent");
    assert.deepEqual(
      events.map(({ eventDescriptor: { eventId, modificationNumber } }) => `${eventId} ${modificationNumber}`),
      ["a 1", "b 0"],
    );
    assert.equal((await open.vtn.mailboxes.list("kitchen")).length, 1);
  });

  it("reaches many VENs, so many at a time", async () => {
    const atOnce = { now: 0, most: 0 };
    const reached: string[] = [];
    await using open = await openPush({
      push: {
        concurrency: 3,
        transportFor:
          ({ venId }) =>
          async () => {
            atOnce.most = Math.max(atOnce.most, (atOnce.now += 1));
            await new Promise((resolve) => setImmediate(resolve));
            atOnce.now -= 1;
            reached.push(venId);
            return undefined;
          },
      },
    });
    const ven = await open.ven();
    const venIds = Array.from({ length: 20 }, (_, index) => `ven-${index}`);
    for (const venId of venIds) await ven.register(venId);
    while (reached.length < 20) await open.clock.settle();

    await open.vtn.events.create(anEvent());
    while (reached.length < 40) await open.clock.settle();

    assert.deepEqual(reached.slice(20).toSorted(), venIds.toSorted());
    assert.ok(atOnce.most <= 3, `${atOnce.most} at once`);
  });

  it("repeats events that are not answered, and gives them up in the end", async () => {
    await using open = await openPush({ delivery: { maxTries: 2, answerTimeout: seconds(10) } });
    const ven = await open.registered();
    await open.vtn.events.create(anEvent());
    await ven.expect("oadrDistributeEvent");
    await open.told("eventsSent");

    await open.clock.advance(seconds(10));
    await ven.expect("oadrDistributeEvent");
    await open.told("eventsSent");
    await open.clock.advance(seconds(20));

    const { eventIds } = await open.told("deliveryFailed");
    const [delivery] = await open.vtn.events.deliveries("event-1");
    assert.deepEqual(eventIds, ["event-1"]);
    assert.deepEqual([delivery?.state, delivery?.tries], ["failed", 2]);
    assert.deepEqual(ven.received.map(({ name }) => name).slice(1), ["oadrDistributeEvent", "oadrDistributeEvent"]);
  });
});
