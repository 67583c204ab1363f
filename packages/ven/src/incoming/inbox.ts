import { refusalOf, requestIdOf, type AnswerName, type Message, type OperationName } from "@openleadr/protocol";
import type { VenContext } from "../context.ts";
import type { Events } from "../event/event.ts";
import { receiveCancelPartyRegistration } from "../registration/registration.ts";
import type { Reports } from "../report/report.ts";
import type { VtnReports } from "../vtn-report/vtn-report.ts";
import type { Reply } from "./reply.ts";

/** What a message brought: nothing, something new, something known, or the end of the registration. */
export type Brought = "nothing" | "news" | "repetition" | "end";

/** What a VTN has for a VEN, in answer to a poll or pushed; oadrCreatedReport is pushed only. */
export type Incoming = Message<AnswerName<"oadrPoll"> | "oadrCreatedReport">;

/** What the inbox hands its messages to. */
export interface InboxServices {
  readonly events: Events;
  readonly reports: Reports;
  readonly vtnReports: VtnReports;
  /** Registers again under the same IDs. */
  registerAgain(): Promise<void>;
}

/** Deals with the messages of the VTN, whichever way they come: one message, one answer. */
export class Inbox {
  readonly #context: VenContext;
  readonly #services: InboxServices;

  constructor(context: VenContext, services: InboxServices) {
    this.#context = context;
    this.#services = services;
  }

  async receive(message: Incoming, reply: Reply): Promise<Brought> {
    const { events, reports, vtnReports } = this.#services;
    if (await this.#refusesForeign(message, reply)) return "repetition";
    switch (message.name) {
      case "oadrResponse":
        return "nothing";
      case "oadrDistributeEvent":
        return (await events.receive(message.payload)) ? "news" : "repetition";
      case "oadrRegisterReport":
        await vtnReports.receiveRegister(message.payload, reply);
        return "news";
      case "oadrCreatedReport":
        await vtnReports.receiveCreated(message.payload, reply);
        return "news";
      case "oadrCreateReport":
        await reports.receiveCreate(message.payload, reply);
        return "news";
      case "oadrCancelReport":
        await reports.receiveCancel(message.payload, reply);
        return "news";
      case "oadrUpdateReport":
        await vtnReports.receiveUpdate(message.payload, reply);
        return "news";
      case "oadrRequestReregistration":
        await this.#acknowledge(reply);
        await this.#services.registerAgain();
        return "repetition";
      case "oadrCancelPartyRegistration":
        return (await receiveCancelPartyRegistration(this.#context, message.payload, reply)) ? "end" : "repetition";
    }
  }

  async #acknowledge(reply: Reply): Promise<void> {
    const { venId } = this.#context.registration();
    await reply("oadrResponse", { response: { responseCode: 200, requestId: "" }, venId });
  }

  /** Rules 21, 304, 400: a message for another VEN is refused with 452. */
  async #refusesForeign(message: Incoming, reply: Reply): Promise<boolean> {
    const { venId } = this.#context.registration();
    const got = "venId" in message.payload ? message.payload.venId : undefined;
    if (got === undefined || got === "" || got === venId) return false;
    const responseDescription = `expected venID ${venId}, got ${JSON.stringify(got)}`;
    const refused = { message: message.name, responseCode: 452, reason: responseDescription };
    this.#context.options.logger.warn(refused, "message refused");
    this.#context.tell({ type: "messageRefused", ...refused });
    const response = { responseCode: 452, responseDescription, requestId: requestIdOf(message) };
    const refusal = refusalOf(message, response, { party: "ven", venId });
    if (refusal !== undefined) await reply(refusal.name as OperationName, refusal.payload);
    return true;
  }
}
