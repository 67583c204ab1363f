import Fastify from "fastify";
import { Vtn } from "@openleadr/vtn";

export const vtn = new Vtn({
  vtnId: "my-vtn",
  listen: false,
  onCreatePartyRegistration: ({ venName }) => venName === "kitchen",
});
await vtn.start();

const app = Fastify();
const openadr = vtn.requestListener();
// Ahead of body parsers: the VTN reads the documents itself, and answers itself, from here on.
app.addHook("onRequest", async (request, reply) => {
  if (!request.url.startsWith("/OpenADR2/")) return;
  reply.hijack();
  openadr(request.raw, reply.raw);
});
app.get("/vens", async () => vtn.vens.list());

await app.listen({ port: Number(process.env["PORT"] ?? 8080) });
export const { server } = app;
