import { poll } from "../documents.js";
import { xmlCryptoBenchmark } from "../signatures.js";

export const benchmark = xmlCryptoBenchmark({
  name: "decode and verify signed poll, against xml-crypto",
  document: poll,
  target: 1,
});
