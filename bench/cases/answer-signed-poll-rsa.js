import { emptyAnswer, poll } from "../documents.js";
import { exchangeBenchmark } from "../signatures.js";

export const benchmark = exchangeBenchmark({
  name: "answer signed poll, RSA",
  document: poll,
  answer: emptyAnswer,
  key: "rsa",
  target: 1.6,
});
