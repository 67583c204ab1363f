import assert from "node:assert/strict";
import {
  createCa,
  decodePkcs12,
  encodePkcs12,
  formatKey,
  generateCertificates,
  generateVtnCertificates,
  parseKey,
} from "@openleadr/pki";
import type { CertificateAndKey } from "@openleadr/pki";
import { certificateFingerprint, createSigner, type Signer } from "@openleadr/protocol";
import { Ven } from "@openleadr/ven";
import { Vtn } from "@openleadr/vtn";
import { describe, it } from "vitest";

const passphrase = "correct horse";

describe("a PKCS#12 file", () => {
  it("has all that TLS and signatures need, of a VTN and of a VEN", async () => {
    const ca = await createCa({ commonName: "CA" });
    const [ofVtn] = await generateVtnCertificates("vtn", { ca, hostNames: ["127.0.0.1"], keyKinds: ["rsa-2048"] });
    assert.ok(ofVtn !== undefined);
    const [vtnFile, venFile] = [fileOf(ofVtn), fileOf(await generateCertificates("kitchen", { ca }))];
    const [own, other] = [partyOf(vtnFile), partyOf(venFile)];
    const seen: (string | undefined)[] = [];
    await using vtn = new Vtn({
      vtnId: "vtn",
      listen: { port: 0, tls: { ...own.tls, ca: ca.certificate } },
      signatures: { signer: own.signer, policy: "required" },
      onCreatePartyRegistration: (_, { peer }) => seen.push(peer.fingerprint) > 0,
    });
    await vtn.start();
    await using ven = new Ven({
      vtnUrl: vtn.url ?? "",
      venName: "kitchen",
      tls: { ...other.tls, ca: ca.certificate },
      signatures: { signer: other.signer, vtnFingerprint: own.fingerprint },
    });

    await ven.start();

    assert.equal(ven.state.state, "registered");
    assert.deepEqual(seen, [other.fingerprint]);
  });
});

function fileOf({ certificate, key, ca }: CertificateAndKey): Buffer {
  return encodePkcs12({ certificate: certificate + ca, key: parseKey(key), passphrase });
}

interface Party {
  readonly tls: { readonly certificate: string; readonly key: string };
  readonly signer: Signer;
  readonly fingerprint: string;
}

function partyOf(file: Buffer): Party {
  const { certificates, keys } = decodePkcs12(file, passphrase);
  const [[own], [key]] = [certificates, keys];
  assert.ok(own !== undefined && key !== undefined);
  return {
    tls: { certificate: certificates.join(""), key: formatKey(key) },
    signer: createSigner({ key, certificates }),
    fingerprint: certificateFingerprint(own.raw),
  };
}
