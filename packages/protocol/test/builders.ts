import { readFileSync } from "node:fs";
import { encode } from "../src/envelope.ts";
import type { Message, MessageName, Payload } from "../src/messages/index.ts";
import { NAMESPACES } from "../src/xml/names.ts";

/** A poll as this library writes it. */
export const pollXml: string = encode({ name: "oadrPoll", payload: { venId: "ven-1" } });

/** Declarations of all namespaces of the standard, by our prefixes. */
export const declarations: string = Object.entries(NAMESPACES)
  .filter(([prefix]) => !prefix.startsWith("xml"))
  .map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`)
  .join("");

/** One of the samples, as text. */
export function sample(name: string): string {
  return readFileSync(new URL(`../samples/${name}.xml`, import.meta.url), "utf8");
}

/** What encode writes for a payload, without the envelope. */
export function payloadXml<Name extends MessageName>(name: Name, payload: Payload<Name>): string {
  const xml = encode({ name, payload } as Message);
  return xml.slice(xml.indexOf(`<oadr:${name}`), xml.indexOf("</oadr:oadrSignedObject>"));
}

const method = (name: string): string => `<ds:${name} Algorithm="urn:a"/>`;
const reference = `<ds:Reference URI="">${method("DigestMethod")}<ds:DigestValue/></ds:Reference>`;
const signedInfo = `<ds:SignedInfo>${method("CanonicalizationMethod")}${method("SignatureMethod")}${reference}</ds:SignedInfo>`;

/** The shape of a signature, with `more` at its end. */
export function signatureXml(more = ""): string {
  return `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${signedInfo}<ds:SignatureValue/>${more}</ds:Signature>`;
}
