import assert from "node:assert/strict";
import { describe, it } from "vitest";

import { STATUS_CODES } from "./enumerations.ts";
import { OpenAdrError } from "./errors.ts";
import {
  ComplianceError,
  DeploymentError,
  InvalidDataError,
  InvalidIdError,
  isSuccess,
  NotAllowedError,
  NotRecognizedError,
  NotRegisteredOrAuthorizedError,
  OutOfSequenceError,
  RejectedError,
  rejection,
  ReportNotSupportedError,
  RESPONSE_CODES,
  responseCodeName,
  responseFor,
  SignalNotSupportedError,
  TargetMismatchError,
} from "./response-codes.ts";

const classes = [
  [450, OutOfSequenceError],
  [451, NotAllowedError],
  [452, InvalidIdError],
  [453, NotRecognizedError],
  [454, InvalidDataError],
  [459, ComplianceError],
  [460, SignalNotSupportedError],
  [461, ReportNotSupportedError],
  [462, TargetMismatchError],
  [463, NotRegisteredOrAuthorizedError],
  [469, DeploymentError],
] as const;

describe("response codes", () => {
  it("have the names OpenLEADR gives them", () => {
    const named = Object.entries(RESPONSE_CODES).map(([code, { name }]) => [name, Number(code)] as const);

    assert.deepEqual(Object.fromEntries(named), { OK: 200, ...STATUS_CODES });
  });

  for (const [code, name] of [
    [455, "COMPLIANCE_ERROR"],
    [464, "DEPLOYMENT_ERROR_OR_OTHER_ERROR"],
    [201, "OK"],
    [500, "UNKNOWN"],
  ] as const) {
    it(`calls the free code ${code} ${name}`, () => assert.equal(responseCodeName(code), name));
  }

  for (const [code, success] of [
    [199, false],
    [200, true],
    [299, true],
    [300, false],
  ] as const) {
    it(`counts ${code} as ${success ? "success" : "an error"}`, () => assert.equal(isSuccess(code), success));
  }
});

describe("rejection", () => {
  for (const [code, Class] of classes) {
    it(`makes ${code} a ${Class.name}`, () => {
      const error = rejection(code, "because");

      assert.ok(error instanceof Class && error instanceof RejectedError && error instanceof OpenAdrError);
      const { name, responseCode, responseDescription, message } = error;
      assert.deepEqual(
        { name, code: error.code, responseCode, responseDescription, message },
        {
          name: Class.name,
          code: "ERR_OADR_REJECTED",
          responseCode: code,
          responseDescription: "because",
          message: `${code} because`,
        },
      );
    });
  }

  it("makes a code without a class a plain RejectedError", () => {
    const error = rejection(500, "no disk");

    assert.equal(error.constructor, RejectedError);
    assert.equal(error.message, "500 no disk");
  });

  it("describes what came without a description", () => {
    assert.equal(rejection(452).responseDescription, "invalid ID");
    assert.equal(rejection(452, "").responseDescription, "invalid ID");
    assert.equal(rejection(455).responseDescription, "compliance error");
  });

  for (const code of [200, 299, -1, 1000, 450.5, Number.NaN]) {
    it(`refuses ${code}`, () => assert.throws(() => rejection(code), RangeError));
  }
});

describe("responseFor", () => {
  it("tells the peer why its request is refused", () => {
    assert.deepEqual(responseFor(new InvalidIdError("unknown venID"), "r1"), {
      responseCode: 452,
      responseDescription: "unknown venID",
      requestId: "r1",
    });
  });

  for (const error of [
    new Error("password is hunter2"),
    new OpenAdrError("ERR_OADR_TIMEOUT", "db.internal"),
    "text",
    undefined,
  ]) {
    it(`says nothing about ${String(error)}`, () => {
      assert.deepEqual(responseFor(error, "r1"), {
        responseCode: 469,
        responseDescription: "internal error",
        requestId: "r1",
      });
    });
  }

  it("keeps the cause out of the response", () => {
    const error = new InvalidDataError("level out of range", { cause: new Error("row 7") });

    assert.deepEqual(responseFor(error, ""), {
      responseCode: 454,
      responseDescription: "level out of range",
      requestId: "",
    });
  });
});
