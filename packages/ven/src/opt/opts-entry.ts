import { milliseconds } from "@openleadr/protocol";
import type { EntryKind } from "../store/entry-kind.ts";
import type { TakenEventOpt, TakenSchedule, VenOpt } from "./opt-record.ts";

type Text<Opt extends VenOpt> = Omit<Opt, "createdDateTime" | "availability"> & {
  readonly createdDateTime: string;
};

/** An opt as text. */
type OptJson =
  | Text<TakenEventOpt>
  | (Text<TakenSchedule> & { readonly availability: readonly { dtstart: string; durationMs: number }[] });

/** All opts of a VEN, oldest first, without an ID. */
export const optsEntry: EntryKind<readonly VenOpt[]> = {
  kind: "opts",
  format: 1,
  toJson: (opts) => opts.map(jsonOf),
  fromJson: (json) => (json as readonly OptJson[]).map(optOf),
};

function jsonOf(opt: VenOpt): OptJson {
  const createdDateTime = opt.createdDateTime.toISOString();
  if (opt.kind === "event") return { ...opt, createdDateTime };
  const availability = opt.availability.map(({ dtstart, duration }) => ({
    dtstart: dtstart.toISOString(),
    durationMs: Number(duration),
  }));
  return { ...opt, createdDateTime, availability };
}

function optOf(json: OptJson): VenOpt {
  const createdDateTime = new Date(json.createdDateTime);
  if (json.kind === "event") return { ...json, createdDateTime };
  const availability = json.availability.map(({ dtstart, durationMs }) => ({
    dtstart: new Date(dtstart),
    duration: milliseconds(durationMs),
  }));
  return { ...json, createdDateTime, availability };
}
