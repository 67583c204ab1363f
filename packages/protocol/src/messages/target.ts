import { one, attribute } from "../schema/field.ts";
import { listOfEach } from "../schema/list-of-each.ts";
import { numberList } from "../schema/numbers.ts";
import type { Infer, Schema } from "../schema/schema.ts";
import { ncName } from "../schema/names.ts";
import { text } from "../schema/scalar.ts";
import { sequence } from "../schema/sequence.ts";
import { only } from "../schema/wrapper.ts";

const node: Schema<string> = only(one("power:node", text));
const mrid: Schema<string> = only(one("power:mrid", text));

const polygon = sequence({
  id: attribute("gml:id", ncName),
  /** The corners, two or three numbers each, the first repeated at the end. */
  posList: one("gml:exterior", only(one("gml:LinearRing", only(one("gml:posList", numberList))))),
});

/** `gml:FeatureCollection`: an area on the map. */
const featureCollectionFields = sequence({
  id: attribute("gml:id", ncName),
  polygon: one("gml:location", only(one("gml:Polygon", polygon))),
});
/** An area on the map. */
export interface FeatureCollection extends Infer<typeof featureCollectionFields> {}
export const featureCollection: Schema<FeatureCollection> = featureCollectionFields;

const area: Schema<FeatureCollection> = only(one("gml:FeatureCollection", featureCollection));

/** `power:transportInterface`: the path between two nodes of the grid. */
export const transportInterface = sequence({
  pointOfReceipt: one("power:pointOfReceipt", text),
  pointOfDelivery: one("power:pointOfDelivery", text),
});

/** `ei:EiTargetType`: the thirteen ways to say whom or what something is for. Several are ORed (rule 22). */
// prettier-ignore
const targetList = listOfEach({
  aggregatedPnode:      ["power:aggregatedPnode", node],
  /** A class of devices, e.g. `Thermostat` (rule 111). */
  endDeviceAsset:       ["power:endDeviceAsset", mrid],
  meterAsset:           ["power:meterAsset", mrid],
  pnode:                ["power:pnode", node],
  serviceArea:          ["emix:serviceArea", area],
  serviceDeliveryPoint: ["power:serviceDeliveryPoint", node],
  serviceLocation:      ["power:serviceLocation", area],
  transportInterface:   ["power:transportInterface", transportInterface],
  groupId:              ["ei:groupID", text],
  groupName:            ["ei:groupName", text],
  resourceId:           ["ei:resourceID", text],
  venId:                ["ei:venID", text],
  partyId:              ["ei:partyID", text],
});

/** Whom or what something is for: an object with one property. */
export type Target = Infer<typeof targetList>[number];
export const targets: Schema<readonly Target[]> = targetList;
