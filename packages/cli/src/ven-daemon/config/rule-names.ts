import { isSameUri } from "@openleadr/protocol";
import { STANDARD_SIGNALS, type VenResource } from "@openleadr/ven";
import { nearest } from "./nearest.ts";
import { invalid, type Invalid, type Place } from "./place.ts";

/** What the VEN is asked about; undefined for any. */
interface Named {
  readonly signals: readonly string[] | undefined;
  readonly resources: readonly VenResource[] | undefined;
  readonly marketContexts: readonly string[] | undefined;
}

/** Events of other signals, resources and market contexts than the VEN's are refused: a rule that asks for one never applies. */
export function requireKnownNames<Config extends Named>(config: Config | Invalid, place: Place): Config | Invalid {
  if (config === invalid) return config;
  const { signals = [], resources, marketContexts } = config;
  const rules = (place.child("events")?.child("rules")?.items ?? []).map((each) => each.child("when"));
  const known = {
    signal: { words: [...STANDARD_SIGNALS, ...signals], what: "a signal of the standard, or one of signals" },
    resourceId: { words: resources?.map(({ resourceId }) => resourceId), what: "one of resources" },
    marketContext: { words: marketContexts, what: "one of marketContexts" },
  };
  let result: Config | Invalid = config;
  for (const [name, { words, what }] of Object.entries(known)) {
    const places = words === undefined ? [] : rules.flatMap((when) => namesAt(when?.child(name)));
    for (const each of places) {
      const word = textOf(each);
      if (words?.some((one) => (name === "marketContext" ? isSameUri(one, word) : one === word))) continue;
      const meant = nearest(word, words ?? []);
      each.mistake(what, `${JSON.stringify(word)}${meant === undefined ? "" : `; did you mean ${meant}?`}`);
      result = invalid;
    }
  }
  return result;
}

/** A list, or its only item. */
function namesAt(place: Place | undefined): readonly Place[] {
  return place === undefined ? [] : (place.items ?? [place]);
}

/** A number is a name, too, as it is written. */
function textOf({ scalar, source }: Place): string {
  return String(typeof scalar === "number" ? source : scalar);
}
