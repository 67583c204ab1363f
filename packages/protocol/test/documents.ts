import { element, type Element } from "./document.ts";

/** A poll, bare. */
export function poll(attributes: Readonly<Record<string, string>> = {}): Element {
  return element("oadr:oadrPoll", [element("ei:venID", ["ven"])], attributes);
}

/** A poll with that signature. */
export function signed(signature: Element): Element {
  return element("oadr:oadrPayload", [signature, element("oadr:oadrSignedObject", [poll()])]);
}

function method(name: string): Element {
  return element(name, [], { Algorithm: "urn:a" });
}

function text(name: string, value: string): Element {
  return element(name, [value]);
}

/** A signature with that digest method and signature value. */
export function signature(digestMethod: readonly Element[] = [method("ds:DigestMethod")], value = "AQAB"): Element {
  const reference = element("ds:Reference", [...digestMethod, element("ds:DigestValue", ["AQAB"])]);
  const info = element("ds:SignedInfo", [method("ds:CanonicalizationMethod"), method("ds:SignatureMethod"), reference]);
  return element("ds:Signature", [info, element("ds:SignatureValue", [value])]);
}

function report(...payloads: readonly Element[]): Element {
  return element("oadr:oadrUpdateReport", [
    element("pyld:requestID", ["1"]),
    element("oadr:oadrReport", [
      element("strm:intervals", [element("ei:interval", payloads)]),
      element("ei:reportRequestID", ["1"]),
      element("ei:reportSpecifierID", ["1"]),
      element("ei:createdDateTime", ["2026-01-31T12:00:00Z"]),
    ]),
  ]);
}

/** A report of one value; of a span, where one is given. */
export function usage(value: string, ...duration: readonly Element[]): Element {
  const float = element("ei:payloadFloat", [element("ei:value", [value])]);
  const payload = element("oadr:oadrReportPayload", [element("ei:rID", ["1"]), float]);
  return report(...duration.map((inner) => element("xcal:duration", [inner])), payload);
}

/** A report of Green Button data. */
export function greenButton(feed: Element): Element {
  return report(element("oadr:oadrGBPayload", [feed]));
}

/** An event whose active period has those components. */
export function event(components: Element): Element {
  const descriptor = element("ei:eventDescriptor", [
    text("ei:eventID", "1"),
    text("ei:modificationNumber", "0"),
    element("ei:eiMarketContext", [text("emix:marketContext", "http://a")]),
    text("ei:createdDateTime", "2026-01-31T12:00:00Z"),
    text("ei:eventStatus", "far"),
  ]);
  const span = element("xcal:duration", [text("xcal:duration", "PT1H")]);
  const properties = element("xcal:properties", [
    element("xcal:dtstart", [text("xcal:date-time", "2026-01-31T12:00:00Z")]),
    span,
  ]);
  const value = element("ei:signalPayload", [element("ei:payloadFloat", [text("ei:value", "1")])]);
  const signal = element("ei:eiEventSignal", [
    element("strm:intervals", [element("ei:interval", [span, value])]),
    text("ei:signalName", "SIMPLE"),
    text("ei:signalType", "level"),
    text("ei:signalID", "1"),
  ]);
  const parts = [
    descriptor,
    element("ei:eiActivePeriod", [properties, components]),
    element("ei:eiEventSignals", [signal]),
    element("ei:eiTarget"),
  ];
  return element("oadr:oadrDistributeEvent", [
    text("pyld:requestID", "1"),
    text("ei:vtnID", "vtn"),
    element("oadr:oadrEvent", [element("ei:eiEvent", parts), text("oadr:oadrResponseRequired", "always")]),
  ]);
}
