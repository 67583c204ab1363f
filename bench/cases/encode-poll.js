import { encodeBenchmark } from "../codec.js";
import { poll } from "../documents.js";

export const benchmark = encodeBenchmark("encode poll", poll);
