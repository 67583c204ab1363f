// A VEN that has events, for the cases that ask it about them. Its VTN is a function that answers in memory.

const start = new Date("2030-01-01T00:00:00Z");

/**
 * A VEN that was given that many events, of which all but the last are over or yet to come at the instant `at`.
 *
 * @param {number} count
 */
export async function busyVen(count) {
  const { encode, hours, minutes, operations } = await import("@openleadr/protocol");
  const { Ven } = await import("@openleadr/ven");
  const response = { responseCode: 200, requestId: "" };
  const events = Array.from({ length: count }, (_, index) => ({
    eventDescriptor: {
      eventId: `event-${index}`,
      modificationNumber: 0,
      priority: 1 + (index % 5),
      marketContext: "http://market",
      createdDateTime: new Date(),
      eventStatus: /** @type {const} */ ("far"),
    },
    activePeriod: {
      dtstart: new Date(start.getTime() + index * hours(1)),
      duration: hours(1),
      notification: minutes(0),
    },
    signals: /** @type {const} */ ([
      {
        intervals: [{ duration: hours(1), uid: "0", value: 1 }],
        signalName: "SIMPLE",
        signalType: "level",
        signalId: "signal",
      },
    ]),
    targets: [{ resourceId: "boiler" }],
    responseRequired: /** @type {const} */ ("never"),
  }));
  /** @type {Partial<Record<string, import("@openleadr/protocol").Message>>} */
  const answers = {
    oadrCreatePartyRegistration: {
      name: "oadrCreatedPartyRegistration",
      payload: {
        response,
        registrationId: "r",
        venId: "ven",
        vtnId: "vtn",
        profiles: [{ profileName: "2.0b", transports: ["simpleHttp"] }],
      },
    },
    oadrQueryRegistration: {
      name: "oadrCreatedPartyRegistration",
      payload: { response, vtnId: "vtn", profiles: [{ profileName: "2.0b", transports: ["simpleHttp"] }] },
    },
    oadrRequestEvent: { name: "oadrDistributeEvent", payload: { response, requestId: "d", vtnId: "vtn", events } },
    oadrRegisterReport: { name: "oadrRegisteredReport", payload: { response, reportRequests: [] } },
  };
  const ven = new Ven({
    venName: "busy",
    resources: [{ resourceId: "boiler" }],
    onEvent: () => "optIn",
    transport: async (_service, xml) => {
      const name = Object.keys(operations).find((each) => xml.includes(`:${each} `) || xml.includes(`:${each}>`)) ?? "";
      return encode(answers[name] ?? { name: "oadrResponse", payload: { response } });
    },
  });
  await ven.start();
  return { ven, at: new Date(start.getTime() + (count - 1) * hours(1) + minutes(5)) };
}
