import { request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { text } from "node:stream/consumers";
import { once } from "node:events";
import { Vtn } from "@openleadr/vtn";
import { poll, registration } from "./documents.js";

/** @import { MutualTls } from "./mutual-tls.js" */

/**
 * Starts a VTN in memory with one registered VEN, `ven-1`, for which nothing is waiting any more, and tells the parent
 * process its port.
 *
 * @param {MutualTls} [tls]
 */
export async function startIdleVtn(tls) {
  const vtn = new Vtn({
    vtnId: "vtn-1",
    onCreatePartyRegistration: () => ({ venId: "ven-1" }),
    listen: { port: 0, ...(tls !== undefined && { tls: tls.server }) },
  });
  await vtn.start();
  const post = postTo(`${vtn.url?.href.replace(/\/$/, "")}`, tls);
  await post("EiRegisterParty", registration);
  // The first polls hand out what a new registration brings with it.
  for (let polls = 0; !(await post("OadrPoll", poll)).includes("oadrResponse"); polls++) {
    if (polls === 10) throw new Error("the VTN always has something waiting");
  }
  process.send?.(Number(vtn.url?.port));
}

/**
 * @param {string} base
 * @param {MutualTls | undefined} tls
 * @returns {(service: string, body: string) => Promise<string>}
 */
function postTo(base, tls) {
  const options = { method: "POST", headers: { "Content-Type": "application/xml" } };
  return async (service, body) => {
    const url = `${base}/${service}`;
    const request = tls === undefined ? requestPlain(url, options) : requestTls(url, { ...options, ...ofClient(tls) });
    request.end(body);
    const [answer] = await once(request, "response");
    const document = await text(answer);
    if (answer.statusCode !== 200) throw new Error(`${service}: HTTP status ${answer.statusCode}\n${document}`);
    return document;
  };
}

/** @param {MutualTls} tls */
function ofClient({ client: { certificate: cert, key, ca } }) {
  return { cert, key, ca };
}
