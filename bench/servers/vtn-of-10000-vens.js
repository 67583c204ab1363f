// A VTN in memory with the registered VENs `ven-0` to `ven-9999`, for which nothing is waiting.
import { MemoryStore, Vtn } from "@openleadr/vtn";

const store = new MemoryStore();
for (let index = 0; index < 10_000; index++) {
  const registration = {
    venId: `ven-${index}`,
    registrationId: `registration-${index}`,
    venName: `the VEN ${index}`,
    profileName: /** @type {const} */ ("2.0b"),
    transportName: /** @type {const} */ ("simpleHttp"),
    reportOnly: false,
    xmlSignature: false,
    httpPullModel: true,
    registeredAt: new Date(),
  };
  await store.register(registration, []);
}
const vtn = new Vtn({ vtnId: "vtn-1", onCreatePartyRegistration: () => false, listen: { port: 0 }, store });
await vtn.start();
process.send?.(Number(vtn.url?.port));
