/**
 * Whom a decision about a registration is about: who shows a client certificate with that fingerprint, who brings that
 * venID (rule 402), or who calls itself by that name.
 */
export type VenSubject =
  | { readonly fingerprint: string; readonly venName?: never }
  | { readonly venName: string; readonly fingerprint?: never }
  | { readonly venId: string; readonly venName?: never; readonly fingerprint?: never };

/**
 * A VEN that may register. One that is known by its certificate or its name gets the `venId` named here, else the one it
 * had, or a new one. A venID alone was given out beforehand: who brings it gets it.
 */
export type AcceptedVen =
  | { readonly fingerprint: string; readonly venId?: string | undefined; readonly venName?: never }
  | { readonly venName: string; readonly venId?: string | undefined; readonly fingerprint?: never }
  | { readonly venId: string; readonly venName?: never; readonly fingerprint?: never };

/** A decision about a VEN that asks to register. */
export interface Admission {
  readonly subject: VenSubject;
  readonly isAccepted: boolean;
  /** The venID that the VEN gets. */
  readonly venId?: string;
  readonly decidedAt: Date;
}

/** What a VEN shows of itself when it asks to register. */
export interface VenTraits {
  readonly fingerprint?: string | undefined;
  readonly venId?: string | undefined;
  readonly venName?: string | undefined;
}

/** The key of a subject: equal for equal subjects only. */
export function subjectKey(subject: VenSubject): string {
  if (subject.fingerprint !== undefined) return `fingerprint:${subject.fingerprint}`;
  if (subject.venName !== undefined) return `venName:${subject.venName}`;
  return `venId:${subject.venId}`;
}

/** All that a VEN can be known by, the surest first. */
export function subjectsOf({ fingerprint, venId, venName }: VenTraits): readonly VenSubject[] {
  return [
    ...(fingerprint === undefined ? [] : [{ fingerprint }]),
    ...(venId === undefined ? [] : [{ venId }]),
    ...(venName === undefined ? [] : [{ venName }]),
  ];
}

/** Throws `RangeError` unless it names exactly one VEN. */
export function subjectOf({ fingerprint, venName, venId }: VenTraits): VenSubject {
  for (const [name, value] of Object.entries({ fingerprint, venName, venId })) {
    if (value === "") throw new RangeError(`${name}: expected a value, got ""`);
  }
  if (fingerprint !== undefined && venName === undefined) return { fingerprint };
  if (venName !== undefined && fingerprint === undefined) return { venName };
  if (venId !== undefined && venName === undefined) return { venId };
  throw new RangeError("expected one of fingerprint, venName and venId, or one of the first two beside a venId");
}

/** The decision that lets a VEN in. */
export function acceptance(accepted: AcceptedVen, decidedAt: Date): Admission {
  const { venId } = accepted;
  const subject = subjectOf(accepted);
  return { subject, isAccepted: true, ...(venId !== undefined && { venId }), decidedAt };
}
