import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { openPush } from "../push/open-push.ts";
import { aPromptedVen, models } from "./prompted-ven.ts";

for (const model of models) {
  describe(`registration prompts of certification, by ${model}`, () => {
    it("rules 401, 402: 002: registers a VEN that it does not know", async () => {
      await using open = await openPush();
      await using ven = await aPromptedVen(model, open);
      assert.deepEqual(await open.vtn.vens.list(), []);

      await ven.register();

      const [registered] = await open.vtn.vens.list();
      assert.equal(registered?.venId, "kitchen");
      assert.equal(registered.httpPullModel, model === "pull");
    });

    it("rule 407: 007: ends the registration of a VEN", async () => {
      await using open = await openPush();
      await using ven = await aPromptedVen(model, open);
      await ven.register();

      await open.vtn.vens.cancelPartyRegistration("kitchen");

      const { registrationId } = await ven.next("oadrCancelPartyRegistration");
      await open.told("unregistered");
      assert.equal(registrationId, ven.registrationId);
      assert.deepEqual(await open.vtn.vens.list(), []);
    });

    it("rule 401: 008: has a VEN register again", async () => {
      await using open = await openPush();
      await using ven = await aPromptedVen(model, open);
      await ven.register();

      await open.vtn.vens.requestReregistration("kitchen");

      assert.deepEqual(await ven.next("oadrRequestReregistration"), { venId: "kitchen" });
      assert.ok(await ven.isIdle());
    });
  });
}
