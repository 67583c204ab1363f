import assert from "node:assert/strict";
import { encode, hours, minutes, RejectedError, type Payload } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { MemoryStore } from "../src/index.ts";
import { anEvent } from "./events.ts";
import { noon, openVtn, type TestVen } from "./open-vtn.ts";
import { anEventOpt, aSchedule, cancelOpt, codeOf } from "./opts.ts";

const inMemory = { listen: false } as const;
const span = { dtstart: noon, duration: hours(1) };

describe("EiOpt: bad input", () => {
  // prettier-ignore
  const badSchedules: readonly (readonly [string, number, Partial<Payload<"oadrCreateOpt">>])[] = [
    ["rule 200: a span with a tolerance",              459, { vavailability: [span, { ...span, startAfter: minutes(1) }] }],
    ["rule 200: a span with a notification",           459, { vavailability: [{ ...span, notification: minutes(1) }] }],
    ["rule 200: a span with a ramp-up",                459, { vavailability: [{ ...span, rampUp: minutes(1) }] }],
    ["rule 200: a span with a recovery",               459, { vavailability: [{ ...span, recovery: minutes(0) }] }],
    ["rule 206: a schedule without spans",             459, { vavailability: [] }],
    ["rule 208: no optID",                             452, { optId: "" }],
    ["rule 208: another VEN's venID as target",        452, { targets: [{ venId: "ven-2" }, { resourceId: "a" }] }],
    ["rule 208: a resource without ID",                452, { targets: [{ resourceId: "" }] }],
    ["rule 209: a resource as class of devices",       459, { deviceClasses: [{ resourceId: "a" }] }],
    ["rule 209: a class of devices of no standard",    459, { deviceClasses: [{ endDeviceAsset: "Toaster" }] }],
    ["rule 210: a negative duration",                  454, { vavailability: [{ ...span, duration: minutes(-5) }] }],
    ["rule 210: a duration beyond the end of time",    454, { vavailability: [{ ...span, duration: hours(2.4e9) }] }],
  ];
  for (const [title, code, change] of badSchedules) {
    it(`${title} is refused with ${code}, and nothing is kept`, async () => {
      await using open = await openVtn({ ...inMemory, onCreateOpt: () => assert.fail("asked") });
      const ven = await open.register();

      assert.equal(await codeOf(open, { ...aSchedule(ven), ...change }), code);

      assert.deepEqual(await open.vtn.opts.schedules(), []);
      assert.deepEqual(
        open.statuses.filter(({ type }) => type === "optCreated"),
        [],
      );
    });
  }

  // prettier-ignore
  const badEventOpts: readonly (readonly [string, number, Partial<Payload<"oadrCreateOpt">>])[] = [
    ["rule 206: an event with a schedule",             459, { vavailability: [span] }],
    ["rule 206: an event with a market context",       459, { marketContext: "oadr://heat" }],
    ["rule 208: an event and no optID",                452, { optId: "" }],
    ["rule 208: an event and another VEN's venID",     452, { targets: [{ venId: "ven-2" }] }],
    ["rule 209: an event and a resource as class",     459, { deviceClasses: [{ resourceId: "a" }] }],
  ];
  for (const [title, code, change] of badEventOpts) {
    it(`${title} is refused with ${code}, and nothing is kept`, async () => {
      await using open = await openVtn(inMemory);
      const ven = await open.register();
      await open.vtn.events.create(anEvent());

      assert.equal(await codeOf(open, { ...anEventOpt(ven), ...change }), code);

      assert.deepEqual(await open.vtn.opts.forEvent("event-1"), []);
    });
  }

  it("rule 200: says where the schedule breaks the rule", async () => {
    await using open = await openVtn();
    const ven = await open.register();

    const payload = { ...aSchedule(ven), vavailability: [{ ...span, rampUp: minutes(5) }] };
    const answer = await open.answer({ name: "oadrCreateOpt", payload });

    const responseDescription = "rule 200: vavailability[0].rampUp: expected nothing, got PT5M";
    const response = { responseCode: 459, responseDescription, requestId: "req-7" };
    assert.deepEqual(answer?.payload, { response, optId: "opt-1" });
  });

  for (const [field, good, bad] of [
    ["optType", "optOut<", "maybe<"],
    ["optReason", "notParticipating<", "bored<"],
    ["dtstart", "<xcal:date-time>2026-06-01T12:00:00Z<", "<xcal:date-time>noon<"],
    ["duration", "PT1H<", "an hour<"],
    ["createdDateTime", "<ei:createdDateTime>2026-06-01T12:00:00Z<", "<ei:createdDateTime>noon<"],
  ] as const) {
    it(`a wrong ${field} is refused with HTTP 406, and nothing is kept`, async () => {
      await using open = await openVtn();
      const ven = await open.register();
      const document = encode({ name: "oadrCreateOpt", payload: aSchedule(ven) });
      assert.ok(document.includes(good), document);

      const answer = open.transport("EiOpt", document.replace(good, bad));

      await assert.rejects(answer, { status: 406 });
      assert.deepEqual(await open.vtn.opts.schedules(), []);
    });
  }

  it("an extension as optReason is taken", async () => {
    await using open = await openVtn(inMemory);
    const ven = await open.register();

    assert.equal(await codeOf(open, { ...aSchedule(ven), optReason: "x-bored" }), 200);
  });

  for (const requestId of ["", "abc"]) {
    it(`rule 207: echoes the requestID ${JSON.stringify(requestId)}, also where it refuses`, async () => {
      await using open = await openVtn();
      const ven = await open.register();
      const { venId } = ven;

      const answers = [
        await open.answer({ name: "oadrCreateOpt", payload: { ...aSchedule(ven), requestId } }),
        await open.answer({ name: "oadrCreateOpt", payload: { ...anEventOpt(ven), requestId } }),
        await open.answer({ name: "oadrCancelOpt", payload: { optId: "opt-1", venId, requestId } }),
        await open.answer({ name: "oadrCancelOpt", payload: { optId: "nonsense", venId, requestId } }),
      ];

      const response = (responseCode: number) => [responseCode, requestId];
      assert.deepEqual(answers.map(said), [response(200), response(452), response(200), response(452)]);
    });
  }

  for (const venId of ["", "nobody"]) {
    it(`rule 208: refuses the venID ${JSON.stringify(venId)} that nobody registered with 463`, async () => {
      await using open = await openVtn(inMemory);

      assert.equal(await codeOf(open, aSchedule({ venId })), 463);
      assert.equal(await cancelOpt(open, { venId } as TestVen), 463);
    });
  }
});

describe("EiOpt: handlers", () => {
  it("rule 201: a handler refuses what a programme does not allow, with its own code", async () => {
    const refused = new RejectedError(451, "no schedules here");
    await using open = await openVtn({ onCreateOpt: () => Promise.reject(refused) });
    const ven = await open.register();
    await open.vtn.events.create(anEvent());

    await assert.rejects(open.call("oadrCreateOpt", aSchedule(ven)), {
      responseCode: 451,
      message: /no schedules here/,
    });
    await assert.rejects(open.call("oadrCreateOpt", anEventOpt(ven)), { responseCode: 451 });

    assert.deepEqual(await open.vtn.opts.schedules(), []);
    assert.deepEqual(await open.vtn.opts.forEvent("event-1"), []);
  });

  it("a handler that fails makes it 469, and nothing is kept", async () => {
    const failed = new Error("not now");
    await using open = await openVtn({ ...inMemory, onCreateOpt: () => Promise.reject(failed) });
    const ven = await open.register();

    assert.equal(await codeOf(open, aSchedule(ven)), 469);

    assert.deepEqual(await open.vtn.opts.schedules(), []);
    assert.deepEqual(
      open.errors.map(({ error }) => error),
      [failed],
    );
  });

  it("a handler that refuses a cancellation leaves the schedule as it is", async () => {
    const refused = new RejectedError(451, "too late");
    await using open = await openVtn({ ...inMemory, onCancelOpt: () => Promise.reject(refused) });
    const ven = await open.register();
    await open.call("oadrCreateOpt", aSchedule(ven));

    assert.equal(await cancelOpt(open, ven), 451);

    assert.deepEqual(
      (await open.vtn.opts.schedules()).map(({ state }) => state),
      ["active"],
    );
  });

  it("acknowledges nothing that the store did not take", async () => {
    class FullStore extends MemoryStore {
      override async putOpt(): Promise<void> {
        throw new Error("disk full");
      }
    }
    await using open = await openVtn({ ...inMemory, store: new FullStore() });
    const ven = await open.register();
    await open.vtn.events.create(anEvent());

    assert.equal(await codeOf(open, aSchedule(ven)), 469);
    assert.equal(await codeOf(open, anEventOpt(ven)), 469);
    assert.deepEqual(
      open.statuses.filter(({ type }) => type === "optCreated"),
      [],
    );
  });
});

function said(message: { readonly payload: object } | undefined): readonly unknown[] {
  const { response } = (message?.payload ?? {}) as Payload<"oadrCreatedOpt">;
  return [response.responseCode, response.requestId];
}
