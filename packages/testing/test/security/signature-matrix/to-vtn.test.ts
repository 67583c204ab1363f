// What a VTN does with what VENs send: in their requests, and in their answers to what it pushes.
import assert from "node:assert/strict";
import { decode, seconds, sign, type Message, type Service, type SignatureErrorCode } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { aRegistration } from "../../../../vtn/test/open-vtn.ts";
import { anEvent } from "../../push/open-push.ts";
import {
  ca,
  openOverTls,
  openServer,
  registeredReport,
  venIdentity,
  vtnIdentity,
  type OpenOverTls,
} from "../../push/over-tls.ts";
import { postOverTls, type Answer } from "../post-over-tls.ts";
import { demands, rows, signerOf, type Demand, type Sender } from "./documents.ts";

const kitchen = signerOf(venIdentity);
const fingerprint = kitchen.certificates[0]?.fingerprint256.slice(-29);

describe("rule 514: what a VEN that polls sends", () => {
  for (const demand of demands) {
    for (const { title, write, outcomes, code } of rows) {
      const isTaken = outcomes[demand] === "taken";
      it(`rule 514: is ${isTaken ? "served" : "answered 403"} ${title} where signatures are ${demand}`, async () => {
        await using open = await openVtn(demand);
        await open.vtn.events.create(anEvent("event-0"));
        const documents = await write(optIn("event-0"), await senderOf(open));
        for (const earlier of documents.slice(0, -1)) await post(open, "EiEvent", earlier);
        const state = await stateOf(open);

        const { status, body } = await post(open, "EiEvent", documents.at(-1) ?? "");

        assert.deepEqual([status, body === ""], isTaken ? [200, false] : [403, true]);
        if (isTaken) return await requireServed(open, body);
        assert.deepEqual(await stateOf(open), state);
        requireTold(open, code, fingerprint);
      });
    }
  }
});

describe("rule 514: what a VEN that is pushed to answers", () => {
  for (const demand of demands) {
    for (const { title, write, outcomes, code } of rows) {
      const isTaken = outcomes[demand] === "taken";
      it(`rule 514: is ${isTaken ? "heeded" : "as good as none"} ${title} where signatures are ${demand}`, async () => {
        await using server = await openServer(venIdentity);
        await using open = await openVtn(demand, server.listener.url);
        server.reply = (message) =>
          message.name === "oadrRegisterReport" ? signed(registeredReport(message.payload), open) : undefined;
        await open.told("delivered");
        const documents = await write(optIn("event-0"), await senderOf(open));
        for (const [index, earlier] of documents.slice(0, -1).entries()) {
          server.reply = () => earlier;
          await open.vtn.events.create(anEvent(`event-${index}`));
          await open.told("eventsSent");
          await open.vtn.events.response("event-0", "kitchen");
        }
        const { answers } = await stateOf(open);

        server.reply = () => documents.at(-1);
        await open.vtn.events.create(anEvent(`event-${documents.length - 1}`));
        const { type } = await open.told("eventsSent", "deliveryRetried");

        assert.equal(type, isTaken ? "eventsSent" : "deliveryRetried");
        if (isTaken) return void (await open.vtn.events.response("event-0", "kitchen"));
        const after = await stateOf(open);
        assert.deepEqual([after.answers, after.letters.map(({ state }) => state)], [answers, ["queued"]]);
        requireTold(open, code, undefined);
      });
    }
  }
});

/** A VTN with the VEN `kitchen`, which is pushed to if there is an address. */
async function openVtn(demand: Demand, address?: URL): Promise<OpenOverTls> {
  const policy = demand === "announced" ? "accepted" : demand;
  const open = await openOverTls({ signatures: { policy, signer: signerOf(vtnIdentity) } });
  const payload = aRegistration({
    venName: "kitchen",
    xmlSignature: demand === "announced",
    ...(address !== undefined && { httpPullModel: false, transportAddress: address.href }),
  });
  const registration = await signed({ name: "oadrCreatePartyRegistration", payload }, open);
  const { message } = decode((await post(open, "EiRegisterParty", registration)).body);
  assert.ok(message.name === "oadrCreatedPartyRegistration" && message.payload.venId === "kitchen");
  return open;
}

async function signed(message: Message, { clock }: OpenOverTls): Promise<string> {
  return sign(message, kitchen, { clock });
}

async function post({ url }: OpenOverTls, service: Service, document: string): Promise<Answer> {
  const { certificate: cert, key } = venIdentity;
  const answer = await postOverTls(`${url.href}/${service}`, document, { ca: ca.certificate, cert, key });
  if (answer === "ended") throw new Error("expected an answer, got the end of the connection");
  return answer;
}

/** The VEN, a second after it was heard of last. */
async function senderOf({ clock }: OpenOverTls): Promise<Sender> {
  await clock.advance(seconds(1));
  return { own: kitchen, now: clock.now(), tamper: (document) => document.replace(">optIn<", ">optOut<") };
}

function optIn(eventId: string): Message {
  const response = { responseCode: 200, requestId: "" };
  const eventResponse = {
    responseCode: 200,
    requestId: "r-1",
    eventId,
    modificationNumber: 0,
    optType: "optIn",
  } as const;
  return { name: "oadrCreatedEvent", payload: { response, eventResponses: [eventResponse], venId: "kitchen" } };
}

/** All that the message of a VEN may change. */
async function stateOf({ vtn }: OpenOverTls) {
  return {
    answers: await vtn.events.responses("event-0"),
    letters: await vtn.mailboxes.list("kitchen"),
    ven: await vtn.vens.get("kitchen"),
  };
}

async function requireServed({ vtn }: OpenOverTls, body: string): Promise<void> {
  const { message } = decode(body);
  assert.ok(message.name === "oadrResponse" && message.payload.response.responseCode === 200);
  assert.equal((await vtn.events.responses("event-0")).length, 1);
}

function requireTold({ events }: OpenOverTls, code: SignatureErrorCode, shown: string | undefined): void {
  const told = events.filter((event) => event.type === "signatureRejected");
  const about = { message: "oadrCreatedEvent", venId: "kitchen", address: "127.0.0.1", fingerprint: shown };
  const reason = told[0]?.reason ?? "";
  assert.notEqual(reason, "");
  assert.deepEqual(told, [{ type: "signatureRejected", ...about, code, reason }]);
}
