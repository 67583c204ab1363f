// Where a property's name does not follow from its element's.

/** @typedef {import("./types.js").Shape} Shape */
/** @typedef {import("./types.js").FieldShape} FieldShape */

/**
 * Elements and the properties they are read into, for those whose name another name would be expected from.
 *
 * @param {readonly Shape[]} shapes
 * @returns {(readonly [element: string, key: string])[]}
 */
export function irregularNames(shapes) {
  /** @type {Map<string, readonly [string, string]>} */
  const found = new Map();
  const seen = new Set();
  const open = [...shapes];
  for (let shape = open.pop(); shape !== undefined; shape = open.pop()) {
    if (seen.has(shape)) continue;
    seen.add(shape);
    const fields = fieldsOf(shape);
    open.push(...fields.flatMap(({ options }) => options.map(({ content }) => content)));
    if (shape.kind !== "sequence") continue;
    for (const { options, key = "" } of fields.filter(isIrregular)) {
      const element = options[0]?.element ?? "";
      found.set(`${element} ${key}`, [element, key]);
    }
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
}

/**
 * @param {Shape} shape
 * @returns {readonly FieldShape[]}
 */
function fieldsOf(shape) {
  if (shape.kind === "view") return fieldsOf(shape.wire);
  if (shape.kind === "wrapper") return [shape.field];
  return "fields" in shape ? shape.fields : [];
}

/** @param {FieldShape} field */
function isIrregular({ key, options, spread, cardinality }) {
  const [only, other] = options;
  if (key === undefined || spread || only === undefined || other !== undefined) return false;
  const plural = cardinality === "many" || cardinality === "oneOrMore" ? "s" : "";
  return key !== regularName(only.element) + plural;
}

/**
 * `requestId` for `pyld:requestID`, `venName` for `oadr:oadrVenName`, `rampUp` for `ei:x-eiRampUp`.
 *
 * @param {string} element
 */
function regularName(element) {
  const [, local = ""] = /^\w+:(?:(?:oadr|ei|x-ei)(?=[A-Z]))?(.*)$/.exec(element) ?? [];
  return local.charAt(0).toLowerCase() + local.slice(1).replace(/ID$/, "Id");
}
