import assert from "node:assert/strict";
import { certificateFingerprint, decode, encode, hours, seconds, type Clock, type Duration } from "@openleadr/protocol";
import { httpTransport, RefusedRequestError, type HttpTransport } from "@openleadr/transport";
import { Ven, VenClient } from "@openleadr/ven";
import type { WireExchange } from "@openleadr/vtn";
import { describe, it } from "vitest";
import type { Identity } from "../../../transport/test/certificates.ts";
import { aRegistration } from "../../../vtn/test/open-vtn.ts";
import { ManualClock } from "../../src/index.ts";
import { anEvent } from "../push/open-push.ts";
import { ca, issue, openOverTls, openServer, tlsOf, type OpenOverTls } from "../push/over-tls.ts";
import { anEvent as anOadrEvent, distributeEvent, ScriptedVtn } from "../ven/scripted-vtn.ts";

const [vtnIdentity, lasting] = [issue("vtn"), issue("kitchen")];
/** Ends in an hour. */
const ending = ca.issue({ name: "kitchen", notAfter: new Date(Date.now() + hours(1)) });
const endingVtn = ca.issue({ name: "vtn", notAfter: new Date(Date.now() + hours(1)) });
const fingerprintOf = ({ certificate }: Identity): string => certificateFingerprint(certificate);

/** A manual clock that begins now, and may jump, so that nothing happens in between. */
class JumpingClock implements Clock {
  readonly #manual = new ManualClock(new Date());
  #jumped = 0;

  now(): Date {
    return new Date(this.#manual.now().getTime() + this.#jumped);
  }

  sleep(span: Duration, signal?: AbortSignal): Promise<void> {
    return this.#manual.sleep(span, signal);
  }

  jump(span: Duration): void {
    this.#jumped += span;
  }

  advance(span: Duration): Promise<void> {
    return this.#manual.advance(span);
  }
}

/** What a VEN sends over one connection that stays open. */
function connectionTo({ url }: { readonly url: URL | undefined }, identity: Identity): HttpTransport {
  const { certificate, key } = identity;
  return httpTransport({ url: url ?? "", tls: { certificate, key, ca: ca.certificate }, connections: 1 });
}

async function register(transport: HttpTransport, transportAddress?: URL): Promise<void> {
  const push = transportAddress && { httpPullModel: false, transportAddress: transportAddress.href };
  const payload = aRegistration({ venName: "kitchen", ...push });
  const answer = await transport("EiRegisterParty", encode({ name: "oadrCreatePartyRegistration", payload }));
  assert.equal(decode(answer ?? "").message.name, "oadrCreatedPartyRegistration");
}

const request = { requestId: "r-1", venId: "kitchen" };
const poll = encode({ name: "oadrPoll", payload: { venId: "kitchen" } });

async function stateOf({ vtn }: OpenOverTls): Promise<readonly unknown[]> {
  return [await vtn.vens.get("kitchen"), await vtn.mailboxes.list("kitchen")];
}

describe("rule 516: a certificate that ends while its connection is open", () => {
  it("rule 516: is a VEN's: the VTN serves nothing more, and ends the connection", async () => {
    const clock = new JumpingClock();
    const exchanges: WireExchange[] = [];
    await using open = await openOverTls({ clock, onExchange: (exchange) => void exchanges.push(exchange) });
    await using connection = connectionTo(open, ending);
    await register(connection);
    await connection("OadrPoll", poll);
    const state = await stateOf(open);

    clock.jump(hours(2));

    for (const _ of ["the open connection", "another"])
      await assert.rejects(connection("OadrPoll", poll), { name: "HttpStatusError", status: 403 });
    assert.deepEqual(await stateOf(open), state);
    const ports = exchanges.map(({ peer }) => peer.port);
    assert.deepEqual([ports.length, new Set(ports.slice(0, 3)).size, new Set(ports).size], [4, 1, 2]);
    const about = { reason: "refused with HTTP status 403: client certificate: expired", address: "127.0.0.1" };
    const refused = { type: "certificateRefused", ...about, fingerprint: fingerprintOf(ending) };
    assert.deepEqual(open.events.slice(-2), [refused, refused]);
  });

  it("rule 516: is a VTN's: the VEN sends it nothing more", async () => {
    const clock = new JumpingClock();
    const exchanges: WireExchange[] = [];
    const onExchange = (exchange: WireExchange): void => void exchanges.push(exchange);
    await using open = await openOverTls({ listen: { port: 0, tls: tlsOf(endingVtn) }, clock, onExchange });
    await using client = new VenClient({ vtnUrl: open.url, tls: tlsOf(lasting), clock });
    await client.queryRegistration();

    clock.jump(hours(2));

    await assert.rejects(client.queryRegistration(), { code: "ERR_OADR_CERTIFICATE", message: /expired on/ });
    assert.equal(exchanges.length, 1);
  });

  it("rule 516: is that of a VEN's server: the VTN pushes nothing more, until there is a new one", async () => {
    const clock = new JumpingClock();
    await using server = await openServer(ending);
    const taking = server.reply;
    server.reply = () => Promise.reject(new RefusedRequestError(503, "as the test wants it"));
    await using open = await openOverTls({ clock, random: () => 0.5 });
    await using connection = connectionTo(open, ending);
    await register(connection, server.listener.url);
    await open.told("deliveryRetried");
    server.reply = taking;

    clock.jump(hours(2));
    await clock.advance(seconds(1));
    const { error } = await open.told("deliveryRetried");
    const received = server.exchanges.length;
    await open.vtn.vens.accept({ fingerprint: fingerprintOf(lasting), venId: "kitchen" });
    server.listener.replaceTls(tlsOf(lasting));
    await clock.advance(seconds(3));
    await open.told("delivered");

    assert.match(error, /expired on/);
    assert.deepEqual([received, server.exchanges.length], [1, 2]);
    assert.ok(
      open.events.some((event) => event.type === "serverRefused" && event.fingerprint === fingerprintOf(ending)),
    );
  });

  it("rule 516: is that of a VTN that pushes: the VEN heeds nothing more", async () => {
    const clock = new JumpingClock();
    const asked: string[] = [];
    await using ven = new Ven({
      transport: new ScriptedVtn().transport,
      venName: "kitchen",
      push: { listen: { port: 0, tls: tlsOf(lasting) }, vtnFingerprint: fingerprintOf(endingVtn) },
      clock,
      onEvent: ({ eventDescriptor: { eventId } }) => (asked.push(eventId) > 0 ? "optIn" : "optOut"),
    });
    await ven.start();
    const pushOf = (eventId: string): string => encode(distributeEvent([anOadrEvent({ eventId, dtstart })]));
    const dtstart = new Date(clock.now().getTime() + hours(24)).toISOString();
    await using connection = connectionTo(ven, endingVtn);
    await connection("EiEvent", pushOf("before"));
    await clock.advance(seconds(1));

    clock.jump(hours(2));

    await assert.rejects(connection("EiEvent", pushOf("after")), { name: "HttpStatusError", status: 403 });
    await clock.advance(seconds(1));
    assert.deepEqual(asked, ["before"]);
  });

  it("rule 516: is replaced in time: nobody notices", async () => {
    const clock = new JumpingClock();
    await using server = await openServer(ending);
    await using open = await openOverTls({
      clock,
      listen: { port: 0, tls: tlsOf(endingVtn) },
      push: { tls: tlsOf(endingVtn) },
    });
    await using connection = connectionTo(open, ending);
    await register(connection, server.listener.url);
    await open.told("delivered");

    clock.jump(hours(0.5));
    await open.vtn.vens.accept({ fingerprint: fingerprintOf(lasting), venId: "kitchen" });
    connection.replaceTls({ ...lasting, ca: ca.certificate });
    server.listener.replaceTls(tlsOf(lasting));
    open.vtn.replaceTls(tlsOf(vtnIdentity));
    open.vtn.replacePushTls(tlsOf(vtnIdentity));
    clock.jump(hours(1));
    const dtstart = new Date(clock.now().getTime() + hours(24));
    await open.vtn.events.create(anEvent("event-1", { activePeriod: { dtstart } }));
    await open.told("eventsSent");
    const answer = await connection("EiEvent", encode({ name: "oadrRequestEvent", payload: request }));

    assert.equal(decode(answer ?? "").message.name, "oadrDistributeEvent");
    const refused = open.events.filter(({ type }) => type === "certificateRefused" || type === "serverRefused");
    assert.deepEqual(refused, []);
    assert.equal(server.exchanges.at(-1)?.peer.fingerprint, fingerprintOf(vtnIdentity));
  });
});
