import { poll } from "../documents.js";
import { verifyBenchmark } from "../signatures.js";

export const benchmark = verifyBenchmark({ name: "verify signed poll", document: poll, target: 4 });
