import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, it } from "vitest";
import { decode, encode, fromJson, toJson } from "../src/envelope.ts";
import { MalformedMessageError } from "../src/errors.ts";
import { messageArbitrary, messageNames } from "./arbitrary.ts";
import { signatureArbitrary } from "./arbitrary-signature.ts";
import { cornerCases } from "./corner-cases.ts";
import { element, readDocument, writeDocument, type Element } from "./document.ts";
import { mutant } from "./mutate.ts";
import { oddities } from "./oddities.ts";
import { hasOracle, openOracle, oracleNote } from "./oracle.ts";
import { createRandom, type Random } from "./random.ts";

// A long run: MUTANTS=200000 SEED=7 npx vitest run packages/protocol/test/differential.test.ts
const seed = Number(process.env["SEED"] ?? 20_260_131);
const mutants = Number(process.env["MUTANTS"] ?? 12_000);
const messagesEach = Math.ceil(mutants / 300);

const folder = new URL("../samples/", import.meta.url);
const samples = readdirSync(folder).map((file) => ({ file, text: readFileSync(new URL(file, folder), "utf8") }));

describe.skipIf(!hasOracle)(`libxml2 with the OpenADR schema${oracleNote}`, () => {
  const oracle = hasOracle ? openOracle() : { faultIn: () => undefined };

  for (const { file, text } of samples) {
    it(`takes the sample ${file}, as we do`, () => {
      const { message, deviations } = decode(text);

      assert.equal(oracle.faultIn(text), undefined);
      assert.deepEqual(deviations, []);
      assert.equal(oracle.faultIn(encode(message)), undefined);
      assert.deepEqual(decode(encode(message)).message, message);
    });
  }

  for (const name of messageNames) {
    it(`takes every ${name} that encode writes`, () => {
      fc.assert(
        fc.property(messageArbitrary(name), (message) => assert.equal(oracle.faultIn(encode(message)), undefined)),
        { seed, numRuns: messagesEach },
      );
    });
  }

  it("takes every signature that decode takes for a well-formed one", () => {
    for (const signature of fc.sample(signatureArbitrary, { seed, numRuns: 300 })) {
      const text = writeDocument(envelope(signature, element("oadr:oadrPoll", [element("ei:venID")])));

      assert.equal(oracle.faultIn(text), undefined, text);
      assert.equal(decode(text).envelope.signature, "unverified");
    }
  });

  for (const [title, document, isValid] of cornerCases) {
    it(`${isValid ? "takes" : "refuses"} ${title}, as we do`, () => {
      assert.deepEqual(verdictsOf(document), { libxml2: isValid, us: isValid });
    });
  }

  describe("oddities", () => {
    for (const { name, reason, example, takenBy, plain } of oddities) {
      it(`differs on ${name}: ${reason}`, () => {
        const plainExample = structuredClone(example);

        plain(plainExample);

        assert.deepEqual(verdictsOf(example), { libxml2: takenBy === "libxml2", us: takenBy === "us" });
        assert.equal(agree(verdictsOf(plainExample)), true);
      });
    }
  });

  it(`gives the verdict we give on ${mutants} mutants`, { timeout: 60_000 + mutants * 10 }, () => {
    const random = createRandom(seed);
    const [fromSamples, generated] = originals(random);
    const taken = { libxml2: 0, us: 0, oddities: new Map<string, number>() };
    const disagreements: string[] = [];

    for (let count = 0; count < mutants; count++) {
      const document = mutant(random.of(random.chance(30) ? fromSamples : generated), random);
      const verdicts = verdictsOf(document, random.of(prefixes));
      if (verdicts.libxml2) taken.libxml2++;
      if (verdicts.us) taken.us++;
      if (agree(verdicts)) continue;
      const odd = oddities.find(({ plain }) => agree(verdictsOf(without([plain], document))));
      const name = odd?.name ?? "several at once";
      taken.oddities.set(name, (taken.oddities.get(name) ?? 0) + 1);
      if (odd !== undefined) continue;
      const plain = without(
        oddities.map((oddity) => oddity.plain),
        document,
      );
      if (!agree(verdictsOf(plain))) disagreements.push(disagreement(plain));
    }

    console.info(
      `${mutants} mutants of ${fromSamples.length} samples and ${generated.length} generated documents, seed ${seed}:`,
      taken,
    );
    assert.deepEqual([...new Set(disagreements)].slice(0, 20), []);
  });

  interface Verdicts {
    readonly libxml2: boolean;
    readonly us: boolean;
  }

  function agree({ libxml2, us }: Verdicts): boolean {
    return libxml2 === us;
  }

  function verdictsOf(document: Element, prefixOf?: (prefix: string) => string): Verdicts {
    const text = writeDocument(document, prefixOf);
    return { libxml2: oracle.faultIn(text) === undefined, us: ourFaultIn(text) === undefined };
  }

  function disagreement(document: Element): string {
    const text = writeDocument(document);
    const ours = ourFaultIn(text);
    return ours === undefined ? `libxml2 alone refuses: ${oracle.faultIn(text)}` : `we alone refuse: ${ours}`;
  }
});

describe("messages", () => {
  for (const name of messageNames) {
    it(`keeps every ${name} through encode and decode`, () => {
      fc.assert(
        fc.property(messageArbitrary(name), (message) => {
          const { message: decoded, deviations, envelope } = decode(encode(message, { id: "signedObject" }));

          assert.deepEqual(deviations, []);
          assert.deepEqual(envelope.id, "signedObject");
          assert.deepEqual(decoded, message);
        }),
        { seed, numRuns: messagesEach },
      );
    });

    it(`keeps every ${name} through JSON`, () => {
      fc.assert(
        fc.property(messageArbitrary(name), (message) => {
          const json = JSON.stringify(toJson(message));

          const read = fromJson(JSON.parse(json));

          assert.deepEqual(withoutNegativeZero(read), withoutNegativeZero(message));
        }),
        { seed: seed + 1, numRuns: messagesEach },
      );
    });
  }
});

/** The document without what is odd in it. */
function without(changes: readonly ((root: Element) => void)[], document: Element): Element {
  const plain = structuredClone(document);
  for (const change of changes) change(plain);
  return plain;
}

function ourFaultIn(text: string): string | undefined {
  try {
    decode(text);
    return undefined;
  } catch (error) {
    if (error instanceof MalformedMessageError) return error.message;
    throw error;
  }
}

/** Documents to be mutated: samples; and generated messages, wrapped and bare, some of them signed. */
function originals(random: Random): readonly [samples: readonly Element[], generated: readonly Element[]] {
  const messages = messageNames.flatMap((name) => fc.sample(messageArbitrary(name), { seed, numRuns: 25 }));
  const texts = messages.map((message) => encode(message, { id: "a1" })).filter((text) => text.length < largest);
  const fromSamples = samples.map(({ text }) => readDocument(text));
  const wrapped = texts.map(readDocument);
  // Written and read, so that no element stands twice in one tree.
  const signed = fc
    .sample(signatureArbitrary, { seed, numRuns: 250 })
    .map((signature) => readDocument(writeDocument(envelope(signature, payloadOf(random.of(wrapped))))));
  const bare = wrapped.filter(() => random.chance(20)).map(payloadOf);
  return [fromSamples, [...wrapped, ...signed, ...bare]];
}

const largest = 12_000;

function payloadOf(document: Element): Element {
  const [payload = document] = elementsIn(document).flatMap(elementsIn);
  return structuredClone(payload);
}

function elementsIn({ children }: Element): readonly Element[] {
  return children.filter((child) => typeof child !== "string");
}

function envelope(signature: Element, payload: Element): Element {
  const signedObject = {
    name: "oadr:oadrSignedObject",
    attributes: { "oadr:Id": "signedObject" },
    children: [payload],
  };
  return { name: "oadr:oadrPayload", attributes: {}, children: [signature, signedObject] };
}

const prefixes: readonly ((prefix: string) => string)[] = [
  (prefix) => prefix,
  () => "",
  (prefix) => `ns${prefix.length}${prefix}`,
  (prefix) => (prefix === "oadr" ? "" : prefix),
];

/** JSON knows no negative zero, nor do those who compare numbers with `===`. */
function withoutNegativeZero(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNegativeZero);
  if (typeof value === "number") return value === 0 ? 0 : value;
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutNegativeZero(inner)]));
}
