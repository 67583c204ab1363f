import assert from "node:assert/strict";
import { minutes, seconds, type Message } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { MemoryStore } from "../src/index.ts";
import type { PolledMessage, VtnOptions } from "../src/index.ts";
import { anEvent } from "./events.ts";
import { aRegistration, expectMessage, openVtn, type OpenVtn, type TestVen } from "./open-vtn.ts";
import { requestsOf } from "./requests.ts";

const { oadrCreateReport } = requestsOf("kitchen");

describe("OadrPoll: the patterns of Annex C", () => {
  it("rule 500: pattern 1: takes the answer before the next poll", async () => {
    await using pull = await openPull();
    await pull.enqueue("a", "b");

    assert.equal(await pull.pollRequestId(), "a");
    await pull.answer("a");
    assert.equal(await pull.pollRequestId(), "b");
    await pull.answer("b");

    assert.deepEqual(await pull.ven.drain(), []);
    assert.deepEqual(await pull.vtn.mailboxes.list(pull.ven.venId), []);
  });

  it("rule 500: pattern 2: has nothing for a poll that comes before the answer, and does not repeat itself", async () => {
    await using pull = await openPull();
    await pull.enqueue("a");

    assert.equal(await pull.pollRequestId(), "a");
    assert.equal((await pull.ven.poll()).name, "oadrResponse");
    await pull.answer("a");

    assert.equal((await pull.ven.poll()).name, "oadrResponse");
    assert.deepEqual(await pull.vtn.mailboxes.list(pull.ven.venId), []);
  });

  it("rule 500: pattern 3: hands out the next message, and takes both answers later, in any order", async () => {
    await using pull = await openPull();
    await pull.enqueue("a", "b");

    assert.equal(await pull.pollRequestId(), "a");
    assert.equal(await pull.pollRequestId(), "b");
    await pull.answer("b");
    await pull.answer("a");

    pull.clock.advance(minutes(30));
    assert.deepEqual(await pull.ven.drain(), []);
  });
});

describe("OadrPoll: what is not answered", () => {
  it("hands a message out again after a while, and the others meanwhile", async () => {
    await using pull = await openPull({ pollFrequency: seconds(30) });
    await pull.enqueue("a");
    await pull.pollRequestId();
    await pull.enqueue("b");

    pull.clock.advance(seconds(29));
    assert.equal(await pull.pollRequestId(), "b");
    await pull.answer("b");
    assert.deepEqual(await pull.ven.drain(), []);
    pull.clock.advance(seconds(1));

    assert.equal(await pull.pollRequestId(), "a");
  });

  it("waits twice as long each time, up to an hour", async () => {
    await using pull = await openPull({ delivery: { answerTimeout: minutes(10), maxTries: 6 } });
    await pull.enqueue("a");
    const waits: number[] = [];
    for (let minute = 0, last = 0; waits.length < 5; minute++) {
      const isThere = (await pull.ven.drain()).length > 0;
      if (isThere && minute > 0) waits.push(minute - last);
      if (isThere) last = minute;
      pull.clock.advance(minutes(1));
    }

    assert.deepEqual(waits, [10, 20, 40, 60, 60]);
  });

  it("makes a dead letter of it after so many tries, and hands out what is behind it", async () => {
    await using pull = await openPull({ delivery: { maxTries: 2 } });
    await pull.enqueue("a");
    await pull.pollRequestId();
    pull.clock.advance(seconds(10));
    await pull.pollRequestId();
    await pull.enqueue("b");
    pull.clock.advance(seconds(20));

    assert.equal(await pull.pollRequestId(), "b");

    const [dead] = await pull.vtn.mailboxes.deadLetters(pull.ven.venId);
    assert.deepEqual([dead?.state, dead?.tries, dead?.error], ["failed", 2, "not answered in 2 tries"]);
    const [failure] = pull.statuses.filter(({ type }) => type === "deliveryFailed");
    assert.deepEqual(failure, {
      type: "deliveryFailed",
      venId: pull.ven.venId,
      letterId: dead?.letterId,
      message: "oadrCreateReport",
      eventIds: [],
      error: "not answered in 2 tries",
    });
  });

  it("sends a dead letter again when wanted, as often as a new one", async () => {
    await using pull = await openPull({ delivery: { maxTries: 1 } });
    await pull.enqueue("a");
    await pull.pollRequestId();
    pull.clock.advance(seconds(10));
    await pull.ven.drain();
    const [dead] = await pull.vtn.mailboxes.deadLetters();

    await pull.vtn.mailboxes.resend(pull.ven.venId, dead?.letterId ?? "");

    assert.equal(await pull.pollRequestId(), "a");
    await pull.answer("a");
    assert.deepEqual(await pull.vtn.mailboxes.deadLetters(), []);
  });

  it("takes a late answer to a dead letter", async () => {
    await using pull = await openPull({ delivery: { maxTries: 1 } });
    await pull.enqueue("a");
    await pull.pollRequestId();
    pull.clock.advance(seconds(10));
    await pull.ven.drain();

    await pull.answer("a");

    assert.deepEqual(await pull.vtn.mailboxes.deadLetters(), []);
  });

  it("makes a dead letter of what the VEN refuses with oadrResponse", async () => {
    await using pull = await openPull();
    await pull.enqueue("a");
    await pull.pollRequestId();

    const response = { responseCode: 459, responseDescription: "not served", requestId: "a" };
    await pull.open.answer({ name: "oadrResponse", payload: { response, venId: pull.ven.venId } }, "EiReport");

    const [dead] = await pull.vtn.mailboxes.deadLetters();
    assert.equal(dead?.error, "refused with 459: not served");
  });

  it("takes an answer without a requestID for that to the first message it fits", async () => {
    await using pull = await openPull();
    await pull.enqueue("a", "b");
    await pull.ven.drain();

    await pull.answer("");

    const letters = await pull.vtn.mailboxes.list(pull.ven.venId);
    assert.deepEqual(
      letters.map(({ entry }) => entry.kind === "message" && requestIdOf(entry.message)),
      ["b"],
    );
  });

  it("takes no answer for that to another message", async () => {
    await using pull = await openPull();
    await pull.enqueue("a");
    await pull.ven.drain();

    await pull.answer("c");

    assert.equal((await pull.vtn.mailboxes.list(pull.ven.venId)).length, 1);
  });

  for (const [title, answer] of [
    ["oadrResponse", { name: "oadrResponse", payload: { response: { responseCode: 200, requestId: "any" } } }],
    ["a new oadrCreatePartyRegistration", { name: "oadrCreatePartyRegistration", payload: aRegistration() }],
  ] as readonly (readonly [string, Message<"oadrResponse" | "oadrCreatePartyRegistration">])[]) {
    it(`rule 401: takes ${title} for the answer to oadrRequestReregistration`, async () => {
      await using pull = await openPull();
      const { venId, registrationId } = pull.ven;
      await pull.vtn.vens.requestReregistration(venId);
      await pull.ven.drain();

      const ids = answer.name === "oadrResponse" ? { venId } : { venId, registrationId };
      const payload = { ...answer.payload, ...ids };
      await pull.open.answer({ ...answer, payload } as Message, "EiRegisterParty");

      assert.deepEqual(await pull.vtn.mailboxes.list(venId), []);
      assert.ok(pull.statuses.some(({ type }) => type === "delivered"));
    });
  }

  it("keeps a message until the answer to it is stored", async () => {
    const failing = { now: true };
    await using pull = await openPull({
      onCancelPartyRegistration: () => {
        if (failing.now) throw new Error("no database");
      },
    });
    const { venId, registrationId } = pull.ven;
    await pull.vtn.vens.cancelPartyRegistration(venId);
    const { requestId } = expectMessage("oadrCancelPartyRegistration", await pull.ven.poll());
    const response = { responseCode: 200, requestId };
    const canceled = { name: "oadrCanceledPartyRegistration", payload: { response, registrationId, venId } } as const;

    await pull.open.answer(canceled);
    failing.now = false;
    pull.clock.advance(seconds(10));

    assert.equal((await pull.ven.poll()).name, "oadrCancelPartyRegistration");
  });

  it("goes on with what waits, in a new VTN with the same store", async () => {
    const store = new MemoryStore();
    const first = await openPull({ store });
    await first.enqueue("a", "b");
    await first.pollRequestId();
    await first[Symbol.asyncDispose]();

    await using second = await openVtn({ listen: false, store });
    const polled = await second.answer({ name: "oadrPoll", payload: { venId: first.ven.venId } });
    second.clock.advance(seconds(10));
    const again = await second.answer({ name: "oadrPoll", payload: { venId: first.ven.venId } });

    assert.deepEqual([requestIdOf(polled), requestIdOf(again)], ["b", "a"]);
  });
});

describe("OadrPoll: a queue of the application's own", () => {
  it("is asked when nothing waits, and only then", async () => {
    const polls: (string | undefined)[] = [];
    const own: PolledMessage[] = [];
    await using pull = await openPull({
      onPoll: (venId, context) => {
        polls.push(venId, context.venId);
        return own.shift();
      },
    });
    polls.length = 0;
    own.push({ ...oadrCreateReport, payload: { ...oadrCreateReport.payload, requestId: "own" } });
    await pull.enqueue("a");

    assert.equal(await pull.pollRequestId(), "a");
    assert.deepEqual(polls, []);
    assert.equal(await pull.pollRequestId(), "own");
    assert.equal((await pull.ven.poll()).name, "oadrResponse");
    assert.deepEqual(
      polls,
      Array.from({ length: 4 }, () => pull.ven.venId),
    );
  });

  for (const [title, onPoll] of [
    ["throws", () => Promise.reject(new Error("no queue"))],
    ["gives what is no answer to a poll", () => requestsOf("kitchen").oadrPoll as unknown as PolledMessage],
  ] as const) {
    it(`refuses the poll with 469, and logs it, if it ${title}`, async () => {
      await using open = await openVtn({ listen: false, onPoll });
      const created = await open.call("oadrCreatePartyRegistration", aRegistration());
      const { venId = "" } = created?.payload ?? {};
      const poll = async () => open.answer({ name: "oadrPoll", payload: { venId } });
      await poll();

      const { response } = expectMessage("oadrResponse", await poll());

      assert.equal(response.responseCode, 469);
      assert.equal(open.errors.length, 1);
    });
  }
});

describe("mailboxes", () => {
  it("show word of events, which is called off, not discarded", async () => {
    await using pull = await openPull();
    const { venId } = pull.ven;
    await pull.vtn.events.create(anEvent());

    const [word] = await pull.vtn.mailboxes.list(venId);

    assert.deepEqual([word?.entry, word?.state], [{ kind: "events" }, "queued"]);
    await assert.rejects(pull.vtn.mailboxes.discard(venId, word?.letterId ?? ""), RangeError);
    await assert.rejects(pull.vtn.mailboxes.resend(venId, "no such letter"), RangeError);
    await assert.rejects(pull.vtn.mailboxes.resend("nobody", word?.letterId ?? ""), RangeError);
  });

  it("have a message discarded that waits", async () => {
    await using pull = await openPull();
    await pull.enqueue("a", "b");
    const [letter] = await pull.vtn.mailboxes.list(pull.ven.venId);

    await pull.vtn.mailboxes.discard(pull.ven.venId, letter?.letterId ?? "");

    assert.equal(await pull.pollRequestId(), "b");
  });
});

/** A VTN with a VEN that pulls, for which nothing waits. */
interface OpenPull extends Pick<OpenVtn, "vtn" | "clock" | "statuses">, AsyncDisposable {
  readonly open: OpenVtn;
  readonly ven: TestVen;
  /** Puts report requests into the mailbox. */
  enqueue(...requestIds: readonly string[]): Promise<void>;
  /** The requestID of what a poll brings. */
  pollRequestId(): Promise<string | undefined>;
  /** Answers a report request. */
  answer(requestId: string): Promise<void>;
}

async function openPull(options: Partial<VtnOptions> = {}): Promise<OpenPull> {
  const { store = new MemoryStore() } = options;
  const open = await openVtn({ listen: false, ...options, store });
  const ven = await open.register();
  const { vtn, clock, statuses } = open;
  return {
    open,
    ven,
    vtn,
    clock,
    statuses,
    async enqueue(...requestIds) {
      for (const requestId of requestIds) {
        const payload = { ...oadrCreateReport.payload, requestId, venId: ven.venId };
        await store.enqueue(ven.venId, { kind: "message", message: { name: "oadrCreateReport", payload } });
      }
    },
    pollRequestId: async () => requestIdOf(await ven.poll()),
    async answer(requestId) {
      const response = { responseCode: 200, requestId };
      await open.answer({
        name: "oadrCreatedReport",
        payload: { response, pendingReports: [], venId: ven.venId },
      });
    },
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  };
}

function requestIdOf(message: Message | undefined): string | undefined {
  return message !== undefined && "requestId" in message.payload ? message.payload.requestId : undefined;
}
