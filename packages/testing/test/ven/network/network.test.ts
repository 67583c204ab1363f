import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { minutes, Ven, type VenStatus } from "@openleadr/ven";
import { Vtn } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { openConnectProxy } from "./connect-proxy.ts";
import { certificates, openVtn } from "./open-vtn.ts";

const onEvent = (): "optIn" => "optIn";
const headers = { "x-gateway-key": "k-1", authorization: "Bearer t" };
const addresses = ["127.0.0.1", "::1"];

describe("the way of a VEN to its VTN", () => {
  for (const scheme of ["http", "https"] as const) {
    for (const address of addresses) {
      const venTls = scheme === "https" ? certificates : undefined;

      it(`leads over ${scheme}: to ${address}, with the headers it is given`, async () => {
        await using vtn = await openVtn(scheme, address);
        const ven = new Ven({ vtnUrl: vtn.url, venName: "kitchen", tls: venTls, headers, onEvent });

        await ven.start();
        await ven.stop();

        assert.ok(vtn.seen.length >= 2);
        assert.deepEqual(new Set(vtn.seen.map(String)), new Set(["k-1,Bearer t"]));
      });

      it(`leads through a proxy at ${address} over ${scheme}:, which learns where to and nothing else`, async () => {
        await using vtn = await openVtn(scheme, address);
        await using proxy = await openConnectProxy(address);
        const through = `http://user:hunter2@${proxy.host}`;
        const ven = new Ven({ vtnUrl: vtn.url, venName: "kitchen", tls: venTls, headers, proxy: through, onEvent });

        await ven.start();
        await ven.stop();

        assert.ok(vtn.seen.length >= 2);
        assert.deepEqual(new Set(vtn.seen.map(String)), new Set(["k-1,Bearer t"]));
        assert.deepEqual(new Set(proxy.tunnels.map(({ target }) => target)), new Set([vtn.host]));
        for (const tunnel of proxy.tunnels) {
          assert.equal(tunnel.headers["proxy-authorization"], `Basic ${btoa("user:hunter2")}`);
          assert.deepEqual([tunnel.headers["x-gateway-key"], tunnel.headers.authorization], [undefined, undefined]);
        }
      });
    }
  }

  it("leads back to one that is pushed to at ::1", async () => {
    const vtn = new Vtn({
      vtnId: "vtn",
      onCreatePartyRegistration: ({ venName = "" }) => ({ venId: venName }),
      listen: { host: "::1", port: 0 },
      push: { allowedHosts: ["::1"] },
    });
    await vtn.start();
    const asked = new EventEmitter();
    const ven = new Ven({
      vtnUrl: vtn.url ?? "",
      venName: "kitchen",
      push: { listen: { host: "::1", port: 0 } },
      onEvent: ({ eventDescriptor }) => (asked.emit("event", eventDescriptor.eventId), "optIn"),
    });
    await ven.start();

    const event = once(asked, "event");
    await vtn.events.create({
      eventDescriptor: { eventId: "peak", marketContext: "http://example.com/dr" },
      activePeriod: { dtstart: new Date() },
      signals: [{ signalName: "SIMPLE", signalType: "level", intervals: [{ duration: minutes(1), value: 1 }] }],
    });

    assert.deepEqual(await event, ["peak"]);
    await ven.stop();
    await vtn.stop();
  });

  for (const [what, options, reason] of [
    ["that lets nobody through", { refusal: 407 }, /: the proxy answered CONNECT with HTTP status 407$/],
    ["that is away", undefined, /ECONNREFUSED/],
  ] as const) {
    it(`is told to be closed by a proxy ${what}, without its password`, async () => {
      const proxy = await openConnectProxy("127.0.0.1", options);
      if (options === undefined) await proxy[Symbol.asyncDispose]();
      const statuses = new EventEmitter();
      const ven = new Ven({
        vtnUrl: "https://vtn.example.com",
        venName: "kitchen",
        proxy: `http://user:hunter2@${proxy.host}`,
        onEvent,
        onStatus: (status) => statuses.emit(status.type, status),
      });

      const failed = once(statuses, "registrationFailed");
      const starting = ven.start();
      const [{ error }] = (await failed) as [Extract<VenStatus, { readonly type: "registrationFailed" }>];
      await ven.stop();
      await assert.rejects(starting);

      assert.match(error.message, reason);
      assert.ok(!error.message.includes("hunter2"), error.message);
      if (options !== undefined) await proxy[Symbol.asyncDispose]();
    });
  }
});
