import assert from "node:assert/strict";
import { minutes, type Message } from "@openleadr/protocol";
import { Ven, VenClient, type VenStatus } from "@openleadr/ven";
import { describe, it } from "vitest";
import { ManualClock } from "../../src/index.ts";
import { aRequest, distributeEvent, ScriptedVtn } from "../ven/scripted-vtn.ts";

const requestId = "req-7";
const venId = "ven-1";

/** Every message with which a VTN may answer oadrPoll. */
const answers: readonly Message[] = [
  { name: "oadrResponse", payload: { response: { responseCode: 200, requestId: "" } } },
  distributeEvent([]),
  { name: "oadrCreateReport", payload: { requestId, venId, reportRequests: [aRequest()] } },
  { name: "oadrCancelReport", payload: { requestId, venId, reportRequestIds: ["request-1"], reportToFollow: false } },
  { name: "oadrRegisterReport", payload: { requestId, venId, reports: [] } },
  { name: "oadrUpdateReport", payload: { requestId, venId, reports: [] } },
  { name: "oadrCancelPartyRegistration", payload: { requestId, venId, registrationId: "registration-1" } },
  { name: "oadrRequestReregistration", payload: { venId } },
];

describe("an answer to oadrPoll", () => {
  for (const message of answers) {
    it(`case P: may be ${message.name}, which a VEN by hand is given as it is`, async () => {
      const vtn = new ScriptedVtn();
      const registration = { venId, registrationId: "registration-1" };
      await using client = new VenClient({ transport: vtn.transport, registration });
      vtn.queue.push(message);

      assert.deepEqual(await client.poll(), message);
    });

    it(`case P: may be ${message.name}, after which a VEN goes on`, async () => {
      const [clock, vtn, statuses] = [new ManualClock(), new ScriptedVtn(), [] as VenStatus[]];
      const onStatus = (status: VenStatus): void => void statuses.push(status);
      await using ven = new Ven({ transport: vtn.transport, clock, venName: "a VEN", onStatus });
      await ven.start();

      vtn.queue.push(message);
      await clock.advance(minutes(5));

      assert.ok(statuses.some((status) => status.type === "polled" && status.answer === message.name));
      assert.ok(!statuses.some(({ type }) => type === "handlerFailed" || type === "pollFailed"));
      assert.equal(ven.state.state, "registered");
      assert.equal(vtn.names.at(-1), "oadrPoll");
    });
  }
});
