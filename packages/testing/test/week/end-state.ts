import type { Week } from "./week.ts";

/** What both sides have at the end of the week, in words and without IDs that are made anew each time. */
export async function endState(week: Week) {
  const { vtn, ven } = week;
  const events = await vtn.events.list();
  const optTypes = await Promise.all(
    events.map(async ({ eventDescriptor: { eventId, modificationNumber, eventStatus } }) => {
      const answers = await vtn.events.responses(eventId);
      return [eventId, modificationNumber, eventStatus, ...answers.map(({ optType }) => optType)].join(" ");
    }),
  );
  return {
    registration: [ven.state.state, ven.venId, (await vtn.vens.list()).map(({ venId }) => venId)],
    events: optTypes,
    held: ven.events.map(({ eventDescriptor }) => eventDescriptor.eventId),
    reports: (await vtn.reports.requests("kitchen")).map(
      ({ reportSpecifierId, state }) => `${reportSpecifierId} ${state}`,
    ),
    offered: (await vtn.reports.offered("kitchen")).map(({ reportSpecifierId }) => reportSpecifierId),
    requested: ven.reportRequests.map(({ request }) => request.reportSpecifier.reportSpecifierId),
    vtnReports: ven.vtnReports.map(({ reportSpecifierId }) => reportSpecifierId),
    vtnRequests: ven.vtnReportRequests.map(({ reportSpecifierId, state }) => `${reportSpecifierId} ${state}`),
    opts: ven.opts.map(({ optId }) => optId),
    schedules: (await vtn.opts.schedules("kitchen")).map(({ optId }) => optId),
  };
}

/**
 * What was told, minute by minute. In which order within one, and whether twice, is for the way to say: after a failure the
 * VEN asks for what it may have missed, and what it gets then may be on its way already.
 */
export function byMinute({ told, device }: Week): object {
  // What was requested may come before the answer to the request, and then the request is over.
  const ven = told.ven.filter((line) => !line.endsWith('vtnReportRequested reportSpecifierId "METADATA"'));
  return { vtn: [...new Set(told.vtn)].toSorted(), ven: [...new Set(ven)].toSorted(), device };
}

/**
 * What was told of each event. Without the time, and what comes of it, which is another one where messages do not wait; and
 * told once though it was told again, as events come more often there.
 */
export function toldByEvent({ told }: Week): Readonly<Record<string, readonly string[]>> {
  const byEvent: Record<string, string[]> = {};
  for (const line of told.ven) {
    const [, what = "", eventId = ""] = /^\S+ \S+ (.* eventId "([^"]+)".*)$/.exec(line) ?? [];
    // Whether this one is heard of at all depends on the way.
    if (eventId === "" || eventId === "unheard") continue;
    const fact = what.replace(/ eventStatus .*/, "");
    const known = (byEvent[eventId] ??= []);
    if (!(known.includes(fact) && fact.startsWith("eventAnswered"))) known.push(fact);
  }
  return Object.fromEntries(Object.entries(byEvent).map(([eventId, facts]) => [eventId, facts.toSorted()]));
}
