import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { decode, encode } from "../src/envelope.ts";
import type { Message, Payload } from "../src/messages/index.ts";
import { duration, minutes, seconds } from "../src/time.ts";
import { declarations, payloadXml, pollXml, sample, signatureXml } from "./builders.ts";

// The 18 pitfalls of a codec for OpenADR 2.0b, one group each.

const day = new Date("2026-01-31T12:00:00Z");

describe("1. Id and schemaVersion are qualified attributes", () => {
  it("writes them with their prefix", () => {
    const xml = encode({ name: "oadrPoll", payload: { venId: "1" } }, { id: "a" });

    assert.match(xml, /<oadr:oadrSignedObject oadr:Id="a"><oadr:oadrPoll ei:schemaVersion="2.0b">/);
    assert.equal(decode(xml).envelope.id, "a");
    assert.equal(decode(xml).envelope.schemaVersion, "2.0b");
  });

  for (const [from, to] of [
    ["oadr:Id", "Id"],
    ["ei:schemaVersion", "schemaVersion"],
  ] as const) {
    it(`reads ${to} for ${from} when tolerant, and reports it`, () => {
      const xml = encode({ name: "oadrPoll", payload: { venId: "1" } }, { id: "a" }).replace(from, to);

      const { envelope, deviations } = decode(xml, { tolerant: true });

      assert.deepEqual([envelope.id, envelope.schemaVersion], ["a", "2.0b"]);
      assert.deepEqual(
        deviations.map(({ expected, got }) => ({ expected, got })),
        [{ expected: `attribute ${from}`, got: to }],
      );
      assert.throws(() => decode(xml), { code: "ERR_OADR_INVALID" });
    });
  }
});

describe("2. durations follow the schema's own pattern", () => {
  for (const [text, read] of [
    ["1W", "P7D"],
    ["P", "PT0S"],
    ["PT", "PT0S"],
    ["P3H", "PT3H"],
    ["P1M", "P30D"],
    ["P1Y", "P365D"],
    ["-PT5M", "-PT5M"],
    ["+PT5M", "PT5M"],
    ["PT90S", "PT1M30S"],
  ] as const) {
    it(`reads ${text} and writes ${read}`, () => {
      const { message } = decode(pollFreq(text));

      assert.ok(encode(message).includes(`<xcal:duration>${read}</xcal:duration>`), encode(message));
    });
  }

  for (const text of ["P1W", "-1W", "PT1.5S", "PTS", " PT1M", "PT1M ", "", "1M", "P1D1Y", "pt1m"]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => decode(pollFreq(text)), { code: "ERR_OADR_INVALID", path: /xcal:duration$/ });
    });
  }

  it("writes no decimals", () => {
    const message = decode(pollFreq("PT1M")).message;
    assert.ok(message.name === "oadrCreatedPartyRegistration");
    const payload = { ...message.payload, requestedOadrPollFreq: seconds(0.5) };

    assert.throws(() => encode({ ...message, payload }), { code: "ERR_OADR_INVALID", path: /requestedOadrPollFreq$/ });
  });
});

describe("3. date-times have Z or nothing, never an offset", () => {
  for (const text of [
    "2026-01-31T12:00:00Z",
    "2026-01-31T12:00:00",
    " 2026-01-31T12:00:00.000Z\n",
    "2026-01-31T12:00:00.0009Z",
  ]) {
    it(`reads ${JSON.stringify(text)}`, () => {
      const { message, envelope } = decode(createOpt(text));

      assert.ok(message.name === "oadrCreateOpt");
      assert.deepEqual(message.payload.createdDateTime, day);
      assert.deepEqual(envelope.unzoned, text.includes("Z") ? [] : ["oadrCreateOpt/ei:createdDateTime"]);
    });
  }

  for (const text of [
    "2026-01-31T12:00:00+00:00",
    "2026-01-31T12:00Z",
    "2026-02-30T12:00:00Z",
    "0000-01-01T00:00:00Z",
    "2026-01-31T25:00:00Z",
    "2026-01-31",
    "2026-01-31T12:00:00z",
    "+2026-01-31T12:00:00Z",
    "",
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => decode(createOpt(text)), {
        code: "ERR_OADR_INVALID",
        path: "oadrCreateOpt/ei:createdDateTime",
      });
    });
  }

  it("reads the end of a day as the beginning of the next", () => {
    const { message } = decode(createOpt("2026-01-31T24:00:00Z"));

    assert.ok(message.name === "oadrCreateOpt");
    assert.deepEqual(message.payload.createdDateTime, new Date("2026-02-01T00:00:00Z"));
  });

  for (const [fraction, ms] of [
    [".5", 500],
    [".05", 50],
    [".123456", 123],
    [".9999", 999],
  ] as const) {
    it(`reads the fraction ${fraction} as ${ms} ms`, () => {
      const { message } = decode(createOpt(`2026-01-31T12:00:00${fraction}Z`));

      assert.ok(message.name === "oadrCreateOpt");
      assert.equal(message.payload.createdDateTime.getTime() - day.getTime(), ms);
    });
  }

  it("keeps every millisecond", () => {
    for (let ms = 0; ms < 1_000; ms++) {
      const payload = { ...optPayload, createdDateTime: new Date(day.getTime() + ms) };

      assert.deepEqual(decode(encode({ name: "oadrCreateOpt", payload })).message.payload, payload);
    }
  });
});

describe("4. spans are wrapped in some elements and bare in others", () => {
  it("writes both shapes", () => {
    const xml = payloadXml("oadrRegisterReport", {
      requestId: "1",
      reports: [
        {
          duration: minutes(1),
          reportDescriptions: [
            {
              rId: "1",
              reportType: "usage",
              readingType: "Direct Read",
              samplingRate: { minPeriod: minutes(2), maxPeriod: minutes(3), onChange: false },
            },
          ],
          reportRequestId: "0",
          reportSpecifierId: "1",
          createdDateTime: day,
        },
      ],
    });

    assert.match(xml, /<xcal:duration><xcal:duration>PT1M<\/xcal:duration><\/xcal:duration>/);
    assert.match(xml, /<oadr:oadrMinPeriod>PT2M<\/oadr:oadrMinPeriod><oadr:oadrMaxPeriod>PT3M<\/oadr:oadrMaxPeriod>/);
  });

  it("refuses one for the other", () => {
    const xml = sample("oadrRegisterReport-ven");

    assert.throws(
      () =>
        decode(xml.replace(/<oadr:oadrMinPeriod>([^<]*)</, "<oadr:oadrMinPeriod><xcal:duration>$1</xcal:duration><")),
      { path: /oadrMinPeriod\/xcal:duration$/ },
    );
    assert.throws(
      () => decode(xml.replace(/<xcal:duration>\s*<xcal:duration>([^<]*)<\/xcal:duration>/, "<xcal:duration>$1")),
      { path: /xcal:duration$/ },
    );
  });
});

describe("5. dtstart and uid wrap their value, other date-times do not", () => {
  it("reads and writes them so", () => {
    const xml = sample("oadrUpdateReport-usage-two-intervals");

    const written = encode(decode(xml).message);

    assert.match(written, /<xcal:dtstart><xcal:date-time>[^<]+<\/xcal:date-time><\/xcal:dtstart>/);
    assert.match(written, /<xcal:uid><xcal:text>[^<]+<\/xcal:text><\/xcal:uid>/);
    assert.match(written, /<ei:createdDateTime>[^<]+<\/ei:createdDateTime>/);
    assert.throws(() => decode(written.replace(/<xcal:text>([^<]*)<\/xcal:text>/, "$1")), { path: /xcal:uid$/ });
  });
});

describe("6. xcal:components is required, and empty, in an active period", () => {
  const xml = encode(decode(sample("oadrDistributeEvent-simple-far")).message);

  it("writes it", () => {
    assert.match(xml, /<\/xcal:properties><xcal:components><\/xcal:components><\/ei:eiActivePeriod>/);
  });

  it("refuses an active period without it, and takes one where it holds anything", () => {
    const parts = "<xcal:components></xcal:components>";

    assert.throws(() => decode(xml.replace(parts, "")), {
      path: /ei:eiActivePeriod$/,
      message: /expected element xcal:components, got none/,
    });
    assert.deepEqual(
      decode(xml.replace(parts, '<xcal:components a="b">x<y xmlns="urn:y"/></xcal:components>')),
      decode(xml),
    );
  });

  it("holds the spans of an opt schedule", () => {
    const { message } = decode(sample("oadrCreateOpt-schedule"));

    assert.ok(message.name === "oadrCreateOpt" && message.payload.vavailability !== undefined);
    assert.match(encode(message), /<xcal:vavailability><xcal:components><xcal:available><xcal:properties>/);
  });
});

describe("7. targets have an order, and an empty target is one", () => {
  it("writes targets in the schema's order, whatever theirs is", () => {
    const xml = payloadXml("oadrCreateOpt", {
      ...optPayload,
      targets: [{ venId: "v" }, { groupId: "g" }, { endDeviceAsset: "Thermostat" }, { resourceId: "r" }],
    });

    assert.match(
      xml,
      /<power:endDeviceAsset><power:mrid>Thermostat<\/power:mrid><\/power:endDeviceAsset><ei:groupID>g<\/ei:groupID><ei:resourceID>r<\/ei:resourceID><ei:venID>v<\/ei:venID>/,
    );
  });

  it("writes and demands eiTarget though it is empty", () => {
    const xml = payloadXml("oadrCreateOpt", optPayload);

    assert.match(xml, /<ei:eiTarget><\/ei:eiTarget>/);
    assert.throws(() => decode(bare(xml.replace("<ei:eiTarget></ei:eiTarget>", ""))), {
      message: /expected element ei:eiTarget, got none/,
    });
  });
});

describe("8. a report begins with the members of its base type", () => {
  it("writes dtstart, duration and intervals before its own", () => {
    const xml = encode(decode(sample("oadrUpdateReport-usage-two-intervals")).message);

    const order = [
      "<xcal:dtstart>",
      "<strm:intervals>",
      "<ei:reportRequestID>",
      "<ei:reportSpecifierID>",
      "<ei:reportName>",
      "<ei:createdDateTime>",
    ].map((tag) => xml.indexOf(tag));

    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
    assert.ok(order.every((at) => at > 0));
  });
});

describe("9. a report payload has confidence and accuracy before its value", () => {
  const xml = reportOf({
    kind: "reportPayload",
    rId: "1",
    confidence: 100,
    accuracy: 0.5,
    value: 1,
    dataQuality: "Quality Good - Non Specific",
  });

  it("writes them so", () => {
    assert.match(
      xml,
      /<ei:rID>1<\/ei:rID><ei:confidence>100<\/ei:confidence><ei:accuracy>0.5<\/ei:accuracy><ei:payloadFloat><ei:value>1<\/ei:value><\/ei:payloadFloat><oadr:oadrDataQuality>/,
    );
  });

  for (const text of ["101", "-1", "0.9", "1e1", ""]) {
    it(`refuses the confidence ${JSON.stringify(text)}, which is in whole percent`, () => {
      assert.throws(() => decode(xml.replace(">100<", `>${text}<`)), { path: /ei:confidence$/ });
    });
  }
});

describe("10. an interval has dtstart, duration and uid before its payloads", () => {
  it("refuses another order, and no payload", () => {
    const xml = reportOf({ kind: "signalPayload", value: 1 }, { uid: "0", duration: minutes(1) });
    const [duration = "", uid = "", payload = ""] =
      /(<xcal:duration>.*<\/xcal:duration>)(<xcal:uid>.*<\/xcal:uid>)(<ei:signalPayload>.*<\/ei:signalPayload>)/
        .exec(xml)
        ?.slice(1) ?? [];

    assert.throws(() => decode(xml.replace(duration + uid, uid + duration)), {
      message: /expected xcal:duration before xcal:uid/,
    });
    assert.throws(() => decode(xml.replace(uid + payload, payload + uid)), { message: /expected xcal:uid before/ });
    assert.throws(() => decode(xml.replace(payload, "")), {
      message:
        /ei:interval: expected element oadr:oadrReportPayload \| ei:signalPayload \| oadr:oadrGBPayload, got none/,
    });
  });
});

describe("11. the parts of a unit are in the unit's own namespace", () => {
  it("writes power: for some and oadr: for others", () => {
    assert.match(
      unit({ name: "voltage", description: "Voltage", unit: "V", scale: "k" }),
      /<power:voltage><power:itemDescription>Voltage<\/power:itemDescription><power:itemUnits>V<\/power:itemUnits><scale:siScaleCode>k</,
    );
    assert.match(
      unit({ name: "current", description: "Current", unit: "A", scale: "none" }),
      /<oadr:current><oadr:itemDescription>Current<\/oadr:itemDescription><oadr:itemUnits>A</,
    );
  });

  it("demands powerAttributes for power, and refuses them for energy", () => {
    const powerAttributes = { hertz: 50, voltage: 230, ac: true };
    const power = { name: "powerReal", description: "RealPower", unit: "W", scale: "none" };
    const energy = { name: "energyReal", description: "RealEnergy", unit: "Wh", scale: "none" };

    assert.match(
      unit({ ...power, powerAttributes }),
      /<power:powerAttributes><power:hertz>50<\/power:hertz><power:voltage>230<\/power:voltage><power:ac>true</,
    );
    assert.throws(() => unit(power), { path: /powerAttributes$/ });
    assert.throws(() => unit({ ...energy, powerAttributes }), { path: /powerAttributes$/ });
  });

  it("has a pulseFactor instead of a scale for pulse counts", () => {
    const pulses = { name: "pulseCount", description: "pulse count", unit: "count", pulseFactor: 0.001 };

    assert.match(
      unit(pulses),
      /<oadr:itemUnits>count<\/oadr:itemUnits><oadr:pulseFactor>0.001<\/oadr:pulseFactor><\/oadr:pulseCount>/,
    );
    assert.throws(() => unit({ ...pulses, scale: "none" }), { path: /scale$/ });
  });

  it("knows no description of its own for currencyPerThm, a gap of the schema", () => {
    const currency = { name: "currencyPerThm", unit: "EUR", scale: "none" };

    assert.match(
      unit({ ...currency, description: "currencyPerKWh" }),
      /<oadr:currencyPerThm><oadr:itemDescription>currencyPerKWh</,
    );
    assert.throws(() => unit({ ...currency, description: "currencyPerThm" }), { path: /description$/ });
  });
});

describe("12. currentValue is one payloadFloat, signalPayload one payloadBase", () => {
  const xml = encode(decode(sample("oadrDistributeEvent-simple-far")).message);
  const status =
    "<oadr:oadrPayloadResourceStatus><oadr:oadrOnline>true</oadr:oadrOnline><oadr:oadrManualOverride>0</oadr:oadrManualOverride></oadr:oadrPayloadResourceStatus>";

  it("refuses the status of a resource as a current value", () => {
    assert.match(
      xml,
      /<ei:currentValue><ei:payloadFloat><ei:value>[^<]*<\/ei:value><\/ei:payloadFloat><\/ei:currentValue>/,
    );
    assert.throws(() => decode(xml.replace(/(<ei:currentValue>).*?(<\/ei:currentValue>)/, `$1${status}$2`)), {
      path: /ei:currentValue\/oadr:oadrPayloadResourceStatus$/,
    });
  });

  it("takes it in a signal, whose value is then NaN", () => {
    const { message } = decode(xml.replace(/(<ei:signalPayload>).*?(<\/ei:signalPayload>)/, `$1${status}$2`));

    assert.ok(message.name === "oadrDistributeEvent");
    const [interval] = message.payload.events[0]?.signals[0]?.intervals ?? [];
    assert.deepEqual(
      [interval?.value, interval?.payloads],
      [NaN, [{ kind: "signalPayload", value: { online: true, manualOverride: false } }]],
    );
  });

  it("refuses two values in one signalPayload", () => {
    assert.throws(
      () =>
        decode(xml.replace(/<ei:signalPayload>(.*?)<\/ei:signalPayload>/, "<ei:signalPayload>$1$1</ei:signalPayload>")),
      { path: /ei:signalPayload\/ei:payloadFloat\[1\]$/ },
    );
  });
});

describe("13. signals come first, then one baseline at most", () => {
  const xml = encode(decode(sample("oadrDistributeEvent-price-baseline")).message);
  const baseline = /<ei:eiEventBaseline>.*<\/ei:eiEventBaseline>/.exec(xml)?.[0] ?? "";

  it("refuses a baseline before the signals, and two", () => {
    assert.notEqual(baseline, "");
    assert.throws(() => decode(xml.replace(baseline, "").replace("<ei:eiEventSignals>", `$&${baseline}`)), {
      message: /ei:eiEventSignal\b.*: expected ei:eiEventSignal before ei:eiEventBaseline/,
    });
    assert.throws(() => decode(xml.replace(baseline, baseline + baseline)), {
      message: /expected one ei:eiEventBaseline, got more than one/,
    });
  });
});

describe("14. registrationID is a text, by its substitution group", () => {
  it("reads and writes it as one, spaces kept", () => {
    const xml = bare(payloadXml("oadrCancelPartyRegistration", { requestId: "1", registrationId: " r 1 " }));

    assert.deepEqual(decode(xml).message.payload, { requestId: "1", registrationId: " r 1 " });
    assert.throws(() => decode(xml.replaceAll("ei:registrationID", "ei:refID")), { path: /ei:refID$/ });
  });
});

describe("15. oadrPendingReports, vtnID and oadrProfiles are always there", () => {
  it("writes pending reports though there are none", () => {
    const xml = payloadXml("oadrCreatedReport", {
      response: { responseCode: 200, requestId: "1" },
      pendingReports: [],
    });

    assert.match(xml, /<oadr:oadrPendingReports><\/oadr:oadrPendingReports>/);
    assert.throws(() => decode(bare(xml.replace(/<oadr:oadrPendingReports>.*<\/oadr:oadrPendingReports>/, ""))), {
      message: /expected element oadr:oadrPendingReports, got none/,
    });
  });

  for (const element of ["ei:vtnID", "oadr:oadrProfiles"]) {
    it(`demands ${element} of a refusal too`, () => {
      const xml = sample("oadrCreatedPartyRegistration-error");

      assert.throws(() => decode(xml.replace(new RegExp(`<${element}>.*?</${element}>`, "s"), "")), {
        message: `oadrCreatedPartyRegistration: expected element ${element}, got none`,
      });
    });
  }
});

describe("16. names are spelt as in the schema", () => {
  for (const [from, to, path] of [
    ["simpleHttp", "simpleHTTP", /oadrTransportName$/],
    ["xmpp", "XMPP", /oadrTransportName$/],
  ] as const) {
    it(`takes ${from}, and refuses ${to}`, () => {
      const xml = sample("oadrCreatePartyRegistration-new-pull").replace("simpleHttp", from);

      assert.equal(decode(xml).message.name, "oadrCreatePartyRegistration");
      assert.throws(() => decode(xml.replace(from, to)), { path });
    });
  }

  it("takes ELECTRICITY_PRICE and extensions, and refuses ELECTRICTY_PRICE", () => {
    const xml = sample("oadrDistributeEvent-price-baseline");

    for (const name of ["ELECTRICITY_PRICE", "x-ELECTRICTY_PRICE"])
      assert.equal(decode(withName(name)).deviations.length, 0);
    for (const name of ["ELECTRICTY_PRICE", "x-", "X-PRICE"])
      assert.throws(() => decode(withName(name)), { path: /ei:signalName$/ });

    function withName(name: string): string {
      return xml.replace(/(<ei:signalName>).*?</, `$1${name}<`);
    }
  });
});

describe("17. tokens collapse, texts do not; booleans and floats have several spellings", () => {
  it("collapses white space in tokens", () => {
    const { message } = decode(
      bare(payloadXml("oadrCreateOpt", optPayload))
        .replace(">optIn<", ">\n optIn\t<")
        .replace(">economic<", "> x-a \n b <"),
    );

    assert.ok(message.name === "oadrCreateOpt");
    assert.deepEqual([message.payload.optType, message.payload.optReason], ["optIn", "x-a b"]);
  });

  it("does not in enumerations of xs:string", () => {
    const xml = sample("oadrDistributeEvent-simple-far");

    assert.throws(() => decode(xml.replace(">always<", "> always<")), { path: /oadrResponseRequired$/ });
    assert.throws(() => decode(xml.replace(/(<ei:responseCode>)/, "$1 ")), { path: /ei:responseCode$/ });
  });

  for (const [text, read] of [
    ["true", true],
    ["1", true],
    [" false ", false],
    ["0", false],
  ] as const) {
    it(`reads ${JSON.stringify(text)} as ${read}`, () => {
      const { message } = decode(reportOnly(text));

      assert.ok(message.name === "oadrCreatePartyRegistration");
      assert.equal(message.payload.reportOnly, read);
    });
  }

  for (const text of ["TRUE", "yes", "", "01"]) {
    it(`refuses ${JSON.stringify(text)} as a boolean`, () => {
      assert.throws(() => decode(reportOnly(text)), { path: /oadrReportOnly$/ });
    });
  }

  for (const [text, read, written] of [
    ["INF", Infinity, "INF"],
    ["-INF", -Infinity, "-INF"],
    ["NaN", NaN, "NaN"],
    [" +5 ", 5, "5"],
    ["1e5", 100_000, "100000"],
    [".5", 0.5, "0.5"],
    ["5.", 5, "5"],
    ["-0", -0, "-0"],
    ["1E-7", 1e-7, "1e-7"],
  ] as const) {
    it(`reads the number ${text} and writes ${written}`, () => {
      const xml = reportOf({ kind: "signalPayload", value: 42 });

      const { message } = decode(xml.replace(">42<", `>${text}<`));

      assert.ok(message.name === "oadrUpdateReport");
      assert.deepEqual(message.payload.reports[0]?.intervals?.[0]?.payloads, [{ kind: "signalPayload", value: read }]);
      assert.ok(encode(message).includes(`<ei:value>${written}</ei:value>`));
    });
  }

  for (const text of ["+INF", "inf", "Infinity", "nan", "1e", "1,5", "0x10", "", "1 2"]) {
    it(`refuses ${JSON.stringify(text)} as a number`, () => {
      assert.throws(() => decode(reportOf({ kind: "signalPayload", value: 42 }).replace(">42<", `>${text}<`)), {
        path: /ei:value$/,
      });
    });
  }
});

describe("18. what protects from replay is let into a signature unchecked", () => {
  it("takes ReplayProtect, and anything in its place", () => {
    const dsp = "http://openadr.org/oadr-2.0b/2012/07/xmldsig-properties";

    for (const inner of [
      `<p:ReplayProtect xmlns:p="${dsp}"><p:timestamp>2026-01-31T12:00:00Z</p:timestamp><p:nonce>a</p:nonce></p:ReplayProtect>`,
      `<p:ReplayProtect xmlns:p="${dsp}"/>`,
      '<x xmlns="urn:x"/>',
    ]) {
      assert.equal(decode(signed(inner)).envelope.signature, "unverified");
    }
    assert.throws(() => decode(signed("")), { path: /ds:SignatureProperty$/ });
    assert.throws(() => decode(signed('<x xmlns="urn:x"/>').replace(' Target="#a"', "")), {
      message: /expected attribute Target, got none/,
    });
  });
});

const optPayload = {
  optId: "1",
  optType: "optIn",
  optReason: "economic",
  venId: "1",
  createdDateTime: day,
  requestId: "1",
  targets: [],
} satisfies Payload<"oadrCreateOpt">;

/** A payload as a document of its own. */
function bare(payload: string): string {
  return payload.replace(/^<[\w:]+/, `$&${declarations}`);
}

function pollFreq(text: string): string {
  const xml = encode({
    name: "oadrCreatedPartyRegistration",
    payload: {
      response: { responseCode: 200, requestId: "1" },
      vtnId: "1",
      profiles: [{ profileName: "2.0b", transports: ["simpleHttp"] }],
      requestedOadrPollFreq: duration("PT17S"),
    },
  });
  return xml.replace("PT17S", text);
}

function createOpt(createdDateTime: string): string {
  return bare(payloadXml("oadrCreateOpt", optPayload)).replace("2026-01-31T12:00:00Z", createdDateTime);
}

function reportOnly(text: string): string {
  return sample("oadrCreatePartyRegistration-new-pull").replace(/(<oadr:oadrReportOnly>).*?</, `$1${text}<`);
}

function reportOf(payload: object, interval: object = {}): string {
  const report = {
    intervals: [{ ...interval, payloads: [payload] }],
    reportDescriptions: [],
    reportRequestId: "1",
    reportSpecifierId: "1",
    createdDateTime: day,
  };
  return encode({
    name: "oadrUpdateReport",
    payload: { requestId: "1", reports: [report] },
  } as unknown as Message);
}

/** A request for a report in that unit. */
function unit(measurement: object): string {
  const specifierPayloads = [{ rId: "1", measurement, readingType: "Net" }];
  const reportSpecifier = {
    reportSpecifierId: "1",
    granularity: minutes(1),
    reportBackDuration: minutes(1),
    specifierPayloads,
  };
  const payload = { requestId: "1", reportRequests: [{ reportRequestId: "1", reportSpecifier }] };
  return encode({ name: "oadrCreateReport", payload } as Message);
}

/** A poll whose signature has that as its property. */
function signed(property: string): string {
  const properties = `<ds:SignatureProperties><ds:SignatureProperty Target="#a">${property}</ds:SignatureProperty></ds:SignatureProperties>`;
  return pollXml.replace("<oadr:oadrSignedObject", `${signatureXml(`<ds:Object>${properties}</ds:Object>`)}$&`);
}
