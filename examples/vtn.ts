import { minutes, seconds, Vtn } from "@openleadr/vtn";

const vtn = new Vtn({
  vtnId: "my-vtn",
  onCreatePartyRegistration: ({ venName }) => venName === "kitchen",
  onCreatedEvent: ({ optType }) => console.log(`the VEN answers ${optType}`),
  onRegisterReport: () => ({ granularity: seconds(10) }),
  onUpdateReport: ({ readings }) => console.log("the VEN reports", readings),
});
await vtn.start();
await vtn.events.create({
  activePeriod: { dtstart: new Date() },
  signals: [{ signalName: "SIMPLE", signalType: "level", intervals: [{ duration: minutes(30), value: 1 }] }],
});
