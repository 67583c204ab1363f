import { derItems, ifDer, type DerItem } from "./der.ts";

/** What stands at the same place in every certificate, byte for byte. */
export interface CertificateFields {
  /** As {@link serialNumberIn} has it. */
  readonly serialNumber: string;
  /** Whom it names, in DER. */
  readonly subject: Uint8Array;
}

/**
 * Reads fields of a certificate in DER; undefined where it is none.
 *
 * @see RFC 5280, §4.1
 */
export function readFields(certificate: Uint8Array): CertificateFields | undefined {
  return ifDer(() => fieldsIn(certificate));
}

function fieldsIn(der: Uint8Array): CertificateFields | undefined {
  const [certificate] = derItems(der);
  const [toBeSigned] = derItems(certificate?.content);
  const fields = derItems(toBeSigned?.content);
  // The version may be missing.
  const [serialNumber, , , , subject] = fields[0]?.tag === version ? fields.slice(1) : fields;
  if (serialNumber === undefined || subject === undefined) return undefined;
  return { serialNumber: serialNumberIn(serialNumber), subject: subject.raw };
}

/** A serial number in hexadecimal, the same with and without the zero before it by which a number is positive. */
export function serialNumberIn({ content }: DerItem): string {
  return Buffer.from(content)
    .toString("hex")
    .replace(/^(?:00)+(?=.)/, "");
}

const version = 0xa0;
