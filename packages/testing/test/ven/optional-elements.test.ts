import assert from "node:assert/strict";
import { seconds, type OadrEvent } from "@openleadr/protocol";
import type { Transport } from "@openleadr/transport";
import { describe, it } from "vitest";
import { aBench, anEvent, distributeEvent, ScriptedVtn } from "./scripted-vtn.ts";

/** A VTN that writes its messages in its own way. */
function writing(vtn: ScriptedVtn, rewrite: (xml: string) => string): Transport {
  return async (service, xml, signal) => {
    const answer = await vtn.transport(service, xml, signal);
    return answer === undefined ? undefined : rewrite(answer);
  };
}

describe("a VEN that gets optional elements without content", () => {
  it("rules 6, 22, 46: takes them for elements that are not there", async () => {
    const vtn = new ScriptedVtn();
    const seen: OadrEvent[] = [];
    const transport = writing(vtn, (xml) =>
      xml.replaceAll("</ei:eventStatus>", "</ei:eventStatus><ei:testEvent/><ei:vtnComment/>"),
    );
    await using bench = aBench({
      transport,
      resources: [{ resourceId: "boiler" }],
      onEvent(event, { resources }) {
        seen.push(event);
        assert.deepEqual(resources, ["boiler"]);
        return "optIn";
      },
    });
    await bench.ven.start();
    vtn.queue.push(distributeEvent([anEvent({ targets: [] })]));

    await bench.clock.advance(seconds(10));

    const [{ eventDescriptor } = assert.fail("expected an event")] = seen;
    assert.deepEqual([eventDescriptor.testEvent, eventDescriptor.vtnComment], [false, ""]);
    assert.equal(bench.told("eventAnswered")[0]?.optType, "optIn");
  });
});
