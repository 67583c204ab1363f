import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, it } from "vitest";
import { decode } from "../src/envelope.ts";
import { sign } from "../src/signature/sign.ts";
import { SignatureVerifier } from "../src/signature/verifier.ts";
import { noon } from "./messages.ts";
import { aPoll, knownSigners, signers } from "./signing.ts";

const clock = { now: () => noon };
const documents = 20;
const documentBytes = 1_000_000;

describe("SignatureVerifier", () => {
  it("keeps no documents in memory for the nonces it remembers", async () => {
    const verifier = new SignatureVerifier({ clock });
    await verifyLargePoll(verifier, { nonce: "a nonce that comes first" });

    const before = heapInUse();
    for (let index = 0; index < documents; index++) await verifyLargePoll(verifier, { nonce: `the nonce of ${index}` });
    const keptBytes = heapInUse() - before;

    assert.ok(keptBytes < 2 * documentBytes, `${keptBytes} bytes kept of ${documents} documents of ${documentBytes}`);
    await assert.rejects(verifyLargePoll(verifier, { nonce: "the nonce of 0" }), /a nonce not seen before/);
  });
});

async function verifyLargePoll(verifier: SignatureVerifier, { nonce }: { readonly nonce: string }): Promise<void> {
  const document = await sign(aPoll, signers.p256, { clock, newNonce: () => nonce });
  const large = document.replace("<oadr:oadrSignedObject", `<!--${"x".repeat(documentBytes)}-->$&`);
  verifier.verify(decode(large), knownSigners);
}

/** Bytes of the heap, without garbage. */
function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
