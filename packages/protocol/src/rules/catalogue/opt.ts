import { both, ven, vtn, type ConformanceRule } from "./rule.ts";

/** The rules of EiOpt. */
// prettier-ignore
export const optRules: readonly ConformanceRule[] = [
  { number: 200, service: "EiOpt", binds: both, title: "plain spans",
    demands: "The spans of a vavailability have a start and a duration, and neither tolerance nor notification, ramp-up or recovery." },
  { number: 201, service: "EiOpt", binds: both, title: "left to the programme",
    demands: "Which opts a programme knows, what holds without one, which prevails, and what becomes of events meanwhile, is for the programme to say." },
  { number: 202, service: "EiOpt", binds: ven, title: "target of a schedule",
    demands: "Without targets a schedule is for all resources of the VEN, else for any of those named. A VEN may send several schedules." },
  { number: 203, service: "EiOpt", binds: vtn, title: "replacing a schedule",
    demands: "A schedule for the whole VEN replaces the one before, one for some resources only theirs; schedules of optIn and of optOut do not replace each other." },
  { number: 204, service: "EiOpt", binds: ven, title: "optID",
    demands: "It is always there but need not be unique: cancelling it cancels every schedule that has it." },
  { number: 205, service: "EiOpt", binds: vtn, title: "marketContext of a schedule",
    demands: "A schedule that names a market context is for the events of that context only." },
  { number: 206, service: "EiOpt", binds: both, title: "opting for one event",
    demands: "An oadrCreateOpt may name an event that wanted an answer, with targets among the event's; it then has neither vavailability nor marketContext. From there on only another oadrCreateOpt changes the state of the resources it named. Without an event, vavailability is required." },
  { number: 207, service: "EiOpt", binds: both, title: "requestID",
    demands: "It may be empty; otherwise the answer repeats it." },
  { number: 208, service: "EiOpt", binds: ven, title: "IDs of an opt",
    demands: "venID and optID are always given; a VTN answers 452 to wrong ones." },
  { number: 209, service: "EiOpt", binds: both, title: "device classes of an opt",
    demands: "oadrDeviceClass names device classes only (endDeviceAsset), narrows target and market context, and is absent when there is nothing to name." },
  { number: 210, service: "EiOpt", binds: both, title: "opts without an end",
    demands: "A span of duration 0 lasts until it is cancelled." },
  { number: 211, service: "EiOpt", binds: both, title: "what can be cancelled",
    demands: "oadrCancelOpt is for schedules, not for opts of one event. Cancelling a schedule that another has replaced is no error." },
];
