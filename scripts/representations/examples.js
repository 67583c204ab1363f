// Messages for what no sample shows. The page has their XML and JSON from the library itself.
import { customUnit, hours, minutes, pulseCount, seconds } from "@openleadr/protocol";

/** @typedef {import("@openleadr/protocol").Message} Message */
/** @typedef {import("@openleadr/protocol").OadrEvent} OadrEvent */
/** @typedef {import("@openleadr/protocol").OadrReport} OadrReport */
/** @typedef {import("@openleadr/protocol").XmlTreeNode} XmlTreeNode */
/** @typedef {{ title: string, message: Message }} Example */
/**
 * A part of a message: the element it is in XML, and where it is in the payload's JSON.
 *
 * @typedef {Example & { type: string, element: string, path: readonly (string | number)[] }} Fragment
 */

const start = new Date("2026-07-01T12:00:00Z");
const response = { responseCode: 200, responseDescription: "OK", requestId: "req-1" };

/**
 * @param {Partial<OadrEvent>} parts
 * @returns {Message}
 */
function distributing(parts) {
  /** @type {OadrEvent} */
  const event = {
    eventDescriptor: {
      eventId: "event-1",
      modificationNumber: 0,
      marketContext: "http://programs.example/peak",
      createdDateTime: start,
      eventStatus: "far",
    },
    activePeriod: { dtstart: start, duration: hours(1) },
    signals: [
      {
        intervals: [{ duration: hours(1), uid: "0", value: 1 }],
        signalName: "SIMPLE",
        signalType: "level",
        signalId: "signal-1",
      },
    ],
    targets: [],
    responseRequired: "always",
    ...parts,
  };
  return { name: "oadrDistributeEvent", payload: { requestId: "req-1", vtnId: "vtn-1", events: [event] } };
}

/**
 * @param {import("@openleadr/protocol").SignalInterval} interval
 * @returns {Message}
 */
function signalling(interval) {
  const signal = /** @type {const} */ ({ signalName: "LOAD_DISPATCH", signalType: "setpoint", signalId: "signal-1" });
  return distributing({ signals: [{ ...signal, intervals: [interval] }] });
}

/**
 * @param {"oadrRegisterReport" | "oadrUpdateReport"} name
 * @param {Partial<OadrReport>} parts
 * @returns {Message}
 */
function reporting(name, parts) {
  const report = {
    reportDescriptions: [],
    reportRequestId: name === "oadrRegisterReport" ? "0" : "request-1",
    reportSpecifierId: "specifier-1",
    createdDateTime: start,
    ...parts,
  };
  return { name, payload: { requestId: "req-1", reports: [report], venId: "ven-1" } };
}

/**
 * @param {import("@openleadr/protocol").Measurement} measurement
 * @returns {Message}
 */
function measuring(measurement) {
  const description = /** @type {const} */ ({ rId: "meter-1", reportType: "usage", readingType: "Direct Read" });
  return reporting("oadrRegisterReport", { reportDescriptions: [{ ...description, measurement }] });
}

/**
 * @param {import("@openleadr/protocol").StreamPayload} payload
 * @returns {Message}
 */
function streaming(payload) {
  return reporting("oadrUpdateReport", { intervals: [{ dtstart: start, payloads: [payload] }] });
}

/**
 * @param {string} name
 * @param {...XmlTreeNode} children
 */
function atom(name, ...children) {
  return { name: `atom:${name}`, namespace: "http://www.w3.org/2005/Atom", children };
}

/**
 * @param {string} name
 * @param {...XmlTreeNode} children
 */
function espi(name, ...children) {
  return { name: `espi:${name}`, namespace: "http://naesb.org/espi", children };
}

/** @param {XmlTreeNode} content */
function feedOf(content) {
  return atom("feed", atom("entry", atom("content", content)));
}

const area = {
  id: "area-1",
  polygon: { id: "polygon-1", posList: [52.1, 4.2, 52.1, 4.3, 52.2, 4.3, 52.1, 4.2] },
};

/** @type {readonly Example[]} */
export const messageExamples = [
  {
    title: "Settings of services, and extensions",
    message: {
      name: "oadrCreatedPartyRegistration",
      payload: {
        response,
        registrationId: "registration-1",
        venId: "ven-1",
        vtnId: "vtn-1",
        profiles: [{ profileName: "2.0b", transports: ["simpleHttp"] }],
        requestedOadrPollFreq: seconds(10),
        serviceSpecificInfo: [{ serviceName: "EiEvent", infos: [{ key: "maxEvents", value: "20" }] }],
        extensions: [{ extensionName: "http://vendor.example/metering", infos: [{ key: "version", value: "3" }] }],
      },
    },
  },
  {
    title: "Green Button: METADATA_HISTORY_GREENBUTTON",
    message: reporting("oadrRegisterReport", {
      duration: hours(24 * 30),
      reportDescriptions: [
        {
          rId: "meter-1",
          reportType: "usage",
          measurement: {
            name: "gbDataDescription",
            feed: feedOf(espi("ReadingType", espi("powerOfTenMultiplier", "0"), espi("uom", "72"))),
          },
          readingType: "Direct Read",
        },
      ],
      reportName: "METADATA_HISTORY_GREENBUTTON",
    }),
  },
  {
    title: "Green Button: HISTORY_GREENBUTTON",
    message: reporting("oadrUpdateReport", {
      dtstart: start,
      intervals: [
        {
          dtstart: start,
          payloads: [
            {
              kind: "gbPayload",
              feed: feedOf(
                espi(
                  "IntervalBlock",
                  espi("interval", espi("duration", "3600"), espi("start", "1782907200")),
                  espi("IntervalReading", espi("value", "450")),
                ),
              ),
            },
          ],
        },
      ],
      reportName: "HISTORY_GREENBUTTON",
    }),
  },
];

const event = ["events", 0];
const interval = [...event, "signals", 0, "intervals", 0];
const measurement = ["reports", 0, "reportDescriptions", 0, "measurement"];
const payload = ["reports", 0, "intervals", 0, "payloads", 0];

/** @type {readonly Fragment[]} */
export const fragments = [
  {
    type: "Target",
    title: "Every kind of target",
    message: distributing({
      targets: [
        { aggregatedPnode: "zone-4" },
        { endDeviceAsset: "Thermostat" },
        { meterAsset: "meter-7" },
        { pnode: "node-12" },
        { serviceArea: area },
        { serviceDeliveryPoint: "point-3" },
        { serviceLocation: { polygon: { posList: area.polygon.posList } } },
        { transportInterface: { pointOfReceipt: "north", pointOfDelivery: "south" } },
        { groupId: "schools" },
        { groupName: "Schools of the city" },
        { resourceId: "battery-2" },
        { venId: "ven-1" },
        { partyId: "party-9" },
      ],
    }),
    element: "ei:eiTarget",
    path: [...event, "targets"],
  },
  {
    type: "CalendarProperties",
    title: "An event's active period with everything it can have",
    message: distributing({
      activePeriod: {
        dtstart: start,
        duration: hours(2),
        startAfter: minutes(5),
        notification: hours(24),
        rampUp: minutes(15),
        recovery: minutes(-10),
      },
    }),
    element: "xcal:properties",
    path: [...event, "activePeriod"],
  },
  {
    type: "Measurement",
    title: "Kilowatts",
    message: measuring({
      name: "powerReal",
      description: "RealPower",
      unit: "W",
      scale: "k",
      powerAttributes: { hertz: 50, voltage: 230, ac: true },
    }),
    element: "power:powerReal",
    path: measurement,
  },
  {
    type: "Measurement",
    title: "Euros per kilowatt-hour",
    message: measuring({ name: "currencyPerKWh", description: "currencyPerKWh", unit: "EUR", scale: "none" }),
    element: "oadr:currencyPerKWh",
    path: measurement,
  },
  {
    type: "Measurement",
    title: "Pulses of a meter",
    message: measuring({ ...pulseCount(0.001) }),
    element: "oadr:pulseCount",
    path: measurement,
  },
  {
    type: "Measurement",
    title: "A unit of one's own",
    message: measuring(customUnit("flow rate", "m3/h")),
    element: "oadr:customUnit",
    path: measurement,
  },
  {
    type: "SignalInterval",
    title: "An interval as it should be",
    message: signalling({ duration: minutes(15), uid: "0", value: 2.5 }),
    element: "ei:interval",
    path: interval,
  },
  {
    type: "SignalInterval",
    title: "An interval that breaks rule 100: two payloads",
    message: signalling({
      duration: minutes(15),
      uid: "0",
      value: 2.5,
      payloads: [
        { kind: "signalPayload", value: 2.5 },
        { kind: "signalPayload", value: Infinity },
      ],
    }),
    element: "ei:interval",
    path: interval,
  },
  {
    type: "StreamPayload",
    title: "A reading that is missing",
    message: streaming({
      kind: "reportPayload",
      rId: "meter-1",
      value: NaN,
      dataQuality: "Quality Bad - Comm Failure",
    }),
    element: "oadr:oadrReportPayload",
    path: payload,
  },
  {
    type: "StreamPayload",
    title: "The state of a resource",
    message: streaming({
      kind: "reportPayload",
      rId: "heat-pump-1",
      value: {
        online: true,
        manualOverride: false,
        loadControlState: {
          capacity: { min: 0, max: 1, current: 0.6, normal: 1 },
          levelOffset: { current: 1 },
          percentOffset: { current: 100 },
          setPoint: { current: 21.5 },
        },
      },
    }),
    element: "oadr:oadrReportPayload",
    path: payload,
  },
];
