// The documents that the cases read and write: valid, and compact, as the encoder writes them.

const namespaces = {
  oadr: "http://openadr.org/oadr-2.0b/2012/07",
  ei: "http://docs.oasis-open.org/ns/energyinterop/201110",
  pyld: "http://docs.oasis-open.org/ns/energyinterop/201110/payloads",
  emix: "http://docs.oasis-open.org/ns/emix/2011/06",
  power: "http://docs.oasis-open.org/ns/emix/2011/06/power",
  scale: "http://docs.oasis-open.org/ns/emix/2011/06/siscale",
  xcal: "urn:ietf:params:xml:ns:icalendar-2.0",
  strm: "urn:ietf:params:xml:ns:icalendar-2.0:stream",
};

/** A poll by the VEN `ven-1`. */
export const poll = pollOf("ven-1");

/**
 * @param {string} venId
 */
export function pollOf(venId) {
  return payload("oadrPoll", `<ei:venID>${venId}</ei:venID>`);
}

/** The VEN `ven-1` asks for its events. */
export const requestEvent = payload(
  "oadrRequestEvent",
  `<pyld:eiRequestEvent><pyld:requestID>req-1</pyld:requestID><ei:venID>ven-1</ei:venID></pyld:eiRequestEvent>`,
);

/** The answer to a poll when nothing is waiting. */
export const emptyAnswer = payload("oadrResponse", okResponse(""));

/** The first registration of a VEN that polls. */
export const registration = payload(
  "oadrCreatePartyRegistration",
  `<pyld:requestID>req-0</pyld:requestID><oadr:oadrProfileName>2.0b</oadr:oadrProfileName>` +
    `<oadr:oadrTransportName>simpleHttp</oadr:oadrTransportName><oadr:oadrReportOnly>false</oadr:oadrReportOnly>` +
    `<oadr:oadrXmlSignature>false</oadr:oadrXmlSignature><oadr:oadrVenName>bench</oadr:oadrVenName>` +
    `<oadr:oadrHttpPullModel>true</oadr:oadrHttpPullModel>`,
);

/** One event of a day, its one signal in 24 intervals of an hour. */
export const distributeEvent = payload(
  "oadrDistributeEvent",
  `${okResponse("req-1")}<pyld:requestID>dist-1</pyld:requestID><ei:vtnID>vtn-1</ei:vtnID>` +
    `<oadr:oadrEvent><ei:eiEvent>${eventDescriptor()}${activePeriod()}` +
    `<ei:eiEventSignals><ei:eiEventSignal>` +
    `<strm:intervals>${times(24, eventInterval)}</strm:intervals>` +
    `<ei:signalName>ELECTRICITY_PRICE</ei:signalName><ei:signalType>price</ei:signalType><ei:signalID>signal-1</ei:signalID>` +
    `<oadr:currencyPerKWh><oadr:itemDescription>currencyPerKWh</oadr:itemDescription>` +
    `<oadr:itemUnits>EUR</oadr:itemUnits><scale:siScaleCode>none</scale:siScaleCode></oadr:currencyPerKWh>` +
    `<ei:currentValue><ei:payloadFloat><ei:value>0.25</ei:value></ei:payloadFloat></ei:currentValue>` +
    `</ei:eiEventSignal></ei:eiEventSignals>` +
    `<ei:eiTarget><ei:groupID>feeder-7</ei:groupID><ei:venID>ven-1</ei:venID></ei:eiTarget></ei:eiEvent>` +
    `<oadr:oadrResponseRequired>always</oadr:oadrResponseRequired></oadr:oadrEvent>`,
);

/** The metadata of the report below. */
export const registerReport = payload(
  "oadrRegisterReport",
  `<pyld:requestID>req-1</pyld:requestID><oadr:oadrReport>${span("PT2H")}` +
    `<oadr:oadrReportDescription><ei:rID>power-1</ei:rID>` +
    `<ei:reportDataSource><ei:resourceID>meter-1</ei:resourceID></ei:reportDataSource>` +
    `<ei:reportType>usage</ei:reportType><power:powerReal><power:itemDescription>RealPower</power:itemDescription>` +
    `<power:itemUnits>W</power:itemUnits><scale:siScaleCode>k</scale:siScaleCode><power:powerAttributes>` +
    `<power:hertz>50</power:hertz><power:voltage>230</power:voltage><power:ac>true</power:ac></power:powerAttributes>` +
    `</power:powerReal><ei:readingType>Direct Read</ei:readingType><oadr:oadrSamplingRate>` +
    `<oadr:oadrMinPeriod>PT1M</oadr:oadrMinPeriod><oadr:oadrMaxPeriod>PT1H</oadr:oadrMaxPeriod>` +
    `<oadr:oadrOnChange>false</oadr:oadrOnChange></oadr:oadrSamplingRate></oadr:oadrReportDescription>` +
    `<ei:reportRequestID>0</ei:reportRequestID><ei:reportSpecifierID>usage-1</ei:reportSpecifierID>` +
    `<ei:reportName>METADATA_TELEMETRY_USAGE</ei:reportName>` +
    `<ei:createdDateTime>2026-01-01T09:00:00Z</ei:createdDateTime></oadr:oadrReport><ei:venID>ven-1</ei:venID>`,
);

/** A report of one data point in 100 intervals of a minute. */
export const updateReport = payload(
  "oadrUpdateReport",
  `<pyld:requestID>req-2</pyld:requestID><oadr:oadrReport>` +
    `${start("2026-01-01T10:00:00Z")}${span("PT1H40M")}` +
    `<strm:intervals>${times(100, reportInterval)}</strm:intervals>` +
    `<ei:reportRequestID>request-1</ei:reportRequestID><ei:reportSpecifierID>usage-1</ei:reportSpecifierID>` +
    `<ei:reportName>TELEMETRY_USAGE</ei:reportName><ei:createdDateTime>2026-01-01T11:40:00Z</ei:createdDateTime>` +
    `</oadr:oadrReport><ei:venID>ven-1</ei:venID>`,
);

/**
 * @param {string} name
 * @param {string} content
 */
function payload(name, content) {
  const isUsed = (/** @type {string} */ prefix) => ["oadr", "ei"].includes(prefix) || content.includes(`<${prefix}:`);
  const declarations = Object.entries(namespaces).map(([prefix, uri]) =>
    isUsed(prefix) ? ` xmlns:${prefix}="${uri}"` : "",
  );
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<oadr:oadrPayload${declarations.join("")}><oadr:oadrSignedObject>` +
    `<oadr:${name} ei:schemaVersion="2.0b">${content}</oadr:${name}></oadr:oadrSignedObject></oadr:oadrPayload>`
  );
}

/** @param {string} requestId */
function okResponse(requestId) {
  return (
    `<ei:eiResponse><ei:responseCode>200</ei:responseCode><ei:responseDescription>OK</ei:responseDescription>` +
    `<pyld:requestID>${requestId}</pyld:requestID></ei:eiResponse>`
  );
}

function eventDescriptor() {
  return (
    `<ei:eventDescriptor><ei:eventID>event-1</ei:eventID><ei:modificationNumber>0</ei:modificationNumber>` +
    `<ei:priority>1</ei:priority>` +
    `<ei:eiMarketContext><emix:marketContext>http://example.com/day-ahead</emix:marketContext></ei:eiMarketContext>` +
    `<ei:createdDateTime>2025-12-31T12:00:00Z</ei:createdDateTime><ei:eventStatus>far</ei:eventStatus>` +
    `<ei:testEvent>false</ei:testEvent><ei:vtnComment>Prices of the day-ahead market</ei:vtnComment></ei:eventDescriptor>`
  );
}

function activePeriod() {
  return (
    `<ei:eiActivePeriod><xcal:properties>${start("2026-01-01T00:00:00Z")}${span("P1D")}` +
    `<ei:x-eiNotification><xcal:duration>PT12H</xcal:duration></ei:x-eiNotification></xcal:properties>` +
    `<xcal:components></xcal:components></ei:eiActivePeriod>`
  );
}

/** @param {number} index */
function eventInterval(index) {
  return (
    `<ei:interval>${span("PT1H")}<xcal:uid><xcal:text>${index}</xcal:text></xcal:uid>` +
    `<ei:signalPayload><ei:payloadFloat><ei:value>${0.25 + index / 100}</ei:value></ei:payloadFloat></ei:signalPayload></ei:interval>`
  );
}

/** @param {number} index */
function reportInterval(index) {
  const time = new Date(Date.UTC(2026, 0, 1, 10, index)).toISOString().replace(".000Z", "Z");
  return (
    `<ei:interval>${start(time)}${span("PT1M")}<oadr:oadrReportPayload><ei:rID>power-1</ei:rID>` +
    `<ei:payloadFloat><ei:value>${12 + (index % 7) / 4}</ei:value></ei:payloadFloat>` +
    `<oadr:oadrDataQuality>Quality Good - Non Specific</oadr:oadrDataQuality></oadr:oadrReportPayload></ei:interval>`
  );
}

/** @param {string} time */
function start(time) {
  return `<xcal:dtstart><xcal:date-time>${time}</xcal:date-time></xcal:dtstart>`;
}

/** @param {string} duration */
function span(duration) {
  return `<xcal:duration><xcal:duration>${duration}</xcal:duration></xcal:duration>`;
}

/**
 * @param {number} count
 * @param {(index: number) => string} part
 */
function times(count, part) {
  return Array.from({ length: count }, (_, index) => part(index)).join("");
}
