// A VTN in memory with the registered VENs `ven-0` to `ven-9999`, for which nothing is waiting.
import { Vtn } from "@openleadr/vtn";
import { storeOfVens } from "../registered-vens.js";

const store = await storeOfVens(10_000);
const vtn = new Vtn({ vtnId: "vtn-1", onCreatePartyRegistration: () => false, listen: { port: 0 }, store });
await vtn.start();
process.send?.(Number(vtn.url?.port));
