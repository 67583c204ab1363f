import assert from "node:assert/strict";
import { hours, minutes, powerReal, seconds, type Message, type OadrReport } from "@openleadr/protocol";
import { httpTransport, inMemoryTransport, messageClient, type MessageClient } from "@openleadr/transport";
import { Ven, type PushOptions, type VenOptions } from "@openleadr/ven";
import { describe, it } from "vitest";
import {
  aBench,
  anEvent,
  aRequest,
  distributeEvent,
  later,
  refusing,
  type Bench,
  type Script,
} from "./scripted-vtn.ts";
import { meter } from "./reporting-ven.ts";

const address = "http://ven.example.com:8081/OpenADR2/Simple/2.0b";

/** What a VTN may offer. */
const grid: OadrReport = {
  duration: hours(1),
  reportDescriptions: [{ rId: "load", reportType: "usage", measurement: powerReal(), readingType: "Direct Read" }],
  reportRequestId: "0",
  reportSpecifierId: "grid",
  reportName: "METADATA_TELEMETRY_USAGE",
  createdDateTime: new Date("2026-01-01T00:00:00Z"),
};

/** One reading of what it offers. */
function gridData(reportRequestId: string): OadrReport {
  const dtstart = new Date("2026-01-01T00:00:00Z");
  const payloads = [{ kind: "reportPayload", rId: "load", value: 7 }] as const;
  return {
    dtstart,
    intervals: [{ dtstart, duration: minutes(15), uid: "0", payloads }],
    reportDescriptions: [],
    reportRequestId,
    reportSpecifierId: "grid",
    reportName: "TELEMETRY_USAGE",
    createdDateTime: dtstart,
  };
}

/** A VEN that is pushed to in memory, and the VTN's end of that. */
interface PushBench extends Bench {
  readonly call: MessageClient;
}

function aPushBench(options: Partial<VenOptions> = {}, script: Script = {}): PushBench {
  const bench = aBench({ push: { listen: false, address }, onEvent: () => "optIn", ...options }, script);
  const { handler } = bench.ven;
  if (handler === undefined) throw new Error("expected a handler");
  return { ...bench, call: messageClient({ transport: inMemoryTransport(handler), check: () => {} }) };
}

async function aStartedPushBench(options: Partial<VenOptions> = {}, script: Script = {}): Promise<PushBench> {
  const bench = aPushBench(options, script);
  bench.ven.addReport(meter);
  await bench.ven.start();
  bench.vtn.forget();
  return bench;
}

describe("a VEN that is pushed to", () => {
  it("rules 51, 402: registers with its address, and never polls", async () => {
    await using bench = aPushBench();

    await bench.ven.start();
    await bench.clock.advance(minutes(30));

    const [{ httpPullModel, transportAddress } = {}] = bench.vtn.payloads("oadrCreatePartyRegistration");
    assert.deepEqual({ httpPullModel, transportAddress }, { httpPullModel: false, transportAddress: address });
    assert.deepEqual(bench.vtn.names, [
      "oadrQueryRegistration",
      "oadrCreatePartyRegistration",
      "oadrRegisterReport",
      "oadrRequestEvent",
    ]);
    assert.equal(bench.ven.url?.href, address);
    assert.equal(bench.told("registered")[0]?.transportAddress, address);
  });

  it("rule 62: takes events with an empty answer, and answers them in a message of its own", async () => {
    await using bench = await aStartedPushBench();

    const answer = await push(bench, distributeEvent([anEvent()]));
    await bench.clock.advance(minutes(0));

    assert.equal(answer, undefined);
    assert.deepEqual(bench.vtn.names, ["oadrCreatedEvent"]);
    assert.deepEqual(bench.told("eventAnswered").at(-1)?.optType, "optIn");
  });

  it("does not have the VTN wait for the handler's answer to an event", async () => {
    const decision = later();
    const onEvent = async () => {
      await decision.promise;
      return "optIn" as const;
    };
    await using bench = await aStartedPushBench({ onEvent });

    await push(bench, distributeEvent([anEvent()]));
    assert.deepEqual(bench.vtn.names, []);
    decision.happen();
    await bench.clock.advance(minutes(0));

    assert.deepEqual(bench.vtn.names, ["oadrCreatedEvent"]);
  });

  it("answers a request for reports at once, and sends them", async () => {
    await using bench = await aStartedPushBench();

    const answer = await bench.call("oadrCreateReport", { requestId: "create-1", reportRequests: [aRequest()] });
    await bench.clock.advance(minutes(0));

    assert.deepEqual(answer?.payload, {
      response: { responseCode: 200, requestId: "create-1" },
      pendingReports: ["request-1"],
      venId: "ven-1",
    });
    assert.deepEqual(bench.vtn.names, ["oadrUpdateReport"]);
  });

  it("answers the VTN's metadata", async () => {
    await using bench = await aStartedPushBench();

    const answer = await bench.call("oadrRegisterReport", { requestId: "register-1", reports: [] });

    assert.equal(answer?.name, "oadrRegisteredReport");
    assert.deepEqual(bench.vtn.names, []);
  });

  for (const [what, responseCode, isTaken] of [
    ["takes", 200, true],
    ["refuses", 454, false],
  ] as const) {
    it(`rule 344: hears whether the VTN ${what} what it requested with its answer`, async () => {
      await using bench = await aStartedPushBench({ onRegisterReport: () => ({ granularity: minutes(15) }) });
      const answer = await bench.call("oadrRegisterReport", { requestId: "register-1", reports: [grid] });
      const [asked] = bench.ven.vtnReportRequests;
      const pendingReports = isTaken ? [asked?.reportRequestId ?? ""] : [];

      const response = { responseCode, requestId: "register-1" };
      const heard = await bench.call("oadrCreatedReport", { response, pendingReports, venId: "ven-1" });

      assert.equal(answer?.payload.reportRequests[0]?.reportRequestId, asked?.reportRequestId);
      assert.equal(asked?.state, "requested");
      assert.deepEqual(heard?.payload, { response: { responseCode: 200, requestId: "register-1" }, venId: "ven-1" });
      assert.deepEqual(
        bench.ven.vtnReportRequests.map(({ state }) => state),
        isTaken ? ["active"] : [],
      );
      assert.equal(bench.told(isTaken ? "vtnReportRequested" : "vtnReportEnded").length, 1);
    });
  }

  it("rule 345: takes one more report that comes before the answer to its cancellation", async () => {
    const script: Script = {
      oadrCancelReport: async ({ requestId, reportRequestIds: [reportRequestId = ""] }) => {
        await bench.call("oadrUpdateReport", { requestId: "update-1", reports: [gridData(reportRequestId)] });
        const response = { responseCode: 200, requestId };
        return { name: "oadrCanceledReport", payload: { response, pendingReports: [] } };
      },
    };
    const bench = await aStartedPushBench({}, script);
    await using _ = bench;
    await bench.call("oadrRegisterReport", { requestId: "register-1", reports: [grid] });
    const { reportRequestId } = await bench.ven.requestReport("grid", { granularity: minutes(15) });

    await bench.ven.cancelReport(reportRequestId, { reportToFollow: true });

    assert.equal(bench.told("vtnReportReceived").length, 1);
    assert.deepEqual(bench.ven.vtnReportRequests, []);
    assert.equal(bench.told("vtnReportEnded").length, 1);
  });

  it("registers again under its IDs when asked to, after it has said so", async () => {
    await using bench = await aStartedPushBench();

    const answer = await bench.call("oadrRequestReregistration", { venId: "ven-1" });
    await bench.clock.advance(minutes(0));

    assert.equal(answer?.name, "oadrResponse");
    const [registration] = bench.vtn.payloads("oadrCreatePartyRegistration");
    assert.equal(registration?.registrationId, "registration-1");
    assert.equal(registration.transportAddress, address);
  });

  it("rule 407: ends its registration when the VTN does, and heeds nobody until it has another", async () => {
    await using bench = await aStartedPushBench();

    const payload = { requestId: "cancel-1", registrationId: "registration-1", venId: "ven-1" };
    const answer = await bench.call("oadrCancelPartyRegistration", payload);
    await bench.clock.advance(minutes(0));

    assert.equal(answer?.name, "oadrCanceledPartyRegistration");
    assert.notEqual(bench.ven.state.state, "registered");
    await assert.rejects(bench.call("oadrRegisterReport", { requestId: "1", reports: [] }), { responseCode: 463 });
    await bench.clock.advance(minutes(1));
    assert.equal(bench.ven.registrationId, "registration-2");
  });

  it("rules 21, 304: refuses what is meant for another VEN", async () => {
    await using bench = await aStartedPushBench();

    const foreign = { requestId: "create-1", reportRequests: [aRequest()], venId: "ven-2" } as const;

    await assert.rejects(bench.call("oadrCreateReport", foreign), { responseCode: 452 });
    assert.deepEqual(bench.vtn.names, []);
  });

  it("rule 405: refuses what comes before it has begun to register", async () => {
    await using bench = aPushBench();

    await assert.rejects(bench.call("oadrRegisterReport", { requestId: "1", reports: [] }), { responseCode: 463 });
  });

  it("keeps what comes while it registers until it has", async () => {
    let pushed: Promise<unknown> = Promise.resolve();
    const script: Script = {
      oadrRegisterReport: ({ requestId }) => {
        pushed = bench.call("oadrRegisterReport", { requestId: "register-1", reports: [] });
        const response = { responseCode: 200, requestId };
        return { name: "oadrRegisteredReport", payload: { response, reportRequests: [] } };
      },
    };
    const bench = aPushBench({}, script);
    await using _ = bench;

    await bench.ven.start();
    await bench.clock.advance(minutes(0));

    assert.equal((await (pushed as ReturnType<typeof bench.call<"oadrRegisterReport">>))?.name, "oadrRegisteredReport");
  });

  for (const [name, payload] of [
    ["oadrPoll", { venId: "ven-1" }],
    ["oadrRequestEvent", { requestId: "1", venId: "ven-1" }],
    ["oadrUpdatedReport", { response: { responseCode: 200, requestId: "" } }],
  ] as const) {
    it(`rules 23, 500: refuses ${name} with 459`, async () => {
      await using bench = await aStartedPushBench();

      await assert.rejects(bench.call(name, payload), { responseCode: 459 });
    });
  }

  it("answers with 503 once it has stopped", async () => {
    await using bench = await aStartedPushBench();
    await bench.ven.stop();

    await assert.rejects(bench.call("oadrRegisterReport", { requestId: "1", reports: [] }), { status: 503 });
  });

  it("asks for its events every hour, in case one was lost", async () => {
    await using bench = await aStartedPushBench();

    await bench.clock.advance(hours(1));
    await bench.clock.advance(hours(1));

    assert.deepEqual(bench.vtn.names, ["oadrRequestEvent", "oadrRequestEvent"]);
  });

  it("asks again about each minute while the VTN is away, whatever the interval at which it would poll", async () => {
    await using bench = await aStartedPushBench({ pollInterval: seconds(10) });
    await bench.clock.advance(minutes(59));
    bench.vtn.isDown = true;

    await bench.clock.advance(minutes(31));

    const failures = bench.told("requestFailed").length;
    assert.ok(failures > 25 && failures < 40, `${failures} failures in 30 minutes`);
  });

  it("registers anew when that shows that the VTN has forgotten it", async () => {
    await using bench = await aStartedPushBench();

    bench.vtn.script = { oadrRequestEvent: refusing("oadrRequestEvent", 463) };
    await bench.clock.advance(hours(1));
    bench.vtn.script = {};
    await bench.clock.advance(minutes(10));

    assert.equal(bench.ven.state.state, "registered");
    assert.notEqual(bench.ven.registrationId, "registration-1");
  });
});

describe("a VEN that listens", () => {
  it("is reached at the address that it gives the VTN", async () => {
    await using bench = aBench({ push: { listen: { port: 0 } }, onEvent: () => "optIn" });
    await bench.ven.start();
    const [{ transportAddress = "" } = {}] = bench.vtn.payloads("oadrCreatePartyRegistration");
    await using transport = httpTransport({ url: transportAddress });
    const call = messageClient({ transport, check: () => {} });

    const answer = await call("oadrRegisterReport", { requestId: "register-1", reports: [] });

    assert.equal(answer?.name, "oadrRegisteredReport");
    assert.equal(bench.ven.url?.href, transportAddress);
  });

  it("lets nobody in but who has the VTN's fingerprint", async () => {
    const push: PushOptions = { listen: { port: 0 }, vtnFingerprint: "09:71:9E:0E:51:C0:8F:05:56:C9" };
    await using bench = aBench({ push });
    await bench.ven.start();
    await using transport = httpTransport({ url: bench.ven.url ?? "" });
    const call = messageClient({ transport, check: () => {} });

    await assert.rejects(call("oadrRegisterReport", { requestId: "1", reports: [] }), { status: 403 });
  });

  it("says so when it cannot", async () => {
    await using bench = aBench({ push: { listen: { port: 0 } } });
    await bench.ven.start();
    await using other = aBench({ push: { listen: { port: Number(bench.ven.url?.port) } } });

    await assert.rejects(other.ven.start(), { code: "ERR_OADR_TRANSPORT" });
  });

  for (const [what, push, error] of [
    ["without any address", { listen: false }, { name: "TypeError", message: /^push\.address/ }],
    ["at an address that is none", { address: "ven" }, { name: "RangeError", message: /^url/ }],
    ["that asks too often", { resyncInterval: minutes(0) }, { name: "RangeError", message: /^push\.resyncInterval/ }],
  ] as const) {
    it(`is refused ${what}`, () => {
      assert.throws(() => new Ven({ vtnUrl: "http://127.0.0.1", venName: "a VEN", push }), error);
    });
  }
});

async function push({ call }: PushBench, { payload }: Message<"oadrDistributeEvent">): Promise<unknown> {
  return call("oadrDistributeEvent", payload);
}
