import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "vitest";
import { decode } from "../src/envelope.ts";
import { MalformedMessageError, SignatureError } from "../src/errors.ts";
import { certificateFingerprint } from "../src/certificate/fingerprint.ts";
import { sign } from "../src/signature/sign.ts";
import type { Trust } from "../src/signature/trust.ts";
import { SignatureVerifier, type Verified } from "../src/signature/verifier.ts";
import { sample } from "./builders.ts";
import { noon } from "./messages.ts";
import { byteMutant } from "./mutate-bytes.ts";
import { textMutant } from "./mutate-text.ts";
import { createRandom } from "./random.ts";
import { signers } from "./signing.ts";

// A long run: MUTANTS=1000000 SEED=7 npx vitest run packages/protocol/test/signature-fuzz.test.ts
const seed = Number(process.env["SEED"] ?? 20_260_131);
const mutants = Number(process.env["MUTANTS"] ?? 5_000);
const clock = { now: () => noon };

/** Messages that were signed, by their nonces; the same in each run, which signatures by ECDSA are only where they are kept. */
const originals = new Map<string, string>();
for (const name of [
  "oadrPoll",
  "oadrDistributeEvent-simple-far",
  "oadrCreatedEvent",
  "oadrResponse",
  "oadrUpdatedReport",
]) {
  for (const newNonce of [() => `${name}-1`, () => `${name}-2`]) {
    const { message } = decode(sample(name));
    originals.set(newNonce(), await sign(message, signers.rsa, { clock, newNonce }));
  }
}
for (const name of ["oadrPoll-p256", "oadrDistributeEvent-simple-far-p384"])
  originals.set(name, readFileSync(new URL(`signed/${name}.xml`, import.meta.url), "utf8").trim());
const documents = [...originals.values()];
const trust: Trust = { fingerprints: documents.map(fingerprintOfSigner) };

describe("a mutant of a signed message", () => {
  for (const [title, mutate] of [
    ["its text", textMutant],
    ["its bytes", byteMutant],
  ] as const) {
    for (const tolerant of [false, true]) {
      it(
        `is refused unless it says what was signed: ${title}, ${tolerant ? "tolerant" : "strict"}, ${mutants} times`,
        { timeout: 60_000 + mutants * 10 },
        () => {
          const random = createRandom(seed);
          const count = { accepted: 0, malformed: 0, refused: 0 };

          for (let round = 0; round < mutants; round++) {
            const mutant = mutate(random.of(documents), documents, random);
            const outcome = outcomeOf(mutant, { verifier: newVerifier(), tolerant });
            count[kindOf(outcome)]++;
            if (!(outcome instanceof Error)) assertSigned(outcome, mutant);
          }

          console.info(`${mutants} mutants, seed ${seed}:`, count);
          assert.ok(Math.min(...Object.values(count)) > mutants / 100, JSON.stringify(count));
        },
      );
    }
  }

  it(`uses up no nonce unless it is accepted, ${mutants} times`, { timeout: 60_000 + mutants * 10 }, () => {
    const random = createRandom(seed);
    const verifier = newVerifier();
    const used: string[] = [];

    for (let round = 0; round < mutants; round++) {
      const outcome = outcomeOf(textMutant(random.of(documents), documents, random), { verifier, tolerant: false });
      if (!(outcome instanceof Error)) used.push(outcome.envelope.signature.nonce);
    }

    assert.deepEqual(used.toSorted(), [...new Set(used)].toSorted());
    for (const [nonce, document] of originals)
      assert.equal(
        kindOf(outcomeOf(document, { verifier, tolerant: false })),
        used.includes(nonce) ? "refused" : "accepted",
      );
  });
});

type Outcome = Verified | MalformedMessageError | SignatureError;

function newVerifier(): SignatureVerifier {
  return new SignatureVerifier({ clock, sha1: true });
}

/** Throws what should not be thrown. */
function outcomeOf(
  document: string | Uint8Array,
  { verifier, tolerant }: { readonly verifier: SignatureVerifier; readonly tolerant: boolean },
): Outcome {
  try {
    return verifier.verify(decode(document, { tolerant }), trust);
  } catch (error) {
    if (error instanceof MalformedMessageError || error instanceof SignatureError) return error;
    throw error;
  }
}

function kindOf(outcome: Outcome): "accepted" | "malformed" | "refused" {
  if (outcome instanceof MalformedMessageError) return "malformed";
  return outcome instanceof SignatureError ? "refused" : "accepted";
}

function assertSigned({ message, envelope }: Verified, mutant: string | Uint8Array): void {
  const { nonce, timestamp } = envelope.signature;
  const original = decode(originals.get(nonce) ?? "");
  assert.deepEqual(message, original.message, String(mutant));
  assert.equal(envelope.schemaVersion, original.envelope.schemaVersion, String(mutant));
  assert.deepEqual(timestamp, noon, String(mutant));
}

function fingerprintOfSigner(document: string): string {
  const [, certificate = ""] = /<ds:X509Certificate>([^<]*)/.exec(document) ?? [];
  return certificateFingerprint(Buffer.from(certificate, "base64"));
}
