// What becomes of registrations that nobody vouches for, where the handler lets everybody in.
import assert from "node:assert/strict";
import { minutes } from "@openleadr/protocol";
import { silentLogger } from "@openleadr/transport";
import { describe, it } from "vitest";
import { aRegistration, openVtn } from "../../../vtn/test/open-vtn.ts";
import { endOf, kitchen } from "./certified.ts";

const inMemory = { listen: false } as const;

describe("maxVens", () => {
  it("refuses the VEN that would be one too many with 463, and warns, while the others go on", async () => {
    const warned: string[] = [];
    const logger = { ...silentLogger, warn: (_: object, what: string) => void warned.push(what) };
    await using open = await openVtn({ ...inMemory, maxVens: 2, logger });
    const { venId, registrationId } = await open.register("one");
    const two = await open.register("two");

    await assert.rejects(open.register("three"), { responseCode: 463, responseDescription: "registration refused" });

    const renewal = aRegistration({ venName: "one", venId, registrationId });
    await open.call("oadrCreatePartyRegistration", renewal);
    assert.equal((await open.register("two")).venId, two.venId);
    assert.equal((await open.call("oadrPoll", { venId }))?.name, "oadrResponse");
    assert.equal((await open.vtn.vens.list()).length, 2);
    assert.deepEqual(warned, ["no room for another VEN", "message refused"]);
  });

  it("has room again when a VEN has left", async () => {
    await using open = await openVtn({ ...inMemory, maxVens: 1 });
    const { venId } = await open.register("one");
    await assert.rejects(open.register("two"), { responseCode: 463 });

    await open.vtn.vens.remove(venId);

    assert.notEqual((await open.register("two")).venId, venId);
  });

  it("has room for a VEN that gets another venID in place of its own", async () => {
    const venIds = ["ven-1", "ven-2"];
    const onCreatePartyRegistration = () => ({ venId: venIds.shift() });
    await using open = await openVtn({ ...inMemory, maxVens: 1, onCreatePartyRegistration });
    const { register } = endOf(open, kitchen.peer);

    const registered = [(await register("kitchen")).venId, (await register("kitchen")).venId];

    assert.deepEqual(registered, ["ven-1", "ven-2"]);
  });

  it("lets a fleet in that comes from one address, whatever the limit of failures", async () => {
    await using open = await openVtn({ ...inMemory, failureLimit: { failures: 2, per: minutes(1) } });

    for (let count = 0; count < 100; count++) await endOf(open).register(`ven ${count}`);

    assert.equal((await open.vtn.vens.list()).length, 100);
  });

  it("is refused out of range", async () => {
    await assert.rejects(openVtn({ ...inMemory, maxVens: 0 }), {
      name: "RangeError",
      message: "maxVens: expected at least 1, got 0",
    });
  });
});
