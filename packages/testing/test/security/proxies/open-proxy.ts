import { readFileSync } from "node:fs";
import {
  createCa,
  generateCertificates,
  generateVtnCertificates,
  revoke,
  type CertificateAndKey,
} from "@openleadr/pki";
import { hours, seconds, systemClock, type Clock } from "@openleadr/protocol";
import {
  httpTransport,
  type ClientTlsOptions,
  type HttpTransport,
  type TrustedProxyOptions,
} from "@openleadr/transport";
import { Vtn, type SecurityEvent, type WireExchange } from "@openleadr/vtn";
import { freePort, ProxyProcess, type ProxyName } from "./proxy-process.ts";

const ca = await createCa({ commonName: "CA" });
const [ecc, rsa] = await generateVtnCertificates("vtn", { ca, hostNames: ["localhost", "127.0.0.1"] });

/** Certificates of two VENs, of one whose certificate is on the list of the CA, and of another CA's VEN. */
export const kitchen: CertificateAndKey = await generateCertificates("kitchen", { ca });
export const pantry: CertificateAndKey = await generateCertificates("pantry", { ca, keyKind: "rsa-2048" });
export const revoked: CertificateAndKey = await generateCertificates("revoked", { ca });
export const stranger: CertificateAndKey = await generateCertificates("stranger", {
  ca: await createCa({ commonName: "Other CA" }),
});

const past: Clock = { ...systemClock, now: () => new Date(Date.now() - hours(48)) };
export const expired: CertificateAndKey = await generateCertificates("expired", {
  ca,
  clock: past,
  validity: hours(24),
});

/** The files that the recipes name, as `openleadr cert` and the recipes' own words make them. */
const files = {
  "ca.pem": ca.certificate,
  "crl.pem": revoke([revoked.certificate], ca),
  "vtn-ecc.pem": ecc?.certificate ?? "",
  "vtn-ecc.key.pem": ecc?.key ?? "",
  "vtn-rsa.pem": rsa?.certificate ?? "",
  "vtn-rsa.key.pem": rsa?.key ?? "",
  "vtn-ecc-with-key.pem": `${ecc?.certificate}${ecc?.key}`,
  "vtn-rsa-with-key.pem": `${rsa?.certificate}${rsa?.key}`,
};

const page = readFileSync(new URL("../../../../../docs/security.md", import.meta.url), "utf8");

/** The recipe of the page for that proxy; throws if there is none. */
function recipeOf(name: ProxyName): string {
  const [, recipe] = new RegExp(`\`\`\`${name}\n(.*?)\`\`\``, "s").exec(page) ?? [];
  if (recipe === undefined) throw new Error(`expected a recipe for ${name} in docs/security.md, got none`);
  return recipe;
}

/** The VTN's option `proxy`, as the page has it. */
function proxyOption(): TrustedProxyOptions {
  const [, option] = /^const proxy = (\{.*\});$/m.exec(page) ?? [];
  if (option === undefined) throw new Error("expected the option proxy in docs/security.md, got none");
  return JSON.parse(option.replaceAll(/(\w+):/g, '"$1":')) as TrustedProxyOptions;
}

/** What a recipe is used with. */
export interface OpenProxyOptions {
  /** Changes the recipe. */
  readonly adapt?: (recipe: string) => string;
  /** @default what the page has */
  readonly proxy?: TrustedProxyOptions;
  readonly clock?: Clock;
}

/** A VTN behind a proxy; it takes each VEN's name for its venID. */
export interface OpenProxy extends AsyncDisposable {
  readonly vtn: Vtn;
  readonly proxy: ProxyProcess;
  /** Where VENs find it: at the proxy. */
  readonly url: URL;
  readonly exchanges: readonly WireExchange[];
  readonly securityEvents: readonly SecurityEvent[];
}

export async function openProxy(name: ProxyName, options: OpenProxyOptions = {}): Promise<OpenProxy> {
  const { adapt = (recipe) => recipe, proxy: trusted = proxyOption(), clock = systemClock } = options;
  const exchanges: WireExchange[] = [];
  const securityEvents: SecurityEvent[] = [];
  const vtn = new Vtn({
    vtnId: "vtn",
    listen: { port: 0, proxy: trusted },
    onCreatePartyRegistration: ({ venName = "" }) => ({ venId: venName }),
    pollFrequency: seconds(1),
    clock,
    onExchange: (exchange) => void exchanges.push(exchange),
    onSecurityEvent: (event) => void securityEvents.push(event),
  });
  await vtn.start();
  const port = await freePort();
  const recipe = adapt(recipeOf(name))
    .replace(/listen 443|bind :443/, (where) => where.replace(/:?443/, `127.0.0.1:${port}`))
    .replace("127.0.0.1:8080", vtn.url?.host ?? "");
  const proxy = await ProxyProcess.start({ name, recipe, files, port });
  const url = new URL(`https://localhost:${port}`);
  const close = async (): Promise<void> => {
    await proxy[Symbol.asyncDispose]();
    await vtn.stop();
  };
  return { vtn, proxy, url, exchanges, securityEvents, [Symbol.asyncDispose]: close };
}

/** What a VEN with that certificate, or none, has for TLS. */
export function tlsOf(identity?: CertificateAndKey): ClientTlsOptions {
  return { ...(identity && { certificate: identity.certificate, key: identity.key }), ca: ca.certificate };
}

/** A client of the proxy with that certificate, and headers of its own. */
export function clientOf(
  { url }: Pick<OpenProxy, "url">,
  tls: ClientTlsOptions,
  headers: Readonly<Record<string, string>> = {},
): HttpTransport {
  return httpTransport({ url, tls, headers });
}
