// What VEN and VTN tell of settings that make them less safe than they could be.
import assert from "node:assert/strict";
import { certificateFingerprint } from "@openleadr/protocol";
import { Ven, type PushOptions, type VenOptions, type VenStatus } from "@openleadr/ven";
import { Vtn, type SecurityEvent } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { issue, openOverTls, tlsOf, venIdentity, vtnIdentity, type OpenOverTls } from "../push/over-tls.ts";

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
  it("tells that it pushes in plain HTTP, if it is allowed to", async () => {
    const events: SecurityEvent[] = [];
    const onSecurityEvent = (event: SecurityEvent): void => void events.push(event);
    await using vtn = new Vtn({ vtnId: "vtn", listen: false, push: { plainHttp: true }, onSecurityEvent });

    await vtn.start();

    assert.deepEqual(events, [{ type: "securityReduced", option: "push.plainHttp" }]);
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
