// Needs the command xmlsec1, from the Debian package of that name.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, it } from "vitest";
import { decode, encode } from "../src/envelope.ts";
import type { Message } from "../src/messages/index.ts";
import { sign } from "../src/signature/sign.ts";
import { createSigner } from "../src/signature/signer.ts";
import { messageArbitrary, messageNames } from "./arbitrary.ts";
import { keys } from "./certificates.ts";
import { noon } from "./messages.ts";
import { aPoll, signers, verifyNow } from "./signing.ts";

const seed = 20_260_131;
const clock = { now: () => noon };
const inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const folder = mkdtempSync(join(tmpdir(), "xmlsec1-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ids = [
  "http://openadr.org/oadr-2.0b/2012/07:oadrSignedObject",
  "http://www.w3.org/2000/09/xmldsig#:Object",
].flatMap((element) => ["--id-attr:Id", element]);

describe("xmlsec1", () => {
  for (const key of ["rsa", "p256", "p384"] as const) {
    for (const name of messageNames) {
      it(`takes ${name} as we sign it with ${key}`, async () => {
        for (const message of messagesOf(name)) takenByXmlsec1(await sign(message, signers[key], { clock }), key);
      });

      it(`signs ${name} with ${key} so that we take it`, () => {
        for (const message of messagesOf(name)) {
          const document = signedByXmlsec1(templateOf(message, { key }), key);

          assert.deepEqual(verifyNow(document).message, decode(encode(message)).message);
        }
      });
    }
  }

  for (const hash of ["sha384", "sha512"] as const) {
    it(`takes signatures with ${hash}`, async () => {
      for (const key of ["rsa", "p256", "p384"] as const) {
        const signer = createSigner({ key: keys[key], certificates: signers[key].certificates, hash });

        takenByXmlsec1(await sign(aPoll, signer, { clock }), key);
      }
    });
  }

  it("refuses what was changed after we signed it", async () => {
    const document = await sign(aPoll, signers.rsa, { clock });

    assert.throws(() => takenByXmlsec1(document.replace("ven-1", "ven-2"), "rsa"), /Error: failed to verify/);
  });

  for (const [title, options] of [
    ["without transforms", { transforms: "" }],
    ["with comments in the canonical form", { c14n: `${inclusive}#WithComments`, blank: "<!-- c -->" }],
    ["on indented lines", { blank: "\r\n\t" }],
  ] as const) {
    it(`signs ${title} so that we take it`, () => {
      for (const key of ["rsa", "p256"] as const) {
        const document = signedByXmlsec1(templateOf(aPoll, { key, ...options }), key);

        assert.deepEqual(verifyNow(document).message, aPoll);
      }
    });
  }
});

type KeyName = keyof typeof signers;

function messagesOf(name: Message["name"]): readonly Message[] {
  return fc.sample(messageArbitrary(name), { seed, numRuns: 3 });
}

/** Throws what xmlsec1 has to say unless it takes the document. */
function takenByXmlsec1(document: string, key: KeyName): void {
  const [certificate, file] = [
    fileOf(`${key}.crt`, signers[key].certificates.join("\n")),
    fileOf("signed.xml", document),
  ];
  run("--verify", ...ids, "--trusted-pem", certificate, "--verification-time", "2026-06-01 12:00:00", file);
}

function signedByXmlsec1(template: string, key: KeyName): string {
  const pem = keys[key].export({ type: "pkcs8", format: "pem" }).toString();
  const secret = fileOf(`${key}.key`, pem);
  const certificate = fileOf(`${key}.crt`, signers[key].certificates.join("\n"));
  const output = join(folder, "output.xml");
  run(
    "--sign",
    ...ids,
    "--output",
    output,
    "--privkey-pem",
    `${secret},${certificate}`,
    fileOf("template.xml", template),
  );
  return readFileSync(output, "utf8");
}

function fileOf(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function run(...parameters: readonly string[]): void {
  execFileSync("xmlsec1", parameters, { stdio: ["ignore", "ignore", "pipe"] });
}

interface TemplateOptions {
  readonly key: KeyName;
  readonly c14n?: string;
  readonly transforms?: string;
  /** Put between the elements of the signature. */
  readonly blank?: string;
}

/** A message with a signature in which xmlsec1 fills in what is to be computed. */
function templateOf(message: Message, { key, c14n = inclusive, transforms, blank = "" }: TemplateOptions): string {
  const explicit = transforms ?? `<ds:Transforms><ds:Transform Algorithm="${c14n}"/></ds:Transforms>`;
  const reference = (id: string): string =>
    `<ds:Reference URI="#${id}">${explicit}<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference>`;
  const signature = `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>
    <ds:CanonicalizationMethod Algorithm="${c14n}"/>
    <ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#${key === "rsa" ? "rsa" : "ecdsa"}-sha256"/>
    ${reference("oadrSignedObject")}${reference("prop")}</ds:SignedInfo><ds:SignatureValue/>
    <ds:KeyInfo><ds:X509Data><ds:X509Certificate/></ds:X509Data></ds:KeyInfo>
    <ds:Object Id="prop"><ds:SignatureProperties><ds:SignatureProperty Target="#mytarget">
    <dsp:ReplayProtect xmlns:dsp="http://openadr.org/oadr-2.0b/2012/07/xmldsig-properties">
    <dsp:timestamp>${noon.toISOString()}</dsp:timestamp><dsp:nonce>0123</dsp:nonce>
    </dsp:ReplayProtect></ds:SignatureProperty></ds:SignatureProperties></ds:Object></ds:Signature>`;
  const spaced = signature.replaceAll(/>\s*</g, `>${blank}<`);
  return encode(message, { id: "oadrSignedObject" }).replace(
    "<oadr:oadrSignedObject",
    `${spaced}<oadr:oadrSignedObject`,
  );
}
