// Certificates for a server and its client, made for one run and handed to the server's process.
import { createCa, generateCertificates, generateVtnCertificates } from "@openleadr/pki";

/** @typedef {{ certificate: string, key: string, ca: string }} Certified in PEM */
/** @typedef {{ server: Certified, client: Certified }} MutualTls */

/** @returns {Promise<MutualTls>} */
export async function createMutualTls() {
  const ca = await createCa({ commonName: "Bench CA" });
  const [server] = await generateVtnCertificates("vtn-1", { ca, hostNames: ["127.0.0.1"], keyKinds: ["p-256"] });
  if (server === undefined) throw new Error("expected a certificate, got none");
  return { server, client: await generateCertificates("ven-1", { ca }) };
}

/**
 * What {@link createMutualTls} made, for the command line of a server.
 *
 * @param {MutualTls} tls
 */
export function formatMutualTls(tls) {
  return [JSON.stringify(tls)];
}

/**
 * The same as the server finds it there.
 *
 * @returns {MutualTls}
 */
export function mutualTlsOfArguments() {
  const [text] = process.argv.slice(2);
  if (text === undefined) throw new Error("expected certificates on the command line, got none");
  return JSON.parse(text);
}
