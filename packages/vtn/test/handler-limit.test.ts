import assert from "node:assert/strict";
import { milliseconds, seconds, type Message } from "@openleadr/protocol";
import { describe, it } from "vitest";
import type { RequestContext, VtnOptions } from "../src/index.ts";
import { anEvent } from "./events.ts";
import { aRegistration, openVtn, type OpenVtn } from "./open-vtn.ts";
import { anOffer } from "./reports.ts";
import { requestsOf } from "./requests.ts";

const forEver = new Promise<never>(() => {});
const never = (): Promise<never> => forEver;
const cancel = {
  name: "oadrCancelPartyRegistration",
  payload: { requestId: "req-7", registrationId: "id-2", venId: "id-1" },
} as const;
const offer = {
  name: "oadrRegisterReport",
  payload: { requestId: "req-7", reports: [anOffer()], venId: "id-1" },
} as const;

describe("handlerTimeout", () => {
  for (const [name, answer, message] of [
    ["onCancelPartyRegistration", "oadrCanceledPartyRegistration", cancel],
    ["onRegisterReport", "oadrRegisteredReport", offer],
    ["onCreatedEvent", "oadrResponse", answerTo("event-1")],
    ["onCreateOpt", "oadrCreatedOpt", requestsOf("id-1").oadrCreateOpt],
    [
      "onQueryRegistration",
      "oadrCreatedPartyRegistration",
      { name: "oadrQueryRegistration", payload: { requestId: "req-7" } },
    ],
  ] as const satisfies readonly (readonly [keyof VtnOptions, string, Message])[]) {
    it(`answers 469 in ${answer} when ${name} does not end in time`, async () => {
      await using open = await openVtn({ listen: false, [name]: never });
      await open.register();
      await open.vtn.events.create(anEvent());
      await open.call("oadrRequestEvent", { requestId: "req-1", venId: "id-1" });

      const stuck = open.answer(message);
      await pass(open, seconds(10));

      const got = await stuck;
      assert.equal(got?.name, answer);
      assert.deepEqual("response" in got.payload && got.payload.response, {
        responseCode: 469,
        responseDescription: "internal error",
        requestId: "req-7",
      });
      assert.match(String(open.errors[0]?.error), new RegExp(`${name}: expected an answer within 10000 ms`));
    });
  }

  it("registers nobody when the handler answers too late", async () => {
    const decided = deferred();
    await using open = await openVtn({ listen: false, onCreatePartyRegistration: () => decided.promise });

    const late = assert.rejects(open.call("oadrCreatePartyRegistration", aRegistration()), { responseCode: 469 });
    await pass(open, seconds(10));
    await late;
    decided.resolve(true);
    await pass(open, seconds(1));

    assert.deepEqual(await open.vtn.vens.list(), []);
  });

  it("aborts the signal of a handler that takes too long", async () => {
    const reasons: unknown[] = [];
    const onQueryRegistration = async (_: unknown, { signal }: RequestContext): Promise<undefined> => {
      signal.addEventListener("abort", () => reasons.push((signal.reason as { code: string }).code));
      return forEver;
    };
    await using open = await openVtn({ listen: false, onQueryRegistration, handlerTimeout: milliseconds(1) });

    const stuck = open.answer({ name: "oadrQueryRegistration", payload: { requestId: "req-1" } });
    await pass(open, seconds(1));
    await stuck;

    assert.deepEqual(reasons, ["ERR_OADR_TIMEOUT"]);
  });

  it("serves others while a handler does not end", async () => {
    await using open = await openVtn({ listen: false, onRegisterReport: never });
    const [, pantry] = [await open.register("kitchen"), await open.register("pantry")];

    const stuck = open.answer(offer);

    assert.equal((await pantry.poll()).name, "oadrResponse");
    assert.deepEqual(await pantry.eventIds(), []);
    await pass(open, seconds(10));
    await stuck;
  });

  it("bounds how long stop waits for a handler that ignores its signal", async () => {
    await using open = await openVtn({ listen: false, onRegisterReport: never });
    await open.register();

    const stuck = open.answer(offer);
    await pass(open, seconds(1));
    const stopped = open.vtn.stop({ signal: AbortSignal.abort() });
    await pass(open, seconds(9));

    await stopped;
    assert.equal((await stuck)?.name, "oadrRegisteredReport");
  });

  it("leaves a handler all the time where it is false", async () => {
    const decided = deferred();
    await using open = await openVtn({ onCreatePartyRegistration: () => decided.promise, handlerTimeout: false });

    const answer = open.call("oadrCreatePartyRegistration", aRegistration());
    await pass(open, seconds(1_000));
    decided.resolve(true);

    assert.equal((await answer)?.payload.response.responseCode, 200);
  });

  it("leaves no timer behind once a handler has answered", async () => {
    await using open = await openVtn({ listen: false, onCreatePartyRegistration: () => Promise.resolve(true) });
    const before = open.clock.sleepers;

    await open.register();

    assert.equal(open.clock.sleepers, before);
  });

  for (const options of [
    { handlerTimeout: milliseconds(0) },
    { missedPolls: 0 },
    { maxPendingVens: 0 },
    { profiles: [] },
    { profiles: [{ profileName: "2.0b", transports: [] }] },
  ] as const satisfies readonly Partial<VtnOptions>[]) {
    it(`refuses ${JSON.stringify(options)}`, async () => {
      const [name] = Object.keys(options);

      await assert.rejects(openVtn(options), { name: "RangeError", message: new RegExp(`^${name}: expected`) });
    });
  }
});

function answerTo(eventId: string): Message<"oadrCreatedEvent"> {
  const eventResponse = {
    responseCode: 200,
    requestId: "id-1",
    eventId,
    modificationNumber: 0,
    optType: "optIn",
  } as const;
  const response = { responseCode: 200, requestId: "req-7" };
  return { name: "oadrCreatedEvent", payload: { response, eventResponses: [eventResponse], venId: "id-1" } };
}

/** A promise, and the function that resolves it. */
function deferred(): { readonly promise: Promise<boolean>; resolve(value: boolean): void } {
  const resolvers: ((value: boolean) => void)[] = [];
  const promise = new Promise<boolean>((resolve) => resolvers.push(resolve));
  return { promise, resolve: (value) => resolvers[0]?.(value) };
}

/** Lets time pass once all that can go on has. */
async function pass({ clock }: OpenVtn, span: Parameters<typeof clock.advance>[0]): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(span);
}
