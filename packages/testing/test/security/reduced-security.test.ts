// What VEN and VTN tell of settings that make them less safe than they could be.
import assert from "node:assert/strict";
import { certificateFingerprint } from "@openleadr/protocol";
import { silentLogger } from "@openleadr/transport";
import { Ven, type PushOptions, type VenOptions, type VenStatus } from "@openleadr/ven";
import { Vtn, type SecurityEvent, type VtnOptions } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { issue, openOverTls, tlsOf, venIdentity, venOf, vtnIdentity, type OpenOverTls } from "../push/over-tls.ts";

const serverFingerprint = certificateFingerprint(vtnIdentity.certificate);
const address = "https://127.0.0.1:8443";
const any: PushOptions = { listen: { port: 0, tls: tlsOf(venIdentity) }, vtnFingerprint: "any" };

/** The settings of a VEN that it told of, in order. */
async function startedVen(
  { url: vtnUrl, clock }: OpenOverTls,
  { tls, push }: Pick<VenOptions, "tls" | "push">,
): Promise<AsyncDisposable & { readonly ven: Ven; told(): readonly string[] }> {
  const statuses: VenStatus[] = [];
  const onStatus = (status: VenStatus): void => void statuses.push(status);
  const own = { ...tlsOf(venIdentity), ...tls };
  const ven = new Ven({ vtnUrl, venName: "kitchen", tls: own, push, clock, onStatus, onEvent: () => "optIn" });
  await ven.start();
  const told = () => statuses.flatMap((status) => (status.type === "securityReduced" ? [status.option] : []));
  return { ven, told, [Symbol.asyncDispose]: () => ven.stop() };
}

describe("a VEN that is less safe than it could be", () => {
  for (const [title, options, told] of [
    ["nothing, as it is not", {}, []],
    ["a host name that is not checked", { tls: { checkHostName: false } }, ["tls.checkHostName"]],
    ["no host name where there is a fingerprint", { tls: { checkHostName: false, serverFingerprint } }, []],
    ["pushes that anybody may send", { push: any }, ["push.vtnFingerprint"]],
    ["pushes in plain HTTP to a VEN with TLS", { push: { listen: { port: 0 } } }, ["push.listen.tls"]],
    ["nothing, as a server of one's own takes the pushes", { push: { listen: false, address } }, []],
  ] as const satisfies readonly (readonly [string, Pick<VenOptions, "tls" | "push">, readonly string[]])[]) {
    it(`tells of ${title}, when it starts`, async () => {
      await using open = await openOverTls({ push: { plainHttp: true } });

      await using started = await startedVen(open, options);

      assert.deepEqual(started.told(), told);
    });
  }

  it("tells of such TLS when it replaces other", async () => {
    await using open = await openOverTls();
    await using started = await startedVen(open, {});

    started.ven.replaceTls({ ...tlsOf(venIdentity), checkHostName: false });

    assert.deepEqual(started.told(), ["tls.checkHostName"]);
  });
});

describe("a VTN that is less safe than it could be", () => {
  const everywhere = { host: "0.0.0.0", port: 0 };
  const proxy = { addresses: ["127.0.0.1"], fingerprintHeader: "x-fingerprint" };
  const tls = tlsOf(vtnIdentity);
  for (const [title, options, ...told] of [
    ["nothing, as it is reached through its handler", { listen: false }],
    ["nothing, as nobody else reaches it", { listen: { port: 0 } }],
    ["plain HTTP beyond its machine", { listen: everywhere }, "listen.tls"],
    ["plain HTTP where not all must sign", { listen: everywhere, signatures: { policy: "accepted" } }, "listen.tls"],
    ["nothing, as all must sign", { listen: everywhere, signatures: { policy: "required" } }],
    ["nothing, as proxies end TLS", { listen: { ...everywhere, proxy } }],
    [
      "clients of a proxy that need no certificate",
      { listen: { port: 0, proxy: { ...proxy, clientCertificate: "optional" } } },
      "listen.proxy.clientCertificate",
    ],
    ["nothing, as it has TLS", { listen: { ...everywhere, tls } }],
    [
      "clients that need no certificate",
      { listen: { port: 0, tls: { ...tls, clientCertificate: "optional" } } },
      "listen.tls.clientCertificate",
    ],
    [
      "clients that are asked for no certificate",
      { listen: { port: 0, tls: { ...tls, clientCertificate: "off" } } },
      "listen.tls.clientCertificate",
    ],
    ["signatures with SHA-1", { listen: false, signatures: { sha1: true } }, "signatures.sha1"],
    ["pushes in plain HTTP", { listen: false, push: { plainHttp: true } }, "push.plainHttp"],
  ] as const satisfies readonly (readonly [string, Partial<VtnOptions>, ...string[]])[]) {
    it(`tells of ${title}, and warns, when it starts`, async () => {
      const events: SecurityEvent[] = [];
      const warned: object[] = [];
      const onSecurityEvent = (event: SecurityEvent): void => void events.push(event);
      const logger = { ...silentLogger, warn: (fields: object) => void warned.push(fields) };
      await using vtn = new Vtn({ vtnId: "vtn", ...options, onSecurityEvent, logger });

      await vtn.start();

      assert.deepEqual(
        events.flatMap((event) => (event.type === "securityReduced" ? [event.option] : [])),
        told,
      );
      assert.deepEqual(
        warned.flatMap((fields) => ("option" in fields ? [fields.option] : [])),
        told,
      );
    });
  }

  it("tells once of servers that may show any certificate where it pushes, when it first does", async () => {
    await using open = await openOverTls({ push: { serverCertificate: () => "any" } });
    const told = (): number => open.events.filter(({ type }) => type === "securityReduced").length;
    const before = told();

    for (const venName of ["kitchen", "pantry"]) {
      const ven = venOf(open, { venName, identity: issue(venName) });
      await ven.start();
      await open.told("delivered");
      await ven.stop();
    }

    assert.deepEqual([before, told()], [0, 1]);
  });

  it("tells of host names that it does not check where it pushes, with each start and replacement", async () => {
    const events: SecurityEvent[] = [];
    const told = (): readonly SecurityEvent[] => events.filter(({ type }) => type === "securityReduced");
    const tls = tlsOf(vtnIdentity);
    const onSecurityEvent = (event: SecurityEvent): void => void events.push(event);
    await using vtn = new Vtn({ vtnId: "vtn", listen: false, push: { tls }, onSecurityEvent });
    await vtn.start();
    const before = told();

    vtn.replacePushTls({ ...tlsOf(issue("vtn")), checkHostName: false });
    await vtn.stop();
    await vtn.start();

    const event = { type: "securityReduced", option: "push.tls.checkHostName" };
    assert.deepEqual([before, told()], [[], [event, event]]);
  });
});
