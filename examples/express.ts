import express from "express";
import { Vtn } from "@openleadr/vtn";

export const vtn = new Vtn({
  vtnId: "my-vtn",
  listen: false,
  onCreatePartyRegistration: ({ venName }) => venName === "kitchen",
});
await vtn.start();

const app = express();
// Ahead of body parsers: the VTN reads the documents itself. Express takes the path away, so none is left for the VTN.
app.use("/OpenADR2/Simple/2.0b", vtn.requestListener({ path: "/" }));
app.use(express.json());
app.get("/vens", async (_request, response) => {
  response.json(await vtn.vens.list());
});

export const server = app.listen(Number(process.env["PORT"] ?? 8080), "127.0.0.1");
