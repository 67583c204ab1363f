import { describe, it } from "vitest";

import {
  aDescription,
  aMetadataReport,
  aSpecifier,
  dataInterval,
  noon,
  register,
  request,
  without,
} from "../../test/messages.ts";
import { expectValid, expectViolation } from "../../test/rules.ts";
import type { Message } from "../messages/index.ts";
import { hours, minutes } from "../time.ts";

/** Metadata that name the request they serve. */
function serving(reportRequestId: string): Message<"oadrRegisterReport"> {
  const { name, payload } = register(aMetadataReport());
  return { name, payload: { ...payload, reportRequestId } };
}

const metadata = aSpecifier({
  reportSpecifierId: "METADATA",
  specifierPayloads: [{ rId: "0", readingType: "x-notApplicable" }],
});

describe("oadrRegisterReport", () => {
  it("rule 305: accepts an offer of nothing", () => expectValid(register()));

  for (const [name, value, got] of [
    ["dtstart", noon, "2026-06-01T12:00:00.000Z"],
    ["reportId", "r-1", '"r-1"'],
  ] as const) {
    it(`rule 305: refuses ${name} in metadata`, () => {
      expectViolation(register(aMetadataReport(), aMetadataReport({ reportSpecifierId: "b", [name]: value })), {
        rule: 305,
        path: `reports[1].${name}`,
        message: `expected nothing, got ${got}`,
      });
    });
  }

  it("rule 46: takes an empty eiReportID for none", () => expectValid(register(aMetadataReport({ reportId: "" }))));

  it("rule 305: refuses intervals in metadata", () => {
    expectViolation(register(aMetadataReport({ intervals: [dataInterval(0, { payloads: [] })] })), {
      rule: 305,
      path: "reports[0].intervals",
      message: 'expected nothing, got [{"dtstart":"2026-06-01T12:00:00.000Z","duration":1800000,"payloads":[]}]',
    });
  });

  it("rule 305: refuses metadata without data points", () => {
    expectViolation(register(aMetadataReport({ reportDescriptions: [] })), {
      rule: 305,
      path: "reports[0].reportDescriptions",
      message: "expected at least one data point, got []",
    });
  });

  it("rule 308: accepts an rID in two reports", () => {
    expectValid(register(aMetadataReport(), aMetadataReport({ reportSpecifierId: "b" })));
  });

  it("rule 308: refuses a reportSpecifierID twice", () => {
    expectViolation(register(aMetadataReport(), aMetadataReport()), {
      rule: 308,
      path: "reports[1].reportSpecifierId",
      message: 'expected an ID that no other has, got "usage"',
    });
  });

  it("rule 308: refuses an rID twice in a report", () => {
    const reportDescriptions = [aDescription(), aDescription({ rId: "b" }), aDescription()];

    expectViolation(register(aMetadataReport({ reportDescriptions })), {
      rule: 308,
      path: "reports[0].reportDescriptions[2].rId",
      message: 'expected an ID that no other has, got "energy"',
    });
  });

  it("rule 311: refuses a reportRequestID but 0 in a metadata report", () => {
    expectViolation(register(aMetadataReport({ reportRequestId: "rr-1" })), {
      rule: 311,
      path: "reports[0].reportRequestId",
      message: 'expected "0", got "rr-1"',
    });
  });

  for (const id of ["", "0"]) {
    it(`rule 311: refuses ${JSON.stringify(id)} as the request that is served`, () => {
      expectViolation(serving(id), {
        rule: 311,
        path: "reportRequestId",
        message: `expected that of a request, or nothing, got "${id}"`,
      });
    });
  }

  it("rule 311: accepts the ID of a request that is not at hand", () => expectValid(serving("rr-9")));

  it("rule 311: accepts the ID of the request that is served", () => {
    expectValid(serving("rr-1"), { answers: request(aSpecifier(), metadata) });
  });

  it("rule 311: accepts the ID of a request that came with oadrRegisteredReport", () => {
    const response = { responseCode: 200, requestId: "q-1" };
    const { reportRequests } = request(aSpecifier(), metadata).payload;

    expectValid(serving("rr-1"), { answers: { name: "oadrRegisteredReport", payload: { response, reportRequests } } });
    expectViolation(
      serving("rr-0"),
      { rule: 311, path: "reportRequestId", message: 'expected "rr-1", got "rr-0"' },
      { answers: { name: "oadrRegisteredReport", payload: { response, reportRequests } } },
    );
  });

  it("rule 311: refuses the ID of another request", () => {
    expectViolation(
      serving("rr-0"),
      { rule: 311, path: "reportRequestId", message: 'expected "rr-1", got "rr-0"' },
      { answers: request(aSpecifier(), metadata) },
    );
  });

  it("rule 311: demands the ID of the request that is served", () => {
    expectViolation(
      register(aMetadataReport()),
      { rule: 311, path: "reportRequestId", message: 'expected "rr-0", got nothing' },
      { answers: request(metadata) },
    );
  });

  it("rule 311: refuses an ID where no metadata were requested", () => {
    expectViolation(
      serving("rr-0"),
      { rule: 311, path: "reportRequestId", message: 'expected nothing, as no metadata were requested, got "rr-0"' },
      { answers: request(aSpecifier()) },
    );
  });

  it("rule 311: asks for no ID in answer to a poll", () => {
    expectValid(register(), { answers: { name: "oadrPoll", payload: { venId: "ven-1" } } });
  });

  it("rule 312: refuses metadata without duration", () => {
    expectViolation(register(without(aMetadataReport(), "duration")), {
      rule: 312,
      path: "reports[0].duration",
      message: "expected a duration, got nothing",
    });
  });

  it("rule 312: accepts a longest sampling period of just the duration", () => {
    const samplingRate = { minPeriod: minutes(1), maxPeriod: hours(2), onChange: false };

    expectValid(register(aMetadataReport({ reportDescriptions: [aDescription({ samplingRate })] })));
  });

  it("rule 312: refuses a sampling period longer than the duration", () => {
    const samplingRate = { minPeriod: minutes(1), maxPeriod: hours(3), onChange: false };

    expectViolation(register(aMetadataReport({ reportDescriptions: [aDescription({ samplingRate })] })), {
      rule: 312,
      path: "reports[0].reportDescriptions[0].samplingRate.maxPeriod",
      message: "expected at most PT2H, the report's duration, got PT3H",
    });
  });
});
