import {
  minutes,
  powerReal,
  seconds,
  type Message,
  type OadrReport,
  type ReportInterval,
  type ResourceStatus,
} from "@openleadr/protocol";
import type { AskedSpan, ReportOptions, VenOptions } from "@openleadr/ven";
import type { Site } from "./restarting-ven.ts";
import { aBench, type Bench } from "./scripted-vtn.ts";

/** A meter that always reads 4. */
export const meter = {
  resourceId: "meter",
  rId: "power",
  reportSpecifierId: "usage",
  measurement: powerReal(),
  collect: () => 4,
} as const satisfies ReportOptions;

/** The state of a boiler. */
export const status = {
  resourceId: "boiler",
  reportName: "TELEMETRY_STATUS",
  rId: "state",
  reportSpecifierId: "status",
  collect: (): ResourceStatus => ({ online: true, manualOverride: false }),
} as const satisfies ReportOptions;

/** A VEN that is registered and offers these data points; the last poll was at 00:00:00. */
export async function aStartedBench(points: readonly ReportOptions[] = [meter], options: Partial<VenOptions> = {}) {
  const bench = aBench(options);
  for (const point of points) bench.ven.addReport(point);
  await bench.ven.start();
  bench.vtn.forget();
  return bench;
}

/** A VEN that has been started at a site and offers these data points; the VTN has forgotten what it heard before. */
export async function reporting(
  site: Site,
  points: readonly ReportOptions[] = [meter],
  options: Partial<VenOptions> = {},
): Promise<Bench> {
  site.vtn.forget();
  const bench = site.aVen(options);
  for (const point of points) bench.ven.addReport(point);
  await bench.ven.start();
  await site.clock.settle();
  return bench;
}

/** Hands a message to the VEN with its next poll, which is due now. */
export async function handOut(bench: Bench, message: Message): Promise<void> {
  bench.vtn.queue.push(message);
  await bench.clock.advance(seconds(10));
}

/** The data that reached the VTN, one line per report: when it came to be, then start=value of its intervals. */
export function sent(bench: Bench): string[] {
  return bench.vtn
    .payloads("oadrUpdateReport")
    .flatMap(({ reports }) => reports)
    .map(
      ({ createdDateTime, intervals = [] }: OadrReport) =>
        `${clockTime(createdDateTime)}: ${intervals.map((interval) => `${clockTime(interval.dtstart)}=${values(interval)}`).join(" ")}`,
    );
}

/** The intervals that reached the VTN, in the order in which they did. */
export function dataOf(bench: Bench): readonly ReportInterval[] {
  return bench.vtn
    .payloads("oadrUpdateReport")
    .flatMap(({ reports }) => reports)
    .flatMap(({ intervals = [] }) => intervals);
}

function clockTime(instant: Date | undefined): string {
  return instant?.toISOString().slice(11, 19) ?? "none";
}

function values({ payloads }: NonNullable<OadrReport["intervals"]>[number]): string {
  return payloads
    .map((payload) =>
      payload.kind === "reportPayload" && typeof payload.value === "number" ? payload.value : "status",
    )
    .join(",");
}

/** A collect that counts: 1, 2, 3 … */
export function counting(): () => number {
  let count = 0;
  return () => ++count;
}

/** A reading for each granule of a span: the minute of the hour. */
export function minutesOf({ from, to, granularity = minutes(1) }: AskedSpan) {
  const length = (to.getTime() - from.getTime()) / granularity;
  return Array.from({ length }, (__, index) => {
    const dtstart = new Date(from.getTime() + index * granularity);
    return { dtstart, value: dtstart.getUTCMinutes() };
  });
}
