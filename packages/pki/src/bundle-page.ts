/** What the page of a bundle tells. */
export interface BundlePageFacts {
  readonly venId: string;
  readonly vtnUrl: string;
  readonly fingerprint: string;
  readonly vtnFingerprints: readonly string[];
  readonly notAfter: Date;
}

const venPackage = "@openleadr/ven";

/** The page in a bundle that says what its files are and how to use them, in Markdown. */
export function bundlePage(facts: BundlePageFacts, isEncrypted: boolean): string {
  const { venId, vtnUrl, fingerprint, vtnFingerprints, notAfter } = facts;
  const passphrase = isEncrypted
    ? "The key is encrypted. Its passphrase comes to you on another way than these files."
    : "The key is not encrypted: whoever has these files can speak for the VEN. The passphrase of `ven.p12` is empty.";
  const options = [`--vtn ${shellWord(vtnUrl)}`, "--cert ven.pem --key ven.key.pem --ca ca.pem"];
  const secret = isEncrypted ? ["--passphrase-file passphrase.txt"] : [];
  return `# Certificate of the VEN ${inline(venId)}

${table([
  ["VTN", inline(vtnUrl)],
  ["venID", inline(venId)],
  ["fingerprint of the VEN", inline(fingerprint)],
  ["fingerprint of the VTN", vtnFingerprints.map(inline).join(", ") || "not known when this was written"],
  ["valid until", inline(notAfter.toISOString().slice(0, 10))],
])}

${table([
  ["`ven.pem`", "the VEN's certificate"],
  ["`ven.key.pem`", "its private key, secret"],
  ["`ven.p12`", "both and the CA in one file (PKCS#12), for programs that want that; secret"],
  ["`ca.pem`", "the CA that the VTN's certificate comes from: the VEN trusts this one, and no other"],
  ["`settings.json`", "what stands above, for programs"],
])}

${passphrase}

## Use it

Copy the files to the VEN, and let nobody but its user read \`ven.key.pem\` and \`ven.p12\`. First see whether everything
fits; this says what is wrong, if something is, and what to do about it:

${shell(["openleadr cert doctor", ...options, ...secret])}

A VEN to try it with:

${shell(["openleadr ven", `--name ${shellWord(venId)}`, ...options, ...secret])}

In a program with \`@openleadr/ven\`:

\`\`\`ts
import { readFileSync } from "node:fs";
import { Ven } from ${JSON.stringify(venPackage)};

const ven = new Ven({
  vtnUrl: ${JSON.stringify(vtnUrl)},
  venName: ${JSON.stringify(venId)},
  tls: {
    certificate: readFileSync("ven.pem"),
    key: readFileSync("ven.key.pem"),${isEncrypted ? '\n    passphrase: readFileSync("passphrase.txt", "utf8").trim(),' : ""}
    ca: readFileSync("ca.pem"),
  },
});
\`\`\`

Tell the operator of the VTN the fingerprint of the VEN if they have not made this bundle themselves. When the
certificate is about to end, ask them for a new bundle, and to accept its fingerprint for the VEN; the old one works
until it ends, or until the VEN has registered with the new one. If the key gets lost or into other hands, tell them at
once, so that they revoke the certificate.
`;
}

function table(rows: readonly (readonly [string, string])[]): string {
  return ["| | |", "| --- | --- |", ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join("\n");
}

/** Text that Markdown shows as it is. */
function inline(text: string): string {
  return `\`${text.replaceAll(/[`|\n]/g, " ")}\``;
}

function shell(parts: readonly string[]): string {
  return ["```sh", parts.join(" \\\n  "), "```"].join("\n");
}

function shellWord(text: string): string {
  return /^[\w.@:/%-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
