import { element, textIn, walk, type Element } from "./document.ts";
import type { Random } from "./random.ts";

/** A copy of a document with one to three changes, each of which may or may not break it. */
export function mutant(root: Element, random: Random): Element {
  const copy = structuredClone(root);
  const times = random.chance(70) ? 1 : 2 + random.below(2);
  for (let time = 0; time < times; time++) random.of(mutations)(copy, random);
  return copy;
}

type Mutation = (root: Element, random: Random) => void;

/** How documents are changed. Each picks its spot at random, and does nothing where there is none. */
export const mutations: readonly Mutation[] = [
  function deleteElement(root, random) {
    const spot = anySpot(root, random);
    if (spot !== undefined) spot.parent.children.splice(spot.index, 1);
  },
  function doubleElement(root, random) {
    const spot = anySpot(root, random);
    if (spot !== undefined) spot.parent.children.splice(spot.index, 0, structuredClone(spot.at));
  },
  function swapSiblings(root, random) {
    const spot = anySpot(root, random);
    const others = spot?.parent.children.flatMap((child, index) => (typeof child === "string" ? [] : [index])) ?? [];
    if (spot === undefined || others.length < 2) return;
    const other = random.of(others);
    const { children } = spot.parent;
    [children[spot.index], children[other]] = [children[other] ?? "", children[spot.index] ?? ""];
  },
  function moveElement(root, random) {
    const spot = anySpot(root, random);
    if (spot === undefined) return;
    spot.parent.children.splice(spot.index, 1);
    insert(anyElement(root, random), spot.at, random);
  },
  function copyElement(root, random) {
    const spot = anySpot(root, random);
    if (spot !== undefined) insert(anyElement(root, random), structuredClone(spot.at), random);
  },
  function renameElement(root, random) {
    const at = anyElement(root, random);
    at.name = `${prefixIn(at.name)}${random.of(random.chance(50) ? names : namesIn(root)).replace(/^.*:/, "")}`;
  },
  function replaceName(root, random) {
    anyElement(root, random).name = random.of(random.chance(70) ? names : namesIn(root));
  },
  function renamespaceElement(root, random) {
    const at = anyElement(root, random);
    at.name = random.of(prefixes) + localOf(at.name);
  },
  function insertElement(root, random) {
    insert(anyElement(root, random), element(random.of(names), random.chance(50) ? [] : [random.of(anyText)]), random);
  },
  function unwrapElement(root, random) {
    const spot = anySpot(root, random);
    if (spot !== undefined) spot.parent.children.splice(spot.index, 1, ...spot.at.children);
  },
  function emptyElement(root, random) {
    anyElement(root, random).children = [];
  },
  function addAttribute(root, random) {
    const [name, value] = random.of(attributes);
    anyElement(root, random).attributes[name] = value;
  },
  function deleteAttribute(root, random) {
    const spot = anyAttribute(root, random);
    if (spot !== undefined) delete spot.at.attributes[spot.name];
  },
  function renameAttribute(root, random) {
    const spot = anyAttribute(root, random);
    if (spot === undefined) return;
    const { [spot.name]: value = "", ...rest } = spot.at.attributes;
    spot.at.attributes = { ...rest, [random.of(random.chance(50) ? prefixes : [""]) + localOf(spot.name)]: value };
  },
  function alterAttribute(root, random) {
    const spot = anyAttribute(root, random);
    if (spot !== undefined) spot.at.attributes[spot.name] = altered(spot.at.attributes[spot.name] ?? "", random);
  },
  alterText,
  alterText,
  alterText,
  alterText,
  alterText,
  alterText,
  function insertText(root, random) {
    insert(anyElement(root, random), random.of(random.chance(50) ? blanks : anyText), random);
  },
];

function alterText(root: Element, random: Random): void {
  const leaves = [...walk(root)].filter(({ at }) => at.children.every((child) => typeof child === "string"));
  if (leaves.length === 0) return;
  const { at } = random.of(leaves);
  at.children = [altered(textIn(at), random)];
}

/** Another text: mostly one of the same type, else one of any, or the same with a blemish. */
function altered(text: string, random: Random): string {
  if (random.chance(25)) return random.of(blemishes)(text);
  if (random.chance(20)) return random.of(anyText);
  return random.of(texts.find(({ like }) => like.test(text))?.values ?? anyText);
}

const blemishes: readonly ((text: string) => string)[] = [
  () => "",
  (text) => ` ${text}`,
  (text) => `${text} `,
  (text) => `\t\n${text}\r`,
  (text) => `\u00a0${text}`,
  (text) => text.toUpperCase(),
  (text) => text.toLowerCase(),
  (text) => text.slice(1),
  (text) => text.slice(0, -1),
  (text) => text.replace(" ", "  "),
  (text) => text.replace(" ", "\n"),
  (text) => `+${text}`,
  (text) => `-${text}`,
  (text) => `0${text}`,
  (text) => `${text}0`,
  (text) => `${text}.`,
  (text) => `x-${text}`,
];

/** Texts worth trying, by what the text before looks like. */
// prettier-ignore
const texts: readonly { readonly like: RegExp; readonly values: readonly string[] }[] = [
  { like: /^-?\d{4}-\d\d-\d\dT/, values: [
    "2026-01-31T12:00:00", "2026-01-31T12:00:00+00:00", "2026-01-31T12:00:00-05:00", "2026-01-31T24:00:00Z", "2026-01-31T24:00:01Z",
    "2026-01-31T24:00:00.0Z", "2026-01-31T24:00:00.1Z", "2026-02-30T00:00:00Z", "2024-02-29T00:00:00Z", "2025-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
    "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "-0004-02-29T00:00:00Z", "-0001-02-29T00:00:00Z", "12026-01-01T00:00:00Z", "+2026-01-01T00:00:00Z",
    "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.123456789Z", "2026-01-31T12:00:60Z", "2026-01-31T12:60:00Z",
    "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-1-1T00:00:00Z", "2026-01-31", "2026-01-31 12:00:00Z",
    "2026-01-31T12:00Z", "2026-01-31t12:00:00z", " 2026-01-31T12:00:00Z ", "2026-01-31T12:00:00z", "2026-01-31T12:00:00ZZ", "2026-01-31T23:59:59.999Z", "2026-01-31T12:00:00.",
    "2026-01-31T25:00:00Z", "2026-04-31T00:00:00Z", "2026-01-31T12:00:00+14:00", "2026-01-31T12:00:00+15:00", "26-01-31T12:00:00Z", "2026-01-31T12:00:00 Z",
  ] },
  { like: /^[+-]?P|^\d+W$/, values: [
    "P", "PT", "PTS", "P1W", "1W", "+1W", "-1W", " 1W", "P1M", "P1Y", "PT1M", "P1MT1M", "P1M1M", "P1Y2M3DT4H5M6S", "PT1.5S", "PT1,5S", " PT1M", "PT1M ", "-PT5M", "+PT5M", "--PT5M",
    "P-1D", "P1S", "P1H", "P3H", "PT1D", "P1DT", "p1d", "PT1m", "P1D1Y", "P01D", "PT99999999999999999999S", "P1Y1Y", "PT1H1H", "P1D\n", "T1M", "P T1M", "P1W1D", "PT0S", "P٣D",
  ] },
  { like: /^[+-]?[\d.]+$|INF|NaN/, values: [
    "+5", "-0", " 5 ", "1e5", "1E5", "1e+5", "1e-5", "1e", "e5", "1e5.5", ".5", "5.", ".", "+.5", "-.5e1", "INF", "-INF", "+INF", "inf", "Infinity", "NaN", "nan", "-NaN",
    "0x10", "1_000", "1,5", "1 2", "007", "00", "+", "-", "--1", "1-", "4294967295", "4294967296", "-1", "+0", "100", "101", "1.0", "1e2", "1e400", "-1e400", "1e-400", "99999999999999999999",
    "0.00000000000000000000000000001", "123456789012345678901234567890", "٣", "2 0 0", "200\n", "20", "2000", "20x", "½", "1f", "1d",
  ] },
  { like: /^(?:true|false)$/, values: ["true", "false", "1", "0", "TRUE", "True", "yes", "", " true ", "true\n", "01", "t", "1.0", "\ttrue", "tr ue"] },
  { like: /^[a-zA-Z]\w*:\/\/|^#|^urn:/, values: ["", "http://a b", "%", "%zz", "http://[", "http://[::1]", "::", "a:b:c", "#a#b", "http://ü", "\\", "http://a:b", "http://a:99999", "//", "?", "{}", "<>", " urn:a ", "1:a", "http:///"] },
  { like: /^[A-Za-z0-9+/\s]+={0,2}$/, values: [
    "x-foo", "x-", "x- ", "x- a", "x-a b", "X-foo", "x-\u00a0", "x-\u2028a", "x-\u{1f600}", "x", "optIn", " optIn", "optOut ", "optin", "opt In", "SIMPLE", "simple", "level", "2.0b", " 2.0b ", "2.0a", "2.0", "2.0c",
    "usage", "Direct Read", "Direct  Read", " Direct Read", "direct read", "always", " always", "never ", "none", "None", "kW", "k", "k ", " n", "d", "h", "EUR", "USD", "XYZ", "eur", "economic", "xmpp", "simpleHttp", "EiEvent",
    "AQ==", "AQ=", "AQ", "A", "AR==", "A Q = =", "AQAB", "AQA=", "AQB=", "AQ==AQ==", "AQ==\n", "=", "====", "A-_B", "Voltage", "V", "Wh", "W", "J/s", "celsius",
  ] },
];
const blanks = [" ", "\n", "\t", "\r", "\u00a0", "\u3000", "\u0085", "\ufeff", "  \n  "];
const anyText: readonly string[] = [...texts.flatMap(({ values }) => values), ...blanks, "a", "<", "&", "]]>", "😀"];

/** Attributes to be added. */
// prettier-ignore
const attributes: readonly (readonly [string, string])[] = [
  ["Id", "a1"], ["oadr:Id", "a1"], ["oadr:Id", "1a"], ["oadr:Id", " a1 "], ["oadr:Id", "a:b"], ["oadr:Id", ""], ["ei:schemaVersion", "2.0b"], ["ei:schemaVersion", "2.0c"],
  ["ei:schemaVersion", "x-1"], ["ei:schemaVersion", ""], ["schemaVersion", "2.0b"], ["gml:id", "g1"], ["gml:id", "1g"], ["id", "g1"], ["foo", "bar"], ["{urn:other}foo", "bar"], ["ei:foo", "bar"],
  ["xml:lang", "en"], ["xml:lang", "e n"], ["xml:lang", ""], ["xml:base", "http://a"], ["xml:space", "preserve"], ["xml:space", "x"], ["xml:id", "i1"],
  ["xsi:type", "ei:EiResponseType"], ["xsi:type", "xs:string"], ["xsi:nil", "true"], ["xsi:nil", "false"], ["xsi:nil", "x"],
  ["xsi:schemaLocation", "urn:a urn:b"], ["xsi:schemaLocation", "http://openadr.org/oadr-2.0b/2012/07 oadr_20b.xsd"], ["xsi:schemaLocation", "odd"], ["xsi:noNamespaceSchemaLocation", "a.xsd"], ["xsi:foo", "bar"],
  ["Algorithm", "urn:a"], ["URI", ""], ["Target", "#a"], ["type", "text"], ["term", "t"], ["href", "h"],
];

/** Names of elements from all over the schema, and a few from nowhere. */
// prettier-ignore
const names: readonly string[] = [
  ...["Payload", "SignedObject", "Poll", "Response", "CreatedEvent", "CancelReport", "Event", "ResponseRequired", "ReportPayload", "PayloadResourceStatus", "LoadControlState", "GBPayload", "GBDataDescription",
    "DeviceClass", "Report", "ReportRequest", "PendingReports", "DataQuality", "Info", "Extensions", "Profiles", "Transport", "SamplingRate", "Capacity", "Current"].map((name) => `oadr:oadr${name}`),
  "oadr:currency", "oadr:temperature", "oadr:pulseCount", "oadr:customUnit", "oadr:Therm", "oadr:current", "oadr:itemUnits", "oadr:pulseFactor",
  ..."eiResponse venID vtnID eventID eiTarget eiEvent interval signalPayload payloadFloat payloadBase value uid refID registrationID currentValue eiEventSignal eiEventBaseline groupID resourceID partyID groupName optID reportRequestID rID confidence accuracy testEvent vtnComment priority createdDateTime modificationReason responseDescription qualifiedEventID statusDateTime numDataSources response responses".split(" ").map((name) => `ei:${name}`),
  "pyld:requestID", "pyld:eiRequestEvent", "pyld:eiCreatedEvent", "pyld:replyLimit", "pyld:reportToFollow",
  "emix:marketContext", "emix:itemBase", "emix:serviceArea", "power:voltage", "power:powerReal", "power:energyItem", "power:energyReal", "power:powerItem", "power:powerAttributes", "power:node", "power:mrid", "power:pnode", "power:endDeviceAsset", "scale:siScaleCode",
  ..."dtstart duration uid text date-time properties components tolerance tolerate startafter granularity vavailability available interval dtend".split(" ").map((name) => `xcal:${name}`),
  "strm:intervals", "strm:streamPayloadBase", "strm:streamBase", "gml:FeatureCollection", "gml:posList", "gml:location", "gml:Polygon",
  ..."Signature SignedInfo SignatureValue KeyInfo KeyName KeyValue RSAKeyValue DSAKeyValue X509Data X509Certificate X509SKI X509IssuerSerial PGPData SPKIData SPKISexp MgmtData RetrievalMethod Object Manifest SignatureProperties SignatureProperty Reference Transforms Transform XPath DigestMethod DigestValue HMACOutputLength P Q G Y J Seed Modulus foo".split(" ").map((name) => `ds:${name}`),
  "dsig11:ECKeyValue", "dsig11:X509Digest", "dsig11:DEREncodedKeyValue", "dsp:ReplayProtect", "dsp:timestamp", "dsp:nonce",
  ..."feed entry author contributor name uri email link category content title updated published id icon logo generator rights source summary subtitle foo".split(" ").map((name) => `atom:${name}`),
  "espi:IntervalBlock", "espi:UsagePoint", "espi:foo", "foo", "oadr:foo", "{urn:other}foo",
];
const prefixes = [
  "oadr:",
  "ei:",
  "pyld:",
  "emix:",
  "power:",
  "scale:",
  "xcal:",
  "strm:",
  "gml:",
  "ds:",
  "atom:",
  "espi:",
  "{urn:other}",
  "",
];

interface Spot {
  readonly at: Element;
  readonly parent: Element;
  readonly index: number;
}

function anySpot(root: Element, random: Random): Spot | undefined {
  const spots = [...walk(root)].flatMap(({ at, parent }) => (parent === undefined ? [] : [{ at, parent }]));
  if (spots.length === 0) return undefined;
  const { at, parent } = random.of(spots);
  return { at, parent, index: parent.children.indexOf(at) };
}

function anyElement(root: Element, random: Random): Element {
  return random.of([...walk(root)]).at;
}

function anyAttribute(root: Element, random: Random): { readonly at: Element; readonly name: string } | undefined {
  const spots = [...walk(root)].flatMap(({ at }) => Object.keys(at.attributes).map((name) => ({ at, name })));
  return spots.length === 0 ? undefined : random.of(spots);
}

function insert(at: Element, child: Element | string, random: Random): void {
  at.children.splice(random.below(at.children.length + 1), 0, child);
}

function namesIn(root: Element): readonly string[] {
  return [...walk(root)].map(({ at }) => at.name);
}

function localOf(name: string): string {
  return name.replace(/^(?:\{.*\}|.*:)/, "");
}

function prefixIn(name: string): string {
  return name.slice(0, name.length - localOf(name).length);
}
