import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createCa, generateCertificates, generateVtnCertificates } from "@openleadr/pki";
import { Vtn } from "@openleadr/vtn";
import { hostOf } from "./connect-proxy.ts";

const addresses = ["127.0.0.1", "::1"];
const ca = await createCa({ commonName: "CA" });
const [served] = await generateVtnCertificates("vtn", { ca, hostNames: addresses, keyKinds: ["p-256"] });

/** What a VEN needs for a VTN over HTTPS. */
export const certificates = { ...(await generateCertificates("kitchen", { ca })), ca: ca.certificate };

/** A VTN at an address of this machine, and the headers of what it was sent. */
export async function openVtn(scheme: "http" | "https", address: string) {
  const seen: unknown[] = [];
  const vtn = new Vtn({
    vtnId: "vtn",
    listen: false,
    onCreatePartyRegistration: ({ venName = "" }) => ({ venId: venName }),
  });
  await vtn.start();
  const serve = vtn.requestListener();
  const take: RequestListener = (request, response) => {
    seen.push([request.headers["x-gateway-key"], request.headers.authorization]);
    serve(request, response);
  };
  const secure = {
    cert: served?.certificate,
    key: served?.key,
    ca: ca.certificate,
    requestCert: true,
    rejectUnauthorized: true,
  };
  const server = scheme === "http" ? createHttpServer(take) : createHttpsServer(secure, take);
  server.listen(0, address);
  await once(server, "listening");
  const host = hostOf(server.address() as AddressInfo);
  return {
    vtn,
    seen,
    host,
    url: `${scheme}://${host}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await vtn.stop();
    },
  };
}
