import assert from "node:assert/strict";
import { hours, minutes, RejectedError, seconds } from "@openleadr/protocol";
import { inMemoryTransport } from "@openleadr/transport";
import { Ven } from "@openleadr/ven";
import { Vtn } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { ManualClock } from "../../src/index.ts";
import { openPair } from "./open-pair.ts";

describe("a VEN asks to register", () => {
  it("case Q1: a query is answered with the vtnID, the profiles, and no IDs of a VEN", async () => {
    await using pair = await openPair({});

    const { vtnId, profiles, venId, registrationId } = await pair.openClient().queryRegistration();

    assert.deepEqual([vtnId, profiles[0]?.profileName, venId, registrationId], ["vtn-1", "2.0b", undefined, undefined]);
  });

  it("case Q2: a VEN that may register gets a venID and a registrationID", async () => {
    await using pair = await openPair({});

    await pair.ven.start();

    const [registration] = await pair.vtn.vens.list();
    assert.deepEqual([pair.ven.venId, pair.ven.registrationId], [registration?.venId, registration?.registrationId]);
  });

  for (const venId of [undefined, "meter-007"]) {
    const how = venId === undefined ? "without a venID" : "with a venID of its own";
    it(`case Q3: a VEN ${how} that is refused tells so, and tries again until it is let in`, async () => {
      let mayRegister = false;
      await using pair = await openPair({ vtn: { onCreatePartyRegistration: () => mayRegister }, ven: { venId } });
      const started = pair.ven.start();
      await pair.clock.advance(seconds(10));
      const before = [pair.ven.state.state, pair.ven.venId];

      mayRegister = true;
      await pair.clock.advance(hours(1));
      await started;

      assert.deepEqual(before, ["registering", undefined]);
      const failed = pair.venStatuses.find(({ type }) => type === "registrationFailed");
      assert.ok(failed?.type === "registrationFailed" && failed.error instanceof RejectedError);
      assert.equal(pair.ven.state.state, "registered");
    });
  }

  it("case N: a VEN that starts before the VTN registers once the VTN is there", async () => {
    const clock = new ManualClock();
    const vtn = new Vtn({ vtnId: "vtn-1", onCreatePartyRegistration: () => true, listen: false, clock });
    await using ven = new Ven({ venName: "ven-1", transport: inMemoryTransport(vtn.handler), clock });
    const started = ven.start();
    await clock.advance(minutes(1));

    await vtn.start();
    await clock.advance(hours(1));
    await started;

    assert.equal(ven.state.state, "registered");
    await vtn.stop();
  });

  it("case N: a VEN registers anew with a VTN that has forgotten it in a restart", async () => {
    const clock = new ManualClock();
    const openVtn = async (): Promise<Vtn> => {
      const vtn = new Vtn({ vtnId: "vtn-1", onCreatePartyRegistration: () => true, listen: false, clock });
      await vtn.start();
      return vtn;
    };
    let vtn = await openVtn();
    await using ven = new Ven({
      venName: "ven-1",
      transport: (service, xml, signal) => inMemoryTransport(vtn.handler)(service, xml, signal),
      clock,
    });
    await ven.start();

    await vtn.stop();
    await clock.advance(minutes(1));
    vtn = await openVtn();
    await clock.advance(hours(1));

    assert.equal(ven.state.state, "registered");
    assert.equal((await vtn.vens.list()).length, 1);
    await vtn.stop();
  });
});
