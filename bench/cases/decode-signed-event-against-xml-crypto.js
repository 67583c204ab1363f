import { distributeEvent } from "../documents.js";
import { xmlCryptoBenchmark } from "../signatures.js";

export const benchmark = xmlCryptoBenchmark({
  name: "decode and verify signed event of 24 intervals, against xml-crypto",
  document: distributeEvent,
  target: 1,
});
