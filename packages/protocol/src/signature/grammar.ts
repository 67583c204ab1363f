import { anyText, base64, integer, uniqueId, type ElementRule, type Grammar } from "../schema/grammar.ts";

const algorithm = { attributes: { Algorithm: anyText }, required: ["Algorithm"] } as const;
const id = { Id: uniqueId } as const;
const binary: ElementRule = { text: base64 };

/**
 * The shape of a signature, as the schema has it. Whether it is genuine is another matter (`reference`: XML Signature
 * Syntax and Processing; OpenADR 2.0b, §10.6).
 */
// prettier-ignore
export const signatureGrammar: Grammar = {
  "ds:Signature":              { children: /^ds:SignedInfo ds:SignatureValue (?:ds:KeyInfo )?(?:ds:Object )*$/, attributes: id },
  "ds:SignedInfo":             { children: /^ds:CanonicalizationMethod ds:SignatureMethod (?:ds:Reference )+$/, attributes: id },
  "ds:SignatureValue":         { ...binary, attributes: id },
  "ds:CanonicalizationMethod": { ...algorithm, children: /^(?:\S+ )*$/, text: "any" },
  "ds:SignatureMethod":        { ...algorithm, children: /^(?:ds:HMACOutputLength )?(?:\* )*$/, text: "any" },
  "ds:HMACOutputLength":       { text: integer },
  "ds:Reference":              { children: /^(?:ds:Transforms )?ds:DigestMethod ds:DigestValue $/, attributes: { ...id, URI: anyText, Type: anyText } },
  "ds:Transforms":             { children: /^(?:ds:Transform )+$/ },
  "ds:Transform":              { ...algorithm, children: /^(?:(?:ds:XPath|\*) )*$/, text: "any" },
  "ds:XPath":                  { text: "any" },
  "ds:DigestMethod":           { ...algorithm, children: /^(?:\* )*$/, text: "any" },
  "ds:DigestValue":            binary,
  "ds:KeyInfo":                { children: /^(?:(?:ds:(?:KeyName|KeyValue|RetrievalMethod|X509Data|PGPData|SPKIData|MgmtData)|\*) )+$/, text: "any", attributes: id },
  "ds:KeyName":                { text: "any" },
  "ds:MgmtData":               { text: "any" },
  "ds:KeyValue":               { children: /^(?:ds:DSAKeyValue|ds:RSAKeyValue|\*) $/, text: "any" },
  "ds:RetrievalMethod":        { children: /^(?:ds:Transforms )?$/, attributes: { URI: anyText, Type: anyText } },
  "ds:X509Data":               { children: /^(?:(?:ds:X509(?:IssuerSerial|SKI|SubjectName|Certificate|CRL)|\*) )+$/ },
  "ds:X509IssuerSerial":       { children: /^ds:X509IssuerName ds:X509SerialNumber $/ },
  "ds:X509IssuerName":         { text: "any" },
  "ds:X509SerialNumber":       { text: integer },
  "ds:X509SKI":                binary,
  "ds:X509SubjectName":        { text: "any" },
  "ds:X509Certificate":        binary,
  "ds:X509CRL":                binary,
  "ds:PGPData":                { children: /^(?:ds:PGPKeyID (?:ds:PGPKeyPacket )?|ds:PGPKeyPacket )(?:\* )*$/ },
  "ds:PGPKeyID":               binary,
  "ds:PGPKeyPacket":           binary,
  "ds:SPKIData":               { children: /^(?:ds:SPKISexp (?:\* )?)+$/ },
  "ds:SPKISexp":               binary,
  "ds:Object":                 { children: /^(?:\S+ )*$/, text: "any", attributes: { ...id, MimeType: anyText, Encoding: anyText } },
  "ds:Manifest":               { children: /^(?:ds:Reference )+$/, attributes: id },
  "ds:SignatureProperties":    { children: /^(?:ds:SignatureProperty )+$/, attributes: id },
  "ds:SignatureProperty":      { children: /^(?:\* )+$/, text: "any", attributes: { ...id, Target: anyText }, required: ["Target"] },
  "ds:DSAKeyValue":            { children: /^(?:ds:P ds:Q )?(?:ds:G )?ds:Y (?:ds:J )?(?:ds:Seed ds:PgenCounter )?$/ },
  "ds:RSAKeyValue":            { children: /^ds:Modulus ds:Exponent $/ },
  ...Object.fromEntries(["P", "Q", "G", "Y", "J", "Seed", "PgenCounter", "Modulus", "Exponent"].map((name) => [`ds:${name}`, binary])),
};
