import assert from "node:assert/strict";
import { createCa, createCrl, generateCertificates, generateVtnCertificates } from "@openleadr/pki";
import { certificateFingerprint, hours, type ExpiryWarning } from "@openleadr/protocol";
import { Ven, type VenStatus } from "@openleadr/ven";
import { Vtn, type SecurityEvent } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { ManualClock } from "../../src/index.ts";

const day = hours(24);
const [ca, ending] = [
  await createCa({ commonName: "CA" }),
  await createCa({ commonName: "Ending", validity: hours(24 * 20) }),
];
const [own] = await generateVtnCertificates("vtn", { ca, hostNames: ["127.0.0.1"], keyKinds: ["p-256"] });
const [short] = await generateVtnCertificates("vtn", {
  ca,
  hostNames: ["127.0.0.1"],
  keyKinds: ["p-256"],
  validity: hours(24 * 20),
});
const kitchen = await generateCertificates("kitchen", { ca });
assert.ok(own !== undefined && short !== undefined);

/** Who it is about, and what is said of it. */
function said(told: SecurityEvent | VenStatus): readonly string[] {
  if (told.type === "revocationListExpiring") return [`list of ${told.issuer}, ${sayExpiry(told.expiry)}`];
  return told.type === "certificateExpiring" ? [`${told.role} ${told.subject}, ${sayExpiry(told.expiry)}`] : [];
}

function sayExpiry(expiry: ExpiryWarning): string {
  return expiry.state === "expiresSoon" ? `${expiry.within} days` : expiry.state;
}

describe("what is about to end", () => {
  it("is told by a VTN of its CAs and revocation lists, in good time", async () => {
    const clock = new ManualClock(new Date());
    const told: string[] = [];
    const lists = [
      createCrl(ca, { validity: hours(24 * 100) }),
      // Written anew each day, so that nothing is said of it before it is over.
      createCrl(ending, { validity: day }),
    ];
    const { certificate, key } = own;
    const tls = { certificate, key, ca: [ca.certificate, ending.certificate], crl: lists };
    await using vtn = new Vtn({
      vtnId: "vtn",
      clock,
      pollFrequency: day,
      listen: { port: 0, tls },
      push: { tls },
      onSecurityEvent: (event) => void told.push(...said(event)),
    });
    await vtn.start();
    const told1 = told.splice(0);

    for (let passed = 0; passed < 101; passed++) await clock.advance(day);

    assert.deepEqual(told1, ["authority CN=Ending, 30 days"]);
    assert.deepEqual(told, [
      "list of CN=Ending, expired",
      "authority CN=Ending, 7 days",
      "authority CN=Ending, expired",
      "list of CN=CA, 30 days",
      "list of CN=CA, 7 days",
      "list of CN=CA, expired",
    ]);
  });

  it("is told by a VEN of its VTN's certificate, and of its CAs", async () => {
    const clock = new ManualClock(new Date());
    const trusted = { ca: [ca.certificate, ending.certificate] };
    const tlsOf = ({ certificate, key }: typeof own) => ({ certificate, key, ...trusted });
    await using vtn = new Vtn({
      vtnId: "vtn",
      clock,
      pollFrequency: hours(12),
      listen: { port: 0, tls: tlsOf(short) },
      onCreatePartyRegistration: () => true,
    });
    await vtn.start();
    const told: VenStatus[] = [];
    await using ven = new Ven({
      vtnUrl: vtn.url ?? "",
      venName: "kitchen",
      tls: tlsOf(kitchen),
      clock,
      onEvent: () => "optIn",
      onStatus: (status) => void told.push(status),
    });
    await ven.start();

    await clock.advance(hours(1));

    assert.deepEqual(told.flatMap(said), ["authority CN=Ending, 30 days", "vtn CN=vtn, 30 days"]);
    const fingerprint = certificateFingerprint(short.certificate);
    assert.ok(told.some((status) => status.type === "certificateExpiring" && status.fingerprint === fingerprint));
  });
});
