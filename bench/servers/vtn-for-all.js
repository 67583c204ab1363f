// A VTN in memory that lets every VEN in.
import { Vtn } from "@openleadr/vtn";

const vtn = new Vtn({ vtnId: "vtn-1", onCreatePartyRegistration: () => true, listen: { port: 0 } });
await vtn.start();
process.send?.(Number(vtn.url?.port));
