// What a VEN does with what its VTN pushes.
import assert from "node:assert/strict";
import { decode } from "@openleadr/protocol";
import { silentLogger } from "@openleadr/transport";
import { Ven, type VenOptions } from "@openleadr/ven";
import { describe, it } from "vitest";
import { ca, openOverTls, tlsOf, venIdentity, vtnIdentity, type OpenOverTls } from "../../push/over-tls.ts";
import { anEvent, distributeEvent } from "../../ven/scripted-vtn.ts";
import { postOverTls } from "../post-over-tls.ts";
import { rows, signerOf, type Sender } from "./documents.ts";

const [vtn, kitchen] = [signerOf(vtnIdentity), signerOf(venIdentity)];
const vtnFingerprint = vtn.certificates[0]?.fingerprint256.slice(-29);

/** How the VEN says what it demands. */
const signatures = {
  off: undefined,
  accepted: { signer: kitchen, vtnFingerprint, required: false },
  required: { signer: kitchen, vtnFingerprint },
} as const satisfies Record<string, VenOptions["signatures"]>;

const event = anEvent({ dtstart: "2026-06-01T18:00:00Z", targets: [{ venId: "kitchen" }] });
const message = distributeEvent([event], "", "vtn-1");

describe("rule 514: what a VTN pushes to a VEN", () => {
  for (const demand of ["off", "accepted", "required"] as const) {
    for (const { title, write, outcomes } of rows) {
      const isTaken = outcomes[demand] === "taken";
      it(`rule 514: is ${isTaken ? "served" : "answered 403"} ${title} where signatures are ${demand}`, async () => {
        await using open = await openOverTls({ signatures: { signer: vtn } });
        await using pushed = await openVen(open, signatures[demand]);
        const documents = await write(message, senderOf(open));
        for (const earlier of documents.slice(0, -1)) await post(pushed.ven, earlier);
        await open.clock.settle();
        const state = pushed.state();

        const { status, body } = await post(pushed.ven, documents.at(-1) ?? "");
        await open.clock.settle();

        if (isTaken) {
          assert.deepEqual([status, pushed.state().asked.length], [200, 1]);
          if (body !== "") assert.ok(decode(body));
          return;
        }
        assert.deepEqual([status, body, pushed.state()], [403, "", state]);
        assert.equal(pushed.refusals.length, 1);
      });
    }
  }
});

/** A VEN that is pushed to, and what it did. */
interface PushedVen extends AsyncDisposable {
  readonly ven: Ven;
  /** What its logger was told of as refused. */
  readonly refusals: readonly object[];
  state(): { readonly asked: readonly string[]; readonly held: readonly string[] };
}

async function openVen(open: OpenOverTls, given: VenOptions["signatures"]): Promise<PushedVen> {
  const [asked, refusals]: [string[], object[]] = [[], []];
  const tls = tlsOf(venIdentity);
  const ven = new Ven({
    vtnUrl: open.url,
    venName: "kitchen",
    tls,
    push: { listen: { port: 0, tls } },
    signatures: given,
    clock: open.clock,
    logger: {
      ...silentLogger,
      info: (fields, said) => void (said === "request refused" && refusals.push(fields)),
    },
    onEvent: ({ eventDescriptor: { eventId } }) => (asked.push(eventId) > 0 ? "optIn" : "optOut"),
  });
  await ven.start();
  await open.told("delivered");
  const held = (): string[] => ven.events.map(({ eventDescriptor: { eventId } }) => eventId);
  const state = () => ({ asked: [...asked], held: held() });
  return { ven, refusals, state, [Symbol.asyncDispose]: () => ven.stop() };
}

function senderOf({ clock }: OpenOverTls): Sender {
  return { own: vtn, now: clock.now(), tamper: (document) => document.replaceAll("event-1", "event-2") };
}

async function post({ url }: Ven, document: string) {
  const { certificate: cert, key } = vtnIdentity;
  const answer = await postOverTls(`${url?.href}/EiEvent`, document, { ca: ca.certificate, cert, key });
  if (answer === "ended") throw new Error("expected an answer, got the end of the connection");
  return answer;
}
