import assert from "node:assert/strict";
import {
  decode,
  encode,
  HttpStatusError,
  minutes,
  operations,
  type Message,
  type MessageName,
  type OperationName,
} from "@openleadr/protocol";
import { describe, it } from "vitest";
import { MemoryStore, type Store } from "../src/index.ts";
import { anEvent } from "./events.ts";
import { aRegistration, noon, openVtn, type OpenVtn } from "./open-vtn.ts";
import { aSchedule } from "./opts.ts";
import { anOffer, reading, someData } from "./reports.ts";
import { requestsOf } from "./requests.ts";

const requests = requestsOf("ven-1");
const response = { responseCode: 200, requestId: "req-7" };
const answered = { ...response, eventId: "event-1", modificationNumber: 0, optType: "optIn" as const };

/** Every message that a VEN sends, with what it may hold, from a VEN that may send it. */
const messages: { readonly [Name in OperationName]?: Message } = {
  ...requests,
  oadrQueryRegistration: { name: "oadrQueryRegistration", payload: { requestId: "req-7" } },
  oadrCreatePartyRegistration: {
    name: "oadrCreatePartyRegistration",
    payload: aRegistration({
      requestId: "req-7",
      venName: "kitchen",
      venId: "ven-1",
      registrationId: "registration-1",
    }),
  },
  oadrRequestEvent: { name: "oadrRequestEvent", payload: { requestId: "req-7", venId: "ven-1", replyLimit: 1 } },
  oadrCreatedEvent: { name: "oadrCreatedEvent", payload: { response, eventResponses: [answered], venId: "ven-1" } },
  oadrRegisterReport: {
    name: "oadrRegisterReport",
    payload: { requestId: "req-7", reports: [anOffer("usage", ["oven"])], venId: "ven-1" },
  },
  oadrUpdateReport: {
    name: "oadrUpdateReport",
    payload: {
      requestId: "req-7",
      reports: [someData("request-1", [{ dtstart: noon, duration: minutes(1), payloads: [reading("oven", 1)] }])],
      venId: "ven-1",
    },
  },
};

/** What a text means that is not the right one, in a field of any text; in others it is no message, which is HTTP 406. */
// prettier-ignore
const codes: Partial<Record<OperationName, Readonly<Record<string, number>>>> = {
  oadrQueryRegistration:         {},
  oadrCreatePartyRegistration:   { "ei:registrationID": 452, "ei:venID": 463 },
  oadrCancelPartyRegistration:   { "ei:registrationID": 452, "ei:venID": 463 },
  oadrCanceledPartyRegistration: { "ei:registrationID": 452, "ei:venID": 463 },
  oadrResponse:                  { "ei:venID": 463 },
  oadrPoll:                      { "ei:venID": 463 },
  oadrRequestEvent:              { "ei:venID": 463 },
  oadrCreatedEvent:              { "ei:eventID": 452, "ei:venID": 463 },
  oadrRegisterReport:            { "ei:venID": 463 },
  oadrUpdateReport:              { "ei:reportRequestID": 452, "ei:reportSpecifierID": 452, "ei:rID": 452, "ei:venID": 463 },
  oadrCreateOpt:                 { "ei:eventID": 452, "ei:venID": 463 },
  oadrCancelOpt:                 { "ei:optID": 452, "ei:venID": 463 },
};

describe("bad input: every field of every request, misnamed", () => {
  for (const [name, message] of Object.entries(messages)) {
    it(`answers ${name} with 406 each time, and stores nothing`, async () => {
      await using bench = await openBench();
      const document = encode(message);

      for (const field of fieldsOf(document)) {
        const { before, element, attributes, text, after } = field;
        const misnamed = `${before}<${element}X${attributes}>${text}</${element}X>${after}`;

        assert.deepEqual(await outcomeOf(bench, misnamed, message), { status: 406 }, element);
      }

      assert.deepEqual(bench.writes, []);
    });
  }
});

describe("bad input: every field of every request, twice", () => {
  for (const [name, message] of Object.entries(messages)) {
    it(`answers ${name} with 406, unless it may stand there twice, and stores nothing then`, async () => {
      await using bench = await openBench();
      const document = encode(message);

      for (const { before, element, attributes, text, after } of fieldsOf(document)) {
        const one = `<${element}${attributes}>${text}</${element}>`;
        const outcome = await outcomeOf(bench, `${before}${one}${one}${after}`, message);
        if ("status" in outcome) assert.deepEqual([outcome.status, bench.writes], [406, []]);
        bench.writes.length = 0;
      }
    });
  }
});

describe("bad input: every field of every request, of a value that is wrong", () => {
  for (const [name, message] of Object.entries(messages)) {
    it(`answers ${name} with 406, or the code that fits in the fitting payload, and stores nothing`, async () => {
      const got: Record<string, number> = {};
      const document = encode(message);

      for (const { before, element, attributes, text, after } of fieldsOf(document)) {
        await using bench = await openBench();
        const wrong = `${before}<${element}${attributes}>${text === "nonsense" ? "x" : "nonsense"}</${element}>${after}`;
        const outcome = await outcomeOf(bench, wrong, message);
        if ("status" in outcome) assert.equal(outcome.status, 406);
        else if (outcome.code !== 200) got[element] = outcome.code;
        if (!("code" in outcome && outcome.code === 200)) assert.deepEqual(bench.writes, [], element);
      }

      const expected = codes[name as OperationName];
      if (expected !== undefined) assert.deepEqual(got, expected);
      else assert.equal(got["ei:venID"], 463);
    });
  }
});

interface Field {
  readonly before: string;
  readonly element: string;
  readonly attributes: string;
  readonly text: string;
  readonly after: string;
}

/** The elements of a document that hold text. */
function* fieldsOf(document: string): Generator<Field> {
  for (const match of document.matchAll(/<([\w:]+)([^<>]*)>([^<>]+)<\/\1>/g)) {
    const [whole, element = "", attributes = "", text = ""] = match;
    const after = document.slice(match.index + whole.length);
    yield { before: document.slice(0, match.index), element, attributes, text, after };
  }
}

type Outcome = { readonly status: number } | { readonly code: number };

/** What a document is answered with: an HTTP status, or a response code in the payload that fits. */
async function outcomeOf(bench: Bench, document: string, { name }: Message): Promise<Outcome> {
  const { service, errorAnswer } = operations[name as OperationName];
  try {
    const answer = await bench.transport(service, document.replaceAll("request-1", bench.reportRequestId));
    if (answer === undefined) return { code: 200 };
    const { message } = decode(answer);
    const { responseCode = 200, requestId } = responseOf(message) ?? {};
    if (responseCode !== 200) {
      assert.equal(message.name, errorAnswer satisfies MessageName | "empty");
      assert.ok(requestId === (name === "oadrPoll" ? "" : "req-7") || document.includes("requestID>nonsense"));
    }
    return { code: responseCode };
  } catch (error) {
    if (error instanceof HttpStatusError) return { status: error.status };
    throw error;
  }
}

function responseOf({ payload }: Message): { responseCode: number; requestId: string } | undefined {
  return "response" in payload ? payload.response : undefined;
}

interface Bench extends OpenVtn {
  /** The store's operations that changed something. */
  readonly writes: string[];
  readonly reportRequestId: string;
}

/** A VTN with a VEN that is registered, was sent an event, opted out and offered a report; what is written after that. */
async function openBench(): Promise<Bench> {
  const writes: string[] = [];
  const open = await openVtn({
    listen: false,
    store: watched(new MemoryStore(), writes),
    onCreatePartyRegistration: () => ({ venId: "ven-1", registrationId: "registration-1" }),
    onRegisterReport: () => ({ granularity: minutes(1) }),
  });
  const ven = await open.register("kitchen");
  await open.vtn.events.create(anEvent());
  await ven.drain();
  const offer = { requestId: "req-1", reports: [anOffer("usage", ["oven"])], venId: "ven-1" };
  const registered = await open.call("oadrRegisterReport", offer);
  await open.call("oadrCreateOpt", aSchedule(ven));
  writes.length = 0;
  return { ...open, writes, reportRequestId: registered?.payload.reportRequests[0]?.reportRequestId ?? "" };
}

/** A store that keeps the names of what changes it. */
function watched(store: MemoryStore, writes: string[]): Store {
  return new Proxy(store, {
    get(target, name: keyof MemoryStore) {
      const method = target[name].bind(target) as (...given: readonly unknown[]) => unknown;
      if (!/^(?:put|register$|update|unregister|cancel|remove|enqueue)/.test(name)) return method;
      return (...given: readonly unknown[]) => {
        const isOfNothing = given.some((each) => Array.isArray(each) && each.length === 0);
        if (!isOfNothing || name !== "putAnswers") writes.push(name);
        return method(...given);
      };
    },
  });
}
