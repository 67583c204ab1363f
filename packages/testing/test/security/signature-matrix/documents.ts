import { createSigner, encode, sign, type Message, type SignatureErrorCode, type Signer } from "@openleadr/protocol";
import { createTestCa, type Identity } from "../../../../transport/test/certificates.ts";
import { issue } from "../../push/over-tls.ts";

/** Somebody who signs a message of its own. */
export interface Sender {
  readonly own: Signer;
  readonly now: Date;
  /** Changes what a message says, without a trace. */
  tamper(document: string): string;
}

/** What becomes of a document: its message is served, or ignored as if it had not come. */
export type Outcome = "taken" | "ignored";

/** What is demanded of whoever sends it; `announced`: accepted, but whoever sends it has announced that it signs. */
export const demands = ["off", "accepted", "announced", "required"] as const;
export type Demand = (typeof demands)[number];

/** How a message is written, one document or several of which the last counts, and what becomes of it. */
export interface Row {
  readonly title: string;
  readonly write: (message: Message, sender: Sender) => Promise<readonly string[]>;
  readonly outcomes: Readonly<Record<Demand, Outcome>>;
  readonly code: SignatureErrorCode;
}

export function signerOf({ certificate, key }: Identity): Signer {
  return createSigner({ key, certificates: certificate });
}

/** Others than the one whose message it is: of the same CA, and of another. */
const another = signerOf(issue("another"));
const stranger = signerOf(issue("stranger", createTestCa("Other CA")));

const unsigned: Row["write"] = async (message) => [encode(message)];
const signedBy =
  (signer?: Signer, offsetMs = 0): Row["write"] =>
  async (message, { own, now }) => [
    await sign(message, signer ?? own, { clock: { now: () => new Date(now.getTime() + offsetMs) } }),
  ];
const tampered: Row["write"] = async (message, sender) => {
  const [document = ""] = await signedBy()(message, sender);
  return [changed(document, sender.tamper(document))];
};
const renumbered: Row["write"] = async (message, sender) => {
  const [document = ""] = await signedBy()(message, sender);
  return [changed(document, document.replace("<dsp:nonce>", "<dsp:nonce>0"))];
};
const replayed: Row["write"] = async (message, sender) => {
  const [document = ""] = await signedBy()(message, sender);
  return [document, document];
};

function changed(before: string, after: string): string {
  if (before === after) throw new Error("expected a document that was changed, got the same");
  return after;
}

const [MISSING, UNTRUSTED, MISMATCH, REPLAYED] = (["MISSING", "UNTRUSTED", "MISMATCH", "REPLAYED"] as const).map(
  (reason) => `ERR_OADR_SIGNATURE_${reason}` as const,
) as [SignatureErrorCode, SignatureErrorCode, SignatureErrorCode, SignatureErrorCode];

// prettier-ignore
const table: readonly (readonly [string, Row["write"], Outcome, Outcome, Outcome, Outcome, SignatureErrorCode])[] = [
  //                                                        off      accepted   announced  required
  ["not signed",                    unsigned,               "taken", "taken",   "ignored", "ignored", MISSING],
  ["signed rightly",                signedBy(),             "taken", "taken",   "taken",   "taken",   MISSING],
  ["signed by another of its CA",   signedBy(another),      "taken", "ignored", "ignored", "ignored", UNTRUSTED],
  ["signed by one of another CA",   signedBy(stranger),     "taken", "ignored", "ignored", "ignored", UNTRUSTED],
  ["changed after it was signed",   tampered,               "taken", "ignored", "ignored", "ignored", MISMATCH],
  ["with another nonce than signed", renumbered,            "taken", "ignored", "ignored", "ignored", MISMATCH],
  ["that came before",              replayed,               "taken", "ignored", "ignored", "ignored", REPLAYED],
  ["signed 6 s ago",                signedBy(undefined, -6_000), "taken", "ignored", "ignored", "ignored", REPLAYED],
  ["signed 6 s ahead",              signedBy(undefined, 6_000),  "taken", "ignored", "ignored", "ignored", REPLAYED],
];

/** Every way to sign a message, rightly and wrongly. */
export const rows: readonly Row[] = table.map(([title, write, off, accepted, announced, required, code]) => ({
  title,
  write,
  outcomes: { off, accepted, announced, required },
  code,
}));
