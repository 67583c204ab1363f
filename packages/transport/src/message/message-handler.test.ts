import assert from "node:assert/strict";
import { decode, encode, refusalOf, RejectedError, type Message, type Service } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { messageHandler, silentLogger, type Exchange, type MessageHandlerOptions } from "../index.ts";

const poll: Message = { name: "oadrPoll", payload: { venId: "ven-1" } };
const nothing: Message = {
  name: "oadrResponse",
  payload: { response: { responseCode: 200, responseDescription: "OK", requestId: "" } },
};

describe("messageHandler", () => {
  it("hands a message on with the request that brought it, and writes the answer", async () => {
    const received: unknown[] = [];
    const handle = handlerOf({
      serve: async ({ message, service, peer }) => {
        received.push({ message, service, peer });
        return nothing;
      },
    });

    const answer = await handle(poll);

    assert.deepEqual(received, [{ message: poll, service: "OadrPoll", peer: { address: "192.0.2.1" } }]);
    assert.deepEqual(answer, nothing);
  });

  it("gives an empty answer where there is none", async () => {
    const handle = handlerOf({ serve: async () => undefined });

    assert.equal(await handle(poll), undefined);
  });

  it("rejects what is no message, and serves nothing", async () => {
    const handler = messageHandler({ ...options, serve: () => Promise.reject(new Error("expected not to be served")) });

    await assert.rejects(handler(exchangeOf("<poll/>")), { code: "ERR_OADR_INVALID" });
  });

  for (const [title, message, service] of [
    ["comes over the wrong service", poll, "EiEvent"],
    ["is for the other party", { name: "oadrRequestReregistration", payload: { venId: "ven-1" } }, "EiRegisterParty"],
    ["asks nothing", { name: "oadrCreatedOpt", payload: { ...nothing.payload, optId: "opt-1" } }, "EiOpt"],
  ] as const) {
    it(`refuses with 459 what ${title}, and does not serve it`, async () => {
      const handle = handlerOf({ serve: () => Promise.reject(new Error("expected not to be served")) });

      assert.equal(codeOf(await handle(message as Message, service)), 459);
    });
  }

  it("rule 23: refuses oadrRequestEvent to a VEN with 459, and does not serve it", async () => {
    const handle = handlerOf({
      receiver: "ven",
      refuse: (message, response) => refusalOf(message, response, { party: "ven" }),
      serve: () => Promise.reject(new Error("expected not to be served")),
    });

    const answer = await handle({ name: "oadrRequestEvent", payload: { requestId: "", venId: "ven-1" } }, "EiEvent");

    assert.equal(codeOf(answer), 459);
  });

  it("refuses with the code and the reason of a RejectedError", async () => {
    const handle = handlerOf({ serve: () => Promise.reject(new RejectedError(462, "not here")) });

    const response = { responseCode: 462, responseDescription: "not here", requestId: "" };
    assert.deepEqual(await handle(poll), { name: "oadrResponse", payload: { response } });
  });

  for (const [title, broken] of [
    ["an error", { serve: () => Promise.reject(new Error("secret")) }],
    ["an answer that breaks a rule", { check: () => fail("rule 1") }],
    ["an answer that cannot be written", { serve: async () => ({ ...nothing, payload: {} }) as Message }],
    ["a reason that XML cannot carry", { serve: () => Promise.reject(new RejectedError(462, "\u0000")) }],
    ["a response code that is none", { serve: () => Promise.reject(new RejectedError(4_620, "no")) }],
  ] as const) {
    it(`answers 469, and says no more, after ${title}`, async () => {
      const handle = handlerOf(broken);

      const response = { responseCode: 469, responseDescription: "internal error", requestId: "" };
      assert.deepEqual(await handle(poll), { name: "oadrResponse", payload: { response } });
    });
  }

  it("does not blame the peer's document when no refusal can be written", async () => {
    const handle = handlerOf({
      serve: () => Promise.reject(new Error("secret")),
      refuse: () => ({ ...nothing, payload: {} }) as Message,
    });

    await assert.rejects(handle(poll), { name: "Error", message: "no refusal could be written" });
  });

  it("rejects with the reason when the peer has gone and the server gave up for that", async () => {
    const reason = new Error("gone");
    const handler = messageHandler({
      ...options,
      serve: async ({ signal }) => {
        signal.throwIfAborted();
        return nothing;
      },
    });

    await assert.rejects(handler({ ...exchangeOf(encode(poll)), signal: AbortSignal.abort(reason) }), reason);
  });

  it("logs refusals as warnings and its own errors as errors", async () => {
    const lines: unknown[] = [];
    const log = (level: string) => (_fields: object, message: string) => void lines.push([level, message]);
    const logger = { ...silentLogger, warn: log("warn"), error: log("error") };

    await handlerOf({ logger, serve: () => Promise.reject(new RejectedError(462, "not here")) })(poll);
    await handlerOf({ logger, serve: () => Promise.reject(new Error("secret")) })(poll);

    assert.deepEqual(lines, [
      ["warn", "message refused"],
      ["error", "message not handled"],
    ]);
  });
});

const options: MessageHandlerOptions = {
  receiver: "vtn",
  logger: silentLogger,
  serve: async () => nothing,
  refuse: (message, response) => refusalOf(message, response, { party: "vtn", vtnId: "vtn-1" }),
  check: () => {},
};

type Handle = (message: Message, service?: Service) => Promise<Message | undefined>;

/** A handler that takes messages and gives them back, as its peer sees it. */
function handlerOf(given: Partial<MessageHandlerOptions>): Handle {
  const handler = messageHandler({ ...options, ...given });
  return async (message, service = "OadrPoll") => {
    const answer = await handler({ ...exchangeOf(encode(message)), service });
    return answer === undefined ? undefined : decode(answer).message;
  };
}

function exchangeOf(document: string): Exchange {
  const { signal } = new AbortController();
  return { service: "OadrPoll", body: Buffer.from(document), peer: { address: "192.0.2.1" }, headers: {}, signal };
}

function codeOf(message: Message | undefined): number | undefined {
  return message?.name === "oadrResponse" ? message.payload.response.responseCode : undefined;
}

function fail(message: string): never {
  throw new Error(message);
}
