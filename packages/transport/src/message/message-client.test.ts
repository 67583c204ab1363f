import assert from "node:assert/strict";
import { decode, encode, type Message } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { messageClient, type MessageClient, type MessageClientOptions } from "../index.ts";

const response = { responseCode: 200, requestId: "" };
const venId = "ven-1";
const namespaces = `xmlns:oadr="http://openadr.org/oadr-2.0b/2012/07" xmlns:ei="http://docs.oasis-open.org/ns/energyinterop/201110"`;

describe("messageClient", () => {
  it("sends a message to its service, and resolves with the answer", async () => {
    const sent: unknown[] = [];
    const call = messageClient({
      check: () => {},
      transport: async (service, xml) => {
        sent.push(service, decode(xml).message);
        return encode({ name: "oadrResponse", payload: { response } });
      },
    });

    const answer = await call("oadrPoll", { venId });

    assert.deepEqual(sent, ["OadrPoll", { name: "oadrPoll", payload: { venId } }]);
    assert.deepEqual(answer, { name: "oadrResponse", payload: { response } });
  });

  it("resolves with undefined for an empty answer", async () => {
    assert.equal(await answering(undefined)("oadrPoll", { venId }), undefined);
  });

  it("does not send what the check refuses", async () => {
    const call = messageClient({
      transport: () => Promise.reject(new Error("expected not to be sent")),
      check: ({ name }) => {
        throw new Error(`not ${name}`);
      },
    });

    await assert.rejects(call("oadrPoll", { venId }), { message: "not oadrPoll" });
  });

  it("does not send what the schema forbids", async () => {
    const call = answering(undefined);

    await assert.rejects(call("oadrPoll", {} as never), { code: "ERR_OADR_INVALID" });
  });

  it("rejects with the peer's refusal", async () => {
    const refusal = { responseCode: 452, responseDescription: "who?", requestId: "" };
    const call = answering({ name: "oadrResponse", payload: { response: refusal } });

    await assert.rejects(call("oadrPoll", { venId }), { name: "InvalidIdError", responseDescription: "who?" });
  });

  it("rejects with an answer that is none to that message", async () => {
    const call = answering({ name: "oadrCreatedOpt", payload: { response, optId: "opt-1" } });

    await assert.rejects(call("oadrRequestEvent", { requestId: "", venId }), {
      code: "ERR_OADR_UNEXPECTED_ANSWER",
      message: "expected oadrDistributeEvent in answer to oadrRequestEvent, got oadrCreatedOpt",
    });
  });

  it("takes oadrResponse for the answers that some peers replace with it, and tells of it", async () => {
    const told: unknown[] = [];
    const call = messageClient({
      transport: async () => encode({ name: "oadrResponse", payload: { response } }),
      check: () => {},
      onDeviations: ({ name }, deviations) => told.push(name, ...deviations),
    });

    assert.equal((await call("oadrRequestEvent", { requestId: "", venId }))?.name, "oadrResponse");
    const answer = await call("oadrCancelPartyRegistration", { requestId: "", registrationId: "", venId });
    assert.equal(answer?.name, "oadrResponse");

    const [got, path] = ["oadrResponse", "oadrResponse"];
    assert.deepEqual(told, [
      "oadrResponse",
      { path, expected: "oadrDistributeEvent in answer to oadrRequestEvent", got },
      "oadrResponse",
      { path, expected: "oadrCanceledPartyRegistration in answer to oadrCancelPartyRegistration", got },
    ]);
  });

  it("rejects with a refusal in oadrResponse, whatever is asked", async () => {
    const refusal = { responseCode: 459, responseDescription: "no", requestId: "" };
    const call = answering({ name: "oadrResponse", payload: { response: refusal } });

    await assert.rejects(call("oadrRequestEvent", { requestId: "", venId }), { responseCode: 459 });
  });

  it("takes a request to register again, in place of an answer, for 463", async () => {
    const call = answering({ name: "oadrRequestReregistration", payload: { venId } });

    await assert.rejects(call("oadrRequestEvent", { requestId: "", venId }), { responseCode: 463 });
    assert.equal((await call("oadrPoll", { venId }))?.name, "oadrRequestReregistration");
  });

  it("rejects with what is no message", async () => {
    const call = messageClient({ transport: async () => "<html/>", check: () => {} });

    await assert.rejects(call("oadrPoll", { venId }), { code: "ERR_OADR_INVALID" });
  });

  it("tells of deviations in an answer that it takes all the same", async () => {
    const told: unknown[] = [];
    const document = `<oadr:oadrRequestReregistration ${namespaces}><ei:venID>a</ei:venID><ei:x/></oadr:oadrRequestReregistration>`;
    const call = messageClient({
      transport: async () => document,
      decoding: { tolerant: true },
      check: () => {},
      onDeviations: ({ name }, deviations) => told.push(name, deviations.length),
    });

    await call("oadrPoll", { venId });

    assert.deepEqual(told, ["oadrRequestReregistration", 1]);
  });

  it("hands its signal to the transport", async () => {
    const { signal } = new AbortController();
    const signals: unknown[] = [];
    const transport: MessageClientOptions["transport"] = async (_service, _xml, given) => {
      signals.push(given);
      return undefined;
    };

    await messageClient({ transport, check: () => {} })("oadrPoll", { venId }, signal);

    assert.deepEqual(signals, [signal]);
  });
});

function answering(message: Message | undefined): MessageClient {
  return messageClient({
    transport: async () => (message === undefined ? undefined : encode(message)),
    check: () => {},
  });
}
