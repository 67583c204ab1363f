// A VTN in memory with one registered VEN, `ven-1`, and the event of `distributeEvent` in its first hour.
import { decode } from "@openleadr/protocol";
import { Vtn } from "@openleadr/vtn";
import { distributeEvent, registration } from "../documents.js";

const { payload } = decode(distributeEvent).message;
const [event] = "events" in payload ? payload.events : [];
if (event === undefined) throw new Error("expected an event in distributeEvent, got none");

const vtn = new Vtn({
  vtnId: "vtn-1",
  onCreatePartyRegistration: () => ({ venId: "ven-1" }),
  listen: { port: 0 },
  clock: {
    now: () => new Date("2026-01-01T00:30:00Z"),
    sleep: async () => {
      throw new Error("expected nobody to sleep");
    },
  },
});
await vtn.start();
await vtn.events.create(event);
const headers = { "Content-Type": "application/xml" };
const url = `${vtn.url?.href.replace(/\/$/, "")}/EiRegisterParty`;
const answer = await fetch(url, { method: "POST", headers, body: registration });
if (!(await answer.text()).includes("ven-1")) throw new Error("expected the VEN to be let in");
process.send?.(Number(vtn.url?.port));
