import assert from "node:assert/strict";
import { certificateFingerprint, hours, milliseconds, seconds } from "@openleadr/protocol";
import type { PushOptions } from "@openleadr/vtn";
import { describe, it } from "vitest";
import type { Identity } from "../../../transport/test/certificates.ts";
import { ManualClock } from "../../src/index.ts";
import { anEvent } from "./open-push.ts";
import { ca, openOverTls, openServer, tlsOf, venIdentity, venOf, type OpenOverTls } from "./over-tls.ts";

// OpenSSL goes by the clock of the machine.
const start = new Date();
const [gateway, next, short] = [issueFor("gateway", 61.5), issueFor("gateway", 25), issueFor("pantry", 20)];
const fingerprintOf = ({ certificate }: Identity): string => certificateFingerprint(certificate);

function days(count: number) {
  return milliseconds(hours(24) * count);
}

function issueFor(name: string, validDays: number): Identity {
  return ca.issue({ name, notBefore: start, notAfter: new Date(start.getTime() + days(validDays)) });
}

function openAt(clock: ManualClock, push: PushOptions = {}): Promise<OpenOverTls> {
  return openOverTls({ clock, pollFrequency: hours(12), push });
}

/** Has the VTN push an event, and resolves when it has arrived. */
async function pushEvent(open: OpenOverTls): Promise<void> {
  await open.vtn.events.create(anEvent("now", { activePeriod: { dtstart: start } }));
  await open.told("eventsSent");
}

/** What has been told of the ends of these certificates, and whose they are. */
function told({ events }: OpenOverTls, ...identities: readonly Identity[]) {
  const fingerprints = identities.map(fingerprintOf);
  return events.flatMap((event) => {
    if (event.type !== "certificateExpiring" || !fingerprints.includes(event.fingerprint)) return [];
    const { expiry, subject, role, venId } = event;
    return [{ what: expiry.state === "expiresSoon" ? expiry.within : expiry.state, subject, role, venId }];
  });
}

describe("the certificate that a VEN's server has shown with the last push", () => {
  const about = { subject: "CN=gateway", role: "ven", venId: "kitchen" } as const;

  for (const [title, serverCertificate] of [
    ["its fingerprint is named", () => [fingerprintOf(gateway)]],
    ["any is taken", () => "any"],
  ] as const satisfies readonly (readonly [string, PushOptions["serverCertificate"]])[]) {
    it(`is told of 60, 30 and 7 days before its end, and at its end, where ${title}`, async () => {
      const clock = new ManualClock(start);
      await using server = await openServer(gateway);
      await using open = await openAt(clock, { serverCertificate });
      await using ven = venOf(open, server.push);
      await ven.start();
      await open.told("delivered");
      const counts: number[] = [];

      for (let day = 1; day <= 63; day++) {
        await clock.advance(days(1));
        counts.push(told(open, gateway).length);
      }

      assert.deepEqual(
        told(open, gateway),
        [60, 30, 7, "expired"].map((what) => ({ what, ...about })),
      );
      assert.deepEqual(
        [1, 2, 3, 4].map((count) => counts.indexOf(count) + 1),
        [2, 32, 55, 62],
      );
    });
  }

  it("is told of where it is the one that was accepted for the VEN", async () => {
    const clock = new ManualClock(start);
    await using server = await openServer(venIdentity);
    await using open = await openAt(clock);
    await using ven = venOf(open, server.push);
    await ven.start();
    await open.told("delivered");
    await clock.advance(seconds(1));
    await open.vtn.vens.accept({ fingerprint: fingerprintOf(next), venId: "kitchen" });

    server.listener.replaceTls(tlsOf(next));
    await pushEvent(open);
    await clock.advance(hours(1));

    assert.deepEqual(told(open, next), [{ what: 30, ...about }]);
  });

  it("is told of no more once the server shows another, nor once the VEN is registered no longer", async () => {
    const clock = new ManualClock(start);
    await using server = await openServer(short);
    await using open = await openAt(clock, { serverCertificate: () => "any" });
    await using ven = venOf(open, server.push);
    await ven.start();
    await open.told("delivered");

    server.listener.replaceTls(tlsOf(next));
    await pushEvent(open);
    await clock.advance(hours(1));
    const before = told(open, short, next);
    await open.vtn.vens.remove("kitchen");
    await clock.advance(days(30));

    assert.deepEqual(before, [{ what: 30, ...about }]);
    assert.deepEqual(told(open, short, next), before);
  });

  it("is not told of where nothing was pushed for it", async () => {
    const clock = new ManualClock(start);
    await using server = await openServer(short);
    await using open = await openAt(clock);
    await using ven = venOf(open, server.push);
    await ven.start();
    await open.told("deliveryRetried");

    await clock.advance(hours(1));

    assert.deepEqual(told(open, short), []);
  });
});
