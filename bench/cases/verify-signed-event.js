import { distributeEvent } from "../documents.js";
import { verifyBenchmark } from "../signatures.js";

export const benchmark = verifyBenchmark({ name: "verify signed event", document: distributeEvent, target: 15 });
