import { mapping, record, required } from "./mapping.ts";
import { invalid, type Invalid, type Place, type Reader } from "./place.ts";
import { firstLine } from "./files.ts";
import { parseUrl, refine } from "./readers.ts";

/**
 * Text that may be a secret: written as it is, with `${env:NAME}` for variables of the environment, or as `file: PATH`,
 * the first line of a file. What is wrong with it is told without showing it.
 */
export const secret: Reader<string> = (place) => {
  if (place.entries !== undefined) return fromFile(place);
  const { scalar, source } = place;
  const written = typeof scalar === "number" ? source : scalar;
  if (typeof written !== "string" || written === "") return place.mistake("text, or file: PATH", "something else");
  return withVariables(written, place);
};

function fromFile(place: Place): string | Invalid {
  const read = mapping({ file: required(firstLine) })(place);
  return read === invalid ? invalid : read.file;
}

function withVariables(written: string, place: Place): string | Invalid {
  const { env } = place.file;
  let isComplete = true;
  const complete = written.replaceAll(/\$\{env:([^}]*)\}/g, (_, name: string) => {
    const value = env[name];
    if (value !== undefined && value !== "") return value;
    isComplete = false;
    place.complain(`expected the environment to have ${name}, got ${value === undefined ? "none" : "an empty one"}`);
    return "";
  });
  return isComplete ? complete : invalid;
}

/** The URL of an HTTP service of the user's, which may hold a secret in its path or query. */
export const serviceUrl: Reader<URL> = refine(secret, (value, place) => parseUrl(value, place, ["http:", "https:"]));

const value: Reader<string> = refine(secret, (given, place) =>
  /^[\t\x20-\x7e\x80-\xff]*$/.test(given)
    ? given
    : place.mistake("text that an HTTP header can hold", "something else"),
);

/** HTTP headers by name; the values may be secrets. */
export const headers: Reader<Readonly<Record<string, string>>> = refine(record(value), (given, place) => {
  const wrong = Object.keys(given).find((name) => !/^[\w!#$%&'*+.^`|~-]+$/.test(name));
  return wrong === undefined ? given : (place.child(wrong) ?? place).complain("expected the name of an HTTP header");
});
