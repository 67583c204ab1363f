import assert from "node:assert/strict";
import { milliseconds, seconds } from "@openleadr/protocol";
import { HttpListener, inMemoryTransport, silentLogger } from "@openleadr/transport";
import { describe, it } from "vitest";
import { MemoryStore, RejectedError, Vtn, type OfferedReport, type VtnOptions, type VtnStatus } from "../src/index.ts";
import { anEvent } from "./events.ts";
import { aRegistration, clientOf, openVtn } from "./open-vtn.ts";
import { anOffer } from "./reports.ts";

const minimal: VtnOptions = { vtnId: "vtn-1", onCreatePartyRegistration: () => true, listen: { port: 0 } };

describe("Vtn: life", () => {
  it("listens from start to stop", async () => {
    const vtn = new Vtn(minimal);
    const before = vtn.url;

    await vtn.start();
    const { url } = vtn;
    await vtn.stop();

    assert.equal(before, undefined);
    assert.match(String(url), /^http:\/\/127\.0\.0\.1:\d+\/OpenADR2\/Simple\/2\.0b$/);
    assert.equal(vtn.url, undefined);
  });

  it("starts once and stops once, however often it is told to", async () => {
    const statuses: VtnStatus[] = [];
    const vtn = new Vtn({ ...minimal, listen: false, onStatus: (status) => void statuses.push(status) });

    await vtn.stop();
    await Promise.all([vtn.start(), vtn.start()]);
    await vtn.start();
    await Promise.all([vtn.stop(), vtn.stop()]);
    await vtn.stop();

    assert.deepEqual(statuses, [{ type: "started", url: undefined }, { type: "stopped" }]);
  });

  it("starts again after it has stopped, with what it knew", async () => {
    const vtn = new Vtn(minimal);
    await vtn.start();
    await vtn.events.create({ ...anEvent(), activePeriod: { dtstart: new Date() } });

    await vtn.stop();
    await vtn.start();

    assert.equal((await vtn.events.list()).length, 1);
    await vtn.stop();
  });

  it("is stopped when it goes out of scope", async () => {
    const vtn = new Vtn(minimal);
    {
      await using scoped = vtn;
      await scoped.start();
    }

    assert.equal(vtn.url, undefined);
  });

  it("does not start when the port is taken, and starts when it is free again", async () => {
    const other = new HttpListener({ port: 0, handler: () => Promise.resolve(undefined) });
    await other.start();
    const port = Number(other.url?.port);
    await using vtn = new Vtn({ ...minimal, listen: { port } });

    await assert.rejects(vtn.start(), { code: "ERR_OADR_TRANSPORT" });
    await other.stop();
    await vtn.start();

    assert.equal(vtn.url?.port, String(port));
  });

  for (const listen of [{ port: 0 }, false] as const) {
    it(`answers what is under way before it stops, ${listen ? "over HTTP" : "in memory"}`, async () => {
      const asked = new Latch();
      const decided = new Latch();
      const onCreatePartyRegistration = async (): Promise<boolean> => {
        asked.open();
        await decided.opened;
        return true;
      };
      await using open = await openVtn({ listen, onCreatePartyRegistration });

      const answer = open.call("oadrCreatePartyRegistration", aRegistration());
      await asked.opened;
      const stopped = open.vtn.stop();
      decided.open();

      assert.equal((await answer)?.payload.response.responseCode, 200);
      await stopped;
      assert.equal(open.statuses.at(-1)?.type, "stopped");
    });
  }

  it("cuts connections when the signal aborts, and still waits for handlers", async () => {
    const asked = new Latch();
    const onCreatePartyRegistration: VtnOptions["onCreatePartyRegistration"] = async (_request, { signal }) => {
      asked.open();
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return false;
    };
    await using open = await openVtn({ onCreatePartyRegistration });

    const refused = assert.rejects(open.call("oadrCreatePartyRegistration", aRegistration()), {
      code: "ERR_OADR_TRANSPORT",
    });
    await asked.opened;
    await open.vtn.stop({ signal: AbortSignal.abort() });
    await refused;

    assert.deepEqual(
      open.statuses.slice(-2).map(({ type }) => type),
      ["registrationRefused", "stopped"],
    );
  });

  it("refuses messages with 503 while it does not run", async () => {
    const vtn = new Vtn({ ...minimal, listen: false });
    const { call } = clientOf(inMemoryTransport(vtn.handler));

    await assert.rejects(call("oadrQueryRegistration", { requestId: "req-1" }), { status: 503 });
    await vtn.start();
    await call("oadrQueryRegistration", { requestId: "req-1" });
    await vtn.stop();

    await assert.rejects(call("oadrQueryRegistration", { requestId: "req-1" }), { status: 503 });
  });
});

describe("Vtn: options", () => {
  for (const [title, options, name] of [
    ["no vtnId", { vtnId: "" }, "vtnId"],
    ["a poll frequency under a second", { pollFrequency: milliseconds(999) }, "pollFrequency"],
    ["a limit that is none", { limits: { maxBytes: 0 } }, "maxBytes"],
    ["a port that is none", { listen: { port: 70_000 } }, "port"],
  ] as const) {
    it(`refuses ${title}`, () => {
      assert.throws(() => new Vtn({ ...minimal, ...options }), {
        name: "RangeError",
        message: new RegExp(`^${name}: expected`),
      });
    });
  }

  it("takes undefined for what is left out", async () => {
    const left = { listen: false, onStatus: undefined, store: undefined, clock: undefined, limits: undefined } as const;
    await using vtn = new Vtn({ ...minimal, ...left });

    await vtn.start();

    assert.deepEqual(await vtn.vens.list(), []);
  });
});

describe("Vtn: handlers and listeners that fail", () => {
  const secret = new Error("password hunter2 refused by db.internal");
  const failing = { onRegisterReport: () => Promise.reject(secret) };

  it("answers 469 in the fitting payload, leaks nothing, and logs the error", async () => {
    await using open = await openVtn(failing);
    const { venId } = await open.register();

    const payload = { requestId: "req-7", reports: [anOffer()], venId };
    const answer = await open.answer({ name: "oadrRegisterReport", payload });

    const response = { responseCode: 469, responseDescription: "internal error", requestId: "req-7" };
    assert.deepEqual(answer, { name: "oadrRegisteredReport", payload: { response, reportRequests: [] } });
    assert.deepEqual(open.errors, [
      {
        message: "oadrRegisterReport",
        service: "EiReport",
        peer: "127.0.0.1",
        venId,
        requestId: "req-7",
        error: secret,
      },
    ]);
  });

  for (const [title, selection] of [
    ["what the schema forbids", { granularity: milliseconds(500) }],
    ["a report of no data points", { granularity: seconds(1), rIds: [] }],
  ] as const) {
    it(`answers 469, not HTTP 406, when a handler asks for ${title}`, async () => {
      await using open = await openVtn({ onRegisterReport: () => selection });
      const { venId } = await open.register();

      const call = open.call("oadrRegisterReport", { requestId: "req-7", reports: [anOffer()], venId });

      await assert.rejects(call, { responseCode: 469 });
    });
  }

  it("answers 469 when a handler refuses with a reason that XML cannot carry", async () => {
    const refusal = new RejectedError(463, "\u0000");
    await using open = await openVtn({ onCreatePartyRegistration: () => Promise.reject(refusal) });

    await assert.rejects(open.call("oadrCreatePartyRegistration", aRegistration()), { responseCode: 469 });
  });

  it("serves others while a handler never ends", async () => {
    const never = {
      onRegisterReport: async (_: OfferedReport, { signal }: { signal: AbortSignal }) => untilAborted(signal),
    };
    await using open = await openVtn(never);
    const [kitchen, pantry] = [await open.register("kitchen"), await open.register("pantry")];

    const payload = { requestId: "req-7", reports: [anOffer()], venId: kitchen.venId };
    const leaving = new AbortController();
    const stuck = open.call("oadrRegisterReport", payload, leaving.signal);

    assert.deepEqual(await Promise.all([pantry.eventIds(), kitchen.eventIds(), pantry.drain()]), [[], [], []]);
    leaving.abort(new Error("enough"));
    await assert.rejects(stuck, { message: "enough" });
  });

  it("goes on when onStatus throws", async () => {
    const onStatus = (): void => {
      throw secret;
    };
    await using open = await openVtn({ onStatus });

    const { venId } = await open.register();

    assert.equal((await open.vtn.vens.list())[0]?.venId, venId);
    assert.deepEqual(open.errors.slice(0, 2), [
      { error: secret, status: "started" },
      { error: secret, status: "registered" },
    ]);
  });
});

describe("Vtn: two in one process", () => {
  it("share nothing", async () => {
    await using one = await openVtn({ vtnId: "vtn-1" });
    await using two = await openVtn({ vtnId: "vtn-2", onCreatePartyRegistration: () => false });
    const { venId } = await one.register();
    await one.vtn.events.create(anEvent());
    await one.vtn.vens.accept({ venName: "pantry" });

    assert.deepEqual(await two.vtn.vens.admissions(), []);
    assert.equal((await two.vtn.vens.get(venId))?.presence, undefined);
    assert.deepEqual(await two.vtn.vens.list(), []);
    assert.deepEqual(await two.vtn.events.list(), []);
    assert.deepEqual(
      two.statuses.map(({ type }) => type),
      ["started"],
    );
    await assert.rejects(two.call("oadrPoll", { venId }), { responseCode: 463 });
    assert.equal((await two.call("oadrQueryRegistration", { requestId: "req-1" }))?.payload.vtnId, "vtn-2");
  });

  it("may share a store", async () => {
    const store = new MemoryStore();
    await using one = await openVtn({ store });
    await using two = await openVtn({ store });
    const { venId } = await one.register();

    await two.vtn.events.create(anEvent());

    assert.equal((await one.call("oadrPoll", { venId }))?.name, "oadrDistributeEvent");
  });
});

describe("Vtn: what it says", () => {
  it("logs a refusal with its code, and no error", async () => {
    const warnings: object[] = [];
    const errors: object[] = [];
    const logger = {
      ...silentLogger,
      warn: (fields: object) => void warnings.push(fields),
      error: (fields: object) => void errors.push(fields),
    };
    await using open = await openVtn({ listen: false, logger });

    await assert.rejects(open.call("oadrPoll", { venId: "nobody" }), { responseCode: 463 });

    const fields = { message: "oadrPoll", service: "OadrPoll", peer: "in-memory", venId: "nobody" };
    assert.deepEqual(warnings, [{ ...fields, responseCode: 463, reason: "not registered" }]);
    assert.deepEqual(errors, []);
  });

  it("tells how a message differs from the schema, where it is tolerant", async () => {
    await using open = await openVtn({ listen: false, tolerant: true });
    const { venId } = await open.register();

    await open.transport("OadrPoll", poll(venId, "<oadr:surprise/>"));

    const status = open.statuses.at(-1);
    assert.equal(status?.type === "deviated" && status.message, "oadrPoll");
    assert.equal(status?.type === "deviated" && status.deviations.length, 1);
  });

  it("refuses such a message with 406 where it is not", async () => {
    await using open = await openVtn();
    const { venId } = await open.register();

    await assert.rejects(open.transport("OadrPoll", poll(venId, "<oadr:surprise/>")), { status: 406 });
  });
});

function poll(venId: string, more: string): string {
  return `<oadr:oadrPoll xmlns:oadr="http://openadr.org/oadr-2.0b/2012/07"
    xmlns:ei="http://docs.oasis-open.org/ns/energyinterop/201110"><ei:venID>${venId}</ei:venID>${more}</oadr:oadrPoll>`;
}

/** Resolves when it is opened. */
class Latch {
  readonly opened: Promise<void>;
  readonly #controller = new AbortController();

  constructor() {
    this.opened = new Promise((resolve) => this.#controller.signal.addEventListener("abort", () => resolve()));
  }

  open(): void {
    this.#controller.abort();
  }
}

async function untilAborted(signal: AbortSignal): Promise<undefined> {
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  return undefined;
}
