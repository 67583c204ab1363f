// A VTN in memory with one registered VEN, `ven-1`, for which nothing is waiting any more.
import { Vtn } from "@openleadr/vtn";
import { poll, registration } from "../documents.js";

const vtn = new Vtn({
  vtnId: "vtn-1",
  onCreatePartyRegistration: () => ({ venId: "ven-1" }),
  listen: { port: 0 },
});
await vtn.start();
await post("EiRegisterParty", registration);
// The first polls hand out what a new registration brings with it.
for (let polls = 0; !(await post("OadrPoll", poll)).includes("oadrResponse"); polls++) {
  if (polls === 10) throw new Error("the VTN always has something waiting");
}
process.send?.(Number(vtn.url?.port));

/**
 * @param {string} service
 * @param {string} body
 */
async function post(service, body) {
  const url = `${vtn.url?.href.replace(/\/$/, "")}/${service}`;
  const answer = await fetch(url, { method: "POST", headers: { "Content-Type": "application/xml" }, body });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${service}: HTTP status ${answer.status}\n${text}`);
  return text;
}
