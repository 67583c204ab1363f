import { hash, verify } from "node:crypto";
import type { Decoded, Envelope } from "../envelope.ts";
import { SignatureError } from "../errors.ts";
import { minutes, seconds, systemClock, type Clock, type Duration } from "../time.ts";
import { canonicalize } from "../xml/canonical.ts";
import type { XmlElement } from "../xml/element.ts";
import { algorithmsWithSha1, describeKey, strongAlgorithms, type AcceptedAlgorithms } from "./algorithms.ts";
import { signatureError } from "./fault.ts";
import { KnownCertificates, parseCertificate, type SignerCertificate } from "./known-certificates.ts";
import { Nonces } from "./nonces.ts";
import { base64In, readSignature, type Reference, type SignatureClaim } from "./read-signature.ts";
import type { ReplayProtect } from "./replay-protect.ts";
import type { Standing } from "../certificate/revocation-lists.ts";
import { isValidAt, isVouchedFor, type Trust } from "./trust.ts";
import { signedPartsOf } from "./unverified.ts";
import type { VerifiedSigner } from "./verified-signer.ts";

/** What a {@link SignatureVerifier} accepts. */
export interface SignatureVerifierOptions {
  /** How long ago a message may have been signed, by our clock; 0 up to 5 minutes. @default seconds(5) */
  readonly maxAge?: Duration | undefined;
  /** How far ahead of our clock the signer's may be; 0 up to 5 minutes. @default seconds(5) */
  readonly maxAhead?: Duration | undefined;
  /** Accept signatures and digests with SHA-1 too, which can be forged. @default false */
  readonly sha1?: boolean | undefined;
  /** Where time comes from. @default the machine's own clock */
  readonly clock?: Pick<Clock, "now"> | undefined;
}

/** A message whose signature is genuine, and who signed it. */
export interface Verified extends Decoded {
  readonly envelope: Envelope & { readonly signature: VerifiedSigner };
}

/**
 * Verifies the signatures of decoded messages, each of them once: it remembers the nonces of the messages it has accepted
 * for as long as their time of signing is accepted. Use one for all messages that come to one party.
 *
 * @see OpenADR 2.0b, §10.6 and rule 514
 */
export class SignatureVerifier {
  readonly #accepted: AcceptedAlgorithms;
  readonly #clock: Pick<Clock, "now">;
  readonly #maxAge: Duration;
  readonly #maxAhead: Duration;
  readonly #nonces: Nonces;
  readonly #certificates = new KnownCertificates();

  /** Throws `RangeError` for a time out of range. */
  constructor(options: SignatureVerifierOptions = {}) {
    const { maxAge = seconds(5), maxAhead = seconds(5), sha1 = false, clock = systemClock } = options;
    for (const [name, span] of Object.entries({ maxAge, maxAhead })) {
      if (!(span >= 0 && span <= longestSpan))
        throw new RangeError(`${name}: expected 0 to ${longestSpan} ms, got ${span} ms`);
    }
    this.#accepted = sha1 ? algorithmsWithSha1 : strongAlgorithms;
    this.#clock = clock;
    this.#maxAge = maxAge;
    this.#maxAhead = maxAhead;
    this.#nonces = new Nonces(maxAge + maxAhead);
  }

  /**
   * The message, with its signer in the envelope. It must be the very object that `decode` made: what was read and what
   * was signed are then the same elements.
   *
   * Throws {@link SignatureError} unless all of this holds: the signature has the one form that the standard prescribes,
   * covers the message that was decoded and a ReplayProtect of the present moment not seen before, and was made with the
   * key of a certificate that is valid now and trusted.
   */
  verify(decoded: Decoded, trust: Trust): Verified {
    const parts = signedPartsOf(decoded);
    if (parts === undefined) throw unsigned(decoded);
    const now = this.#clock.now();
    const claim = readSignature(parts, this.#accepted);
    this.#requirePresent(claim.replayProtect, now);
    const signer = this.#certificates.read(claim.certificates[0]);
    const trustedBy = requireTrusted(claim, { ...trust, signer, now });
    for (const reference of claim.references) requireDigest(reference);
    requireSignature(claim, signer);
    this.#requireFresh(claim.replayProtect, signer, now);
    this.#certificates.remember(signer);
    const { timestamp, nonce } = claim.replayProtect;
    const { certificate, fingerprint } = signer;
    const signature: VerifiedSigner = { fingerprint, certificate, trustedBy, timestamp, nonce };
    const { message, envelope, deviations } = decoded;
    return { message, envelope: { ...envelope, signature }, deviations };
  }

  #requirePresent({ timestamp, at }: ReplayProtect, now: Date): void {
    const age = now.getTime() - timestamp.getTime();
    if (age <= this.#maxAge && -age <= this.#maxAhead) return;
    const expected = `a timestamp at most ${this.#maxAge} ms before and ${this.#maxAhead} ms after ${now.toISOString()}`;
    throw signatureError("ERR_OADR_SIGNATURE_REPLAYED", { at, expected, got: timestamp.toISOString() });
  }

  // Last, so that only who has signed something can fill the memory, and only with what is signed.
  #requireFresh({ nonce, at }: ReplayProtect, { fingerprint }: SignerCertificate, now: Date): void {
    if (this.#nonces.add(`${fingerprint} ${nonce}`, now)) return;
    throw signatureError("ERR_OADR_SIGNATURE_REPLAYED", {
      at,
      expected: "a nonce not seen before",
      got: "one that was",
    });
  }
}

function unsigned({ envelope }: Decoded): Error {
  if (envelope.signature !== "none")
    return new TypeError("expected a message as decode returned it, got another object");
  const deviation = { path: "oadrPayload", expected: "element ds:Signature", got: "none" };
  return new SignatureError("ERR_OADR_SIGNATURE_MISSING", deviation);
}

interface Judgement extends Trust {
  readonly signer: SignerCertificate;
  readonly now: Date;
}

function requireTrusted(claim: SignatureClaim, judgement: Judgement): VerifiedSigner["trustedBy"] {
  const { fingerprints = [], authorities = [], revocationLists, signer, now } = judgement;
  const { certificate, fingerprint } = signer;
  const [at, ...others] = claim.certificates;
  if (!isValidAt(certificate, now)) {
    const expected = `a certificate valid at ${now.toISOString()}`;
    const got = `one valid from ${certificate.validFrom} to ${certificate.validTo}`;
    throw signatureError("ERR_OADR_SIGNATURE_UNTRUSTED", { at, expected, got });
  }
  const standing = requireNotRevoked(claim, judgement);
  if (fingerprints.some((trusted) => trusted.toUpperCase() === fingerprint)) return "fingerprint";
  if (authorities.length > 0) {
    const chain = { certificate, others: others.map(parseCertificate), authorities, now, revocationLists };
    if (isVouchedFor(chain)) {
      requireListed(standing, at);
      return "authority";
    }
  }
  // A party that is bound to its certificates may have another one of a CA that vouched for these.
  const expected = `a certificate that is known${authorities.length > 0 ? " or that a known CA vouches for" : " by its fingerprint"}`;
  throw signatureError("ERR_OADR_SIGNATURE_UNTRUSTED", { at, expected, got: `the one of fingerprint ${fingerprint}` });
}

/** How the signer's certificate stands to the lists of its CA; undefined where there are no lists. */
function requireNotRevoked({ certificates: [at] }: SignatureClaim, judgement: Judgement): Standing | undefined {
  const { revocationLists, signer, now } = judgement;
  const standing = revocationLists?.standingOf(signer.certificate, now);
  if (standing?.state === "revoked") {
    const got = `one that was revoked at ${standing.at.toISOString()}`;
    const expected = "a certificate that its CA has not revoked";
    throw signatureError("ERR_OADR_SIGNATURE_UNTRUSTED", { at, expected, got });
  }
  if (standing?.state === "overdue") {
    const { issuer, thisUpdate, nextUpdate } = standing.latest;
    const got = `one of ${thisUpdate.toISOString()}, good until ${nextUpdate?.toISOString() ?? "the next one"}`;
    const expected = `a revocation list of ${issuer} that counts at ${now.toISOString()}`;
    throw signatureError("ERR_OADR_SIGNATURE_UNTRUSTED", { at, expected, got });
  }
  return standing;
}

/** Where there are lists, a CA without one vouches for nobody, as in TLS. */
function requireListed(standing: Standing | undefined, at: XmlElement): void {
  if (standing?.state !== "unlisted") return;
  const expected = "a revocation list of the CA that issued the certificate, as there are some of others";
  throw signatureError("ERR_OADR_SIGNATURE_UNTRUSTED", { at, expected, got: "none" });
}

function requireDigest({ at, target, hash: algorithm, digest }: Reference): void {
  if (hash(algorithm, canonicalize(target), "base64") === digest) return;
  const expected = "the digest of what is referred to";
  throw signatureError("ERR_OADR_SIGNATURE_MISMATCH", { at, expected, got: "that of something else" });
}

function requireSignature(claim: SignatureClaim, { publicKey, signatureLength }: SignerCertificate): void {
  const { method, value, signedInfo, comments } = claim;
  if (publicKey.asymmetricKeyType !== method.keyType) {
    const fault = { at: value, expected: `a key for ${method.uri}`, got: describeKey(publicKey) };
    throw signatureError("ERR_OADR_SIGNATURE_ALGORITHM", fault);
  }
  const expected = `${signatureLength} bytes made with the key of the certificate`;
  const text = base64In(value);
  const bytes = Buffer.from(text.slice(0, longestValue), "base64");
  const key = { key: publicKey, dsaEncoding: "ieee-p1363" } as const;
  if (bytes.length !== signatureLength || text.length > longestValue) {
    const got = `${text.length} characters in base64`;
    throw signatureError("ERR_OADR_SIGNATURE_MISMATCH", { at: value, expected, got });
  }
  if (verify(method.hash, Buffer.from(canonicalize(signedInfo, { comments })), key, bytes)) return;
  throw signatureError("ERR_OADR_SIGNATURE_MISMATCH", { at: value, expected, got: "others" });
}

// Every nonce is remembered for that long, and a VTN that is started anew has forgotten those from before.
const longestSpan = minutes(5);

// Base64 of what a key of 8192 bits makes.
const longestValue = 1_368;
