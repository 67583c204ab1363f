import assert from "node:assert/strict";
import {
  decode,
  duration,
  encode,
  formatDuration,
  hours,
  minutes,
  RejectedError,
  seconds,
  type Message,
  type MessageName,
  type Service,
} from "@openleadr/protocol";
import { inMemoryTransport } from "@openleadr/transport";
import { Ven, VenClient } from "@openleadr/ven";
import { Vtn } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { ManualClock } from "../../src/index.ts";
import { aRequest, ScriptedVtn } from "../ven/scripted-vtn.ts";
import { anHour, anOffer, onePoll, openPair } from "./open-pair.ts";

const [requestId, venId] = ["req-7", "nobody"];
const response = { responseCode: 200, requestId };

describe("what OpenLEADR gets wrong about requests and answers", () => {
  it("defect B-16: the VEN gets the code and the reason that a handler refuses with, and its own requestID", async () => {
    await using pair = await openPair({ vtn: { onRegisterReport: refuseInSummer } });
    const client = pair.openClient();
    await client.createPartyRegistration({ venName: "ven-1" });

    await assert.rejects(client.registerReport({ requestId: "req-7", reports: [anOffer(pair)] }), (error) => {
      assert.ok(error instanceof RejectedError);
      assert.deepEqual([error.responseCode, error.message.includes("not in summer")], [451, true]);
      return true;
    });
  });

  for (const [request, service, answer] of [
    [{ name: "oadrRequestEvent", payload: { requestId, venId } }, "EiEvent", "oadrDistributeEvent"],
    [{ name: "oadrRegisterReport", payload: { requestId, venId, reports: [] } }, "EiReport", "oadrRegisteredReport"],
    [{ name: "oadrCancelOpt", payload: { requestId, venId, optId: "opt-1" } }, "EiOpt", "oadrCanceledOpt"],
  ] as const satisfies readonly (readonly [Message, Service, MessageName])[]) {
    it(`defect B-17: a refused ${request.name} is answered with ${answer}, code and requestID`, async () => {
      await using pair = await openPair({});

      const document = await inMemoryTransport(pair.vtn.handler)(service, encode(request));

      const { message } = decode(document ?? "");
      assert.ok(message.name === answer);
      assert.deepEqual([message.payload.response?.responseCode, message.payload.response?.requestId], [463, requestId]);
    });
  }

  it("defect B-17: a refused registration is answered with oadrCreatedPartyRegistration and 463, not with 200", async () => {
    await using pair = await openPair({ vtn: { onCreatePartyRegistration: () => false } });
    const registration = { profileName: "2.0b", transportName: "simpleHttp", reportOnly: false } as const;
    const payload = { ...registration, requestId: "req-7", xmlSignature: false, httpPullModel: true };

    const document = await inMemoryTransport(pair.vtn.handler)(
      "EiRegisterParty",
      encode({ name: "oadrCreatePartyRegistration", payload }),
    );

    const { message } = decode(document ?? "");
    assert.ok(message.name === "oadrCreatedPartyRegistration");
    assert.deepEqual([message.payload.response.responseCode, message.payload.venId], [463, undefined]);
  });

  it("defect B-18, case F1: what is no message of OpenADR gets 406 and an empty body", async () => {
    await using vtn = new Vtn({ vtnId: "vtn-1", listen: { port: 0 } });
    await vtn.start();
    const query = encode({ name: "oadrQueryRegistration", payload: { requestId: "req-7" } });
    const incomplete = query.replace(/<pyld:requestID>.*<\/pyld:requestID>/, "");
    const post = async (type: string, body: string): Promise<unknown> => {
      const answer = await fetch(new URL(`${vtn.url?.href ?? ""}/EiRegisterParty`), {
        method: "POST",
        headers: { "content-type": type },
        body,
      });
      return [answer.status, await answer.text()];
    };

    assert.deepEqual(await post("text/plain", query), [406, ""]);
    assert.deepEqual(await post("application/xml", incomplete), [406, ""]);
    assert.equal(((await post("Application/XML", query)) as readonly unknown[])[0], 200);
  });

  it("case F1: a message at the wrong service gets 459", async () => {
    await using pair = await openPair({});

    const answer = await inMemoryTransport(pair.vtn.handler)(
      "OadrPoll",
      encode({ name: "oadrQueryRegistration", payload: { requestId: "req-7" } }),
    );

    assert.match(answer ?? "", /responseCode>459</);
  });

  it("defect B-19: a VTN takes every message that a VEN may send", async () => {
    await using pair = await openPair({});
    const client = pair.openClient();
    const { registrationId = "" } = await client.createPartyRegistration({ venName: "ven-1" });
    const codes = [
      await codeOf(client.createReport({ reportRequests: [aRequest()] })),
      await codeOf(client.cancelReport({ reportRequestIds: ["none"], reportToFollow: false })),
      await codeOf(client.canceledReport({ response, pendingReports: [] })),
      await codeOf(client.updatedReport({ response })),
      await codeOf(client.canceledPartyRegistration({ response, registrationId })),
    ];

    // It has no such reports: 452 says so, where 459 would say that it does not know the message.
    assert.deepEqual(codes, [452, 452, 200, 200, 200]);
  });

  for (const name of [
    "oadrQueryRegistration",
    "oadrCreatePartyRegistration",
    "oadrRequestEvent",
    "oadrPoll",
  ] as const) {
    it(`defect B-20: a VEN whose ${name} gets an empty answer goes on, until it gets a better one`, async () => {
      const [clock, vtn] = [new ManualClock(), new ScriptedVtn({ [name]: () => undefined })];
      await using ven = new Ven({ transport: vtn.transport, clock, venName: "a VEN" });
      const started = ven.start();
      await clock.advance(minutes(1));

      vtn.script = {};
      await clock.advance(hours(2));
      await started;

      assert.equal(ven.state.state, "registered");
      assert.equal(vtn.names.at(-1), "oadrPoll");
    });
  }

  it("defect B-24: a VEN that has left the VTN can come back", async () => {
    await using pair = await openPair({});
    await pair.ven.start();
    await pair.vtn.events.create(anHour);

    await pair.ven.cancelPartyRegistration();
    const left = [pair.ven.state.state, pair.ven.events.length, (await pair.vtn.vens.list()).length];
    await pair.ven.start();
    await pair.clock.advance(onePoll);

    assert.deepEqual(left, ["unregistered", 0, 0]);
    assert.deepEqual([pair.ven.state.state, pair.ven.events.length], ["registered", 1]);
  });

  it("defect B-26: what is not known is left out, requestIDs never, and an opt may have several targets", async () => {
    await using pair = await openPair({});
    await pair.ven.start();
    const availability = [{ dtstart: pair.clock.now(), duration: hours(1) }];
    const targets = [{ resourceId: "oven" }, { resourceId: "fridge" }];

    const { optId } = await pair.ven.createOpt({ optType: "optOut", optReason: "economic", availability, targets });
    await pair.ven.cancelOpt(optId);

    assert.ok(!pair.sent.some((document) => /None|undefined|null|<pyld:requestID\/>/.test(document)));
    assert.ok(pair.sent.some((document) => document.includes(">oven<") && document.includes(">fridge<")));
  });

  for (const id of ["007", "true", "10.0.0.1", "1e5", " spaced "]) {
    it(`case N: the ID "${id}" stays as it is`, async () => {
      await using pair = await openPair({ ven: { venName: id } });
      await pair.ven.start();

      await pair.vtn.events.create({ ...anHour, eventDescriptor: { eventId: id }, targets: [{ venId: id }] });
      await pair.clock.advance(onePoll);

      assert.deepEqual([pair.ven.venId, pair.ven.events[0]?.eventDescriptor.eventId], [id, id]);
      assert.equal((await pair.vtn.events.response(id, id)).optType, "optIn");
    });
  }

  it("defect B-28: a duration is what it says, or is refused, but never taken for another one", () => {
    for (const [text, expected] of [
      ["1W", hours(168)],
      ["P7D", hours(168)],
      ["PT0S", 0],
      ["-PT5M", -300_000],
    ] as const)
      assert.equal(duration(text), expected);
    for (const text of ["P1W", "PT0.5S", "15 min", ""]) assert.throws(() => duration(text), RangeError);
    assert.deepEqual([formatDuration(seconds(0)), formatDuration(duration("-PT5M"))], ["PT0S", "-PT5M"]);
  });

  it("defect B-28: an instant with an offset is that instant, where a VEN reads tolerantly", async () => {
    const clock = new ManualClock();
    const pair = await openPair({});
    await using _pair = pair;
    const inner = inMemoryTransport(pair.vtn.handler);
    const transport: typeof inner = async (service, xml, signal) =>
      (await inner(service, xml, signal))?.replaceAll("2026-01-01T00:10:00Z", "2026-01-01T01:10:00+01:00");
    await using ven = new Ven({ transport, clock, venName: "ven-2", tolerant: true, onEvent: () => "optIn" });
    await pair.vtn.events.create(anHour);

    await ven.start();

    assert.deepEqual(ven.events[0]?.activePeriod.dtstart, anHour.activePeriod.dtstart);
    await clock.advance(seconds(1));
  });

  it("case N: two VTNs in one process have VENs of the same venID", async () => {
    await using one = await openPair({ vtn: { vtnId: "one" } });
    await using two = await openPair({ vtn: { vtnId: "two" } });

    await Promise.all([one.ven.start(), two.ven.start()]);
    await using client = new VenClient({ transport: inMemoryTransport(two.vtn.handler) });

    assert.deepEqual([one.ven.vtnId, two.ven.vtnId, one.ven.venId === two.ven.venId], ["one", "two", true]);
    assert.equal((await client.queryRegistration()).vtnId, "two");
  });
});

function refuseInSummer(): never {
  throw new RejectedError(451, "not in summer");
}

/** The response code with which a request was taken or refused. */
async function codeOf(answer: Promise<unknown>): Promise<number> {
  try {
    await answer;
    return 200;
  } catch (error) {
    return error instanceof RejectedError ? error.responseCode : 0;
  }
}
