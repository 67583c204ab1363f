import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "vitest";
import {
  decode,
  fromJson,
  hours,
  MalformedMessageError,
  milliseconds,
  minutes,
  seconds,
  toJson,
} from "@openleadr/protocol";
import type { Deviation, Duration, Json, Message, MessageName, OadrReport, StreamPayload } from "@openleadr/protocol";

const samples = new URL("../samples/", import.meta.url);
const createdDateTime = new Date("2026-01-31T12:00:00Z");

function created(requestedOadrPollFreq: Duration): Message<"oadrCreatedPartyRegistration"> {
  const profiles = [{ profileName: "2.0b", transports: ["simpleHttp"] }] as const;
  const response = { responseCode: 200, requestId: "req-1" };
  return {
    name: "oadrCreatedPartyRegistration",
    payload: { response, vtnId: "vtn-1", profiles, requestedOadrPollFreq },
  };
}

function reporting(parts: Partial<OadrReport>): Message<"oadrUpdateReport"> {
  const ids = { reportRequestId: "request-1", reportSpecifierId: "specifier-1" };
  const report = { ...ids, reportDescriptions: [], createdDateTime, ...parts };
  return { name: "oadrUpdateReport", payload: { requestId: "req-1", reports: [report] } };
}

function reading(payload: StreamPayload): Message<"oadrUpdateReport"> {
  return reporting({ intervals: [{ payloads: [payload] }] });
}

interface WrittenReports {
  readonly payload: { readonly reports: readonly Readonly<Record<keyof OadrReport, Json>>[] };
}

/** The JSON of a good message, with what a test makes wrong. */
function edited(message: Message, edit: (payload: Record<string, unknown>) => unknown): unknown {
  const json = structuredClone(toJson(message)) as unknown as { name: MessageName; payload: Record<string, unknown> };
  edit(json.payload);
  return json;
}

/** Every fault of what is refused. */
function faultsOf(run: () => unknown): readonly Deviation[] {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof MalformedMessageError);
    assert.equal(error.code, "ERR_OADR_INVALID");
    return error.deviations;
  }
  return assert.fail("expected a MalformedMessageError, got none");
}

const only = <T>([first, ...others]: readonly T[]): T | undefined => (others.length === 0 ? first : undefined);

describe("the JSON of a message", () => {
  for (const file of readdirSync(samples)) {
    it(`stands for the same message after a round trip of ${file}`, () => {
      const { message } = decode(readFileSync(new URL(file, samples)));

      const back = fromJson(JSON.parse(JSON.stringify(toJson(message))));

      assert.deepEqual(back, message);
    });
  }

  for (const [span, text] of [
    [seconds(0), "PT0S"],
    [seconds(10), "PT10S"],
    [minutes(90), "PT1H30M"],
    [hours(26), "P1DT2H"],
    [minutes(-5), "-PT5M"],
  ] as const) {
    it(`writes a span of ${span} ms as ${text}, and reads it`, () => {
      const json = toJson(created(span)) as { payload: { requestedOadrPollFreq?: Json } };

      assert.equal(json.payload.requestedOadrPollFreq, text);
      assert.deepEqual(fromJson(json), created(span));
    });
  }

  for (const [instant, text] of [
    ["2026-01-31T12:00:00.000Z", "2026-01-31T12:00:00Z"],
    ["2026-01-31T12:00:00.250Z", "2026-01-31T12:00:00.250Z"],
    ["1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"],
  ] as const) {
    it(`writes the instant ${instant} as ${text}, and reads it`, () => {
      const message = reporting({ dtstart: new Date(instant) });

      const json = toJson(message) as unknown as WrittenReports;

      assert.equal(only(json.payload.reports)?.dtstart, text);
      assert.deepEqual(fromJson(json), message);
    });
  }

  for (const [value, json] of [
    [2.5, 2.5],
    [Infinity, "INF"],
    [-Infinity, "-INF"],
    [NaN, "NaN"],
  ] as const) {
    it(`writes the number ${value} as ${JSON.stringify(json)}, and reads it`, () => {
      const message = reading({ kind: "reportPayload", rId: "meter-1", value, accuracy: value });

      const written = toJson(message);

      const payload = { kind: "reportPayload", rId: "meter-1", accuracy: json, value: json };
      assert.deepEqual(only((written as unknown as WrittenReports).payload.reports)?.intervals, [
        { payloads: [payload] },
      ]);
      assert.deepEqual(fromJson(written), message);
    });
  }

  it("has IDs as strings, also when they look like numbers", () => {
    const message: Message = { name: "oadrPoll", payload: { venId: "007" } };

    assert.deepEqual(toJson(message), { name: "oadrPoll", payload: { venId: "007" } });
  });

  it("has no property for what is left out", () => {
    const message: Message = { name: "oadrResponse", payload: { response: { responseCode: 200, requestId: "" } } };

    assert.deepEqual(toJson(message).payload, { response: { responseCode: 200, requestId: "" } });
  });

  it("is a copy: changing it leaves the message as it was", () => {
    const message = created(seconds(10));

    (toJson(message).payload as { profiles: Json[] }).profiles.pop();

    assert.deepEqual(message, created(seconds(10)));
  });
});

describe("fromJson", () => {
  for (const [name, path, expected] of [
    ["oadrDistributeEvent-empty.xml", "requestId", "text of characters that XML can carry"],
    ["oadrCreateOpt-event.xml", "targets", "a list"],
    ["oadrCreatedReport.xml", "pendingReports", "a list"],
    ["oadrCreatedReport.xml", "response", "an object"],
    ["oadrCreatedPartyRegistration.xml", "profiles", "a list of at least one"],
    ["oadrCreateReport-history.xml", "reportRequests", "a list of at least one"],
  ] as const) {
    it(`asks for ${expected} where ${path} is missing from ${name}`, () => {
      const { message } = decode(readFileSync(new URL(name, samples)));
      const json = edited(message, (payload) => delete payload[path]);

      const fault = only(faultsOf(() => fromJson(json)));

      assert.deepEqual(fault, { path: `${message.name}.${path}`, expected, got: "nothing" });
    });
  }

  it("names the place of an unknown property, and what is allowed there", () => {
    const json = { name: "oadrResponse", payload: { response: { responseCode: 200, requestId: "r", requestID: "r" } } };

    const fault = only(faultsOf(() => fromJson(json)));

    assert.equal(fault?.path, "oadrResponse.response.requestID");
    assert.match(fault.expected, /responseCode \| responseDescription \| requestId$/);
    assert.equal(fault.got, '"r"');
  });

  it("refuses properties beside name and payload", () => {
    const fault = only(faultsOf(() => fromJson({ name: "oadrPoll", payload: { venId: "ven-1" }, id: "x" })));

    assert.equal(fault?.path, "id");
    assert.match(fault.expected, /name and payload/);
  });

  for (const name of ["oadrpoll", "constructor", "__proto__", ""]) {
    it(`refuses a message called ${JSON.stringify(name)}`, () => {
      const fault = only(faultsOf(() => fromJson({ name, payload: {} })));

      assert.deepEqual(fault, { path: "name", expected: "the name of one of the 23 payloads", got: `"${name}"` });
    });
  }

  for (const json of [undefined, null, "oadrPoll", 7, []]) {
    it(`refuses ${JSON.stringify(json) ?? "undefined"}, which is no message`, () => {
      const fault = only(faultsOf(() => fromJson(json)));

      assert.deepEqual([fault?.path, fault?.expected], ["message", "an object with name and payload"]);
    });
  }

  it("refuses an object without a name", () => {
    const fault = only(faultsOf(() => fromJson({})));

    assert.deepEqual([fault?.path, fault?.got], ["name", "nothing"]);
  });

  for (const payload of [undefined, null, "ven-1", 7, [], true]) {
    it(`refuses ${JSON.stringify(payload) ?? "undefined"} for a payload`, () => {
      const fault = only(faultsOf(() => fromJson({ name: "oadrPoll", payload })));

      assert.deepEqual([fault?.path, fault?.expected], ["oadrPoll", "an object"]);
    });
  }

  it("asks for both IDs of an event where one is given", () => {
    const json = edited(
      decode(readFileSync(new URL("oadrCreateOpt-event.xml", samples))).message,
      (payload) => delete payload["modificationNumber"],
    );

    assert.equal(only(faultsOf(() => fromJson(json)))?.path, "oadrCreateOpt.modificationNumber");
  });

  for (const value of ["12", null, true, [1], "inf", "Infinity", ""]) {
    it(`refuses ${JSON.stringify(value)} for a number`, () => {
      const json = edited(reading({ kind: "reportPayload", rId: "meter-1", value: 1 }), (payload) => {
        Object.assign(payload, { reports: withValue(payload["reports"], value) });
      });

      const fault = only(faultsOf(() => fromJson(json)));

      assert.equal(fault?.path, "oadrUpdateReport.reports[0].intervals[0].payloads[0].value");
      assert.equal(fault.expected, "a number, INF, -INF or NaN");
    });
  }

  for (const text of ["15M", "P1W", "PT1.5S", "PTS", " PT1S", "", 900_000, null]) {
    it(`refuses ${JSON.stringify(text)} for a span`, () => {
      const json = edited(created(seconds(10)), (payload) => Object.assign(payload, { requestedOadrPollFreq: text }));

      const fault = only(faultsOf(() => fromJson(json)));

      assert.equal(fault?.path, "oadrCreatedPartyRegistration.requestedOadrPollFreq");
      assert.equal(fault.expected, "a duration in whole seconds such as PT15M");
    });
  }

  for (const text of [
    "2026-01-31",
    "2026-02-30T12:00:00Z",
    "2026-01-31T12:00:00+01:00",
    "now",
    1_769_860_800_000,
    null,
  ]) {
    it(`refuses ${JSON.stringify(text)} for an instant`, () => {
      const json = edited(reporting({}), ({ reports }) =>
        Object.assign((reports as object[])[0] ?? {}, { createdDateTime: text }),
      );

      const fault = only(faultsOf(() => fromJson(json)));

      assert.equal(fault?.path, "oadrUpdateReport.reports[0].createdDateTime");
      assert.match(fault.expected, /^a date-time in UTC/);
    });
  }

  for (const [target, path] of [
    [{ venId: "ven-1", groupId: "north" }, "targets[1]"],
    [{}, "targets[1]"],
    [{ venID: "ven-1" }, "targets[1]"],
    ["ven-1", "targets[1]"],
    [null, "targets[1]"],
    [{ venId: 1 }, "targets[1].venId"],
    [{ transportInterface: { pointOfReceipt: "a" } }, "targets[1].transportInterface.pointOfDelivery"],
  ] as const) {
    it(`refuses ${JSON.stringify(target)} for a target`, () => {
      const json = edited(decode(readFileSync(new URL("oadrCreateOpt-event.xml", samples))).message, (payload) => {
        Object.assign(payload, { targets: [{ venId: "ven-1" }, target] });
      });

      assert.equal(only(faultsOf(() => fromJson(json)))?.path, `oadrCreateOpt.${path}`);
    });
  }

  it("names the kinds there are where kind is missing or unknown", () => {
    const json = edited(reporting({}), ({ reports }) => {
      Object.assign((reports as object[])[0] ?? {}, { intervals: [{ payloads: [{ value: 1 }, { kind: "payload" }] }] });
    });

    const faults = faultsOf(() => fromJson(json));

    const path = "oadrUpdateReport.reports[0].intervals[0].payloads";
    const expected = "reportPayload | signalPayload | gbPayload";
    assert.deepEqual(faults, [
      { path: `${path}[0].kind`, expected, got: "nothing" },
      { path: `${path}[1].kind`, expected, got: '"payload"' },
    ]);
  });

  for (const [key, value] of [
    ["profiles", []],
    ["profiles", {}],
    ["profiles", null],
  ] as const) {
    it(`asks for a list of at least one where ${key} is ${JSON.stringify(value)}`, () => {
      const json = edited(created(seconds(10)), (payload) => Object.assign(payload, { [key]: value }));

      const fault = only(faultsOf(() => fromJson(json)));

      assert.deepEqual(
        [fault?.path, fault?.expected],
        [`oadrCreatedPartyRegistration.${key}`, "a list of at least one"],
      );
    });
  }

  it("lists every fault at once", () => {
    const json = {
      name: "oadrCreatedEvent",
      payload: {
        response: { responseCode: "200", requestId: 7 },
        eventResponses: [{ responseCode: 200, requestId: "r", eventId: "e", modificationNumber: -1, optType: "in" }],
        venID: "ven-1",
      },
    };

    const paths = faultsOf(() => fromJson(json)).map(({ path }) => path);

    assert.deepEqual(paths, [
      "oadrCreatedEvent.venID",
      "oadrCreatedEvent.response.responseCode",
      "oadrCreatedEvent.response.requestId",
      "oadrCreatedEvent.eventResponses[0].modificationNumber",
      "oadrCreatedEvent.eventResponses[0].optType",
      "oadrCreatedEvent.venId",
    ]);
  });

  it("stops at 100 faults", () => {
    const targets = Array.from({ length: 1_000 }, () => ({}));
    const json = edited(decode(readFileSync(new URL("oadrCreateOpt-event.xml", samples))).message, (payload) => {
      Object.assign(payload, { targets });
    });

    assert.equal(faultsOf(() => fromJson(json)).length, 100);
  });

  it("stops at 100 faults beside the payload too", () => {
    const strangers = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`x${index}`, 1]));

    assert.equal(faultsOf(() => fromJson({ name: "oadrPoll", payload: { venId: "1" }, ...strangers })).length, 100);
  });

  it("shows no more of an unknown property than a line can hold", () => {
    const name = "x".repeat(10_000);
    const documents = [
      { name: "oadrPoll", payload: { venId: "1" }, [name]: 1 },
      { name: "oadrPoll", payload: { venId: "1", [name]: 1 } },
    ];

    for (const document of documents) {
      const fault = only(faultsOf(() => fromJson(document)));
      assert.match(fault?.path ?? "", /x{200}…$/);
    }
  });

  it("shows no more of a wrong value than a line can hold", () => {
    const fault = only(faultsOf(() => fromJson({ name: "oadrPoll", payload: { venId: ["x".repeat(10_000)] } })));

    assert.equal(fault?.path, "oadrPoll.venId");
    assert.ok(fault.got.length < 100);
  });
});

/** The reports, with another value in their first payload. */
function withValue(reports: unknown, value: unknown): unknown {
  const [report] = reports as { intervals: [{ payloads: [object] }] }[];
  Object.assign(report?.intervals[0].payloads[0] ?? {}, { value });
  return reports;
}

describe("toJson", () => {
  it("refuses a property that the message does not have", () => {
    const message = { name: "oadrPoll", payload: { venId: "ven-1", venName: "Lab" } } as Message;

    assert.deepEqual([only(faultsOf(() => toJson(message)))?.path], ["oadrPoll.venName"]);
  });

  it("takes a property that is undefined for one that is left out", () => {
    const message = {
      name: "oadrResponse",
      payload: { response: { responseCode: 200, requestId: "r" }, venId: undefined },
    };

    assert.deepEqual(toJson(message as unknown as Message).payload, {
      response: { responseCode: 200, requestId: "r" },
    });
  });

  it("refuses a span that is not whole seconds", () => {
    const fault = only(faultsOf(() => toJson(created(milliseconds(1_500)))));

    assert.deepEqual([fault?.path, fault?.got], ["oadrCreatedPartyRegistration.requestedOadrPollFreq", "1500"]);
  });

  it("refuses a date that is none", () => {
    const fault = only(faultsOf(() => toJson(reporting({ createdDateTime: new Date(NaN) }))));

    assert.deepEqual([fault?.path, fault?.got], ["oadrUpdateReport.reports[0].createdDateTime", "an invalid date"]);
  });

  it("refuses text that XML cannot carry", () => {
    const fault = only(faultsOf(() => toJson({ name: "oadrPoll", payload: { venId: "ven\u0000" } })));

    assert.deepEqual(fault, {
      path: "oadrPoll.venId",
      expected: "text of characters that XML can carry",
      got: String.raw`"ven\u0000"`,
    });
  });
});
