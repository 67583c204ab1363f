import { powerReal, Ven } from "@openleadr/ven";

const ven = new Ven({
  vtnUrl: "http://127.0.0.1:8080",
  venName: "kitchen",
  onEvent: ({ signals }) => {
    console.log("asked for", signals[0]?.intervals);
    return "optIn";
  },
});
ven.addReport({ resourceId: "oven", measurement: powerReal({ scale: "k" }), collect: () => 2.4 });
await ven.start();
console.log(`registered as ${ven.venId}`);
