import assert from "node:assert/strict";
import { createCa, generateCertificates, generateVtnCertificates } from "@openleadr/pki";
import { certificateFingerprint, encode, operations, type Message, type OperationName } from "@openleadr/protocol";
import { httpTransport, type ListenerTlsOptions } from "@openleadr/transport";
import { Ven, VenClient } from "@openleadr/ven";
import { Vtn, type VtnOptions } from "@openleadr/vtn";
import { describe, it } from "vitest";

const [ca, otherCa] = [await createCa({ commonName: "CA" }), await createCa({ commonName: "Other" })];
const [vtnCertificates, own, strange, second] = await Promise.all([
  generateVtnCertificates("vtn", { ca, hostNames: ["127.0.0.1"] }),
  generateCertificates("ven", { ca }),
  generateCertificates("ven", { ca: otherCa }),
  generateCertificates("ven", { ca }),
]);

const vtnTls = {
  certificate: vtnCertificates.map(({ certificate }) => certificate),
  key: vtnCertificates.map(({ key }) => key),
  ca: ca.certificate,
};

/** A VTN that knows two VENs by their certificates. */
async function openVtn(options: Partial<VtnOptions> = {}): Promise<Vtn> {
  const acceptedVens = [own, second].map(({ fingerprint }, index) => ({ fingerprint, venId: `ven-${index + 1}` }));
  const vtn = new Vtn({ vtnId: "vtn-1", listen: { port: 0, tls: vtnTls }, acceptedVens, ...options });
  await vtn.start();
  return vtn;
}

const clientOf = (vtn: Vtn, { certificate, key }: typeof own, options: object = {}): VenClient =>
  new VenClient({ vtnUrl: vtn.url ?? "", tls: { certificate, key, ca: ca.certificate, ...options } });

describe("a VEN and a VTN with certificates", () => {
  it("case Q4: a VEN is known by its certificate", async () => {
    await using vtn = await openVtn();
    await using client = clientOf(vtn, own);

    const { venId } = await client.createPartyRegistration();

    assert.equal(venId, "ven-1");
  });

  it("case Q4: a VEN with a certificate of another CA gets 403", async () => {
    await using vtn = await openVtn();
    await using client = clientOf(vtn, strange);

    await assert.rejects(client.createPartyRegistration(), { code: "ERR_OADR_HTTP_STATUS", status: 403 });
  });

  it("case Q4: a VEN with another VEN's venID is refused with 463", async () => {
    await using vtn = await openVtn();
    await using client = clientOf(vtn, own);
    await using other = clientOf(vtn, second);
    await client.createPartyRegistration();

    await assert.rejects(other.createPartyRegistration({ venId: "ven-1" }), { responseCode: 463 });
  });

  it("case Q4: a VEN heeds no VTN with another fingerprint than it expects", async () => {
    await using vtn = await openVtn();
    await using client = clientOf(vtn, own, { serverFingerprint: "09:71:9E:0E:51:C0:8F:05:56:C9" });

    await assert.rejects(client.queryRegistration(), { code: "ERR_OADR_CERTIFICATE" });
  });

  it("parity 9: a VEN may leave the VTN's host name unchecked, and pin its fingerprint instead", async () => {
    await using vtn = await openVtn();
    const url = new URL(vtn.url ?? "");
    url.hostname = "localhost";
    const { certificate, key } = own;
    const serverFingerprint = vtnCertificates.map((each) => each.fingerprint);
    const tls = { certificate, key, ca: ca.certificate };
    await using strict = new VenClient({ vtnUrl: url, tls });
    await using lax = new VenClient({ vtnUrl: url, tls: { ...tls, checkHostName: false, serverFingerprint } });

    await assert.rejects(strict.queryRegistration(), { code: "ERR_OADR_CERTIFICATE" });
    assert.equal((await lax.queryRegistration()).vtnId, "vtn-1");
  });

  it("parity 13: the fingerprint that the VTN sees is the one that certificateFingerprint gives", async () => {
    const told: (string | undefined)[] = [];
    await using vtn = await openVtn({
      onCreatePartyRegistration: (_request, { peer }) => told.push(peer.fingerprint) > 0,
    });
    await using client = clientOf(vtn, own);

    await client.createPartyRegistration();

    assert.deepEqual(told, [certificateFingerprint(own.certificate)]);
  });

  it("defect A-1: a report that names no VEN counts for the VEN of its certificate alone", async () => {
    await using vtn = await openVtn();
    await using client = clientOf(vtn, own);
    await client.createPartyRegistration();
    const update = { name: "oadrUpdateReport", payload: { requestId: "req-1", reports: [] } } as const;

    assert.match(await send(vtn, own, update), /responseCode>200</);
    assert.match(await send(vtn, second, update), /responseCode>463</);
  });

  it("defect A-1: a registration cannot be ended under another VEN's certificate", async () => {
    await using vtn = await openVtn();
    await using client = clientOf(vtn, own);
    const { registrationId = "" } = await client.createPartyRegistration();
    const payloads = [
      { requestId: "req-1", registrationId },
      { requestId: "req-1", registrationId, venId: "ven-1" },
    ];

    for (const payload of payloads) {
      assert.match(await send(vtn, second, { name: "oadrCancelPartyRegistration", payload }), /responseCode>4\d\d</);
    }
    assert.equal((await vtn.vens.list()).length, 1);
  });

  it("defect A-4: half of a TLS configuration is refused, and never becomes plain HTTP", () => {
    const { certificate, key, ca } = vtnTls;
    for (const tls of [
      { certificate, ca },
      { key, ca },
      { certificate, key },
    ] as unknown as ListenerTlsOptions[])
      assert.throws(() => new Vtn({ vtnId: "vtn-1", listen: { tls } }), TypeError);
    const vtnUrl = "https://127.0.0.1:8080";
    for (const tls of [{ certificate: own.certificate }, { key: own.key }])
      assert.throws(() => new Ven({ vtnUrl, venName: "ven-1", tls }), TypeError);
  });

  it("defect A-8: who shows a certificate learns nothing about which other venIDs there are", async () => {
    await using vtn = await openVtn();
    await using client = clientOf(vtn, own);
    await client.createPartyRegistration();

    const answers = await Promise.all(
      ["ven-1", "nobody"].map((venId) => send(vtn, second, { name: "oadrPoll", payload: { venId } })),
    );

    assert.match(answers[0] ?? "", /responseCode>463</);
    assert.equal(answers[0]?.replace("ven-1", ""), answers[1]?.replace("nobody", ""));
  });
});

/** Sends any message under a certificate; the document that comes back. */
async function send(vtn: Vtn, { certificate, key }: typeof own, message: Message): Promise<string> {
  const { service } = operations[message.name as OperationName];
  await using transport = httpTransport({ url: vtn.url ?? "", tls: { certificate, key, ca: ca.certificate } });
  return (await transport(service, encode(message))) ?? "";
}
