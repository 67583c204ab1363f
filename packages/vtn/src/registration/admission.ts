import { parseFingerprint } from "@openleadr/protocol";
import { venSignatures, type VenSignatures } from "../security/signature-options.ts";

/**
 * Whom a decision about a registration is about: who shows a client certificate with that fingerprint, or with that
 * common name (with the option `identifyBy: "commonName"` only), who brings that venID (rule 402), or who calls itself by
 * that name.
 */
export type VenSubject =
  | { readonly fingerprint: string; readonly commonName?: never; readonly venName?: never }
  | { readonly commonName: string; readonly fingerprint?: never; readonly venName?: never }
  | { readonly venName: string; readonly fingerprint?: never; readonly commonName?: never }
  | {
      readonly venId: string;
      readonly venName?: never;
      readonly fingerprint?: never;
      readonly commonName?: never;
    };

/**
 * A VEN that may register. One that is known by its certificate or its name gets the `venId` named here, else the one it
 * had, or a new one. A venID alone was given out beforehand: who brings it gets it.
 */
export type AcceptedVen = VenSubject & { readonly venId?: string | undefined } & VenSignatures;

/** A decision about a VEN that asks to register. */
export interface Admission extends VenSignatures {
  readonly subject: VenSubject;
  readonly isAccepted: boolean;
  /** The venID that the VEN gets. */
  readonly venId?: string;
  readonly decidedAt: Date;
}

/** What a VEN shows of itself when it asks to register. */
export interface VenTraits {
  readonly fingerprint?: string | undefined;
  readonly commonName?: string | undefined;
  readonly venId?: string | undefined;
  readonly venName?: string | undefined;
}

/** The key of a subject: equal for equal subjects only. */
export function subjectKey(subject: VenSubject): string {
  if (subject.fingerprint !== undefined) return `fingerprint:${subject.fingerprint}`;
  if (subject.commonName !== undefined) return `commonName:${subject.commonName}`;
  if (subject.venName !== undefined) return `venName:${subject.venName}`;
  return `venId:${subject.venId}`;
}

/** All that a VEN can be known by, the surest first. */
export function subjectsOf({ fingerprint, commonName, venId, venName }: VenTraits): readonly VenSubject[] {
  return [
    ...(fingerprint === undefined ? [] : [{ fingerprint }]),
    ...(commonName === undefined ? [] : [{ commonName }]),
    ...(venId === undefined ? [] : [{ venId }]),
    ...(venName === undefined ? [] : [{ venName }]),
  ];
}

/** Throws `RangeError` unless it names exactly one VEN. The fingerprint in it is as OpenADR writes it, however it was given. */
export function subjectOf({ commonName, venName, venId, ...given }: VenTraits): VenSubject {
  for (const [name, value] of Object.entries({ commonName, venName, venId })) {
    if (value === "") throw new RangeError(`${name}: expected a value, got ""`);
  }
  const fingerprint = given.fingerprint === undefined ? undefined : parseFingerprint(given.fingerprint);
  const [subject, ...more] = subjectsOf({ fingerprint, commonName, venName });
  if (subject !== undefined && more.length === 0) return subject;
  if (subject === undefined && venId !== undefined) return { venId };
  throw new RangeError(
    "expected one of fingerprint, commonName, venName and venId, or one of the first three beside a venId",
  );
}

/** The decision that lets a VEN in. */
export function acceptance(accepted: AcceptedVen, decidedAt: Date): Admission {
  const { venId } = accepted;
  const subject = subjectOf(accepted);
  return { subject, isAccepted: true, ...(venId !== undefined && { venId }), ...venSignatures(accepted), decidedAt };
}
