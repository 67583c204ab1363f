import { energyReal, hours, minutes, powerReal, type Clock } from "@openleadr/protocol";
import type { ReportOptions } from "@openleadr/ven";
import type { OwnReport, ReportSelection } from "@openleadr/vtn";

const samplingRate = { minPeriod: minutes(1), maxPeriod: hours(1) };

/** What the VEN can report, one report of each kind. */
export function reportsOf(clock: Clock): readonly ReportOptions[] {
  return [
    {
      reportSpecifierId: "usage",
      rId: "power",
      resourceId: "boiler",
      measurement: powerReal(),
      samplingRate,
      collect: ({ dtstart }) => dtstart.getTime() / minutes(1),
    },
    {
      reportName: "TELEMETRY_STATUS",
      reportSpecifierId: "state",
      rId: "boiler",
      resourceId: "boiler",
      samplingRate,
      collect: () => ({ online: true, manualOverride: false }),
    },
    {
      reportName: "HISTORY_USAGE",
      reportSpecifierId: "history",
      rId: "energy",
      resourceId: "boiler",
      measurement: energyReal(),
      collectSpan: () => [{ dtstart: new Date(clock.now().getTime() - hours(2)), duration: hours(1), value: 7 }],
    },
    {
      reportName: "HISTORY_GREENBUTTON",
      reportSpecifierId: "green",
      rId: "energy",
      collectSpan: () => '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x</id><title>usage</title></feed>',
    },
    {
      reportName: "x-WEATHER",
      reportSpecifierId: "weather",
      rId: "sun",
      samplingRate,
      collect: () => 0.5,
    },
  ];
}

/** What the VTN asks for as soon as it is offered. */
export const wantedAtOnce: Readonly<Partial<Record<string, ReportSelection>>> = {
  usage: { granularity: minutes(15), reportBackDuration: hours(1) },
};

/** What the VTN offers. */
export const ownReports: readonly OwnReport[] = [
  {
    reportSpecifierId: "grid",
    dataPoints: [{ rId: "load", measurement: powerReal(), samplingRate, collect: () => 7 }],
  },
  {
    reportSpecifierId: "past",
    reportName: "HISTORY_USAGE",
    duration: hours(24),
    dataPoints: [
      {
        rId: "energy",
        measurement: energyReal(),
        collect: ({ dtstart }) => [{ dtstart, duration: hours(1), value: 8 }],
      },
    ],
  },
];
