import assert from "node:assert/strict";
import { certificateFingerprint, encode } from "@openleadr/protocol";
import { httpTransport } from "@openleadr/transport";
import { Ven } from "@openleadr/ven";
import { Vtn } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { createTestCa, type Identity } from "../../../transport/test/certificates.ts";

const ca = createTestCa();
const [before, after, kitchen, renewed] = [ca.issue(), ca.issue(), ca.issue(), ca.issue()];
const poll = encode({ name: "oadrPoll", payload: { venId: "ven-1" } });

describe("certificates that are replaced while all goes on", () => {
  it("a VTN shows the new one with the next connection", async () => {
    await using vtn = aVtn();
    await vtn.start();
    const asking = async (fingerprint: string): Promise<string | undefined> => {
      const { certificate, key } = kitchen;
      const tls = { certificate, key, ca: ca.certificate, serverFingerprint: fingerprint };
      await using transport = httpTransport({ url: vtn.url ?? "", tls });
      return transport("OadrPoll", poll);
    };
    await asking(certificateFingerprint(before.certificate));

    vtn.replaceTls({ ...after, ca: ca.certificate });

    await asking(certificateFingerprint(after.certificate));
    await assert.rejects(asking(certificateFingerprint(before.certificate)), { code: "ERR_OADR_CERTIFICATE" });
  });

  it("a VTN goes on with the old one if the new one is of no use", async () => {
    await using vtn = aVtn();
    await vtn.start();

    const other = { certificate: after.certificate, key: before.key, ca: ca.certificate };

    assert.throws(() => vtn.replaceTls(other), { name: "TypeError", message: /^tls/ });
    const tls = { certificate: kitchen.certificate, key: kitchen.key, ca: ca.certificate };
    await using transport = httpTransport({ url: vtn.url ?? "", tls });
    assert.ok(await transport("OadrPoll", poll));
  });

  it("a VTN without TLS has none to replace", () => {
    const vtn = new Vtn({ vtnId: "vtn", listen: false });

    assert.throws(() => vtn.replaceTls({ ...after, ca: ca.certificate }), {
      name: "TypeError",
      message: /^tls: expected/,
    });
  });

  it("a VEN shows the new one with its next request", async () => {
    const shown: (string | undefined)[] = [];
    await using vtn = aVtn((fingerprint) => shown.push(fingerprint));
    await vtn.start();
    await using ven = aVen(vtn, kitchen);
    await ven.start();
    await vtn.vens.accept({ fingerprint: certificateFingerprint(renewed.certificate), venId: ven.venId ?? "" });

    const { certificate, key } = renewed;
    ven.replaceTls({ certificate, key, ca: ca.certificate });
    await ven.cancelPartyRegistration();
    await ven.start();

    assert.deepEqual(
      shown,
      [kitchen, renewed].map((each) => certificateFingerprint(each.certificate)),
    );
    await vtn.stop();
  });

  it("a VEN at the end of a transport of one's own has none to replace", () => {
    const ven = new Ven({ venName: "kitchen", transport: async () => undefined, onEvent: () => "optIn" });

    assert.throws(() => ven.replaceTls({ ca: ca.certificate }), { name: "TypeError", message: /^tls: expected/ });
  });
});

function aVtn(onShown: (fingerprint: string | undefined) => void = () => {}): Vtn {
  return new Vtn({
    vtnId: "vtn",
    listen: { port: 0, tls: { ...before, ca: ca.certificate } },
    onCreatePartyRegistration: (_, { peer }) => {
      onShown(peer.fingerprint);
      return true;
    },
  });
}

function aVen(vtn: Vtn, { certificate, key }: Identity): Ven {
  const tls = { certificate, key, ca: ca.certificate };
  return new Ven({ venName: "kitchen", vtnUrl: vtn.url ?? "", tls, onEvent: () => "optIn" });
}
