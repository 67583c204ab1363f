import assert from "node:assert/strict";
import { describe, it } from "vitest";
import {
  minutes,
  type Duration,
  type EiResponse,
  type Extension,
  type Infer,
  type Measurement,
  type Message,
  type MessageName,
  type messages,
  type OadrCanceledOpt,
  type OadrCreatedEvent,
  type OadrCreateOpt,
  type OadrEvent,
  type OadrPoll,
  type OadrRequestEvent,
  type OadrResponse,
  type Payload,
  type ReportInterval,
  type SamplingRate,
  type StreamPayload,
  type Target,
  type XmlTree,
} from "../src/index.ts";

// The compiler runs these tests (`npx tsc -p tsconfig.test.json`): a wrong inference does not compile.

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Plain<T> = { [K in keyof T]: T[K] };
function holds<_ extends true>(): void {
  assert.ok(true);
}

describe("the types of messages", () => {
  it("make required members of `one`, and optional ones of `optional`", () => {
    holds<
      Equal<
        Plain<EiResponse>,
        { readonly responseCode: number; readonly responseDescription?: string; readonly requestId: string }
      >
    >();
    holds<Equal<Plain<OadrPoll>, { readonly venId: string }>>();
    holds<
      Equal<
        Plain<SamplingRate>,
        { readonly minPeriod: Duration; readonly maxPeriod: Duration; readonly onChange: boolean }
      >
    >();
    holds<Equal<Infer<typeof messages.oadrResponse>, OadrResponse>>();
  });

  it("make lists of `many`, always there", () => {
    holds<Equal<OadrEvent["targets"], readonly Target[]>>();
    holds<Equal<Payload<"oadrDistributeEvent">["events"], readonly OadrEvent[]>>();
    holds<Equal<ReportInterval["payloads"], readonly StreamPayload[]>>();
  });

  it("put the members of a spread element into the object around it", () => {
    holds<
      Equal<
        Plain<OadrRequestEvent>,
        { readonly requestId: string; readonly venId: string; readonly replyLimit?: number }
      >
    >();
    holds<Equal<OadrCreatedEvent["venId"], string>>();
    holds<Equal<OadrEvent["activePeriod"]["dtstart"], Date>>();
    holds<Equal<OadrCreateOpt["eventId"], string | undefined>>();
  });

  it("make unions of enumerations, with `x-…` where the schema is open", () => {
    holds<Equal<OadrCreateOpt["optType"], "optIn" | "optOut">>();
    holds<Equal<OadrEvent["responseRequired"], "always" | "never">>();
    holds<Equal<Extract<OadrCreateOpt["optReason"], `x-${string}`>, Extension>>();
    holds<Equal<Payload<"oadrCreatePartyRegistration">["transportName"], "simpleHttp" | "xmpp">>();
  });

  it("make discriminated unions of choices", () => {
    holds<Equal<StreamPayload["kind"], "reportPayload" | "signalPayload" | "gbPayload">>();
    holds<Equal<Extract<StreamPayload, { kind: "gbPayload" }>["feed"], XmlTree>>();
    holds<Equal<Extract<Measurement, { name: "powerReal" }>["unit"], "W" | "J/s">>();
    holds<Equal<Extract<Measurement, { name: "voltage" }>["unit"], "V">>();
    holds<Equal<Extract<Target, { venId: string }>, { readonly venId: string }>>();
    holds<Equal<Message["name"], MessageName>>();
    holds<Equal<Message<"oadrPoll">["payload"], OadrPoll>>();
  });

  it("refuse what does not belong", () => {
    const refused = [
      // @ts-expect-error a venId is required
      {} satisfies OadrPoll,
      // @ts-expect-error a venId is a string
      { venId: 1 } satisfies OadrPoll,
      // @ts-expect-error an absent element is absent, not undefined
      { response: { responseCode: 200, requestId: "" }, optId: undefined } satisfies OadrCanceledOpt,
      // @ts-expect-error there is no such member
      { venId: "1", venID: "1" } satisfies OadrPoll,
      // @ts-expect-error a span is not a plain number
      { minPeriod: 60_000, maxPeriod: minutes(1), onChange: false } satisfies SamplingRate,
      // @ts-expect-error there is no such word
      "optMaybe" satisfies OadrCreateOpt["optType"],
      // @ts-expect-error an extension begins with x-
      "holiday" satisfies OadrCreateOpt["optReason"],
      // @ts-expect-error a target has one of the known properties
      { ven: "1" } satisfies Target,
      // @ts-expect-error a voltage is in V
      { name: "voltage", description: "Voltage", unit: "A", scale: "none" } satisfies Measurement,
      // @ts-expect-error the payload is that of another message
      { name: "oadrPoll", payload: { requestId: "1" } } satisfies Message,
    ];

    assert.equal(refused.length, 10);
  });

  it("take what belongs", () => {
    const taken = [
      { venId: "1" } satisfies OadrPoll,
      "x-holiday" satisfies OadrCreateOpt["optReason"],
      { groupId: "north" } satisfies Target,
      { name: "oadrPoll", payload: { venId: "1" } } satisfies Message,
    ];

    assert.equal(taken.length, 4);
  });

  it("cannot be changed", () => {
    const poll: OadrPoll = { venId: "1" };
    const created: Pick<OadrEvent, "targets"> = { targets: [] };

    // @ts-expect-error members are read-only
    poll.venId = "2";
    // @ts-expect-error lists are read-only
    created.targets.push({ venId: "1" });

    assert.deepEqual([poll.venId, created.targets.length], ["2", 1]);
  });
});
