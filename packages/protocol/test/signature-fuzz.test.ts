import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { decode } from "../src/envelope.ts";
import { MalformedMessageError, SignatureError } from "../src/errors.ts";
import { sign } from "../src/signature/sign.ts";
import { SignatureVerifier, type Verified } from "../src/signature/verifier.ts";
import { sample } from "./builders.ts";
import { noon } from "./messages.ts";
import { textMutant } from "./mutate-text.ts";
import { createRandom } from "./random.ts";
import { knownSigners, signers } from "./signing.ts";

// A long run: MUTANTS=1000000 SEED=7 npx vitest run packages/protocol/test/signature-fuzz.test.ts
const seed = Number(process.env["SEED"] ?? 20_260_131);
const mutants = Number(process.env["MUTANTS"] ?? 5_000);
const clock = { now: () => noon };

/** Messages that were signed, by their nonces. Signatures by RSA are the same in each run. */
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
const documents = [...originals.values()];

describe("a mutant of a signed message", () => {
  for (const tolerant of [false, true]) {
    it(
      `is refused unless it says what was signed, ${tolerant ? "tolerant" : "strict"}, ${mutants} times`,
      { timeout: 60_000 + mutants * 10 },
      () => {
        const random = createRandom(seed);
        const count = { accepted: 0, malformed: 0, refused: 0 };

        for (let round = 0; round < mutants; round++) {
          const mutant = textMutant(random.of(documents), documents, random);
          const outcome = outcomeOf(mutant, tolerant);
          count[
            outcome instanceof MalformedMessageError
              ? "malformed"
              : outcome instanceof SignatureError
                ? "refused"
                : "accepted"
          ]++;
          if (!(outcome instanceof Error)) assertSigned(outcome, mutant);
        }

        console.info(`${mutants} mutants, seed ${seed}:`, count);
        assert.ok(Math.min(...Object.values(count)) > mutants / 100, JSON.stringify(count));
      },
    );
  }
});

/** Throws what should not be thrown. */
function outcomeOf(document: string, tolerant: boolean): Verified | MalformedMessageError | SignatureError {
  try {
    return new SignatureVerifier({ clock, sha1: true }).verify(decode(document, { tolerant }), knownSigners);
  } catch (error) {
    if (error instanceof MalformedMessageError || error instanceof SignatureError) return error;
    throw error;
  }
}

function assertSigned({ message, envelope }: Verified, mutant: string): void {
  const { nonce, timestamp } = envelope.signature;
  const original = decode(originals.get(nonce) ?? "");
  assert.deepEqual(message, original.message, mutant);
  assert.equal(envelope.schemaVersion, original.envelope.schemaVersion, mutant);
  assert.deepEqual(timestamp, noon, mutant);
}
