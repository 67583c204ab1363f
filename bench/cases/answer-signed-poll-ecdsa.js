import { emptyAnswer, poll } from "../documents.js";
import { exchangeBenchmark } from "../signatures.js";

export const benchmark = exchangeBenchmark({
  name: "answer signed poll, ECDSA",
  document: poll,
  answer: emptyAnswer,
  key: "ec",
  target: 4,
});
