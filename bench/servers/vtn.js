// A VTN in memory with one registered VEN, `ven-1`, for which nothing is waiting.
process.stderr.write("bench/servers/vtn.js: not written yet, it waits for the API of @openleadr/vtn\n");
process.exit(1);

// The shape it will have:
//
//   import { Vtn } from "@openleadr/vtn";
//
//   const vtn = new Vtn({ vtnId: "vtn-1", port: 0, ... });
//   await vtn.start();
//   ... register ven-1, and poll until only the empty answer is left ...
//   process.send(vtn.port);
