import { anyChildren, anyText, base64, integer, uniqueId, type ElementRule, type Grammar } from "../schema/grammar.ts";

const algorithm = { attributes: { Algorithm: anyText }, required: ["Algorithm"] } as const;
const id = { Id: uniqueId } as const;
const binary: ElementRule = { text: base64 };
const localBinary: ElementRule = { ...binary, local: true };

/**
 * The shape of a signature, as the schema has it. Whether it is genuine is another matter (`reference`: XML Signature
 * Syntax and Processing; OpenADR 2.0b, §10.6).
 */
// prettier-ignore
export const signatureGrammar: Grammar = new Map(Object.entries<ElementRule>({
  "ds:Signature":              { children: /^ds:SignedInfo ds:SignatureValue (?:ds:KeyInfo )?(?:ds:Object )*$/, attributes: id },
  "ds:SignedInfo":             { children: /^ds:CanonicalizationMethod ds:SignatureMethod (?:ds:Reference )+$/, attributes: id },
  "ds:SignatureValue":         { ...binary, attributes: id },
  "ds:CanonicalizationMethod": { ...algorithm, children: anyChildren, text: "any" },
  "ds:SignatureMethod":        { ...algorithm, children: /^(?:ds:HMACOutputLength )?(?:\* )*$/, text: "any" },
  "ds:HMACOutputLength":       { text: integer, local: true },
  "ds:Reference":              { children: /^(?:ds:Transforms )?ds:DigestMethod ds:DigestValue $/, attributes: { ...id, URI: anyText, Type: anyText } },
  "ds:Transforms":             { children: /^(?:ds:Transform )+$/ },
  "ds:Transform":              { ...algorithm, children: /^(?:(?:ds:XPath|\*) )*$/, text: "any" },
  "ds:XPath":                  { text: "any", local: true },
  "ds:DigestMethod":           { ...algorithm, children: /^(?:\* )*$/, text: "any" },
  "ds:DigestValue":            binary,
  "ds:KeyInfo":                { children: /^(?:(?:ds:(?:KeyName|KeyValue|RetrievalMethod|X509Data|PGPData|SPKIData|MgmtData)|\*) )+$/, text: "any", attributes: id },
  "ds:KeyName":                { text: "any" },
  "ds:MgmtData":               { text: "any" },
  "ds:KeyValue":               { children: /^(?:ds:DSAKeyValue|ds:RSAKeyValue|\*) $/, text: "any" },
  "ds:RetrievalMethod":        { children: /^(?:ds:Transforms )?$/, attributes: { URI: anyText, Type: anyText } },
  "ds:X509Data":               { children: /^(?:(?:ds:X509(?:IssuerSerial|SKI|SubjectName|Certificate|CRL)|\*) )+$/ },
  "ds:X509IssuerSerial":       { children: /^ds:X509IssuerName ds:X509SerialNumber $/, local: true },
  "ds:X509IssuerName":         { text: "any", local: true },
  "ds:X509SerialNumber":       { text: integer, local: true },
  "ds:X509SKI":                localBinary,
  "ds:X509SubjectName":        { text: "any", local: true },
  "ds:X509Certificate":        localBinary,
  "ds:X509CRL":                localBinary,
  "ds:PGPData":                { children: /^(?:ds:PGPKeyID (?:ds:PGPKeyPacket )?|ds:PGPKeyPacket )(?:\* )*$/ },
  "ds:PGPKeyID":               localBinary,
  "ds:PGPKeyPacket":           localBinary,
  "ds:SPKIData":               { children: /^(?:ds:SPKISexp (?:\* )?)+$/ },
  "ds:SPKISexp":               localBinary,
  "ds:Object":                 { children: anyChildren, text: "any", attributes: { ...id, MimeType: anyText, Encoding: anyText } },
  "ds:Manifest":               { children: /^(?:ds:Reference )+$/, attributes: id },
  "ds:SignatureProperties":    { children: /^(?:ds:SignatureProperty )+$/, attributes: id },
  "ds:SignatureProperty":      { children: /^(?:\* )+$/, text: "any", attributes: { ...id, Target: anyText }, required: ["Target"] },
  "ds:DSAKeyValue":            { children: /^(?:ds:P ds:Q )?(?:ds:G )?ds:Y (?:ds:J )?(?:ds:Seed ds:PgenCounter )?$/ },
  "ds:RSAKeyValue":            { children: /^ds:Modulus ds:Exponent $/ },
  ...Object.fromEntries(["P", "Q", "G", "Y", "J", "Seed", "PgenCounter", "Modulus", "Exponent"].map((name) => [`ds:${name}`, localBinary])),
}));
