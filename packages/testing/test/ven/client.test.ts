import assert from "node:assert/strict";
import { hours, seconds, type Message, type MessageName, type OadrReport } from "@openleadr/protocol";
import { VenClient, type VenClientOptions } from "@openleadr/ven";
import { Vtn } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { ManualClock } from "../../src/index.ts";
import { aRequest, ScriptedVtn, type Script } from "./scripted-vtn.ts";

const response = { responseCode: 200, requestId: "" };
const registration = { venId: "ven-1", registrationId: "registration-1" };

interface ClientBench {
  readonly client: VenClient;
  readonly vtn: ScriptedVtn;
}

function aClient(options: Partial<VenClientOptions> = { registration }, script: Script = {}): ClientBench {
  const vtn = new ScriptedVtn(script);
  let ids = 0;
  const client = new VenClient({
    transport: vtn.transport,
    clock: new ManualClock(),
    newId: () => `id-${++ids}`,
    ...options,
  } as VenClientOptions);
  return { client, vtn };
}

describe("a VEN by hand", () => {
  it("does nothing by itself", () => {
    assert.deepEqual(aClient().vtn.names, []);
  });

  it("keeps the IDs that the VTN gave it, and uses them", async () => {
    const { client, vtn } = aClient({});

    const { vtnId } = await client.createPartyRegistration({ venName: "by hand" });
    const answer = await client.poll();

    assert.equal(vtnId, "vtn");
    assert.deepEqual(client.registration, registration);
    assert.equal(answer.name, "oadrResponse");
    assert.deepEqual(vtn.payloads("oadrPoll"), [{ venId: "ven-1" }]);
  });

  it("takes registration, events, answers, opts and reports step by step with a VTN", async () => {
    const vtn = new Vtn({ vtnId: "vtn", onCreatePartyRegistration: () => true, listen: { port: 0 } });
    await vtn.start();
    await using client = new VenClient({ vtnUrl: vtn.url ?? "" });

    await client.queryRegistration();
    await client.createPartyRegistration({ venName: "by hand" });
    const { reportRequests } = await client.registerReport({ reports: [] });
    const { venId = "" } = client.registration ?? {};
    const start = new Date(Date.now() + hours(1));
    const event = await vtn.events.create({
      marketContext: "http://market",
      signalName: "SIMPLE",
      signalType: "level",
      intervals: [{ duration: hours(1), value: 1 }],
      dtstart: start,
      targets: [{ venId }],
    });
    const { events, requestId } = await client.requestEvent();
    const { eventId } = event.eventDescriptor;
    const optType = "optIn" as const;
    const eventResponses = [{ responseCode: 200, requestId, eventId, modificationNumber: 0, optType }];
    await client.createdEvent({ response, eventResponses });
    const answered = await vtn.events.responses(eventId);
    await client.cancelPartyRegistration();
    await vtn.stop();

    assert.deepEqual(reportRequests, []);
    assert.deepEqual(
      events.map(({ eventDescriptor }) => eventDescriptor.eventId),
      [eventId],
    );
    assert.deepEqual(
      answered.map((answer) => answer.optType),
      ["optIn"],
    );
    assert.equal(client.registration, undefined);
  });

  const [reports, reportRequests] = [[aDataReport()], [aRequest()] as const];
  const opt = {
    optId: "opt-1",
    optType: "optOut",
    optReason: "economic",
    createdDateTime: new Date("2026-01-01T00:00:00Z"),
    targets: [],
    vavailability: [{ dtstart: new Date("2026-01-01T00:00:00Z"), duration: hours(1) }],
  } as const;
  for (const [name, step] of [
    ["oadrQueryRegistration", (client) => client.queryRegistration()],
    ["oadrCancelPartyRegistration", (client) => client.cancelPartyRegistration()],
    ["oadrCanceledPartyRegistration", (client) => client.canceledPartyRegistration({ response })],
    ["oadrRequestEvent", (client) => client.requestEvent({ replyLimit: 1 })],
    ["oadrCreatedEvent", (client) => client.createdEvent({ response: { responseCode: 452, requestId: "" } })],
    ["oadrRegisteredReport", (client) => client.registeredReport({ response, reportRequests })],
    ["oadrCreateReport", (client) => client.createReport({ reportRequests })],
    ["oadrCreatedReport", (client) => client.createdReport({ response, pendingReports: [] })],
    ["oadrUpdateReport", (client) => client.updateReport({ reports })],
    ["oadrUpdatedReport", (client) => client.updatedReport({ response })],
    ["oadrCancelReport", (client) => client.cancelReport({ reportRequestIds: ["1"], reportToFollow: false })],
    ["oadrCanceledReport", (client) => client.canceledReport({ response, pendingReports: [] })],
    ["oadrCreateOpt", (client) => client.createOpt(opt)],
    ["oadrCancelOpt", (client) => client.cancelOpt("opt-1")],
    ["oadrResponse", (client) => client.response()],
  ] as const satisfies readonly (readonly [MessageName, (client: VenClient) => Promise<unknown>])[]) {
    it(`sends ${name} with the VEN's IDs when told to`, async () => {
      const { client, vtn } = aClient({ registration }, answers);

      await step(client);

      assert.deepEqual(vtn.names, [name]);
      const [{ payload } = { payload: {} }] = vtn.heard;
      if (name !== "oadrQueryRegistration") assert.equal("venId" in payload && payload.venId, "ven-1");
    });
  }

  it("rejects when the VTN says no", async () => {
    const { client } = aClient({ registration }, { oadrPoll: () => refusal(452) });

    await assert.rejects(client.poll(), { code: "ERR_OADR_REJECTED", responseCode: 452 });
  });

  it("rejects what breaks a rule, before it is sent", async () => {
    const { client, vtn } = aClient();

    await assert.rejects(client.createOpt({ ...opt, vavailability: [] }), { code: "ERR_OADR_RULE" });

    assert.deepEqual(vtn.names, []);
  });

  it("rejects what takes a registration when there is none", async () => {
    const { client, vtn } = aClient({});

    await assert.rejects(client.poll(), { responseCode: 463 });

    assert.deepEqual(vtn.names, []);
  });

  it("keeps the registration that the VTN does not end", async () => {
    const { client } = aClient({ registration }, { oadrCancelPartyRegistration: () => refusal(452) });

    await assert.rejects(client.cancelPartyRegistration(), { responseCode: 452 });

    assert.deepEqual(client.registration, registration);
  });
});

const answers: Script = {
  oadrCreateReport: ({ requestId }) => ({
    name: "oadrCreatedReport",
    payload: { response: { responseCode: 200, requestId }, pendingReports: [] },
  }),
  oadrCancelReport: ({ requestId }) => ({
    name: "oadrCanceledReport",
    payload: { response: { responseCode: 200, requestId }, pendingReports: [] },
  }),
  oadrCreateOpt: ({ requestId, optId }) => ({
    name: "oadrCreatedOpt",
    payload: { response: { responseCode: 200, requestId }, optId },
  }),
  oadrCancelOpt: ({ requestId, optId }) => ({
    name: "oadrCanceledOpt",
    payload: { response: { responseCode: 200, requestId }, optId },
  }),
};

function refusal(responseCode: number): Message {
  return { name: "oadrResponse", payload: { response: { responseCode, requestId: "" } } };
}

function aDataReport(): OadrReport {
  const dtstart = new Date("2026-01-01T00:00:00Z");
  return {
    dtstart,
    intervals: [{ dtstart, duration: seconds(60), payloads: [{ kind: "reportPayload", rId: "power", value: 1 }] }],
    reportDescriptions: [],
    reportRequestId: "request-1",
    reportSpecifierId: "usage",
    reportName: "TELEMETRY_USAGE",
    createdDateTime: dtstart,
  };
}
