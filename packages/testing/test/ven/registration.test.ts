import assert from "node:assert/strict";
import { hours, milliseconds, minutes, seconds, type Duration, type Message } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { aBench, anEvent, aRequest, createReport, refusing, registered, type Script } from "./scripted-vtn.ts";

const reregistration: Message = { name: "oadrRequestReregistration", payload: { venId: "ven-1" } };

function cancellation(registrationId = "registration-1"): Message {
  return { name: "oadrCancelPartyRegistration", payload: { requestId: "cancel-1", registrationId, venId: "ven-1" } };
}

describe("EiRegisterParty of a VEN", () => {
  it("rule 402: registers for pull over simple HTTP, without IDs", async () => {
    await using bench = aBench();

    await bench.ven.start();

    assert.deepEqual(bench.vtn.payloads("oadrCreatePartyRegistration"), [
      {
        requestId: "id-2",
        profileName: "2.0b",
        transportName: "simpleHttp",
        reportOnly: false,
        xmlSignature: false,
        venName: "a VEN",
        httpPullModel: true,
      },
    ]);
  });

  it("rule 402: sends a venID that was given out beforehand, and no registrationID", async () => {
    await using bench = aBench({ venId: "ven-0" });

    await bench.ven.start();

    const [create] = bench.vtn.payloads("oadrCreatePartyRegistration");
    assert.equal(create?.venId, "ven-0");
    assert.equal(create.registrationId, undefined);
    assert.equal(bench.ven.venId, "ven-1");
  });

  it("polls at its own rate where the VTN names none", async () => {
    await using bench = aBench({ pollInterval: minutes(2) }, askingForPolls(undefined));
    await bench.ven.start();
    bench.vtn.forget();

    await bench.clock.advance(minutes(6));

    assert.deepEqual(bench.vtn.names, ["oadrPoll", "oadrPoll", "oadrPoll"]);
  });

  for (const [asked, requested, got, kept] of [
    ["seldom", hours(24 * 400), "P400D", hours(24)],
    ["often", milliseconds(0), "PT0S", seconds(1)],
  ] as const) {
    it(`tells, and keeps within bounds, where the VTN asks it to poll too ${asked}`, async () => {
      await using bench = aBench({ pollInterval: minutes(2) }, askingForPolls(requested));

      await bench.ven.start();

      assert.equal(bench.told("registered")[0]?.pollInterval, kept);
      const path = "oadrCreatedPartyRegistration/oadr:oadrRequestedOadrPollFreq";
      const deviations = [{ path, expected: "a duration from PT1S to PT24H", got }];
      const told = { type: "deviated", message: "oadrCreatedPartyRegistration", deviations } as const;
      assert.deepEqual(bench.told("deviated"), [told]);
    });
  }

  it("tries again with growing delays while the VTN is down", async () => {
    await using bench = aBench();
    bench.vtn.isDown = true;
    const starting = bench.ven.start();

    await bench.clock.advance(seconds(20));
    bench.vtn.isDown = false;
    await bench.clock.advance(seconds(20));
    await starting;

    const delays = bench.told("registrationFailed").map(({ retryIn }) => retryIn);
    assert.deepEqual(delays, [seconds(1), seconds(2), seconds(4), seconds(8), seconds(16)]);
    assert.equal(bench.ven.state.state, "registered");
  });

  it("never waits longer than it is allowed to", async () => {
    await using bench = aBench({ maxRetryInterval: minutes(1) });
    bench.vtn.isDown = true;
    const starting = assert.rejects(bench.ven.start());

    await bench.clock.advance(hours(1));

    assert.equal(bench.told("registrationFailed").at(-1)?.retryIn, minutes(1));
    await bench.ven.stop();
    await starting;
  });

  for (const responseCode of [463, 452, 469]) {
    it(`tries again when it is refused with ${responseCode}`, async () => {
      const script = { oadrCreatePartyRegistration: refusing("oadrCreatePartyRegistration", responseCode) };
      await using bench = aBench({}, script);
      const starting = bench.ven.start();
      await bench.clock.advance(seconds(5));
      const [failure] = bench.told("registrationFailed");

      bench.vtn.script = {};
      await bench.clock.advance(seconds(10));
      await starting;

      assert.match(failure?.error.message ?? "", new RegExp(`^${responseCode} `));
    });
  }

  it("tries again when the VTN agrees but gives no IDs", async () => {
    await using bench = aBench(
      {},
      {
        oadrCreatePartyRegistration: ({ requestId }) => {
          const { venId: _, ...payload } = registered(requestId).payload;
          return { name: "oadrCreatedPartyRegistration", payload };
        },
      },
    );
    const starting = bench.ven.start();
    await bench.clock.settle();
    assert.match(String(bench.told("registrationFailed")[0]?.error), /expected .* with registrationID and venID/);

    bench.vtn.script = {};
    await bench.clock.advance(seconds(1));
    await starting;
  });

  it("registers at a VTN that answers no queries of strangers", async () => {
    await using bench = aBench({}, { oadrQueryRegistration: refusing("oadrQueryRegistration", 463) });

    await bench.ven.start();

    assert.equal(bench.ven.venId, "ven-1");
  });

  it("rules 402, 405: registers anew, without IDs, when a poll is answered with 463", async () => {
    await using bench = aBench();
    await bench.ven.start();
    bench.vtn.forget();
    bench.vtn.queue.push({
      name: "oadrResponse",
      payload: { response: { responseCode: 463, responseDescription: "who?", requestId: "" } },
    });

    await bench.clock.advance(seconds(10));

    const [create] = bench.vtn.payloads("oadrCreatePartyRegistration");
    assert.deepEqual([create?.registrationId, create?.venId], [undefined, undefined]);
    assert.ok(bench.vtn.names.includes("oadrRegisterReport") && bench.vtn.names.includes("oadrRequestEvent"));
    assert.equal(bench.ven.registrationId, "registration-2");
    assert.deepEqual(bench.told("unregistered"), [{ type: "unregistered", reason: "463 who?" }]);
  });

  it("registers anew when a poll is answered with 452, which holds no ID but the venID", async () => {
    await using bench = aBench();
    await bench.ven.start();
    bench.vtn.queue.push({ name: "oadrResponse", payload: { response: { responseCode: 452, requestId: "" } } });

    await bench.clock.advance(seconds(10));

    assert.equal(bench.ven.registrationId, "registration-2");
  });

  it("registers anew when an answer of its own is answered with 463", async () => {
    await using bench = aBench();
    await bench.ven.start();
    bench.vtn.distribute(anEvent());
    bench.vtn.script = { oadrCreatedEvent: refusing("oadrCreatedEvent", 463) };

    await bench.clock.advance(seconds(10));

    assert.equal(bench.told("unregistered").length > 0, true);
    assert.equal(bench.vtn.registrations > 1, true);
  });

  it("gives a VTN time that forgets it again and again", async () => {
    await using bench = aBench({}, { oadrPoll: refusing("oadrPoll", 463) });
    const starting = assert.rejects(bench.ven.start());

    await bench.clock.advance(minutes(1));

    // At once, then after 1, 2, 4, 8, 16 and 32 s.
    assert.equal(bench.vtn.registrations, 7);
    await bench.ven.stop();
    await starting;
  });

  it("rules 402, 405, 508: registers again under its IDs when the VTN asks, without a bootstrap", async () => {
    await using bench = aBench();
    await bench.ven.start();
    bench.vtn.forget();
    bench.vtn.script = {
      oadrCreatePartyRegistration: ({ requestId, registrationId }) => registered(requestId, registrationId),
    };
    bench.vtn.queue.push(reregistration);

    await bench.clock.advance(seconds(10));

    assert.deepEqual(bench.vtn.names, ["oadrPoll", "oadrResponse", "oadrCreatePartyRegistration", "oadrPoll"]);
    assert.equal(bench.vtn.payloads("oadrResponse")[0]?.venId, "ven-1");
    const [create] = bench.vtn.payloads("oadrCreatePartyRegistration");
    assert.deepEqual([create?.registrationId, create?.venId], ["registration-1", "ven-1"]);
  });

  it("rules 405, 406: takes the IDs it gets when it registers again, and begins afresh", async () => {
    await using bench = aBench();
    await bench.ven.start();
    bench.vtn.forget();
    bench.vtn.queue.push(reregistration);

    await bench.clock.advance(seconds(10));

    assert.equal(bench.ven.registrationId, "registration-2");
    assert.deepEqual(bench.vtn.names.slice(2, 5), [
      "oadrCreatePartyRegistration",
      "oadrRegisterReport",
      "oadrRequestEvent",
    ]);
  });

  it("registers anew when the VTN asks it to register again and knows its IDs no longer", async () => {
    await using bench = aBench();
    await bench.ven.start();
    bench.vtn.forget();
    let refusals = 0;
    bench.vtn.script = {
      oadrCreatePartyRegistration: ({ requestId, registrationId }) =>
        registrationId === undefined
          ? registered(requestId, "registration-9")
          : (refusals++, refusing("oadrCreatePartyRegistration", 452)()),
    };
    bench.vtn.queue.push(reregistration);

    await bench.clock.advance(seconds(10));

    assert.equal(refusals, 1);
    assert.equal(bench.ven.registrationId, "registration-9");
  });

  it("rule 400: refuses to register again for another VEN", async () => {
    await using bench = aBench();
    await bench.ven.start();
    bench.vtn.forget();
    bench.vtn.queue.push({ name: "oadrRequestReregistration", payload: { venId: "ven-2" } });

    await bench.clock.advance(seconds(10));

    assert.equal(bench.vtn.payloads("oadrResponse")[0]?.response.responseCode, 452);
    assert.equal(bench.ven.registrationId, "registration-1");
  });

  it("rules 401, 407: confirms a cancellation by the VTN, erases all, registers anew after a pause", async () => {
    const called: string[] = [];
    await using bench = aBench({
      onEventCancelled: ({ eventDescriptor }) => void called.push(eventDescriptor.eventId),
      registrationPause: minutes(5),
    });
    bench.vtn.events = [anEvent()];
    await bench.ven.start();
    bench.vtn.forget();
    bench.vtn.queue.push(cancellation());

    await bench.clock.advance(minutes(5));
    assert.deepEqual(bench.vtn.names, ["oadrPoll", "oadrCanceledPartyRegistration"]);
    assert.deepEqual(bench.vtn.payloads("oadrCanceledPartyRegistration")[0], {
      response: { responseCode: 200, requestId: "cancel-1" },
      registrationId: "registration-1",
      venId: "ven-1",
    });
    assert.deepEqual(called, ["event-1"]);
    assert.deepEqual([bench.ven.venId, bench.ven.events], [undefined, []]);

    bench.vtn.queue.length = 0;
    await bench.clock.advance(seconds(10));
    assert.equal(bench.ven.registrationId, "registration-2");
  });

  it("rule 400: refuses the cancellation of another registration with 452, and stays registered", async () => {
    await using bench = aBench();
    await bench.ven.start();
    bench.vtn.queue.push(cancellation("registration-7"));

    await bench.clock.advance(minutes(2));

    assert.equal(bench.vtn.payloads("oadrCanceledPartyRegistration")[0]?.response.responseCode, 452);
    assert.equal(bench.ven.registrationId, "registration-1");
  });

  it("rule 401: cancels its registration, rests, and registers anew when started again", async () => {
    await using bench = aBench();
    await bench.ven.start();
    bench.vtn.forget();

    await bench.ven.cancelPartyRegistration();
    await bench.clock.advance(hours(1));
    assert.deepEqual(bench.vtn.names, ["oadrCancelPartyRegistration"]);
    const [cancel] = bench.vtn.payloads("oadrCancelPartyRegistration");
    assert.deepEqual([cancel?.registrationId, cancel?.venId], ["registration-1", "ven-1"]);
    assert.deepEqual(bench.ven.state, { state: "unregistered" });

    await bench.ven.start();
    assert.equal(bench.ven.registrationId, "registration-2");
  });

  it("cancels what the VTN does not know without complaint", async () => {
    await using bench = aBench({}, { oadrCancelPartyRegistration: refusing("oadrCancelPartyRegistration", 463) });
    await bench.ven.start();

    await bench.ven.cancelPartyRegistration();

    assert.deepEqual(bench.ven.state, { state: "unregistered" });
  });

  it("stays registered when the VTN refuses to cancel", async () => {
    await using bench = aBench({}, { oadrCancelPartyRegistration: refusing("oadrCancelPartyRegistration", 452) });
    await bench.ven.start();

    await assert.rejects(bench.ven.cancelPartyRegistration(), { code: "ERR_OADR_REJECTED", responseCode: 452 });

    bench.vtn.forget();
    await bench.clock.advance(seconds(10));
    assert.deepEqual(bench.vtn.names, ["oadrPoll"]);
  });

  it("has nothing to cancel when it is not registered", async () => {
    await using bench = aBench();

    await bench.ven.cancelPartyRegistration();

    assert.deepEqual(bench.vtn.names, []);
  });

  it("rules 402, 404: registers anew whatever IDs the answer to its query has", async () => {
    const profiles = [{ profileName: "2.0b", transports: ["simpleHttp"] }] as const;
    await using bench = aBench(
      {},
      {
        oadrQueryRegistration: ({ requestId }) => ({
          name: "oadrCreatedPartyRegistration",
          payload: {
            response: { responseCode: 200, requestId },
            registrationId: "of-before",
            venId: "ven-before",
            vtnId: "vtn",
            profiles,
          },
        }),
      },
    );

    await bench.ven.start();

    const [{ registrationId, venId } = assert.fail("expected a registration")] =
      bench.vtn.payloads("oadrCreatePartyRegistration");
    assert.deepEqual([registrationId, venId], [undefined, undefined]);
    assert.equal(bench.ven.venId, "ven-1");
  });

  it("cancels the requests of the VTN when it registers anew", async () => {
    await using bench = aBench();
    bench.ven.addReport(meter);
    await bench.ven.start();
    bench.vtn.queue.push(createReport(aRequest({ granularity: "PT1M", back: "PT1M" })));
    await bench.clock.advance(seconds(90));
    assert.equal(bench.told("reportSent").length, 1);

    bench.vtn.queue.push({ name: "oadrResponse", payload: { response: { responseCode: 463, requestId: "" } } });
    await bench.clock.advance(minutes(5));

    assert.equal(bench.told("reportEnded").length, 1);
    assert.equal(bench.told("reportSent").length, 1);
  });
});

const meter = {
  resourceId: "meter",
  rId: "power",
  reportSpecifierId: "usage",
  measurement: { name: "energyReal", description: "RealEnergy", unit: "Wh", scale: "none" },
  collect: () => 4,
} as const;

/** A VTN that has every VEN poll so often, or says nothing of it. */
function askingForPolls(frequency: Duration | undefined): Script {
  return {
    oadrCreatePartyRegistration({ requestId }) {
      const { requestedOadrPollFreq: _, ...payload } = registered(requestId).payload;
      const asked = frequency !== undefined && { requestedOadrPollFreq: frequency };
      return { name: "oadrCreatedPartyRegistration", payload: { ...payload, ...asked } };
    },
  };
}
